"""News from below: wages that the bank has paid, or sent back."""

from __future__ import annotations

from uuid import UUID

from core import clock
from core.registry import Message
from core.types import Actor
from payroll.models import EmploymentContract
from payroll.services.contracts import mark_paid, mark_returned
from payroll.services.quota import correct_quota
from payroll.services.settlement import ITEM


def wage_paid(message: Message) -> None:
    """A payout is on a statement: the contract is paid once all of its pay is. Bears repeats."""
    if message.payload.get("source_type") == ITEM:
        mark_paid(item_id=UUID(message.payload["source_id"]), actor=Actor.system("bank"))


def wage_returned(message: Message) -> None:
    """A payout came back: the contract is no longer paid, until its successor is. Bears repeats."""
    if message.payload.get("source_type") == ITEM:
        mark_returned(item_id=UUID(message.payload["source_id"]), actor=Actor.system("bank"))


def quota_exceeded(message: Message) -> None:
    """Work that was paid as a student's is outside the quota: paid anew as an employee's. Bears repeats."""
    contracts = EmploymentContract.objects.filter(pk=message.payload["contract_id"])
    people = list(contracts.values_list("person_id", flat=True))
    if people:
        correct_quota(on=clock.today(), people=people)
