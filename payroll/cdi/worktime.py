"""Days of work and absence of a month, with hours, pay and work-time codes. Pure: no rows, no clock.

Sources: law of 3 July 1978 (guaranteed pay), DmfA annex 8 (codes); the rules are dated figures.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.calendar import legal_holidays
from core.money import ZERO
from payroll.engine.statutory import Figures

HALF = Decimal(2)


@dataclass(frozen=True, slots=True)
class AbsenceRule:
    """What an absence does: `pay` all, none or first (the first `days`, calendar or worked ones).
    `holidays_paid`: public holidays within it stay paid though it is not.
    """

    pay: str
    code: str
    then: str
    days: int
    service_months: int
    relapse_days: int
    worked: bool
    holidays_paid: bool = False


@dataclass(frozen=True, slots=True)
class Away:
    """An approved absence: kind, days, whether of half a day."""

    kind: str
    first_day: date
    last_day: date
    half: bool = False


@dataclass(frozen=True, slots=True)
class WorkDay:
    """A part of a day under contract: hours, work-time code, whether it is paid, the kind of absence."""

    day: date
    hours: Decimal
    code: str
    paid: bool
    kind: str = ""
    public_holiday: bool = False


Pattern = Sequence[Decimal]
"""Contractual hours by weekday, Monday first."""


def rules_on(figures: Figures, day: date) -> Mapping[str, AbsenceRule]:
    """Rules of absences in force on a day, by kind. Raises `NoFigureInForce`."""
    rows: Mapping[str, Mapping[str, Any]] = figures.on("absence.kinds", day).value
    return {
        kind: AbsenceRule(
            pay=row["pay"],
            code=row["code"],
            then=row["then"],
            days=int(row["days"]),
            service_months=int(row["service_months"]),
            relapse_days=int(row["relapse_days"]),
            worked=bool(row["worked"]),
            holidays_paid=bool(row.get("holidays_paid", False)),
        )
        for kind, row in rows.items()
    }


def hours_between(first: date, last: date, pattern: Pattern) -> Decimal:
    """Contractual hours of a span of days, public holidays included: they are paid."""
    return sum((pattern[day.weekday()] for day in days_between(first, last)), ZERO)


def days_between(first: date, last: date) -> Iterable[date]:
    """Every day from first to last."""
    for number in range((last - first).days + 1):
        yield first + timedelta(days=number)


def months_after(day: date, months: int) -> date:
    """The same day so many months later, or the last one of that month."""
    year, month = divmod(day.month - 1 + months, 12)
    first = date(day.year + year, month + 1, 1)
    following = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return min(first + timedelta(days=day.day - 1), following - timedelta(days=1))


def paid_absence(
    absence: Away,
    day: date,
    *,
    absences: Sequence[Away],
    rule: AbsenceRule,
    started_on: date,
    pattern: Pattern,
) -> bool:
    """Whether a working day of an absence is paid by the employer."""
    if rule.pay != "first":
        return rule.pay == "all"
    began = _episode_start(absence, absences, rule)
    # Service may be completed during the absence: the rest of its guaranteed period is then paid.
    if day < months_after(started_on, rule.service_months):
        return False
    if rule.worked:
        count = sum(1 for before in days_between(began, day) if pattern[before.weekday()])
        return count <= rule.days
    return (day - began).days < rule.days


def work_days(
    first: date,
    last: date,
    *,
    pattern: Pattern,
    absences: Sequence[Away],
    rules: Mapping[str, AbsenceRule],
    worked_code: str,
    started_on: date,
) -> tuple[WorkDay, ...]:
    """Every day under contract with hours: worked, on holiday, away. A half day gives two parts.

    A public holiday stays a paid day unless the absence is not paid and its rule does not keep it.
    """
    found: list[WorkDay] = []
    for day in days_between(first, last):
        hours = pattern[day.weekday()]
        if not hours:
            continue
        public = day in legal_holidays(day.year)
        left = hours
        for absence in absences:
            if not absence.first_day <= day <= absence.last_day:
                continue
            rule = rules[absence.kind]
            paid = paid_absence(
                absence, day, absences=absences, rule=rule, started_on=started_on, pattern=pattern
            )
            if public and (paid or rule.holidays_paid):
                continue
            part = min(left, hours / HALF if absence.half else hours)
            if part:
                code = rule.code if paid else rule.then
                found.append(WorkDay(day, part, code, paid, absence.kind))
                left -= part
        if left:
            found.append(WorkDay(day, left, worked_code, True, "", public))
    return tuple(found)


def by_code(parts: Iterable[WorkDay]) -> dict[str, tuple[Decimal, Decimal]]:
    """Days and hours by work-time code; a part of a day counts by its hours."""
    parts = tuple(parts)
    whole: dict[date, Decimal] = {}
    for part in parts:
        whole[part.day] = whole.get(part.day, ZERO) + part.hours
    totals: dict[str, tuple[Decimal, Decimal]] = {}
    for part in parts:
        days, hours = totals.get(part.code, (ZERO, ZERO))
        totals[part.code] = days + part.hours / whole[part.day], hours + part.hours
    return totals


def days_taken(absence: Away, pattern: Pattern) -> Decimal:
    """Working days that an absence takes, public holidays left out; half a day is 0.5."""
    whole = sum(
        1
        for day in days_between(absence.first_day, absence.last_day)
        if pattern[day.weekday()] and day not in legal_holidays(day.year)
    )
    return Decimal(whole) / HALF if absence.half else Decimal(whole)


def _episode_start(absence: Away, absences: Sequence[Away], rule: AbsenceRule) -> date:
    """The first day of an absence, or of the one that it continues: a relapse has no new guaranteed pay."""
    began = absence.first_day
    for other in sorted(absences, key=lambda row: row.first_day, reverse=True):
        near = began - timedelta(days=rule.relapse_days + 1)
        if other.kind == absence.kind and other.first_day < began and other.last_day >= near:
            began = other.first_day
    return began
