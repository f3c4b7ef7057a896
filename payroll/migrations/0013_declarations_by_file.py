import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models


class Migration(migrations.Migration):
    """Files of declarations, their answers, stops and differences."""

    dependencies = [
        ('core', '0004_given_up'),
        ('ledger', '0006_functions_look_here'),
        ('members', '0002_index_key'),
        ('payroll', '0012_list_of_warnings'),
    ]

    operations = [
        migrations.CreateModel(
            name='DeclarationDifference',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('contract', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='payroll.employmentcontract')),
                ('entity', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.legalentity')),
                ('person', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('kind', models.CharField(choices=[('missing', 'not known to the office'), ('unexpected', 'known to the office only'), ('different', 'other dates or hours')], max_length=12)),
                ('key', models.CharField(max_length=120)),
                ('period_id', models.CharField(blank=True, default='', max_length=12)),
                ('expected_from', models.DateField(null=True)),
                ('expected_until', models.DateField(null=True)),
                ('expected_hours', models.PositiveSmallIntegerField(null=True)),
                ('held_from', models.DateField(null=True)),
                ('held_until', models.DateField(null=True)),
                ('held_hours', models.PositiveSmallIntegerField(null=True)),
                ('found_at', models.DateTimeField()),
                ('seen_at', models.DateTimeField()),
                ('closed_at', models.DateTimeField(null=True)),
                ('closed_by', models.CharField(blank=True, default='', max_length=120)),
                ('note', models.CharField(blank=True, default='', max_length=300, verbose_name='what was done about it')),
            ],
        ),
        migrations.CreateModel(
            name='DeclarationStop',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('entity', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.legalentity')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('code', models.CharField(max_length=20)),
                ('since', models.DateTimeField()),
                ('lifted_at', models.DateTimeField(null=True)),
                ('lifted_by', models.CharField(blank=True, default='', max_length=120)),
            ],
        ),
        migrations.CreateModel(
            name='DeclarationBatch',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('name', models.CharField(max_length=80)),
                ('state', models.CharField(choices=[('made', 'to be handed in'), ('received', 'received by the office'), ('rejected', 'refused as a whole'), ('answered', 'answered')], default='made', max_length=10)),
                ('declarations', models.PositiveIntegerField()),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
                ('made_by', models.CharField(max_length=120)),
                ('received_at', models.DateTimeField(null=True)),
                ('remarks', models.JSONField(default=list)),
                ('entity', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.legalentity')),
                ('file', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
            ],
        ),
        migrations.CreateModel(
            name='DeclarationAnswer',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(choices=[('receipt', 'receipt of a file'), ('notification', 'answers to declarations')], max_length=12)),
                ('sha256', models.CharField(max_length=64)),
                ('taken', models.PositiveIntegerField()),
                ('unknown', models.PositiveIntegerField()),
                ('imported_at', models.DateTimeField()),
                ('imported_by', models.CharField(max_length=120)),
                ('file', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('batch', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='answers', to='payroll.declarationbatch')),
            ],
        ),
        migrations.AddConstraint(
            model_name='declarationbatch',
            constraint=models.UniqueConstraint(fields=('tenant', 'name'), name='payroll_batch_name'),
        ),
        migrations.AddConstraint(
            model_name='declarationbatch',
            constraint=core.fields.RowSecurity(name='payroll_declarationbatch_tenant'),
        ),
        migrations.AddConstraint(
            model_name='declarationbatch',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_declarationbatch_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='declarationbatch',
            constraint=core.fields.TenantReference(field='entity', name='payroll_declarationbatch_entity_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationbatch',
            constraint=core.fields.TenantReference(field='file', name='payroll_declarationbatch_file_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationanswer',
            constraint=models.UniqueConstraint(fields=('tenant', 'sha256'), name='payroll_declarationanswer_once'),
        ),
        migrations.AddConstraint(
            model_name='declarationanswer',
            constraint=core.fields.RowSecurity(name='payroll_declarationanswer_tenant'),
        ),
        migrations.AddConstraint(
            model_name='declarationanswer',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_declarationanswer_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='declarationanswer',
            constraint=core.fields.TenantReference(field='batch', name='payroll_declarationanswer_batch_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationanswer',
            constraint=core.fields.TenantReference(field='file', name='payroll_declarationanswer_file_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationanswer',
            constraint=core.fields.AppendOnly(name='payroll_declarationanswer_append_only'),
        ),
        migrations.AddIndex(
            model_name='declarationdifference',
            index=models.Index(condition=models.Q(('closed_at', None)), fields=['tenant', 'id'], name='payroll_difference_open'),
        ),
        migrations.AddConstraint(
            model_name='declarationdifference',
            constraint=models.UniqueConstraint(fields=('tenant', 'key'), name='payroll_difference_key'),
        ),
        migrations.AddConstraint(
            model_name='declarationdifference',
            constraint=core.fields.RowSecurity(name='payroll_declarationdifference_tenant'),
        ),
        migrations.AddConstraint(
            model_name='declarationdifference',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_declarationdifference_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='declarationdifference',
            constraint=core.fields.TenantReference(field='entity', name='payroll_declarationdifference_entity_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationdifference',
            constraint=core.fields.TenantReference(field='person', name='payroll_declarationdifference_person_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationdifference',
            constraint=core.fields.TenantReference(field='contract', name='payroll_declarationdifference_contract_ref'),
        ),
        migrations.AddConstraint(
            model_name='declarationstop',
            constraint=models.UniqueConstraint(condition=models.Q(('lifted_at', None)), fields=('tenant', 'entity'), name='payroll_declarationstop_one'),
        ),
        migrations.AddConstraint(
            model_name='declarationstop',
            constraint=core.fields.RowSecurity(name='payroll_declarationstop_tenant'),
        ),
        migrations.AddConstraint(
            model_name='declarationstop',
            constraint=models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_declarationstop_tenant_key'),
        ),
        migrations.AddConstraint(
            model_name='declarationstop',
            constraint=core.fields.TenantReference(field='entity', name='payroll_declarationstop_entity_ref'),
        ),
    ]
