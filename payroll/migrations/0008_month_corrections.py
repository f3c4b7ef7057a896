import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models



class Migration(migrations.Migration):
    """A settled month is corrected by another row of the same month."""

    dependencies = [
        ('payroll', '0007_contract_terms'),
    ]

    operations = [
        migrations.AlterModelOptions(
            name='contractmonth',
            options={'ordering': ('month', 'number')},
        ),
        migrations.RemoveConstraint(
            model_name='contractmonth',
            name='payroll_contractmonth_once',
        ),
        migrations.AddField(
            model_name='contractmonth',
            name='made_by_label',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='contractmonth',
            name='number',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='contractmonth',
            name='reason',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
    ]
