"""Periods of work as they are expected and as they were declared, and the next thing to say. Pure but for the
rows that it reads.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta

from core.uuid7 import uuid7
from payroll.dimona.types import own_reference
from payroll.enums import ACCEPTED_STATES, PENDING_STATES, QUEUE_STATES, DeclarationKind, DeclarationState
from payroll.models import OPEN_END, Declaration, EmploymentContract

START_FIXED = "00910-344"
"""The office lets nobody move this start to a later day."""

END_FIXED = "00911-344"
"""The office lets nobody move this end to a later day."""


@dataclass(frozen=True, slots=True)
class Period:
    """A period of work as it is expected or declared; `hours` for students only."""

    starts_on: date
    ends_on: date
    hours: int | None

    def meets(self, other: Period) -> bool:
        """Whether the two share a day."""
        return self.starts_on <= other.ends_on and other.starts_on <= self.ends_on


@dataclass(slots=True)
class Part:
    """What was said about one period, oldest first; `key` is the day that names it among its carrier's."""

    carrier: EmploymentContract
    key: date
    rows: list[Declaration] = field(default_factory=list)
    expected: Period | None = None

    @property
    def declared(self) -> Period | None:
        """What the office knows of it, from the declarations that it accepted."""
        period = None
        for row in self.rows:
            if row.state in ACCEPTED_STATES:
                period = None if row.kind == DeclarationKind.CANCEL else said_by(row)
        return period

    @property
    def pending(self) -> Declaration | None:
        """The declaration that has no last word yet."""
        return next((row for row in self.rows if row.state in PENDING_STATES), None)

    @property
    def occupied(self) -> list[Period]:
        """The days that the office holds, or may hold once it has answered."""
        coming = self.pending
        said = said_by(coming) if coming is not None and coming.kind != DeclarationKind.CANCEL else None
        return [period for period in (self.declared, said) if period is not None]

    @property
    def start_is_fixed(self) -> bool:
        """Whether the office refused to move the declared start to a later day."""
        return self._refused_since_accepted(START_FIXED)

    @property
    def end_is_fixed(self) -> bool:
        """Whether the office refused to move the declared end to a later day."""
        return self._refused_since_accepted(END_FIXED)

    def _refused_since_accepted(self, code: str) -> bool:
        refused = False
        for row in self.rows:
            if row.state in ACCEPTED_STATES:
                refused = False
            elif row.state == DeclarationState.REFUSED and any(a["code"] == code for a in row.anomalies):
                refused = True
        return refused and self.declared is not None


def said_by(row: Declaration) -> Period:
    """The period of which a declaration speaks."""
    return Period(row.starts_on, row.ends_on, row.planned_hours)


def wanted(part: Part) -> tuple[DeclarationKind, Period] | None:
    """What must be said for the office to know what is expected; None when it does.

    An open period is closed by an OUT, after its start is as expected. A start that the office no longer
    moves is taken back, and declared anew once it is gone.
    """
    declared, expected = part.declared, part.expected
    if expected == declared:
        return None
    if expected is None:
        assert declared is not None
        return DeclarationKind.CANCEL, declared
    if declared is None:
        return DeclarationKind.IN, expected
    if part.start_is_fixed and expected.starts_on > declared.starts_on:
        return DeclarationKind.CANCEL, declared
    if part.end_is_fixed and expected.starts_on > declared.ends_on:
        return DeclarationKind.CANCEL, declared
    if declared.ends_on == OPEN_END != expected.ends_on:
        if declared.starts_on == expected.starts_on:
            return DeclarationKind.OUT, expected
        return DeclarationKind.UPDATE, Period(expected.starts_on, OPEN_END, expected.hours)
    return DeclarationKind.UPDATE, expected


def step(part: Part, parts: list[Part]) -> tuple[DeclarationKind, Period] | None:
    """The next declaration about a part, if one can be made now: nothing waits for an answer or a person, and
    the days are free at the office.
    """
    if part.pending is not None:
        return None
    last = part.rows[-1] if part.rows else None
    if last is not None and last.state in QUEUE_STATES and not last.handled:
        return None
    found = wanted(part)
    if found is None or found[0] == DeclarationKind.CANCEL:
        return found
    taken = (period for other in parts if other is not part for period in other.occupied)
    return None if any(found[1].meets(period) for period in taken) else found


def mend(row: Declaration, part: Part) -> bool:
    """Let a declaration that never left follow the contracts, or end it when nothing is left to say; whether
    it changed.
    """
    found = wanted(part)
    before = (row.kind, row.state, said_by(row))
    if found is None:
        row.state = DeclarationState.CANCELLED
    else:
        row.kind, period = found
        row.starts_on, row.ends_on, row.planned_hours = period.starts_on, period.ends_on, period.hours
        row.period_id = known_number(part, row.kind)
    return before != (row.kind, row.state, said_by(row))


def known_number(part: Part, kind: str) -> str:
    """The office's number of the period that a declaration changes; none for a new one."""
    if kind == DeclarationKind.IN:
        return ""
    return next((row.period_id for row in reversed(part.rows) if row.period_id), "")


def new_reference() -> str:
    """A reference that names one declaration and no other."""
    return own_reference(uuid7())


def with_rest_apart(part: Part, period: Period) -> list[Period]:
    """A period that may not grow any more, and the days after it as a period of their own.

    The hours of a student are shared: what is declared stays, at least one is left for the rest.
    """
    held = part.declared
    if held is None or not part.end_is_fixed or not period.starts_on <= held.ends_on < period.ends_on:
        return [period]
    first = rest = None
    if period.hours is not None:
        first = max(1, min(held.hours or 1, period.hours - 1))
        rest = max(1, period.hours - first)
    return [
        Period(period.starts_on, held.ends_on, first),
        Period(held.ends_on + timedelta(days=1), period.ends_on, rest),
    ]
