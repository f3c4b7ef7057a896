import core.fields
import core.tenancy
import core.uuid7
import django.db.models.deletion
from django.db import migrations, models


class Migration(migrations.Migration):
    """Balances that the next pay takes along, and what others keep of a net."""

    dependencies = [
        ('core', '0004_given_up'),
        ('ledger', '0006_functions_look_here'),
        ('members', '0002_index_key'),
        ('payroll', '0016_other_pay_on_payslips'),
    ]

    operations = [
        migrations.CreateModel(
            name='PayCarry',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=40)),
                ('label', models.CharField(max_length=120)),
                ('amount', core.fields.MoneyField()),
                ('made_on', models.DateField()),
                ('source_type', models.CharField(max_length=40)),
                ('source_id', models.UUIDField()),
                ('entity', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.legalentity')),
                ('item', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='carries', to='payroll.payitem')),
                ('person', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='members.person')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
            ],
            options={
                'ordering': ('made_on', 'id'),
                'indexes': [models.Index(condition=models.Q(('item__isnull', True)), fields=['tenant', 'person', 'entity'], name='payroll_carry_waiting')],
                'constraints': [models.UniqueConstraint(fields=('tenant', 'source_id', 'kind', 'source_type'), name='payroll_carry_once'), models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='payroll_carry_amount'), core.fields.RowSecurity(name='payroll_paycarry_tenant'), models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_paycarry_tenant_key'), core.fields.TenantReference(field='entity', name='payroll_paycarry_entity_ref'), core.fields.TenantReference(field='person', name='payroll_paycarry_person_ref'), core.fields.TenantReference(field='item', name='payroll_paycarry_item_ref')],
            },
        ),
        migrations.CreateModel(
            name='PayDeduction',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('kind', models.CharField(max_length=20)),
                ('label', models.CharField(max_length=120)),
                ('amount', core.fields.MoneyField()),
                ('account', models.CharField(max_length=8)),
                ('source_type', models.CharField(max_length=40)),
                ('source_id', models.UUIDField()),
                ('entry', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journalentry')),
                ('holiday', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deductions', to='payroll.holidayblock')),
                ('item', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='deductions', to='payroll.payitem')),
                ('party', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.party')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
            ],
            options={
                'ordering': ('id',),
                'indexes': [models.Index(fields=['tenant', 'item'], name='payroll_deduction_item'), models.Index(fields=['tenant', 'holiday'], name='payroll_deduction_holiday'), models.Index(fields=['tenant', 'source_id'], name='payroll_deduction_source')],
                'constraints': [models.CheckConstraint(condition=models.Q(('item__isnull', True), ('holiday__isnull', True), _connector='XOR'), name='payroll_deduction_one_owner'), models.CheckConstraint(condition=models.Q(('amount__gt', 0)), name='payroll_deduction_positive'), core.fields.RowSecurity(name='payroll_paydeduction_tenant'), models.UniqueConstraint(fields=('tenant', 'id'), name='payroll_paydeduction_tenant_key'), core.fields.TenantReference(field='item', name='payroll_paydeduction_item_ref'), core.fields.TenantReference(field='holiday', name='payroll_paydeduction_holiday_ref'), core.fields.TenantReference(field='party', name='payroll_paydeduction_party_ref'), core.fields.TenantReference(field='entry', name='payroll_paydeduction_entry_ref'), core.fields.AppendOnly(name='payroll_paydeduction_append_only')],
            },
        ),
    ]
