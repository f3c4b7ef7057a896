"""Money in: what a statement line does to an invoice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.outbox import publish
from core.types import Actor
from invoicing import selectors
from invoicing.enums import InvoiceState
from invoicing.errors import InvoiceNotIssued, InvoiceNotOpen
from invoicing.models import Invoice, Payment


@transaction.atomic
def settle_invoice(
    *,
    invoice_id: UUID,
    amount: Decimal,
    received_on: date,
    source_type: str,
    source_id: UUID,
    actor: Actor,
    text: str = "",
) -> Invoice:
    """Count money (euro; negative: it went back) on an invoice; what is too much stays the client's credit on
    400.

    The books are the treasury's: it posts `Dr 550 / Cr 400` and calls this in the same transaction. Locks the
    invoice. The same source twice counts once. Raises `InvoiceNotIssued`, `InvoiceNotOpen` (more would go
    back than came).
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state == InvoiceState.DRAFT:
        raise InvoiceNotIssued
    if Payment.objects.filter(source_type=source_type, source_id=source_id).exists():
        return invoice
    if invoice.paid + amount < 0:
        raise InvoiceNotOpen
    Payment.objects.create(
        invoice=invoice,
        amount=amount,
        received_on=received_on,
        source_type=source_type,
        source_id=source_id,
        text=text[:140],
    )
    was = invoice.state
    invoice.paid += amount
    settle_state(invoice, received_on)
    invoice.save(update_fields=["paid", "state", "paid_on"])
    audit.record(actor, "invoice.payment", invoice, amount=str(amount))
    if invoice.state == InvoiceState.PAID and was != InvoiceState.PAID:
        publish("invoice.paid", invoice, on=received_on.isoformat())
    return invoice


def settle_state(invoice: Invoice, on: date) -> None:
    """Give the (locked, unsaved) invoice the state that its amounts mean."""
    if invoice.credited == invoice.total:
        invoice.state = InvoiceState.CREDITED
    elif invoice.open_amount <= 0:
        invoice.state = InvoiceState.PAID
    else:
        invoice.state = InvoiceState.PARTLY_PAID if invoice.paid else InvoiceState.ISSUED
    if invoice.state == InvoiceState.PAID:
        invoice.paid_on = invoice.paid_on or on
    elif invoice.state != InvoiceState.CREDITED:
        invoice.paid_on = None
