"""What stands beside the pay of contracts on “My pay”: rooms register advances, seizures and the like."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any


@dataclass(frozen=True, slots=True)
class BesidePay:
    """One line: what it is, since when, its amount (euro; None: none is known), a sentence, its state with
    its word, and where it is read.
    """

    title: Any
    on: date
    amount: Decimal | None
    text: Any
    state: str
    state_label: Any
    href: str


BesidePayOf = Callable[[Any, date], Iterable[BesidePay]]
"""The lines of one person on a day."""

_sources: list[BesidePayOf] = []


def register_beside_pay(source: BesidePayOf) -> None:
    """Add lines to “My pay”: `source(person, today)`."""
    if source not in _sources:
        _sources.append(source)


def beside_pay_of(person: Any, today: date) -> list[BesidePay]:
    """Every line of a person, the newest first."""
    found = [line for source in _sources for line in source(person, today)]
    return sorted(found, key=lambda line: line.on, reverse=True)
