from django.db import migrations, models

from core.schema import AddIndexConcurrently


class Migration(migrations.Migration):
    """The lines of a counterparty, and those of an end-to-end reference, are found by index."""

    atomic = False

    dependencies = [("treasury", "0006_parts_rules_waiting")]

    operations = [
        AddIndexConcurrently(
            model_name='banktransaction',
            index=models.Index(fields=['tenant', 'counterparty_iban'], name='treasury_transaction_iban'),
        ),
        AddIndexConcurrently(
            model_name='banktransaction',
            index=models.Index(condition=models.Q(('end_to_end_id', ''), _negated=True), fields=['tenant', 'end_to_end_id'], name='treasury_transaction_e2e'),
        ),
    ]
