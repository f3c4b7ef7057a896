"""News from below: a payment to a creditor came back."""

from __future__ import annotations

from uuid import UUID

from core.registry import Message
from core.types import Actor
from payroll.deductions.services import creditor_payment_returned
from payroll.services.taking import DEDUCTION


def creditor_paid_back(message: Message) -> None:
    """A payout came back: its seizure asks for a right account. Bears repeats."""
    if message.payload.get("source_type") == DEDUCTION:
        creditor_payment_returned(
            deduction_id=UUID(message.payload["source_id"]),
            reason=str(message.payload.get("reason", "")),
            actor=Actor.system("bank"),
        )
