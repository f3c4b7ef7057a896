"""Dated policies: the value in force on the date that the rule names, or a clear refusal, never a default."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.errors import NoRateInForce
from core.models import PolicyRate


@dataclass(frozen=True, slots=True)
class PolicyValue:
    """A policy in force: the raw value with where it comes from."""

    key: str
    value: Any
    valid_from: date
    source: str
    status: str

    @property
    def rate(self) -> Decimal:
        """The value as an exact number (rates and amounts are stored as text)."""
        return Decimal(self.value)


def policy(key: str, *, on: date) -> PolicyValue:
    """The policy in force on a day. Raises `NoRateInForce`."""
    found = find_policy(key, on=on)
    if found is None:
        raise NoRateInForce(key=key, on=on.isoformat())
    return found


class DatedPolicy:
    """Every value of one policy, read once: for acts that meet many dates."""

    def __init__(self, key: str) -> None:
        self.key = key
        self._rows = list(PolicyRate.objects.filter(key=key).order_by("-valid_from"))

    def on(self, day: date) -> PolicyValue:
        """The value in force on a day. Raises `NoRateInForce`."""
        found = _in_force(next((row for row in self._rows if row.valid_from <= day), None), day)
        if found is None:
            raise NoRateInForce(key=self.key, on=day.isoformat())
        return found


def find_policy(key: str, *, on: date) -> PolicyValue | None:
    """The policy in force on a day, or None where its absence has a meaning of its own."""
    return _in_force(
        PolicyRate.objects.filter(key=key, valid_from__lte=on).order_by("-valid_from").first(), on
    )


def _in_force(row: PolicyRate | None, on: date) -> PolicyValue | None:
    if row is None or row.value is None or (row.valid_to is not None and row.valid_to < on):
        return None
    return PolicyValue(row.key, row.value, row.valid_from, row.source, row.status)
