"""The guards of the books look at the books: a temporary table of the same name would come first otherwise, and an
empty `ledger_period` laid over the real one would open every closed month.
"""

from django.db import migrations

FUNCTIONS = (
    "ledger_lines_balance",
    "ledger_entry_has_lines",
    "ledger_period_open",
    "ledger_period_stays",
    "ledger_write",
)
PIN = [f"ALTER FUNCTION {name} SET search_path = pg_catalog, public, pg_temp" for name in FUNCTIONS]
UNPIN = [f"ALTER FUNCTION {name} RESET search_path" for name in FUNCTIONS]


class Migration(migrations.Migration):
    dependencies = [("ledger", "0005_closed_stays_closed")]
    operations = [migrations.RunSQL(PIN, UNPIN)]
