"""Plain values of work abroad."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Any

Days = tuple[date, date]
"""First and last day, both included."""


@dataclass(frozen=True, slots=True)
class MissionTerms:
    """What the form says: country (ISO), days, where, for whom, what, how."""

    country: str
    parts: tuple[Days, ...]
    place: str
    receiver_name: str
    activity_kind: str
    receiver_vat: str = ""
    transport: str = ""
    lodging: str = ""
    multi_state: bool = False
    other_states: str = ""


@dataclass(frozen=True, slots=True)
class PlannedStep:
    """Something that the rules ask for. `state`: what is known already without anybody's act."""

    kind: str
    due_on: date
    state: str
    to_check: bool
    rule: dict[str, Any] = field(default_factory=dict)
    number: str = ""
