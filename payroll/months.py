"""Months and quarters as the run counts them: each is its first day."""

from __future__ import annotations

from datetime import date, timedelta

from core.calendar import FIRST_YEAR, LAST_YEAR, first_of_month, next_month


def read_month(text: str) -> date:
    """The first day of a month written as 2026-11. Raises `ValueError`, also for years nobody is paid in."""
    month = date.fromisoformat(f"{text}-01")
    if not FIRST_YEAR <= month.year <= LAST_YEAR:
        raise ValueError(text)
    return month


def month_before(month: date) -> date:
    """The month before."""
    return first_of_month(first_of_month(month) - timedelta(days=1))


def quarter_of(month: date) -> date:
    """The quarter that the month lies in."""
    return date(month.year, (month.month - 1) // 3 * 3 + 1, 1)


def months_of(quarter: date) -> tuple[date, date, date]:
    """Its three months."""
    second = next_month(quarter)
    return quarter, second, next_month(second)
