"""News that purchases listen to."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.registry import Message
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.purchases.enums import Origin
from invoicing.purchases.inbox import Answer, inbox_of
from invoicing.purchases.selectors import purchase_for
from invoicing.purchases.services import PURCHASE, payment_left, payment_returned

_BANK = Actor.system("bank")


def payout_paid(message: Message) -> None:
    """The bank paid a supplier."""
    if message.payload.get("source_type") == PURCHASE:
        payment_left(
            purchase_id=UUID(message.payload["source_id"]),
            on=date.fromisoformat(message.payload["on"]),
            actor=_BANK,
        )


def payout_returned(message: Message) -> None:
    """The bank sent a payment back."""
    if message.payload.get("source_type") == PURCHASE:
        payment_returned(purchase_id=UUID(message.payload["source_id"]), actor=_BANK)


def purchase_refused(message: Message) -> None:
    """What came by the network is answered there: rejected, with the reason."""
    purchase = purchase_for(message.subject_id)
    if purchase.document.origin != Origin.NETWORK:
        return
    inbox_of(current_cooperative()).answer(
        Answer(
            key=str(purchase.pk),
            number=purchase.number,
            supplier=purchase.supplier.endpoint,
            code=message.payload["response"],
            reason=message.payload["reason"],
        )
    )
