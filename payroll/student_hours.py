"""Hours of students with other employers eat the same yearly quota: who knows of them registers here."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.money import ZERO

Elsewhere = Callable[[UUID, int], Decimal]
"""(person, calendar year) → hours worked for others."""

Looked = Callable[[UUID, int], date | None]
"""(person, calendar year) → the day on which somebody last looked them up."""

_known: list[Elsewhere] = []
_looked: list[Looked] = []


def register_hours_elsewhere(known: Elsewhere, looked: Looked | None = None) -> None:
    """Name who knows of hours with other employers, and when they were looked up; once each."""
    if known not in _known:
        _known.append(known)
    if looked is not None and looked not in _looked:
        _looked.append(looked)


def hours_elsewhere(person_id: UUID, year: int) -> Decimal:
    """Hours of the year with other employers, as far as anybody was told; nothing otherwise."""
    return sum((known(person_id, year) for known in _known), ZERO)


def looked_up_on(person_id: UUID, year: int) -> date | None:
    """The day on which somebody last noted hours of the year with other employers."""
    days = [day for looked in _looked if (day := looked(person_id, year)) is not None]
    return max(days, default=None)
