"""Attestations that a contract may need. The root of payroll keeps none: who keeps them registers here.

Until somebody does, nothing is known of anybody, and the rules say so.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from members.models import Person

WORK_IN_ARTS = "work_in_arts"
"""The attestation of work in the arts (starter, ordinary, plus): needed for work under article 1bis."""

Held = Callable[[Person, str, date], bool]
"""Whether a person holds an attestation of a kind on a day."""

_keepers: list[Held] = []


def register_attestations(held: Held) -> None:
    """Name who knows which attestations people hold; once each."""
    if held not in _keepers:
        _keepers.append(held)


def holds_attestation(person: Person, kind: str, on: date) -> bool | None:
    """Whether the person holds it on that day; None when nobody keeps attestations."""
    if not _keepers:
        return None
    return any(held(person, kind, on) for held in _keepers)
