from django.db import migrations, models

from core.schema import AddConstraintValidated, AddIndexConcurrently

OPEN = models.Q(state__in=("issued", "partly_paid"))


class Migration(migrations.Migration):
    """One payment per source, invoice and turn; the open invoices of a client and of an amount by index."""

    atomic = False

    dependencies = [("invoicing", "0010_payments_by_turn")]

    operations = [
        AddConstraintValidated(
            "payment",
            models.UniqueConstraint(
                fields=["tenant", "source_id", "source_type", "invoice", "turn"],
                name="invoicing_payment_per_invoice",
            ),
        ),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["tenant", "client", "due_on"], condition=OPEN, name="invoicing_invoice_client_open"
            ),
        ),
        AddIndexConcurrently(
            "invoice",
            models.Index(
                fields=["tenant", "entity", "total_cents", "due_on"],
                condition=OPEN,
                name="invoicing_invoice_open_amount",
            ),
        ),
    ]
