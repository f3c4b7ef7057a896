import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models



class Migration(migrations.Migration):
    """Amendments, models of contracts, many contracts written together."""

    dependencies = [
        ('payroll', '0009_signature_numbers'),
    ]

    operations = [
        migrations.CreateModel(
            name='ContractAmendment',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('contract', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='amendments', to='payroll.employmentcontract')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('number', models.SmallIntegerField()),
                ('made_at', models.DateTimeField()),
                ('made_by_label', models.CharField(max_length=120)),
                ('reason', models.CharField(max_length=200)),
                ('before', models.JSONField()),
                ('after', models.JSONField()),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'contract', 'number'), name='payroll_amendment_number'),
                    core.fields.RowSecurity(name='payroll_contractamendment_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_contractamendment_tenant_key'),
                    core.fields.TenantReference(field='contract', name='payroll_contractamendment_contract_ref'),
                    core.fields.AppendOnly(name='payroll_contractamendment_append_only'),
                ],
                'ordering': ('number',),
            },
        ),
        migrations.CreateModel(
            name='ContractBatch',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('activity', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='activities.activity')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('key', models.CharField(max_length=80)),
                ('made_by_label', models.CharField(max_length=120)),
                ('shared', models.JSONField()),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'activity', 'key'), name='payroll_batch_key'),
                    core.fields.RowSecurity(name='payroll_contractbatch_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_contractbatch_tenant_key'),
                    core.fields.TenantReference(field='activity', name='payroll_contractbatch_activity_ref'),
                ],
            },
        ),
        migrations.CreateModel(
            name='ContractBatchRow',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('batch', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='rows', to='payroll.contractbatch')),
                ('contract', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payroll.employmentcontract')),
                ('person', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('position', models.SmallIntegerField()),
                ('given', models.JSONField()),
                ('state', models.CharField(choices=[('waiting', 'to do'), ('submitted', 'submitted'), ('refused', 'refused')], default='waiting', max_length=10)),
                ('code', models.CharField(blank=True, max_length=60)),
                ('detail', models.CharField(blank=True, max_length=300)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'batch', 'position'), name='payroll_batchrow_position'),
                    core.fields.RowSecurity(name='payroll_contractbatchrow_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_contractbatchrow_tenant_key'),
                    core.fields.TenantReference(field='batch', name='payroll_contractbatchrow_batch_ref'),
                    core.fields.TenantReference(field='person', name='payroll_contractbatchrow_person_ref'),
                    core.fields.TenantReference(field='contract', name='payroll_contractbatchrow_contract_ref'),
                ],
                'ordering': ('position',),
            },
        ),
        migrations.CreateModel(
            name='ContractTemplate',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('owner', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('name', models.CharField(max_length=80)),
                ('terms', models.JSONField()),
                ('days', models.SmallIntegerField(default=1)),
                ('created_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'owner', 'name'), name='payroll_template_name'),
                    core.fields.RowSecurity(name='payroll_contracttemplate_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_contracttemplate_tenant_key'),
                    core.fields.TenantReference(field='owner', name='payroll_contracttemplate_owner_ref'),
                ],
                'ordering': ('name', 'id'),
            },
        ),
    ]
