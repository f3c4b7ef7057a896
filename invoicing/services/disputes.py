"""Disputes: while one stands, nobody reminds."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.types import Actor
from invoicing import selectors
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotOpen
from invoicing.models import Invoice


@transaction.atomic
def dispute_invoice(*, invoice_id: UUID, on: date, reason: str, actor: Actor) -> Invoice:
    """The client contests an open invoice: reminders stop. Locks the invoice. Raises `InvoiceNotOpen`; a
    repeat keeps the first day.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state not in OPEN_STATES:
        raise InvoiceNotOpen
    invoice.disputed_on = invoice.disputed_on or on
    invoice.dispute_reason = reason.strip()[:300]
    invoice.save(update_fields=["disputed_on", "dispute_reason"])
    audit.record(actor, "invoice.disputed", invoice, on=on.isoformat())
    return invoice


@transaction.atomic
def resume_invoice(*, invoice_id: UUID, actor: Actor) -> Invoice:
    """The dispute is over: reminders go on where they stopped. Locks the invoice; a repeat
    changes nothing.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.disputed_on is not None:
        invoice.disputed_on, invoice.dispute_reason = None, ""
        invoice.save(update_fields=["disputed_on", "dispute_reason"])
        audit.record(actor, "invoice.resumed", invoice)
    return invoice
