"""The guards of the bank's tables look in the house's own schema."""

from django.db import migrations

FUNCTIONS = ("treasury_keep", "treasury_facts_stand")
PIN = [f"ALTER FUNCTION {name} SET search_path = pg_catalog, public, pg_temp" for name in FUNCTIONS]
UNPIN = [f"ALTER FUNCTION {name} RESET search_path" for name in FUNCTIONS]


class Migration(migrations.Migration):
    dependencies = [("treasury", "0002_guards")]
    operations = [migrations.RunSQL(PIN, UNPIN)]
