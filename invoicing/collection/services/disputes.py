"""Disputes: while one stands, nobody reminds. The controller examines, the member answers, the legal service
decides what stays contested.
"""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.outbox import publish
from core.types import Actor
from invoicing import selectors as root
from invoicing.collection import selectors
from invoicing.collection.enums import DisputeReason, DisputeState
from invoicing.collection.errors import DisputeClosed, DisputeIsLegal
from invoicing.collection.models import Dispute
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotOpen
from invoicing.models import Invoice


@transaction.atomic
def dispute_invoice(
    *,
    invoice_id: UUID,
    on: date,
    reason: str,
    actor: Actor,
    kind: str = DisputeReason.OTHER,
    follow_up_on: date | None = None,
) -> Invoice:
    """The client contests an open invoice: reminders stop. Locks the invoice. Raises `InvoiceNotOpen`; a
    repeat keeps the first day and takes the new words.
    """
    invoice = root.invoice_for_update(invoice_id)
    if invoice.state not in OPEN_STATES:
        raise InvoiceNotOpen
    text = reason.strip()[:300]
    dispute, is_new = Dispute.objects.update_or_create(
        invoice=invoice,
        closed_on=None,
        defaults={"reason": DisputeReason(kind), "text": text, "follow_up_on": follow_up_on},
        create_defaults={
            "reason": DisputeReason(kind),
            "text": text,
            "follow_up_on": follow_up_on,
            "opened_on": on,
        },
    )
    invoice.disputed_on = dispute.opened_on
    invoice.dispute_reason = text
    invoice.save(update_fields=["disputed_on", "dispute_reason"])
    audit.record(actor, "invoice.disputed", invoice, on=on.isoformat(), kind=dispute.reason)
    if is_new:
        publish("collection.disputed", invoice, on=on.isoformat())
    return invoice


@transaction.atomic
def pass_dispute(
    *, invoice_id: UUID, to: str, actor: Actor, follow_up_on: date | None = None, text: str = ""
) -> Dispute:
    """Hand an open dispute on: to the member, to the legal service, or back to the controller.

    Locks the invoice. Raises `DisputeClosed`. A repeat changes nothing but the day.
    """
    invoice = root.invoice_for_update(invoice_id)
    dispute = _open_dispute(invoice)
    dispute.state = DisputeState(to)
    if dispute.state in (DisputeState.UPHELD, DisputeState.CONCEDED):
        raise DisputeClosed
    dispute.follow_up_on = follow_up_on
    dispute.answer = text.strip()[:300] or dispute.answer
    dispute.save(update_fields=["state", "follow_up_on", "answer"])
    audit.record(actor, "dispute.passed", dispute, to=dispute.state)
    return dispute


@transaction.atomic
def resume_invoice(
    *,
    invoice_id: UUID,
    actor: Actor,
    on: date,
    answer: str = "",
    conceded: bool = False,
    by_legal: bool = False,
) -> Invoice:
    """The dispute is over: the invoice stands and reminders go on where they stopped; or the client is right,
    and a credit note follows.

    Locks the invoice; a repeat changes nothing. Raises `DisputeIsLegal`: only the legal service (`by_legal`)
    closes what it was given.
    """
    invoice = root.invoice_for_update(invoice_id)
    dispute = selectors.open_dispute_of(invoice)
    if dispute is not None:
        if dispute.state == DisputeState.WITH_LEGAL and not by_legal:
            raise DisputeIsLegal
        dispute.state = DisputeState.CONCEDED if conceded else DisputeState.UPHELD
        dispute.closed_on = on
        dispute.follow_up_on = None
        dispute.answer = answer.strip()[:300] or dispute.answer
        dispute.save(update_fields=["state", "closed_on", "follow_up_on", "answer"])
    if invoice.disputed_on is not None:
        invoice.disputed_on, invoice.dispute_reason = None, ""
        invoice.save(update_fields=["disputed_on", "dispute_reason"])
        audit.record(actor, "invoice.resumed", invoice, conceded=conceded)
    return invoice


def _open_dispute(invoice: Invoice) -> Dispute:
    dispute = selectors.open_dispute_of(invoice)
    if dispute is None:
        raise DisputeClosed
    return dispute
