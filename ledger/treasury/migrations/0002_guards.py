"""What the database itself refuses: changed facts of a statement line, lost payouts, debts on unknown accounts."""

from django.db import migrations

GUARDS = """
ALTER TABLE treasury_payout ADD CONSTRAINT treasury_payout_account_ref
    FOREIGN KEY (tenant_id, settles_account) REFERENCES ledger_account (tenant_id, code);
ALTER TABLE treasury_banktransaction ADD CONSTRAINT treasury_banktransaction_account_ref
    FOREIGN KEY (tenant_id, account_code) REFERENCES ledger_account (tenant_id, code);

CREATE FUNCTION treasury_keep() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION '% is never deleted', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
END $$;
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON treasury_banktransaction
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_keep();
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON treasury_payout
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_keep();
CREATE TRIGGER keep BEFORE DELETE OR TRUNCATE ON treasury_payoutbatch
    FOR EACH STATEMENT EXECUTE FUNCTION treasury_keep();
REVOKE DELETE ON treasury_banktransaction, treasury_payout, treasury_payoutbatch FROM smart_app;

CREATE FUNCTION treasury_facts_stand() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF (NEW.id, NEW.tenant_id, NEW.statement_id, NEW.sequence, NEW.detail, NEW.amount, NEW.entry_date,
        NEW.value_date, NEW.bank_reference, NEW.communication, NEW.structured_reference, NEW.end_to_end_id,
        NEW.counterparty_name, NEW.counterparty_iban, NEW.return_reason)
       IS DISTINCT FROM
       (OLD.id, OLD.tenant_id, OLD.statement_id, OLD.sequence, OLD.detail, OLD.amount, OLD.entry_date,
        OLD.value_date, OLD.bank_reference, OLD.communication, OLD.structured_reference, OLD.end_to_end_id,
        OLD.counterparty_name, OLD.counterparty_iban, OLD.return_reason) THEN
        RAISE EXCEPTION 'what a bank statement says is never changed' USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN NEW;
END $$;
CREATE TRIGGER facts_stand BEFORE UPDATE ON treasury_banktransaction
    FOR EACH ROW EXECUTE FUNCTION treasury_facts_stand();
"""

UNGUARD = """
DROP TRIGGER facts_stand ON treasury_banktransaction;
DROP TRIGGER keep ON treasury_banktransaction;
DROP TRIGGER keep ON treasury_payout;
DROP TRIGGER keep ON treasury_payoutbatch;
GRANT DELETE ON treasury_banktransaction, treasury_payout, treasury_payoutbatch TO smart_app;
DROP FUNCTION treasury_facts_stand();
DROP FUNCTION treasury_keep();
ALTER TABLE treasury_banktransaction DROP CONSTRAINT treasury_banktransaction_account_ref;
ALTER TABLE treasury_payout DROP CONSTRAINT treasury_payout_account_ref;
"""


class Migration(migrations.Migration):
    dependencies = [("treasury", "0001_tables"), ("ledger", "0002_guards")]
    operations = [migrations.RunSQL(GUARDS, UNGUARD)]
