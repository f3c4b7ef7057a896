"""The entry that settled pay is a reference that the database enforces; the column is the one that stood."""

import core.fields
from django.db import migrations


class Migration(migrations.Migration):
    dependencies = [("payroll", "0001_tables"), ("ledger", "0003_posting")]

    operations = [
        migrations.SeparateDatabaseAndState(
            state_operations=[
                operation
                for model in ("holidayblock", "payitem")
                for operation in (
                    migrations.RemoveField(model_name=model, name="entry_id"),
                    migrations.AddField(
                        model_name=model,
                        name="entry",
                        field=core.fields.TenantForeignKey("ledger.journalentry", db_index=False),
                        preserve_default=False,
                    ),
                )
            ]
        ),
        *(
            migrations.AddConstraint(
                model_name=model,
                constraint=core.fields.TenantReference(field="entry", name=f"payroll_{model}_entry_ref"),
            )
            for model in ("holidayblock", "payitem")
        ),
    ]
