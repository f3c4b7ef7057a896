"""Plain values of deductions."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

SEIZURE = "deductions.seizure"
"""How a seizure names itself on what it takes."""

ADVANCE = "deductions.advance"
"""How an advance names itself in entries, payouts and on what gives it back."""

ADVANCES_ACCOUNT = "4164"


@dataclass(frozen=True, slots=True)
class Room:
    """What a worker could be advanced in an entity on a day; euro.

    `expected`: net of work performed and not paid. `most`: the policy's share of it. `outstanding`: of
    earlier advances, given or asked. `until`: the last month of that work; its pay gives back in full.
    """

    entity_id: UUID
    entity_name: str
    expected: Decimal
    most: Decimal
    outstanding: Decimal
    until: date

    @property
    def left(self) -> Decimal:
        """What may still be asked for, never below zero."""
        return max(self.most - self.outstanding, Decimal(0))
