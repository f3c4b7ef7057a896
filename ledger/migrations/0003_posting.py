"""How the posting service writes: one call for entries, lines, budgets and reservations."""

from django.db import migrations

# One trip, and plans that are kept. It runs as its caller, so every wall stands before it. A budget with a floor
# was not looked at before: it must be its entity's, owe nothing to the pot, and never fall below zero on the way
# (`floors`: the lowest point of its changes); else nothing is written and the posting service decides.
WRITE = """
CREATE FUNCTION ledger_write(
    tenant smallint,
    entry_ids uuid[], entities uuid[], dates date[], journals varchar[], source_types varchar[],
    source_ids uuid[], kinds varchar[], texts varchar[], reversed uuid[],
    line_ids uuid[], line_entries uuid[], positions smallint[], accounts varchar[], debits numeric[],
    credits numeric[], line_budgets uuid[], funds varchar[], parties uuid[],
    budgets uuid[], balances numeric[], reserves numeric[], shortfalls numeric[], owners uuid[], floors numeric[],
    freed_types varchar[], freed_ids uuid[], freed_amounts numeric[]
) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    FOR i IN 1 .. cardinality(budgets) LOOP
        UPDATE ledger_budget AS held
            SET balance = held.balance + balances[i], reserved = held.reserved + reserves[i],
                shortfall = held.shortfall + shortfalls[i]
            WHERE held.tenant_id = tenant AND held.id = budgets[i] AND (
                floors[i] IS NULL OR (
                    held.entity_id = owners[i] AND held.shortfall = 0
                    AND held.balance - held.reserved + floors[i] >= 0
                )
            );
        IF NOT FOUND THEN
            RAISE EXCEPTION 'budget to decide' USING ERRCODE = 'SM001';
        END IF;
    END LOOP;
    INSERT INTO ledger_journalentry (id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text,
            reverses_id, posted_at)
        SELECT row.id, tenant, row.entity, row.date, row.journal, row.source_type, row.source, row.kind, row.text,
            row.reverses, transaction_timestamp()
        FROM unnest(entry_ids, entities, dates, journals, source_types, source_ids, kinds, texts, reversed)
            AS row (id, entity, date, journal, source_type, source, kind, text, reverses);
    INSERT INTO ledger_journalline (id, tenant_id, entry_id, position, account, debit, credit, budget_id, fund,
            party_id)
        SELECT row.id, tenant, row.entry, row.position, row.account, row.debit, row.credit, row.budget, row.fund,
            row.party
        FROM unnest(line_ids, line_entries, positions, accounts, debits, credits, line_budgets, funds, parties)
            AS row (id, entry, position, account, debit, credit, budget, fund, party);
    FOR i IN 1 .. cardinality(freed_ids) LOOP
        UPDATE ledger_reservation AS held SET amount = held.amount - freed_amounts[i]
            WHERE held.tenant_id = tenant AND held.source_type = freed_types[i]
                AND held.source_id = freed_ids[i];
    END LOOP;
END $$;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0002_guards")]
    operations = [migrations.RunSQL(WRITE, "DROP FUNCTION ledger_write")]
