"""News that purchases listen to."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.registry import Message
from core.types import Actor
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
