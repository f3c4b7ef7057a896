"""A salary from an estimate of income: what twelve months bear, and the largest gross that fits. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal

from core.money import CENT, ZERO, r
from payroll.engine.employer import largest_gross

MONTHS = 12
FULL_WEEK = Decimal(38)
MOST_A_DAY = Decimal(12)
WEEKS_A_MONTH = Decimal(52) / Decimal(12)


@dataclass(frozen=True, slots=True)
class Estimate:
    """What is expected of one month: income without VAT and planned costs, in euro; why, in words."""

    month: date
    income: Decimal
    costs: Decimal
    text: str = ""


@dataclass(frozen=True, slots=True)
class NetMonth:
    """A month of an estimate: `net = income − levy − costs`, `levy = r(income × rate)`."""

    month: date
    income: Decimal
    levy: Decimal
    costs: Decimal
    net: Decimal
    text: str


def net_months(estimates: Sequence[Estimate], levy_rate: Decimal) -> tuple[NetMonth, ...]:
    """Each month after the levy and the planned costs."""
    found = []
    for row in estimates:
        levy = r(row.income * levy_rate)
        found.append(
            NetMonth(row.month, row.income, levy, row.costs, row.income - levy - row.costs, row.text)
        )
    return tuple(found)


def average_of(months: Sequence[NetMonth]) -> Decimal:
    """What every month bears, to the cent below: twelve times this never exceeds the estimate."""
    total = sum((row.net for row in months), ZERO)
    return (total / len(months)).quantize(CENT, ROUND_DOWN) if months else ZERO


def borne_gross(average: Decimal, multiplier: Decimal) -> Decimal:
    """The largest monthly gross whose employment budget fits; zero when none does."""
    return largest_gross(average, multiplier) if average >= multiplier * CENT else ZERO


def monthly_hours(weekly: Decimal) -> Decimal:
    """Hours of an average month: a twelfth of fifty-two weeks."""
    return r(weekly * WEEKS_A_MONTH)


def lowest_gross(full_time_minimum: Decimal, weekly: Decimal) -> Decimal:
    """The minimum of a month at these hours: the scale for 38 hours a week, by hours, to the cent above."""
    exact = full_time_minimum * weekly / FULL_WEEK
    return r(exact) if r(exact) >= exact else r(exact) + CENT


def runway(
    available: Decimal, coming: Sequence[tuple[date, Decimal, Decimal]]
) -> tuple[date, Decimal] | None:
    """The first month whose salary the budget does not reach, and what is missing then; None when all are
    borne.

    `coming`: per month the net income expected until its salary is set aside, and what the salary costs.
    """
    left = available
    for month, income, cost in coming:
        left += income - cost
        if left < 0:
            return month, -left
    return None
