"""Periods of returns, as people write them, and the days by which returns leave."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta

from core.calendar import last_of_month
from payroll.engine.statutory import figures_of
from payroll.returns.enums import PublicReturnKind
from payroll.returns.errors import UnknownReturnPeriod

_MONTH = re.compile(r"(?P<year>\d{4})-(?P<month>0[1-9]|1[0-2])")
_QUARTER = re.compile(r"(?P<year>\d{4})-[QqTt]?(?P<quarter>[1-4])")
_YEAR = re.compile(r"(?P<year>\d{4})")


@dataclass(frozen=True, slots=True)
class ReturnPeriod:
    """First and last day of what a return is about."""

    first: date
    last: date

    @property
    def code(self) -> str:
        """`2026-11`, `2026-4` (a quarter) or `2026`, as it is written in addresses and commands; the two days
        of anything else.
        """
        if self.first.day != 1 or self.last != last_of_month(self.last):
            return f"{self.first.isoformat()}/{self.last.isoformat()}"
        months = (self.last.year - self.first.year) * 12 + self.last.month - self.first.month + 1
        if months == 1:
            return f"{self.first:%Y-%m}"
        if months == 12:
            return f"{self.first.year}"
        return f"{self.first.year}-{(self.first.month + 2) // 3}"


def quarter_period(year: int, quarter: int) -> ReturnPeriod:
    """A quarter, counted from 1."""
    first = date(year, quarter * 3 - 2, 1)
    return ReturnPeriod(first, last_of_month(date(year, quarter * 3, 1)))


def month_period(day: date) -> ReturnPeriod:
    """The month of a day."""
    return ReturnPeriod(day.replace(day=1), last_of_month(day))


def year_period(year: int) -> ReturnPeriod:
    """A calendar year."""
    return ReturnPeriod(date(year, 1, 1), date(year, 12, 31))


def parse_return_period(kind: str, text: str) -> ReturnPeriod:
    """The period that a kind of return is made for: a quarter (`2026-4`), a month (`2026-11`) or a year
    (`2026`). Raises `UnknownReturnPeriod`.
    """
    form = {PublicReturnKind.DMFA: _QUARTER, PublicReturnKind.WITHHOLDING: _MONTH}.get(
        PublicReturnKind(kind), _YEAR
    )
    found = form.fullmatch(text.strip())
    if found is None:
        raise UnknownReturnPeriod(period=text)
    year = int(found["year"])
    if not 2000 <= year <= 2100:
        raise UnknownReturnPeriod(period=text)
    if form is _QUARTER:
        return quarter_period(year, int(found["quarter"]))
    if form is _MONTH:
        return month_period(date(year, int(found["month"]), 1))
    return year_period(year)


def due_day(kind: str, last: date, country: str) -> date:
    """The day by which a return of a period that ends on `last` must leave; a C4 on that day itself. Raises
    `NoFigureInForce`.
    """
    if kind == PublicReturnKind.END:
        return last
    row = figures_of(country.lower()).on("returns.deadlines", last).value[kind]
    month = last.month - 1 + int(row["months"])
    year, month = last.year + month // 12, month % 12 + 1
    return date(year, month, int(row["day"]) or monthrange(year, month)[1])


def periods_ended(kind: str, today: date, count: int) -> list[ReturnPeriod]:
    """The last `count` periods that are over on a day, the newest first."""
    found: list[ReturnPeriod] = []
    day = today
    while len(found) < count:
        if kind == PublicReturnKind.DMFA:
            period = quarter_period(day.year, (day.month + 2) // 3)
        elif kind == PublicReturnKind.WITHHOLDING:
            period = month_period(day)
        else:
            period = year_period(day.year)
        if period.last < today:
            found.append(period)
        day = period.first - timedelta(days=1)
    return found
