"""Time of staff as the quarterly declaration, the individual account and the C4 count it: every planned day
and hour of a month under one code, what is paid under code 1, what is not under that of its absence.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.calendar import first_of_month, last_of_month, next_month
from core.money import ZERO
from payroll.cdi import selectors
from payroll.cdi.enums import AbsenceKind, AbsenceState
from payroll.cdi.models import Absence, OpenEndedTerms
from payroll.cdi.worktime import Away, by_code, days_between
from payroll.enums import COUNTED_STATES
from payroll.models import EmploymentContract
from payroll.worktime import PAID, Spent, WorkTime


def work_times(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> Iterator[WorkTime]:
    """The time of these workers' open-ended contracts, month by month; code 1 always says the month's paid
    time. Days of temporary unemployment are left to the room that keeps them. Raises `NoFigureInForce` for
    a month with an absence.
    """
    rows = selectors.contracts().filter(
        entity_id=entity_id,
        person_id__in=people,
        state__in=COUNTED_STATES,
        starts_on__lte=last,
        ends_on__gte=first,
    )
    contracts = list(rows.order_by("pk"))
    terms: dict[UUID, list[OpenEndedTerms]] = defaultdict(list)
    for row in OpenEndedTerms.objects.filter(contract__in=contracts).order_by("valid_from"):
        terms[row.contract_id].append(row)
    absences: dict[UUID, list[Away]] = defaultdict(list)
    for absence in Absence.objects.filter(
        contract__in=contracts,
        state=AbsenceState.APPROVED,
        first_day__lte=last,
        last_day__gte=first_of_month(first) - selectors.LOOK_BACK,
    ).order_by("first_day", "pk"):
        absences[absence.contract_id].append(selectors.away(absence))
    for contract in contracts:
        begin, end = max(first, contract.starts_on), min(last, contract.ends_on)
        while begin <= end:
            until = min(end, last_of_month(begin))
            yield from _month(contract, begin, until, terms[contract.pk], absences[contract.pk])
            begin = next_month(begin)


def _month(
    contract: EmploymentContract,
    first: date,
    last: date,
    terms: list[OpenEndedTerms],
    absences: list[Away],
) -> Iterator[WorkTime]:
    """The days of one month under a contract, by code."""
    pattern = selectors.in_force(terms, first).pattern
    week = Decimal(sum(1 for hours in pattern if hours)), sum(pattern, ZERO)
    back = first - selectors.LOOK_BACK
    near = [row for row in absences if row.first_day <= last and row.last_day >= back]
    found: dict[int, Spent] = {PAID: (ZERO, ZERO)}
    if near:
        parts = selectors.planned_days(contract, first, last, terms=terms, absences=near)
        kept = [part for part in parts if part.kind != AbsenceKind.TEMPORARY_UNEMPLOYMENT]
        found |= {int(code): spent for code, spent in by_code(kept).items()}
    else:
        # The rules of a coming year may not be loaded yet: who is not away does not need them.
        hours = [pattern[day.weekday()] for day in days_between(first, last)]
        found[PAID] = Decimal(sum(1 for some in hours if some)), sum(hours, ZERO)
    month = first_of_month(first)
    for code, (days, spent) in sorted(found.items()):
        yield WorkTime(contract.person_id, contract.pk, month, code, days, spent, week=week)
