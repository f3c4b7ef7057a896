"""Who is told of an advance: those who may decide, then the worker."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from babel.dates import format_date
from django.utils import translation

from core.kit.formats import money
from members.enums import Role
from members.models import Person
from members.notices.services import notify
from members.selectors import grants_in_force
from payroll.deductions.enums import AdvanceState
from payroll.deductions.models import Advance


def tell_deciders(*, advance_id: UUID, on: date, cause: UUID) -> None:
    """Write to everybody of payroll who may decide: neither the worker nor who asked. An advance that no
    longer waits is told to nobody; the same `cause` told again writes nothing.
    """
    row = Advance.objects.select_related("person").filter(pk=advance_id, state=AdvanceState.ASKED).first()
    if row is None:
        return
    held = grants_in_force(on).filter(role=Role.PAYROLL_ADMIN).values("person")
    deciders = Person.objects.filter(pk__in=held).exclude(
        pk__in=[row.person_id, row.asked_by_id or row.person_id]
    )
    for person in deciders.select_related("user").order_by("pk"):
        _tell(person, "advance_asked", row, cause, worker=str(row.person))


def tell_worker(*, advance_id: UUID, cause: UUID) -> None:
    """Write to the worker what was decided, with the reason of a refusal. The same `cause` told again writes
    nothing.
    """
    row = (
        Advance.objects.select_related("person__user").filter(pk=advance_id).exclude(decided_on=None).first()
    )
    if row is None:
        return
    refused = row.state == AdvanceState.REFUSED
    _tell(row.person, "advance_refused" if refused else "advance_agreed", row, cause, answer=row.answer)


def _tell(person: Person, kind: str, row: Advance, cause: UUID, **values: str) -> None:
    """In the language of who reads it."""
    with translation.override(person.language):
        amount = money(row.amount)
    day = format_date(row.asked_on, format="long", locale=person.language)
    notify(person=person, kind=kind, cause=cause, amount=amount, day=day, **values)
