import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models



class Migration(migrations.Migration):
    """What else a contract says: category, seniority, warnings, amendments, how it ended."""

    dependencies = [
        ('activities', '0001_tables'),
        ('core', '0004_given_up'),
        ('invoicing', '0015_addresses_checked'),
        ('ledger', '0006_functions_look_here'),
        ('members', '0002_index_key'),
        ('payroll', '0006_given_up_found'),
    ]

    operations = [
        migrations.AddField(
            model_name='employmentcontract',
            name='article_1bis',
            field=models.BooleanField(db_default=False, default=False),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='end_note',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='end_reason',
            field=models.CharField(blank=True, choices=[('job_cancelled', 'the client called the work off'), ('less_work', 'there was less work than planned'), ('illness', 'illness or accident'), ('resigned', 'the worker stopped'), ('dismissed', 'the employer ended it'), ('agreed', 'both agreed to end it'), ('force_majeure', 'force majeure'), ('entry_error', 'it was written by mistake'), ('no_show', 'the worker did not come'), ('other', 'another reason')], db_default='', default='', max_length=20),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='ended_by',
            field=models.CharField(blank=True, choices=[('worker', 'the worker'), ('employer', 'the employer'), ('client', 'the client'), ('both', 'worker and employer together'), ('nobody', 'nobody: force majeure')], db_default='', default='', max_length=10),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='justification',
            field=models.CharField(blank=True, db_default='', default='', max_length=200),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='reminded_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='seniority',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='signed_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='version',
            field=models.SmallIntegerField(db_default=0, default=0),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='warnings',
            field=models.JSONField(db_default=[], default=list),
        ),
        migrations.AddField(
            model_name='employmentcontract',
            name='work_category',
            field=models.CharField(db_default='A', default='A', max_length=1),
        ),
    ]
