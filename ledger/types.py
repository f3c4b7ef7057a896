"""An entry as its author writes it, before it is posted."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from core.money import ZERO

KEPT_APART = frozenset({"110", "400", "407", "409", "440", "455", "4560"})
"""Accounts kept per person or document: a line goes there with whom or what it settles, never bare."""

NOT_BY_HAND = KEPT_APART | {"499", "550"}
"""Accounts that no entry by hand moves: they follow documents and bank statements."""


class Line(NamedTuple):
    """One side of an entry: a positive amount in euro on `account`, debit or credit.

    `budget` is an Activity's budget, `fund` one of the common funds; lines of classes 6 and 7 carry exactly
    one.
    """

    account: str
    debit: Decimal = ZERO
    credit: Decimal = ZERO
    budget: UUID | None = None
    fund: str | None = None
    party: UUID | None = None


@dataclass(frozen=True, slots=True)
class Release:
    """Free `amount` of the reservation of a commitment (all of it when None) as the entry is posted."""

    budget: UUID
    source_type: str
    source_id: UUID
    amount: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Entry:
    """An economic act in the books of one legal entity.

    (`source_type`, `source_id`, `kind`) is its idempotency key. `imposed` marks an act that law or an
    agreement imposes: the pot lends what the budget lacks (DOMAIN §4).
    """

    entity: UUID
    date: date
    journal: str
    source_type: str
    source_id: UUID
    kind: str
    text: str
    lines: tuple[Line, ...]
    releases: tuple[Release, ...] = ()
    imposed: bool = False
    reverses: UUID | None = None


def dr(
    account: str,
    amount: Decimal,
    *,
    budget: UUID | None = None,
    fund: str | None = None,
    party: UUID | None = None,
) -> Line:
    """A debit line."""
    return Line(account, amount, ZERO, budget, fund, party)


def cr(
    account: str,
    amount: Decimal,
    *,
    budget: UUID | None = None,
    fund: str | None = None,
    party: UUID | None = None,
) -> Line:
    """A credit line."""
    return Line(account, ZERO, amount, budget, fund, party)


def without_zeros(*lines: Line) -> tuple[Line, ...]:
    """The lines that move something; negative amounts change sides."""
    kept = []
    for line in lines:
        debit, credit = line.debit, line.credit
        if debit < 0 or credit < 0:
            debit, credit = max(debit, ZERO) - min(credit, ZERO), max(credit, ZERO) - min(debit, ZERO)
            line = line._replace(debit=debit, credit=credit)
        if debit or credit:
            kept.append(line)
    return tuple(kept)
