"""The days, hours and money of a contract, month by month. Pure: no rows, no clock."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

from core.calendar import first_of_month, last_of_month, next_month
from core.money import ZERO
from payroll.engine.employer import split_by_hours

MOST_HOURS_A_DAY = 12


@dataclass(frozen=True, slots=True)
class MonthPart:
    """What of a contract lies in one month: days, hours, gross and employment budget in euro."""

    month: date
    first_day: date
    last_day: date
    hours: Decimal
    gross: Decimal
    budget: Decimal


def plan_months(
    starts_on: date, ends_on: date, hours: Decimal, gross: Decimal, budget: Decimal
) -> tuple[MonthPart, ...]:
    """Hours by planned weekdays (all days when none is a weekday), money by hours; the last month takes the
    rest of every amount. A month in which nothing is planned has no part."""
    spans = list(_spans(starts_on, ends_on))
    weights = [Decimal(_weekdays(first, last)) for first, last in spans]
    if not any(weights):
        weights = [Decimal((last - first).days + 1) for first, last in spans]
    planned = [(span, weight) for span, weight in zip(spans, weights, strict=True) if weight]
    month_hours = split_by_hours(hours, [weight for _, weight in planned])
    grosses = split_by_hours(gross, month_hours)
    budgets = split_by_hours(budget, month_hours)
    return tuple(
        MonthPart(first_of_month(first), first, last, part, part_gross, part_budget)
        for ((first, last), _), part, part_gross, part_budget in zip(
            planned, month_hours, grosses, budgets, strict=True
        )
    )


def work_left(planned_until: date, ends_on: date) -> bool:
    """Whether a contract goes on after its last planned part: always without an end, else when a weekday is
    left. Months of an open-ended contract are planned one by one.
    """
    if ends_on == date.max:
        return True
    return planned_until < ends_on and _weekdays(planned_until + timedelta(days=1), ends_on) > 0


def latest_end(starts_on: date) -> date:
    """The last day of a contract of one month: the day before the same day of the next month."""
    following = next_month(starts_on)
    if starts_on.day > last_of_month(following).day:
        return last_of_month(following)
    return following.replace(day=starts_on.day) - timedelta(days=1)


def most_hours(starts_on: date, ends_on: date) -> Decimal:
    """The most hours that can be worked in the days of a contract."""
    return Decimal(MOST_HOURS_A_DAY * ((ends_on - starts_on).days + 1))


def performances(starts_on: date, ends_on: date) -> int:
    """How many days of work are planned."""
    return len(work_days(starts_on, ends_on))


def work_days(starts_on: date, ends_on: date) -> list[date]:
    """Planned days of work: weekdays, or all days when none is one."""
    days = [starts_on + timedelta(days=n) for n in range((ends_on - starts_on).days + 1)]
    return [day for day in days if day.weekday() < 5] or days


def day_after(day: date) -> date:
    """The next day of the calendar."""
    return day + timedelta(days=1)


def hours_by_year(parts: tuple[MonthPart, ...]) -> dict[int, Decimal]:
    """Planned hours per calendar year."""
    years: dict[int, Decimal] = {}
    for part in parts:
        years[part.month.year] = years.get(part.month.year, ZERO) + part.hours
    return years


def same_hours(mine: tuple[time | None, time | None], other: tuple[time | None, time | None]) -> bool:
    """Whether two contracts that share a day are at the same hours; without hours the whole day is taken."""
    if None in mine or None in other:
        return True
    return bool(mine[0] < other[1] and other[0] < mine[1])  # type: ignore[operator]  # no None here


def quarters(starts_on: date, ends_on: date) -> Iterator[tuple[date, date]]:
    """The parts of a period in each calendar quarter."""
    first = starts_on
    while first <= ends_on:
        end = last_of_month(first.replace(month=(first.month + 2) // 3 * 3, day=1))
        yield first, min(end, ends_on)
        first = end + timedelta(days=1)


def _spans(starts_on: date, ends_on: date) -> Iterator[tuple[date, date]]:
    first = starts_on
    while first <= ends_on:
        last = min(last_of_month(first), ends_on)
        yield first, last
        first = last + timedelta(days=1)


def _weekdays(first: date, last: date) -> int:
    return sum((first + timedelta(days=n)).weekday() < 5 for n in range((last - first).days + 1))
