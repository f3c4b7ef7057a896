"""A worker's file on one page."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from members.models import FamilySituation, Person
from members.selectors import family_history
from payroll.workers import selectors
from payroll.workers.models import Attestation, HolidayCertificate, WorkAccident
from payroll.workers.selectors import Covered, StudentYear

MOST = 50
"""Rows of a kind on the page; lists have them all."""


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is known of a worker on a day. `accidents` is None for readers whom health does not concern."""

    on: date
    family: Sequence[FamilySituation]
    attestations: Sequence[Attestation]
    student: StudentYear | None
    accidents: Sequence[WorkAccident] | None
    covers: Sequence[Covered]
    certificates: Sequence[HolidayCertificate]


def sheet_of(person: Person, on: date, *, health: bool) -> Sheet:
    """The file of a worker as it stands on a day."""
    return Sheet(
        on=on,
        family=list(family_history(person)[:MOST]),
        attestations=list(person.attestations.order_by("-id")[:MOST]),
        student=selectors.student_year(person, on.year) if selectors.was_student(person) else None,
        accidents=list(selectors.accidents(person, frozenset())[:MOST]) if health else None,
        covers=selectors.covers_of(person, on),
        certificates=list(selectors.certificates(person, frozenset())[:MOST]),
    )
