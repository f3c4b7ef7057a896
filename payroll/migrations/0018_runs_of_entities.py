import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """A run may be that of one entity and be stopped; the quarter's contribution is kept with it."""

    dependencies = [
        ('core', '0004_given_up'),
        ('ledger', '0006_functions_look_here'),
        ('members', '0002_index_key'),
        ('payroll', '0017_carries_and_deductions'),
    ]

    operations = [
        migrations.CreateModel(
            name='QuarterContribution',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('entity', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.legalentity')),
                ('entry', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journalentry')),
                ('person', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('run', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payroll.payrollrun')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('quarter', models.DateField(verbose_name='first day of the quarter')),
                ('month', models.DateField(verbose_name='month of the run')),
                ('paid_on', models.DateField()),
                ('family_status', models.CharField(max_length=24)),
                ('base', core.fields.MoneyField()),
                ('due', core.fields.MoneyField()),
                ('withheld', core.fields.MoneyField()),
                ('amount', core.fields.MoneyField()),
                ('lines', models.JSONField(default=list)),
            ],
            options={
                'indexes': [models.Index(fields=['tenant', 'run'], name='payroll_quarter_run')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'person', 'entity', 'quarter', 'run'), name='payroll_quarter_once'), core.fields.RowSecurity(name='payroll_quartercontribution_tenant'), models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_quartercontribution_tenant_key'), core.fields.TenantReference(field='run', name='payroll_quartercontribution_run_ref'), core.fields.TenantReference(field='person', name='payroll_quartercontribution_person_ref'), core.fields.TenantReference(field='entity', name='payroll_quartercontribution_entity_ref'), core.fields.TenantReference(field='entry', name='payroll_quartercontribution_entry_ref'), core.fields.AppendOnly(name='payroll_quartercontribution_append_only')],
            },
        ),
        migrations.AddField(
            model_name='payrollrun',
            name='entity',
            field=core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.legalentity'),
        ),
        migrations.AddField(
            model_name='payrollrun',
            name='paused_at',
            field=models.DateTimeField(null=True),
        ),
        migrations.AddField(
            model_name='payrollrun',
            name='paused_by_label',
            field=models.CharField(blank=True, db_default='', default='', max_length=120),
        ),
    ]
