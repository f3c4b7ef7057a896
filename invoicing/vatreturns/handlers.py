"""What VAT returns hear of."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from core.registry import Message
from core.types import Actor
from invoicing.vatreturns import services
from invoicing.vatreturns.types import OWN


def on_payout_paid(message: Message) -> None:
    """The bank executed a payment: was it that of a return?"""
    if message.payload.get("source_type") == OWN:
        services.note_paid(
            vat_return_id=UUID(message.payload["source_id"]),
            on=date.fromisoformat(message.payload["on"]),
            actor=Actor.system("bank"),
        )
