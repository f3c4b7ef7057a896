import core.fields
from core.schema import AddConstraintValidated
from django.db import migrations, models


class Migration(migrations.Migration):
    """One run per entity and month, and at most one of all entities."""

    atomic = False

    dependencies = [
        ('payroll', '0020_earlier_pay_in_runs'),
    ]

    operations = [
        AddConstraintValidated(
            model_name='payrollrun',
            constraint=models.UniqueConstraint(fields=('tenant', 'month', 'entity'), name='payroll_run_of_entity', nulls_distinct=False),
        ),
        AddConstraintValidated(
            model_name='payrollrun',
            constraint=core.fields.TenantReference(field='entity', name='payroll_payrollrun_entity_ref'),
        ),
    ]
