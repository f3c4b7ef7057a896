"""Interest for late payment, line by line. Pure.

A line is a stretch of days of one semester on one balance: r(balance × rate × days / 365), half-up to the
cent, once per line, because each line stands on its own in the claim with its base, rate and days. The sum
of the lines is the interest; nothing else is rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from core.money import ZERO, r
from invoicing.collection.law import semester_of

YEAR = 365
"""Days of a year of interest, leap years too."""


@dataclass(frozen=True, slots=True)
class InterestLine:
    """Interest of `days` days, from `first` to `last`, on `base` euro at `rate` (a fraction a year)."""

    first: date
    last: date
    base: Decimal
    rate: Decimal
    semester: str
    source: str

    @property
    def days(self) -> int:
        """Days counted, the first and the last among them."""
        return (self.last - self.first).days + 1

    @property
    def amount(self) -> Decimal:
        """Euro, half-up to the cent."""
        return r(self.base * self.rate * self.days / YEAR)

    def as_basis(self) -> dict[str, Any]:
        """How a claim keeps the line, to be explained ever after."""
        return {
            "first": self.first.isoformat(),
            "last": self.last.isoformat(),
            "days": self.days,
            "base": str(self.base),
            "rate": str(self.rate),
            "semester": self.semester,
            "source": self.source,
            "amount": str(self.amount),
        }


def interest_lines(
    country: str, movements: Sequence[tuple[date, Decimal]], *, first: date, last: date
) -> list[InterestLine]:
    """Interest from `first` to `last`, both counted.

    `movements`: (day, change of the balance in euro), in any order; a change counts from the day after it:
    who pays on a day owes interest for that day. Raises `NoRateInForce` where a semester has no rate.
    """
    lines: list[InterestLine] = []
    changes = sorted((day + timedelta(days=1), amount) for day, amount in movements)
    day = first
    while day <= last:
        semester = semester_of(country, day)
        base = sum((amount for start, amount in changes if start <= day), ZERO)
        until = min(
            [last, semester.last, *(start - timedelta(days=1) for start, _ in changes if start > day)]
        )
        if base > 0:
            lines.append(InterestLine(day, until, base, semester.rate, semester.name, semester.source))
        day = until + timedelta(days=1)
    return lines


def total_of(lines: Sequence[InterestLine]) -> Decimal:
    """The interest in euro: the sum of its lines."""
    return sum((line.amount for line in lines), ZERO)
