"""What people note about a sending: printed and posted, come back, looked at."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core import audit
from core.outbox import publish
from core.types import Actor
from invoicing.einvoicing import selectors
from invoicing.einvoicing.enums import UNDELIVERED, Channel, SendingState
from invoicing.einvoicing.errors import DeliveryNotOpen
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.services.sending import arrived


@transaction.atomic
def note_handed_over(*, delivery_id: UUID, on: date, actor: Actor) -> Delivery:
    """A document on paper was posted or given by hand. Locks the sending, then the invoice. Raises
    `DeliveryNotFound`, `DeliveryNotOpen` (also on a second call).
    """
    row = selectors.delivery_for_update(delivery_id)
    if row.channel != Channel.PAPER or row.state != SendingState.PENDING:
        raise DeliveryNotOpen
    row.state, row.sent_at = SendingState.SENT, timezone.now()
    arrived(row, on)
    row.save()
    audit.record(actor, "einvoicing.handed_over", row)
    return row


@transaction.atomic
def note_lost(*, delivery_id: UUID, reason: str, on: date, actor: Actor) -> Delivery:
    """An e-mail or a letter came back: somebody has to look. Locks the sending. Raises `DeliveryNotFound`,
    `DeliveryNotOpen` (it did not leave, or the network brought it; also on a second call).
    """
    row = selectors.delivery_for_update(delivery_id)
    if row.channel == Channel.PEPPOL or row.state != SendingState.SENT:
        raise DeliveryNotOpen
    row.state, row.handled, row.settled_on = SendingState.REJECTED, False, on
    row.reason_code, row.reason = "returned", reason.strip()[:300]
    row.save()
    publish(
        "invoice.rejected",
        row.document.invoice,
        number=row.document.number,
        channel=row.channel,
        level="transport",
        reason_code=row.reason_code,
        delivery=str(row.pk),
    )
    audit.record(actor, "einvoicing.returned", row)
    return row


@transaction.atomic
def set_aside(*, delivery_id: UUID, actor: Actor) -> Delivery:
    """Somebody looked at what did not arrive, and nothing more is to be done. Locks the sending. Raises
    `DeliveryNotFound`, `DeliveryNotOpen` (also on a second call).
    """
    row = selectors.delivery_for_update(delivery_id)
    if row.handled or row.state not in (*UNDELIVERED, SendingState.PENDING):
        raise DeliveryNotOpen
    if row.state == SendingState.PENDING and row.channel != Channel.PAPER:
        raise DeliveryNotOpen
    if row.state == SendingState.PENDING:
        row.state = SendingState.DROPPED
    row.handled = True
    row.save()
    audit.record(actor, "einvoicing.set_aside", row)
    return row
