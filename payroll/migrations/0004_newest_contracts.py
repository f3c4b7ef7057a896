"""Hold the contract that declares another one to its tenant, and list the newest contracts by an index: both
while contracts are read and written.
"""

from django.db import migrations, models

from core.fields import TenantReference
from core.schema import AddConstraintValidated, AddIndexConcurrently


class Migration(migrations.Migration):
    atomic = False

    dependencies = [
        ("activities", "0001_tables"),
        ("core", "0001_initial"),
        ("invoicing", "0001_tables"),
        ("ledger", "0005_closed_stays_closed"),
        ("members", "0001_people"),
        ("payroll", "0003_shared_declarations"),
    ]

    operations = [
        AddConstraintValidated(
            model_name="employmentcontract",
            constraint=TenantReference(
                field="declared_by", name="payroll_employmentcontract_declared_by_ref"
            ),
        ),
        AddIndexConcurrently(
            model_name="employmentcontract",
            index=models.Index(fields=["tenant", "-starts_on", "-id"], name="payroll_contract_newest"),
        ),
    ]
