"""News: a payment to a creditor came back, an advance was asked for or decided."""

from __future__ import annotations

from uuid import UUID

from core import clock
from core.registry import Message
from core.types import Actor
from payroll.deductions.services import creditor_payment_returned, tell_deciders, tell_worker
from payroll.services.taking import DEDUCTION


def creditor_paid_back(message: Message) -> None:
    """A payout came back: its seizure asks for a right account. Bears repeats."""
    if message.payload.get("source_type") == DEDUCTION:
        creditor_payment_returned(
            deduction_id=UUID(message.payload["source_id"]),
            reason=str(message.payload.get("reason", "")),
            actor=Actor.system("bank"),
        )


def advance_asked(message: Message) -> None:
    """Somebody asked for an advance: those who may decide read so. Bears repeats."""
    tell_deciders(advance_id=message.subject_id, on=clock.today(), cause=message.id)


def advance_decided(message: Message) -> None:
    """An advance was agreed or refused: its worker reads so. Bears repeats."""
    tell_worker(advance_id=message.subject_id, cause=message.id)
