"""A closed month stays closed: for everybody who has not the right to take triggers away."""

from django.db import migrations

GUARD = """
CREATE FUNCTION ledger_period_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF OLD.closed_at IS NOT NULL THEN
        RAISE EXCEPTION 'a closed month is never changed: % %', OLD.year, OLD.month
            USING ERRCODE = 'insufficient_privilege';
    END IF;
    RETURN CASE WHEN TG_OP = 'DELETE' THEN OLD ELSE NEW END;
END $$;
CREATE TRIGGER stays BEFORE UPDATE OR DELETE ON ledger_period
    FOR EACH ROW EXECUTE FUNCTION ledger_period_stays();
"""

UNGUARD = """
DROP TRIGGER stays ON ledger_period;
DROP FUNCTION ledger_period_stays();
"""


class Migration(migrations.Migration):
    dependencies = [("ledger", "0004_seals_and_acts")]
    operations = [migrations.RunSQL(GUARD, UNGUARD)]
