import django.db.models.deletion
import django.utils.timezone
from django.db import migrations, models

import core.fields
import core.tenancy
import core.uuid7

SUM = """
CREATE FUNCTION treasury_parts_make_the_line() RETURNS trigger LANGUAGE plpgsql
    SET search_path = pg_catalog, public, pg_temp AS $$
DECLARE
    line uuid := COALESCE(NEW.transaction_id, OLD.transaction_id);
    whole numeric;
    parts numeric;
BEGIN
    IF COALESCE(NEW.tenant_id, OLD.tenant_id) IS DISTINCT FROM
       NULLIF(current_setting('smart.tenant', true), '')::smallint THEN
        RAISE EXCEPTION 'parts of another tenant' USING ERRCODE = 'check_violation';
    END IF;
    SELECT sum(amount) INTO parts FROM treasury_transactionpart WHERE transaction_id = line;
    SELECT amount INTO whole FROM treasury_banktransaction WHERE id = line;
    IF parts IS NOT NULL AND parts IS DISTINCT FROM whole THEN
        RAISE EXCEPTION 'the parts of a line make %, not %', parts, whole USING ERRCODE = 'check_violation';
    END IF;
    RETURN NULL;
END $$;
CREATE CONSTRAINT TRIGGER parts_make_the_line AFTER INSERT OR UPDATE OR DELETE ON treasury_transactionpart
    DEFERRABLE INITIALLY DEFERRED FOR EACH ROW EXECUTE FUNCTION treasury_parts_make_the_line();
ALTER TABLE treasury_transactionpart ADD CONSTRAINT treasury_transactionpart_account_ref
    FOREIGN KEY (tenant_id, account_code) REFERENCES ledger_account (tenant_id, code) NOT VALID;
ALTER TABLE treasury_linerule ADD CONSTRAINT treasury_linerule_account_ref
    FOREIGN KEY (tenant_id, account_code) REFERENCES ledger_account (tenant_id, code) NOT VALID;
"""
UNSUM = """
DROP TRIGGER parts_make_the_line ON treasury_transactionpart;
DROP FUNCTION treasury_parts_make_the_line();
ALTER TABLE treasury_transactionpart DROP CONSTRAINT treasury_transactionpart_account_ref;
ALTER TABLE treasury_linerule DROP CONSTRAINT treasury_linerule_account_ref;
"""


class Migration(migrations.Migration):
    """Lines in several parts, which make the line; rules that finance taught; statements that came early."""

    dependencies = [("core", "0004_given_up"), ("ledger", "0006_functions_look_here"), ("treasury", "0005_how_a_line_was_recognised")]

    operations = [
        migrations.CreateModel(
            name='LineRule',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('iban', models.CharField(max_length=34)),
                ('incoming', models.BooleanField()),
                ('name', models.CharField(blank=True, max_length=120)),
                ('account_code', models.CharField(max_length=8)),
                ('fund', models.CharField(blank=True, max_length=12)),
                ('text', models.CharField(max_length=140)),
                ('made_by', models.CharField(max_length=120)),
                ('made_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ('name', 'iban'),
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'iban', 'incoming'), name='treasury_linerule_once'),
                    core.fields.RowSecurity(name='treasury_linerule_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='treasury_linerule_tenant_key'),
                ],
            },
        ),
        migrations.CreateModel(
            name='TransactionPart',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('party', core.fields.TenantForeignKey(db_index=False, null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='ledger.party')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('transaction', core.fields.TenantForeignKey(db_index=False, on_delete=django.db.models.deletion.PROTECT, related_name='parts', to='treasury.banktransaction')),
                ('position', models.SmallIntegerField()),
                ('amount', core.fields.MoneyField()),
                ('account_code', models.CharField(max_length=8)),
                ('fund', models.CharField(blank=True, max_length=12)),
                ('source_type', models.CharField(blank=True, max_length=40)),
                ('source_id', models.UUIDField(null=True)),
                ('text', models.CharField(blank=True, max_length=140)),
            ],
            options={
                'ordering': ('transaction', 'position'),
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'transaction', 'position'), name='treasury_transactionpart_once'),
                    models.CheckConstraint(condition=models.Q(('amount', 0), _negated=True), name='treasury_transactionpart_moves'),
                    core.fields.RowSecurity(name='treasury_transactionpart_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='treasury_transactionpart_tenant_key'),
                    core.fields.TenantReference(field='transaction', name='treasury_transactionpart_transaction_ref'),
                    core.fields.TenantReference(field='party', name='treasury_transactionpart_party_ref'),
                ],
                'indexes': [
                    models.Index(condition=models.Q(('source_id__isnull', False)), fields=['tenant', 'source_id'], name='treasury_part_source'),
                ],
            },
        ),
        migrations.CreateModel(
            name='WaitingStatement',
            fields=[
                ('id', models.UUIDField(default=core.uuid7.uuid7, editable=False, primary_key=True, serialize=False)),
                ('account', core.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treasury.bankaccount')),
                ('entered', core.fields.TenantForeignKey(null=True, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='treasury.bankstatement')),
                ('file', core.fields.TenantForeignKey(on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.storedfile')),
                ('tenant', models.ForeignKey(db_constraint=False, db_index=False, default=core.tenancy.current_tenant_id, editable=False, on_delete=django.db.models.deletion.PROTECT, related_name='+', to='core.cooperative')),
                ('position', models.SmallIntegerField()),
                ('number', models.BigIntegerField(null=True)),
                ('date', models.DateField()),
                ('opening', core.fields.MoneyField()),
                ('closing', core.fields.MoneyField()),
                ('expected', models.CharField(max_length=20)),
                ('tolerated', models.CharField(blank=True, max_length=300)),
                ('came_at', models.DateTimeField(default=django.utils.timezone.now)),
            ],
            options={
                'ordering': ('date', 'number', 'id'),
                'constraints': [
                    models.UniqueConstraint(fields=('tenant', 'account', 'file', 'position'), name='treasury_waitingstatement_once'),
                    core.fields.RowSecurity(name='treasury_waitingstatement_tenant'),
                    models.UniqueConstraint(fields=('tenant', 'id'), name='treasury_waitingstatement_tenant_key'),
                    core.fields.TenantReference(field='account', name='treasury_waitingstatement_account_ref'),
                    core.fields.TenantReference(field='file', name='treasury_waitingstatement_file_ref'),
                    core.fields.TenantReference(field='entered', name='treasury_waitingstatement_entered_ref'),
                ],
            },
        ),
        migrations.RunSQL(SUM, UNSUM),
    ]
