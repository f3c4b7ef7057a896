from django.db import migrations

from core.schema import BackfillInBatches, RetireField


class Migration(migrations.Migration):
    """A contract may have several warnings: the one that it had becomes the first of the list."""

    atomic = False

    dependencies = [
        ('payroll', '0011_contract_terms_held'),
    ]

    operations = [
        BackfillInBatches(
            'employmentcontract',
            values={'warnings': "jsonb_build_array(warning)"},
            pending="warning <> '' AND warnings = '[]'::jsonb",
        ),
        RetireField(model_name='employmentcontract', name='warning'),
    ]
