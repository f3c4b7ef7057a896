from django.db import migrations, models

from core.schema import AddConstraintValidated, AddIndexConcurrently


class Migration(migrations.Migration):
    """One row per correction, one signature per side and amendment; unsigned contracts are found at once."""

    atomic = False

    dependencies = [
        ('payroll', '0010_amendments_and_entry'),
    ]

    operations = [
        AddIndexConcurrently(
            model_name='employmentcontract',
            index=models.Index(condition=models.Q(('signed_at', None), ('state__in', ('submitted', 'declared'))), fields=['tenant', 'starts_on'], name='payroll_contract_unsigned'),
        ),
        AddConstraintValidated(
            model_name='contractmonth',
            constraint=models.UniqueConstraint(fields=('tenant', 'contract', 'month', 'number'), name='payroll_contractmonth_number'),
        ),
        AddConstraintValidated(
            model_name='contractsignature',
            constraint=models.UniqueConstraint(fields=('tenant', 'contract', 'side', 'number'), name='payroll_signature_number'),
        ),
    ]
