"""A function of the database looks in the house's own schema, never in somebody's temporary tables first."""

from django.db import migrations

PIN = "ALTER FUNCTION smart_append_only SET search_path = pg_catalog, public, pg_temp"
UNPIN = "ALTER FUNCTION smart_append_only RESET search_path"


class Migration(migrations.Migration):
    dependencies = [("core", "0002_token_scopes")]
    operations = [migrations.RunSQL(PIN, UNPIN)]
