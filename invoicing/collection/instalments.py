"""Proposed instalments of a plan. Pure."""

from __future__ import annotations

from calendar import monthrange
from datetime import date
from decimal import ROUND_DOWN, Decimal

from core.money import CENT


def monthly(total: Decimal, count: int, first_on: date) -> list[tuple[date, Decimal]]:
    """Equal instalments on the same day of each month (the last day of a shorter one); the last instalment
    takes the cents that are left: 100.00 in three is 33.33, 33.33, 33.34.
    """
    part = (total / count).quantize(CENT, ROUND_DOWN)
    amounts = [part] * (count - 1) + [total - part * (count - 1)]
    return [(_month_after(first_on, place), amount) for place, amount in enumerate(amounts)]


def _month_after(day: date, months: int) -> date:
    count = day.year * 12 + day.month - 1 + months
    year, month = count // 12, count % 12 + 1
    return date(year, month, min(day.day, monthrange(year, month)[1]))
