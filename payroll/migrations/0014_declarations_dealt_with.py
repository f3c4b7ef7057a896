import core.fields
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """What a person did about a declaration, when it was handed in and in which file."""

    dependencies = [
        ('payroll', '0013_declarations_by_file'),
    ]

    operations = [
        migrations.AddField(
            model_name='declaration',
            name='handled_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='declaration',
            name='handled_by',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
        migrations.AddField(
            model_name='declaration',
            name='note',
            field=models.CharField(blank=True, db_default='', default='', max_length=300),
        ),
        migrations.AddField(
            model_name='declaration',
            name='outside_quota',
            field=models.BooleanField(db_default=False, default=False, verbose_name='its student hours bear ordinary contributions'),
        ),
        migrations.AddField(
            model_name='declaration',
            name='sent_at',
            field=models.DateTimeField(null=True, verbose_name='moment at which it was handed in'),
        ),
        migrations.AlterField(
            model_name='declaration',
            name='kind',
            field=models.CharField(choices=[('in', 'start of work'), ('update', 'change of dates'), ('out', 'end of work'), ('cancel', 'cancellation')], max_length=8),
        ),
        migrations.AddField(
            model_name='declaration',
            name='batch',
            field=core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='payroll.declarationbatch'),
        ),
    ]
