"""What the law of a country lets a creditor claim for late payment: dated tables, read from `statutory/`.

Pure: dates and amounts in, euro out. A country or a semester without a row has nothing in force, which is
a refusal and never zero.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.calendar import nth_working_day_after
from core.errors import NoRateInForce
from core.money import ZERO, r

STATUTORY = Path(__file__).parent / "statutory"
CONSUMER = "consumer"


@dataclass(frozen=True, slots=True)
class Semester:
    """The legal rate of late payment of half a year: a fraction a year, with its source."""

    name: str
    first: date
    last: date
    rate: Decimal
    status: str
    source: str


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the indemnity of consumers: `flat` + `share` of the part of the balance above `above`."""

    above: Decimal
    flat: Decimal
    share: Decimal


@dataclass(frozen=True, slots=True)
class ConsumerRule:
    """What Book XIX allows on a day: when, and at most how much (euro)."""

    free_days: int
    working_days_of_post: int
    later_reminder: Decimal
    caps: tuple[Step, ...]
    most: Decimal
    source: str

    def free_until(self, sent_on: date, *, by_post: bool) -> date:
        """The last day on which a first reminder keeps the debt free of charges.

        Fourteen calendar days: the first is the day after the e-mail, or the third working day after posting.
        """
        start = (
            nth_working_day_after(sent_on, self.working_days_of_post)
            if by_post
            else sent_on + timedelta(days=1)
        )
        return start + timedelta(days=self.free_days - 1)

    def indemnity(self, balance: Decimal) -> Decimal:
        """The most that may be asked once on a balance: 100 → 20, 500 → 65, 1,000 → 90, never above 2,000."""
        step = next(row for row in reversed(self.caps) if balance > row.above or row.above == 0)
        return min(r(step.flat + (balance - step.above) * step.share), self.most)

    def reminder_fee(self, wanted: Decimal, postage: Decimal = ZERO) -> Decimal:
        """What a later reminder may cost: the house's own fee, at most 7.50 € and the postage."""
        return min(wanted, self.later_reminder + postage)


@cache
def _table(country: str) -> Mapping[str, Any]:
    file = STATUTORY / f"{country.lower()}.yaml"
    if not country.isalpha() or not file.is_file():
        return {}
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


@cache
def semesters(country: str) -> tuple[Semester, ...]:
    """Every half year whose rate is known, the oldest first; none for a country without a table."""
    return tuple(
        Semester(row["semester"], row["from"], row["to"], Decimal(row["rate"]), row["status"], row["source"])
        for row in _table(country).get("reference_interest", ())
    )


def semester_of(country: str, day: date) -> Semester:
    """The rate in force on a day. Raises `NoRateInForce`."""
    for row in semesters(country):
        if row.first <= day <= row.last:
            return row
    name = f"{day.year}/{1 if day.month < 7 else 2}"
    raise NoRateInForce(key=f"late_interest {name} ({country})", on=day.isoformat())


def flat_indemnity(country: str, on: date) -> Decimal:
    """What a firm or a public body owes at once for recovery: 40 €. Raises `NoRateInForce`."""
    return Decimal(_in_force(country, "business", on)["flat"])


def consumer_rule(country: str, on: date) -> ConsumerRule:
    """What holds for consumers on a day. Raises `NoRateInForce`."""
    row = _in_force(country, CONSUMER, on)
    return ConsumerRule(
        free_days=row["free_days"],
        working_days_of_post=row["working_days_of_post"],
        later_reminder=Decimal(row["later_reminder"]),
        caps=tuple(
            Step(Decimal(cap["above"]), Decimal(cap["flat"]), Decimal(cap["share"])) for cap in row["caps"]
        ),
        most=Decimal(row["most"]),
        source=row["source"],
    )


def law_of(country: str, kind: str) -> str:
    """The text that holds for a kind of client, in short; empty for a country without a table."""
    return str(_table(country).get("law", {}).get(kind, ""))


def _in_force(country: str, table: str, on: date) -> Mapping[str, Any]:
    rows = [row for row in _table(country).get(table, ()) if row["valid_from"] <= on]
    if not rows:
        raise NoRateInForce(key=f"late_payment.{table} ({country})", on=on.isoformat())
    found: Mapping[str, Any] = max(rows, key=lambda row: row["valid_from"])
    return found
