"""Paid hours as people write them on the command line: days, hours, part time."""

from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from fractions import Fraction

from core.calendar import FULL_TIME_DAY, month_hours
from core.money import r
from payroll.engine.errors import InvalidHours, InvalidPartTime

HOURS_A_DAY = 24


def paid_hours(day: date, *, days: str | None, hours: str | None, part_time: str | None) -> Decimal:
    """Paid hours of the item in the month of `day`: those given, else the days', else the whole month's.

    A day has 7.6 hours; a part time takes its share of the days or of the month, rounded half-up to two
    decimals. Raises `InvalidHours`, `InvalidPartTime`.
    """
    last = monthrange(day.year, day.month)[1]
    if hours is not None:
        return _positive(hours, Decimal(HOURS_A_DAY * last))
    whole = month_hours(day) if days is None else FULL_TIME_DAY * _positive(days, Decimal(last))
    share = Fraction(1) if part_time is None else part_of_full_time(part_time)
    found = r(whole * share.numerator / share.denominator)
    if not found or (days is not None and part_time is None and found != whole):
        raise InvalidHours(value=days or part_time)
    return found


def part_of_full_time(text: str) -> Fraction:
    """`1/2`, `0.5`, `50%` or `50`: half time. Above 0, at most full time; raises `InvalidPartTime`."""
    written = text.strip().removesuffix("%").strip()
    try:
        share = Fraction(written)
    except (ValueError, ZeroDivisionError):
        raise InvalidPartTime(value=text) from None
    if written != text.strip() or share > 1:
        share /= 100
    if not 0 < share <= 1:
        raise InvalidPartTime(value=text)
    return share


def _positive(text: str, most: Decimal) -> Decimal:
    try:
        number = Decimal(text)
    except InvalidOperation:
        raise InvalidHours(value=text) from None
    if not number.is_finite() or not 0 < number <= most or number != r(number):
        raise InvalidHours(value=text)
    return number
