"""Insurances of the house, for the rooms that need to know whether somebody is covered."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

PolicyFinder = Callable[[str, date, date], str]
"""(kind of cover, first day, last day) → number of a policy in force on all these days, else nothing."""

TRAVEL = "travel"
"""Travel and repatriation."""

_finders: list[PolicyFinder] = []


def register_policies(finder: PolicyFinder) -> None:
    """Say where insurances are kept; twice is once."""
    if finder not in _finders:
        _finders.append(finder)


def policy_number(kind: str, first: date, last: date) -> str:
    """The number of a policy that covers the days, nothing when none is known."""
    return next((found for finder in _finders if (found := finder(kind, first, last))), "")
