"""The other side of a payment between own entities: their books move in the same transaction as the payer's.

A room that asks for such payouts registers, for its source type, how the receiving entity books them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date
from typing import Literal

from ledger.treasury.models import Payout
from ledger.types import Entry

Moment = Literal["released", "returned"]

Mirror = Callable[[Payout, Moment, date], Entry]
"""(payout, what happened to it, day) → the entry of the receiving entity."""

_mirrors: dict[str, Mirror] = {}


def register_mirror(source_type: str, mirror: Mirror) -> None:
    """Book payouts of this source type on the receiving side too."""
    _mirrors[source_type] = mirror


def mirrored(payouts: Iterable[Payout], moment: Moment, on: date) -> list[Entry]:
    """The entries of the receiving entities; most payouts have none."""
    return [
        _mirrors[payout.source_type](payout, moment, on)
        for payout in payouts
        if payout.source_type in _mirrors
    ]
