"""Money in: what statement lines do to invoices."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.models import TenantModel
from core.money import ZERO
from core.outbox import publish_all
from core.rows import update_rows
from core.types import Actor
from invoicing import selectors
from invoicing.enums import InvoiceState
from invoicing.errors import InvoiceNotIssued, InvoiceNotOpen
from invoicing.models import Invoice, Payment
from invoicing.receivables import Receipt, give_back, take_excess
from invoicing.services.early_payment import accept_early_payment, withdraw_early_payment

News = list[tuple[str, TenantModel, dict[str, Any]]]


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
    """Count money on one invoice: a batch of one; see `settle_invoices`."""
    receipt = Receipt(invoice_id, amount, received_on, source_type, source_id, text)
    return settle_invoices(receipts=[receipt], actor=actor)[0]


@transaction.atomic
def settle_invoices(*, receipts: Sequence[Receipt], actor: Actor) -> list[Invoice]:
    """Count money (negative: it went back) on invoices, in as many statements for many as for one.

    What is more than the invoice needs is offered to whoever registered for it (`invoicing.receivables`); the
    rest stays on the invoice as the client's credit on 400. The books are the treasury's: it posts
    `Dr 550 / Cr 400` and calls this in the same transaction. Locks the invoices. The same source twice counts
    once per invoice and turn. Raises `InvoiceNotIssued`, `InvoiceNotOpen` (more would go back than came).
    Publishes `invoice.payment` for each, `invoice.paid` and `invoice.reopened` where that changed.
    """
    if not receipts:
        return []
    asked = [receipt.invoice_id for receipt in receipts]
    invoices = dict(zip(asked, selectors.invoices_for_update(asked), strict=True))
    known = set(
        Payment.objects.filter(source_id__in={receipt.source_id for receipt in receipts}).values_list(
            "source_type", "source_id", "invoice_id", "turn"
        )
    )
    payments: list[Payment] = []
    acts: News = []
    news: News = []
    for receipt in receipts:
        invoice = invoices[receipt.invoice_id]
        if invoice.state == InvoiceState.DRAFT:
            raise InvoiceNotIssued
        key = (receipt.source_type, receipt.source_id, invoice.pk, receipt.turn)
        if key in known:
            continue
        known.add(key)
        was = invoice.state
        counted = _count(invoice, receipt, actor)
        if counted:
            payments.append(
                Payment(
                    invoice=invoice,
                    amount=counted,
                    received_on=receipt.received_on,
                    source_type=receipt.source_type,
                    source_id=receipt.source_id,
                    turn=receipt.turn,
                    text=receipt.text[:140],
                )
            )
        acts.append(("invoice.payment", invoice, {"amount": str(receipt.amount)}))
        on = receipt.received_on.isoformat()
        news.append(("invoice.payment", invoice, {"amount": str(receipt.amount), "on": on}))
        if (invoice.state == InvoiceState.PAID) is not (was == InvoiceState.PAID):
            topic = "invoice.paid" if invoice.state == InvoiceState.PAID else "invoice.reopened"
            news.append((topic, invoice, {"on": on}))
    Payment.objects.bulk_create(payments)
    update_rows(list(invoices.values()), ["paid", "credited", "early_taken", "state", "paid_on"])
    audit.record_all(actor, acts)
    publish_all(news)
    return [invoices[pk] for pk in asked]


def _count(invoice: Invoice, receipt: Receipt, actor: Actor) -> Decimal:
    """Move the (locked, unsaved) invoice by a receipt; what of it stays on the invoice."""
    counted = receipt.amount
    if counted < 0:
        counted += give_back(invoice, -counted, receipt, actor)
    if invoice.paid + counted < 0:
        raise InvoiceNotOpen
    invoice.paid += counted
    if counted > 0:
        accept_early_payment(invoice=invoice, on=receipt.received_on, actor=actor)
    else:
        withdraw_early_payment(invoice=invoice, on=receipt.received_on, actor=actor)
    if counted > 0 and invoice.open_amount < 0:
        taken = take_excess(invoice, min(counted, -invoice.open_amount), receipt, actor)
        invoice.paid -= taken
        counted -= taken
    settle_state(invoice, receipt.received_on)
    return counted


def settle_state(invoice: Invoice, on: date) -> None:
    """Give the (locked, unsaved) invoice the state that its amounts mean."""
    if invoice.credited == invoice.total:
        invoice.state = InvoiceState.CREDITED
    elif invoice.open_amount <= ZERO:
        invoice.state = InvoiceState.PAID
    else:
        invoice.state = InvoiceState.PARTLY_PAID if invoice.paid else InvoiceState.ISSUED
    if invoice.state == InvoiceState.PAID:
        invoice.paid_on = invoice.paid_on or on
    elif invoice.state != InvoiceState.CREDITED:
        invoice.paid_on = None
