"""Periods of VAT: months, quarters, years, and the days by which they are filed. Pure, no clock."""

from __future__ import annotations

import re
from calendar import monthrange
from dataclasses import dataclass
from datetime import date

from django.utils.translation import gettext as _

from core.calendar import is_working_day, nth_working_day_after
from core.kit.formats import month
from invoicing.vatreturns.enums import Rhythm
from invoicing.vatreturns.errors import UnknownPeriod
from invoicing.vatreturns.grids import Form

MONTHS = {Rhythm.MONTH: 1, Rhythm.QUARTER: 3, Rhythm.YEAR: 12}

_CODE = re.compile(r"(?P<year>20\d\d|19\d\d)(-(?P<month>0[1-9]|1[0-2])|-Q(?P<quarter>[1-4]))?", re.ASCII)


@dataclass(frozen=True, slots=True, order=True)
class VatPeriod:
    """A month, a quarter or a year, by its first and last day."""

    first: date
    last: date
    rhythm: Rhythm

    @property
    def code(self) -> str:
        """`2026-10`, `2026-Q4` or `2026`."""
        if self.rhythm == Rhythm.YEAR:
            return str(self.first.year)
        if self.rhythm == Rhythm.QUARTER:
            return f"{self.first.year}-Q{self.number}"
        return f"{self.first:%Y-%m}"

    @property
    def number(self) -> int:
        """Of the month or the quarter in its year; 1 for a year."""
        return (self.first.month - 1) // MONTHS[self.rhythm] + 1

    @property
    def label(self) -> str:
        """In words, in the reader's language."""
        if self.rhythm == Rhythm.YEAR:
            return str(self.first.year)
        if self.rhythm == Rhythm.QUARTER:
            return _("quarter %(number)s of %(year)s") % {"number": self.number, "year": self.first.year}
        return month(self.first)

    @property
    def before(self) -> VatPeriod:
        """The period that ends the day before."""
        months = self.first.year * 12 + self.first.month - 1 - MONTHS[self.rhythm]
        return period_of(date(months // 12, months % 12 + 1, 1), self.rhythm)


def period_of(day: date, rhythm: str) -> VatPeriod:
    """The period of a rhythm that holds a day."""
    length = MONTHS[Rhythm(rhythm)]
    month = (day.month - 1) // length * length + 1
    end = month + length - 1
    return VatPeriod(
        date(day.year, month, 1), date(day.year, end, monthrange(day.year, end)[1]), Rhythm(rhythm)
    )


def parse_period(code: str) -> VatPeriod:
    """The period that a code names. Raises `UnknownPeriod`."""
    match = _CODE.fullmatch(code)
    if match is None:
        raise UnknownPeriod(period=code[:20])
    year = int(match["year"])
    if match["quarter"]:
        return period_of(date(year, 3 * int(match["quarter"]), 1), Rhythm.QUARTER)
    if match["month"]:
        return period_of(date(year, int(match["month"]), 1), Rhythm.MONTH)
    return period_of(date(year, 1, 1), Rhythm.YEAR)


def due_day(form: Form, period: VatPeriod) -> date:
    """The last day on which the period may be filed and paid. The rule is that of the period's last day."""
    rule = form.deadline(period.rhythm, period.last)
    following = period.last.year * 12 + period.last.month
    day = date(following // 12, following % 12 + 1, 1)
    day = day.replace(month=rule.month) if rule.month else day
    day = day.replace(day=min(rule.day, monthrange(day.year, day.month)[1]))
    if rule.working_day and not is_working_day(day):
        return nth_working_day_after(day, 1)
    return day
