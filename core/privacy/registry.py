"""Personal data, duties to keep it, and its end, as apps register them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import QuerySet

from core.models import StoredFile


@dataclass(frozen=True, slots=True)
class PersonalData:
    """A part of what is known of a person, for a copy that they can take away (GDPR art. 15 and 20).

    key: name of the part in the copy. label: in words. rows: person → plain values (texts, numbers, days),
    only theirs. files: person → documents about them.
    """

    key: str
    label: Any
    rows: Callable[[Any], Iterable[dict[str, Any]]]
    files: Callable[[Any], Iterable[StoredFile]] | None = None


@dataclass(frozen=True, slots=True)
class Duty:
    """Why something about a person must stay.

    what, by which rule, until which day (None: as long as it is open).
    """

    text: Any
    source: str
    until: date | None


@dataclass(frozen=True, slots=True)
class RetentionRule:
    """How long a category of rows is kept.

    source: the law, or the policy of the house. days: after the day from which `due` counts. due: (day before
    which a row is over) → the rows whose time has come; rows: all of the category. ends: whether the product
    deletes them by itself; if not, they stay and are only counted (append-only books and registers, social
    documents: the operator archives them).
    """

    category: str
    label: Any
    source: str
    days: int
    due: Callable[[date], QuerySet[Any]]
    rows: Callable[[], QuerySet[Any]]
    ends: bool


DutySource = Callable[[Any, date], Iterable[Duty]]

_data: dict[str, PersonalData] = {}
_duties: list[DutySource] = []
_rules: dict[str, RetentionRule] = {}


def register_personal_data(*parts: PersonalData) -> None:
    """Add parts to the copy that people can take away."""
    _data.update({part.key: part for part in parts})


def personal_data() -> list[PersonalData]:
    """Every part, by key."""
    return [_data[key] for key in sorted(_data)]


def register_duty(source: DutySource) -> None:
    """Say why data of a person must stay."""
    if source not in _duties:
        _duties.append(source)


def duties_of(person: Any, on: date) -> list[Duty]:
    """Every duty that still runs on a day, the longest last; open ones first."""
    found = [
        duty for source in _duties for duty in source(person, on) if duty.until is None or duty.until >= on
    ]
    return sorted(found, key=lambda duty: duty.until or date.min)


def register_retention(*rules: RetentionRule) -> None:
    """Say how long categories are kept."""
    _rules.update({rule.category: rule for rule in rules})


def retention_rules() -> list[RetentionRule]:
    """Every category, by name."""
    return [_rules[key] for key in sorted(_rules)]


def years_after(day: date, years: int) -> date:
    """The last day of the calendar year in which the given number of years after the day's year ends."""
    return date(day.year + years, 12, 31)
