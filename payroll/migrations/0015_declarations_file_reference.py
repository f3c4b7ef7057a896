import core.fields
from django.db import migrations

from core.schema.additions import AddConstraintValidated


class Migration(migrations.Migration):
    """The file of a declaration is one of the same cooperative."""

    atomic = False

    dependencies = [
        ('payroll', '0014_declarations_dealt_with'),
    ]

    operations = [
        AddConstraintValidated(
            model_name='declaration',
            constraint=core.fields.TenantReference(field='batch', name='payroll_declaration_batch_ref'),
        ),
    ]
