"""Time of workers that is not paid work of a contract: whoever keeps it registers where it is read.

The quarterly declaration, the individual account and the paper at the end of a contract count days and
hours by the codes of the social security office (1 paid time, 24 pressing family reasons, 30 unpaid, 50
sickness, 51 maternity, 52 birth leave, 60 accident at work, 70 to 77 temporary unemployment). The months of
contracts give code 1; rooms add theirs, and a room that knows the days of a contract says its code 1 too.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.money import ZERO

PAID = 1
"""The code of time that is paid with contributions: work, public holidays, guaranteed pay, paid leave."""

Spent = tuple[Decimal, Decimal]
"""Days and hours."""


@dataclass(frozen=True, slots=True)
class WorkTime:
    """Days and hours of one worker under one contract and one code, within one month.

    `paid`: these hours are among those of the contract's pay, so they leave code 1. Code 1 itself says all
    the paid time of the contract's month, also when it is none. `week`: days and hours of a week by contract.
    """

    person_id: UUID
    contract_id: UUID
    month: date
    code: int
    days: Decimal
    hours: Decimal
    paid: bool = False
    week: Spent | None = None


WorkTimeSource = Callable[[UUID, date, date, Collection[UUID]], Iterable[WorkTime]]
"""(entity, first day, last day, workers) → their times within these days."""

_sources: list[WorkTimeSource] = []


def register_work_time(source: WorkTimeSource) -> None:
    """Count the times of a source from now on; twice is once."""
    if source not in _sources:
        _sources.append(source)


def work_times(entity_id: UUID, first: date, last: date, people: Collection[UUID]) -> list[WorkTime]:
    """Every time of these workers that some room keeps, within the days."""
    return [time for source in _sources for time in source(entity_id, first, last, people)]


def count_times(
    booked: Mapping[date, Spent], times: Iterable[WorkTime]
) -> tuple[dict[date, Spent], list[WorkTime]]:
    """The paid time of one contract by month, and its other times. `booked`: time of its pay by month.

    Where a room says the paid time of a month, that replaces what the pay says; where pay and days do not
    know of each other yet (the pay or its correction is still to be booked), the month stays as it is booked
    and its other times come with the booking. Other times that are among the paid hours leave them.
    """
    by_month: dict[date, list[WorkTime]] = defaultdict(list)
    for time in times:
        by_month[time.month].append(time)
    worked, others = dict(booked), []
    for month, found in sorted(by_month.items()):
        said = next((time for time in found if time.code == PAID), None)
        days, hours = booked.get(month, (ZERO, ZERO))
        if said is not None:
            if (hours > 0) != (said.hours > 0):
                continue
            days, hours = said.days, said.hours
        for time in found:
            if time.code == PAID:
                continue
            others.append(time)
            if time.paid and said is None:
                days, hours = max(ZERO, days - time.days), max(ZERO, hours - time.hours)
        if said is not None or month in booked:
            worked[month] = days, hours
    return worked, others


def week_of(times: Iterable[WorkTime]) -> Spent | None:
    """Days and hours of a week by the contract, as they were last; None when no room knows."""
    known = [time for time in times if time.week is not None]
    return max(known, key=lambda time: time.month).week if known else None
