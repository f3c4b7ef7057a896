import django.db.models.deletion
from decimal import Decimal
from django.db import migrations, models

import core.fields
import core.tenancy
import core.uuid7


class Migration(migrations.Migration):
    """Days may turn out to be worked: their top-up is taken back, and they are free again."""

    dependencies = [
        ('core', '0004_given_up'),
        ('ledger', '0006_functions_look_here'),
        ('unemployment', '0001_tables'),
    ]

    operations = [
        migrations.CreateModel(
            name='SpellWithdrawal',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('entry', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.journalentry')),
                ('spell', core.fields.TenantOneToOneField(on_delete=django.db.models.deletion.PROTECT, related_name='withdrawal', to='unemployment.unemploymentspell')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('days', models.JSONField(default=list)),
                ('carried', core.fields.MoneyField(default=Decimal('0.00'))),
                ('made_by_label', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField()),
            ],
            options={
                'ordering': ('-id',),
                'constraints': [
                    core.fields.RowSecurity(name='unemployment_spellwithdrawal_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='unemployment_spellwithdrawal_tenant_key'),
                    core.fields.TenantReference(field='spell', name='unemployment_spellwithdrawal_spell_ref'),
                    core.fields.TenantReference(field='entry', name='unemployment_spellwithdrawal_entry_ref'),
                    core.fields.AppendOnly(name='unemployment_spellwithdrawal_append_only'),
                ],
            },
        ),
        migrations.AddField(
            model_name='unemploymentspell',
            name='absence',
            field=models.UUIDField(null=True),
        ),
        migrations.RemoveConstraint(
            model_name='unemployedday',
            name='unemployment_unemployedday_append_only',
        ),
    ]
