import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models



class Migration(migrations.Migration):
    """Each side signs each amendment."""

    dependencies = [
        ('payroll', '0008_month_corrections'),
    ]

    operations = [
        migrations.RemoveConstraint(
            model_name='contractsignature',
            name='payroll_signature_once',
        ),
        migrations.AddField(
            model_name='contractsignature',
            name='number',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
    ]
