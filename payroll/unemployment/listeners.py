"""News of open-ended contracts: days of temporary unemployment among their absences."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from core import clock
from core.registry import Message
from core.types import Actor
from payroll.unemployment.services import follow_absence


def absence_moved(message: Message) -> None:
    """The days of an absence that count now; the top-up follows them. Bears repeats and late news: each
    message says all.
    """
    said = message.payload
    follow_absence(
        absence_id=message.subject_id,
        contract_id=UUID(said["contract_id"]),
        days={date.fromisoformat(day): Decimal(hours) for day, hours in said["days"]},
        reason=said["cause"],
        on=clock.now(),
        actor=Actor.system("unemployment"),
    )
