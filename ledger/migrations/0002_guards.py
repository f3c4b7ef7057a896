"""What the database itself refuses: unbalanced entries, entries without lines, lines added to what stands,
closed months, unknown accounts.
"""

from django.db import migrations

GUARDS = """
ALTER TABLE ledger_journalline ADD CONSTRAINT ledger_journalline_account_ref
    FOREIGN KEY (tenant_id, account) REFERENCES ledger_account (tenant_id, code);

-- One statement holds whole entries: what it adds to an entry balances, and the entry is posted by the same
-- transaction (its time is that of the transaction). So every entry balances as long as it lives, and nothing can
-- be added to one that stands. Seeing no entry, because it is another tenant's, is a refusal.
CREATE FUNCTION ledger_lines_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    broken record;
BEGIN
    SELECT entry_id, sum(debit) - sum(credit) AS gap INTO broken FROM added
        GROUP BY tenant_id, entry_id HAVING sum(debit) <> sum(credit) LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'entry % does not balance: %', broken.entry_id, broken.gap
            USING ERRCODE = 'check_violation';
    END IF;
    -- LIMIT keeps the look-up one index probe per entry, however many rows the statement adds.
    SELECT touched.entry_id INTO broken
        FROM (SELECT DISTINCT tenant_id, entry_id FROM added) AS touched
        LEFT JOIN LATERAL (
            SELECT posted_at FROM ledger_journalentry
            WHERE tenant_id = touched.tenant_id AND id = touched.entry_id LIMIT 1
        ) AS entry ON true
        WHERE entry.posted_at IS DISTINCT FROM transaction_timestamp() LIMIT 1;
    IF FOUND THEN
        RAISE EXCEPTION 'lines are posted with their entry, not afterwards: %', broken.entry_id
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_balance AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_balance();

-- A line moves one side by more than zero and lines come balanced: an entry that has any has two at least.
CREATE FUNCTION ledger_entry_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF NOT EXISTS (
        SELECT FROM ledger_journalline WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id
    ) THEN
        RAISE EXCEPTION 'entry % has no lines', NEW.id USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_has_lines AFTER INSERT ON ledger_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_lines();

CREATE FUNCTION ledger_period_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed text;
BEGIN
    IF EXISTS (SELECT FROM added WHERE posted_at <> transaction_timestamp()) THEN
        RAISE EXCEPTION 'an entry is posted now, not at another time' USING ERRCODE = 'check_violation';
    END IF;
    -- Shared with other postings, exclusive for the one who closes: no entry slips in while a month is closed.
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.period'), tenant_id)
        FROM (SELECT DISTINCT tenant_id FROM added) AS tenants;
    SELECT period.year || '-' || lpad(period.month::text, 2, '0') INTO closed
        FROM ledger_period AS period
        WHERE period.closed_at IS NOT NULL AND EXISTS (
            SELECT FROM added WHERE added.entity_id = period.entity_id
            AND added.date >= make_date(period.year, period.month, 1)
            AND added.date < make_date(period.year, period.month, 1) + interval '1 month'
        ) LIMIT 1;
    IF closed IS NOT NULL THEN
        RAISE EXCEPTION 'period closed: %', closed USING ERRCODE = 'object_not_in_prerequisite_state';
    END IF;
    RETURN NULL;
END $$;
CREATE TRIGGER period_open AFTER INSERT ON ledger_journalentry
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_period_open();
"""

UNGUARD = """
DROP TRIGGER period_open ON ledger_journalentry;
DROP TRIGGER entry_has_lines ON ledger_journalentry;
DROP TRIGGER lines_balance ON ledger_journalline;
DROP FUNCTION ledger_period_open();
DROP FUNCTION ledger_entry_has_lines();
DROP FUNCTION ledger_lines_balance();
ALTER TABLE ledger_journalline DROP CONSTRAINT ledger_journalline_account_ref;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
