"""Legal days: working days, public holidays, due dates of pay, full-time hours of a month. Pure, no clock.

Belgium: working days are Monday to Friday without the 10 legal public holidays (law of 4 January 1974).
"""

from calendar import monthrange
from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from typing import Any

from workalendar.europe import Belgium

from core.errors import DayOutOfReach

FIRST_YEAR, LAST_YEAR = 2000, 2100
"""A day outside of these years is a slip of the keyboard; its neighbours could be no dates at all."""

FULL_TIME_DAY = Decimal("7.6")
"""Hours of a full-time day: 38 hours a week over five days."""


def check_days(*days: date | None) -> None:
    """Raise `DayOutOfReach` for a day of a year that is none; None is a day that nobody gave."""
    for day in days:
        if day is not None and not FIRST_YEAR <= day.year <= LAST_YEAR:
            raise DayOutOfReach(day=f"{day:%d/%m/%Y}", first=str(FIRST_YEAR), last=str(LAST_YEAR))


@cache
def legal_holidays(year: int) -> Mapping[date, str]:
    """The 10 Belgian legal public holidays of the year, with their English names."""
    return dict(Belgium().holidays(year))


def is_working_day(day: date) -> bool:
    """Monday to Friday and not a legal public holiday."""
    return day.weekday() < 5 and day not in legal_holidays(day.year)


def nth_working_day_after(day: date, n: int) -> date:
    """The n-th working day strictly after `day`: 7 after Friday 6 November 2026 is Wednesday 18 November.

    `n` is at least 1; a smaller one is a caller's bug (ValueError).
    """
    if n < 1:
        raise ValueError("n must be at least 1")
    while n:
        day += timedelta(days=1)
        if is_working_day(day):
            n -= 1
    return day


def pay_due_date(last_day: date, pay_delay: Mapping[str, Any]) -> date:
    """The day on which wages are due, by the cooperative's pay-delay policy.

    One of `{working_days: n}`, `{days: n}` (calendar days), `{day_of_next_month: n}`, `{end_of_month: true}`,
    counted from the last day of work; anything else is a broken policy (ValueError).
    """
    match dict(pay_delay):
        case {"working_days": int(n), **rest} if not rest:
            return nth_working_day_after(last_day, n)
        case {"days": int(n), **rest} if not rest:
            return last_day + timedelta(days=n)
        case {"day_of_next_month": int(n), **rest} if not rest:
            following = next_month(last_day)
            return following.replace(day=min(n, monthrange(following.year, following.month)[1]))
        case {"end_of_month": True, **rest} if not rest:
            return last_of_month(last_day)
    raise ValueError(f"unknown pay delay: {pay_delay!r}")


def first_of_month(day: date) -> date:
    """The first day of the day's month."""
    return day.replace(day=1)


def last_of_month(day: date) -> date:
    """The last day of the day's month."""
    return day.replace(day=monthrange(day.year, day.month)[1])


def next_month(day: date) -> date:
    """The first day of the following month."""
    return last_of_month(day) + timedelta(days=1)


@cache
def weekdays_of_month(month: date) -> int:
    """Mondays to Fridays of the month, public holidays included: 21 in November 2026."""
    return sum(
        1 for d in range(monthrange(month.year, month.month)[1]) if month.replace(day=d + 1).weekday() < 5
    )


def month_hours(month: date) -> Decimal:
    """Full-time hours of the month, 7.6 per weekday with the holidays: 159.6 in November 2026."""
    return FULL_TIME_DAY * weekdays_of_month(month)
