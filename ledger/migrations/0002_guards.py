"""What the database itself refuses: unbalanced entries, entries without lines, closed months, unknown accounts."""

from django.db import migrations

GUARDS = """
ALTER TABLE ledger_journalline ADD CONSTRAINT ledger_journalline_account_ref
    FOREIGN KEY (tenant_id, account) REFERENCES ledger_account (tenant_id, code);

CREATE FUNCTION ledger_same_tenant(tenant smallint) RETURNS void LANGUAGE plpgsql AS $$
BEGIN
    IF tenant IS DISTINCT FROM NULLIF(current_setting('smart.tenant', true), '')::smallint THEN
        RAISE EXCEPTION 'entry of another tenant' USING ERRCODE = 'insufficient_privilege';
    END IF;
END $$;

CREATE FUNCTION ledger_lines_balance() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    touched record;
    gap numeric;
BEGIN
    -- One statement holds whole entries: the sum is over the table, so a line added later is caught as well.
    FOR touched IN SELECT DISTINCT tenant_id, entry_id FROM added LOOP
        SELECT sum(debit) - sum(credit) INTO gap FROM ledger_journalline
            WHERE tenant_id = touched.tenant_id AND entry_id = touched.entry_id;
        IF gap IS NULL THEN
            RAISE EXCEPTION 'entry of another tenant' USING ERRCODE = 'insufficient_privilege';
        ELSIF gap <> 0 THEN
            RAISE EXCEPTION 'entry % does not balance: %', touched.entry_id, gap USING ERRCODE = 'check_violation';
        END IF;
    END LOOP;
    RETURN NULL;
END $$;
CREATE TRIGGER lines_balance AFTER INSERT ON ledger_journalline
    REFERENCING NEW TABLE AS added FOR EACH STATEMENT EXECUTE FUNCTION ledger_lines_balance();

CREATE FUNCTION ledger_entry_has_lines() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    held record;
BEGIN
    PERFORM ledger_same_tenant(NEW.tenant_id);
    SELECT count(*) AS lines, sum(debit) - sum(credit) AS gap INTO held FROM ledger_journalline
        WHERE tenant_id = NEW.tenant_id AND entry_id = NEW.id;
    IF held.lines < 2 OR held.gap <> 0 THEN
        RAISE EXCEPTION 'entry % has % lines and a gap of %', NEW.id, held.lines, held.gap
            USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER entry_has_lines AFTER INSERT ON ledger_journalentry
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION ledger_entry_has_lines();

CREATE FUNCTION ledger_period_open() RETURNS trigger LANGUAGE plpgsql AS $$
DECLARE
    closed text;
BEGIN
    -- Shared with other postings, exclusive for the one who closes: no entry slips in while a month is closed.
    PERFORM pg_advisory_xact_lock_shared(hashtext('ledger.period'), tenant_id)
        FROM (SELECT DISTINCT tenant_id FROM added) AS tenants;
    SELECT period.year || '-' || lpad(period.month::text, 2, '0') INTO closed
        FROM added JOIN ledger_period AS period
            ON period.entity_id = added.entity_id
            AND period.year = extract(year FROM added.date) AND period.month = extract(month FROM added.date)
        WHERE period.closed_at IS NOT NULL LIMIT 1;
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
DROP FUNCTION ledger_same_tenant(smallint);
ALTER TABLE ledger_journalline DROP CONSTRAINT ledger_journalline_account_ref;
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0001_tables")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
