"""The dated ladders of reminders, one per kind of client (policy `reminder_ladder.<kind>`)."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Literal

from core.money import ZERO
from core.rates import find_policy
from invoicing.enums import ClientKind

Tone = Literal["first", "firm", "last"]
TONES: tuple[Tone, ...] = ("first", "firm", "last")


@dataclass(frozen=True, slots=True)
class Rung:
    """A step of a ladder: when it comes, and what it asks.

    `days_late`: days after the due date. `waits`: days since the step before, so that a late run hurries
    nothing. `names`: says what the law allows to be added. `claims`: asks for it, and posts it. `fee`: what
    the reminder costs a consumer, before the law's limit.
    """

    step: int
    days_late: int
    waits: int
    names: bool
    claims: bool
    fee: Decimal
    tone: Tone


@dataclass(frozen=True, slots=True)
class Ladder:
    """The steps for one kind of client, lowest first."""

    kind: str
    rungs: tuple[Rung, ...]

    def after(self, step: int) -> Rung | None:
        """The step that follows one (0: none was taken); None at the top."""
        return next((rung for rung in self.rungs if rung.step > step), None)

    def tone_of(self, step: int) -> Tone:
        """How a letter at a step speaks."""
        return next((rung.tone for rung in reversed(self.rungs) if rung.step <= step), "first")


def ladders_on(on: date) -> Mapping[str, Ladder]:
    """The ladder of each kind of client in force on a day; one that is not entered has no step."""
    return {kind: _ladder(kind, on) for kind in ClientKind.values}


def _ladder(kind: str, on: date) -> Ladder:
    value = find_policy(f"reminder_ladder.{kind}", on=on)
    rows: list[dict[str, Any]] = sorted(value.value, key=lambda row: row["step"]) if value else []
    rungs: list[Rung] = []
    for place, row in enumerate(rows):
        days = int(row["days_late"])
        tone: Tone = "first" if place == 0 else "last" if place == len(rows) - 1 else "firm"
        rungs.append(
            Rung(
                step=int(row["step"]),
                days_late=days,
                waits=max(1, days - rungs[-1].days_late) if rungs else 0,
                names=bool(row.get("charges")),
                claims=bool(row.get("claims")),
                fee=Decimal(str(row["fee"])) if row.get("fee") else ZERO,
                tone=tone,
            )
        )
    return Ladder(kind, tuple(rungs))
