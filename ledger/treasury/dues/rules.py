"""Who is paid and when, by country, as dated and cited rows of `creditors.yaml`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.calendar import first_of_month, is_working_day, last_of_month, next_month
from ledger.treasury.dues.errors import UnknownCreditor

HERE = Path(__file__).parent

LENGTHS = {"month": 1, "quarter": 3, "year": 12}


@dataclass(frozen=True, slots=True)
class CreditorRow:
    """A creditor from a day on. `place`: among those of the books; `iban` empty where none is known."""

    key: str
    name: str
    place: int
    reference: str
    valid_from: date
    status: str
    source: str
    iban: str = ""


@dataclass(frozen=True, slots=True)
class DueRule:
    """What stands on `account` at the end of each period is paid to `creditor` by a day."""

    kind: str
    creditor: str
    account: str
    each: str
    months: int
    day: int
    moved: str
    lead: int
    valid_from: date
    status: str
    source: str

    def due_on(self, last: date) -> date:
        """The due day of the period that ends on `last`, moved off days on which banks are closed."""
        month = first_of_month(last)
        for _ in range(self.months):
            month = next_month(month)
        day = last_of_month(month) if self.day == 0 else month.replace(day=self.day)
        step = timedelta(days=-1 if self.moved == "before" else 1)
        while not is_working_day(day):
            day += step
        return day

    def raised_from(self, last: date) -> date:
        """The first day on which the due of that period is raised."""
        return max(last + timedelta(days=1), self.due_on(last) - timedelta(days=self.lead))

    def first_of(self, day: date) -> date:
        """The first day of the period in which a day lies."""
        length = LENGTHS[self.each]
        return date(day.year, (day.month - 1) // length * length + 1, 1)

    def last_of(self, first: date) -> date:
        """The last day of the period that begins on `first`."""
        month = first
        for _ in range(LENGTHS[self.each] - 1):
            month = next_month(month)
        return last_of_month(month)


@cache
def _file() -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((HERE / "creditors.yaml").read_text(encoding="utf-8"))
    return found


@cache
def rules_of(country: str) -> tuple[DueRule, ...]:
    """The rules of a country, in the order in which they take from an account; none where none is written."""
    rows = _file().get(country, {}).get("rules", ())
    return tuple(DueRule(**{k: v for k, v in row.items() if k != "due"}, **row["due"]) for row in rows)


@cache
def creditors_of(country: str) -> tuple[CreditorRow, ...]:
    """The creditors of a country, oldest row first."""
    return tuple(CreditorRow(**row) for row in _file().get(country, {}).get("creditors", ()))


def creditor_on(country: str, key: str, on: date) -> CreditorRow:
    """The creditor's row in force on a day. Raises `UnknownCreditor`."""
    found = [row for row in creditors_of(country) if row.key == key and row.valid_from <= on]
    if not found:
        raise UnknownCreditor(creditor=key)
    return max(found, key=lambda row: row.valid_from)
