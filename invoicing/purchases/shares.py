"""What each part of a split purchase bears: cents of VAT, deduction and cost, by pure arithmetic.

Each amount of a row of the document (its tax, what we owe ourselves, what comes back) is spread over the
parts of that row by their base; what comes back is limited once per row and kind of cost, then spread, so
that a purchase split over Activities alone deducts what it deducts unsplit. A credit note spreads by what is
left of each part of the invoice instead, so that credit notes that take an invoice back take back each part,
to the cent.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from uuid import UUID

from core.money import ZERO, r
from invoicing.purchases.cases import VatRow
from invoicing.types import spread

FIELDS = ("base", "tax", "due", "deductible")


@dataclass(frozen=True, slots=True)
class Left:
    """What is left of a part of an invoice after the credit notes that are booked, in euro."""

    base: Decimal = ZERO
    tax: Decimal = ZERO
    due: Decimal = ZERO
    deductible: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Piece:
    """A part as it is worked out: which row of the document, which kind of cost, its base; `left` of the part
    that it gives back, and the share (0 to 1) of VAT that its kind of cost deducts.
    """

    key: UUID
    vat_row: int
    category: str
    base: Decimal
    share: Decimal
    left: Left | None = None


def share_out(rows: Sequence[VatRow], pieces: Sequence[Piece]) -> dict[UUID, VatRow]:
    """What each piece bears of the rows of a document; the pieces of a row make the row.

    A row that has no piece (VAT without a base) goes to the first piece.
    """
    shares: dict[UUID, VatRow] = {}
    for place, row in enumerate(rows):
        mine = [piece for piece in pieces if piece.vat_row == place] or list(pieces[:1])
        taxes = _spread(row.tax, _weights(mine, "tax"))
        dues = _spread(row.due, _weights(mine, "due"))
        backs = _deducted(row, mine)
        for piece in mine:
            base = piece.base if piece.vat_row == place else row.base
            found = replace(
                row, base=base, tax=taxes[piece.key], due=dues[piece.key], deductible=backs[piece.key]
            )
            before = shares.get(piece.key)
            shares[piece.key] = _sum(before, found) if before is not None else found
    return shares


def _deducted(row: VatRow, pieces: Sequence[Piece]) -> dict[UUID, Decimal]:
    """What comes back, by piece: limited once per kind of cost."""
    whole = _spread(row.deductible, _weights(pieces, "due" if row.due else "tax"))
    backs: dict[UUID, Decimal] = {}
    for category in dict.fromkeys(piece.category for piece in pieces):
        group = [piece for piece in pieces if piece.category == category]
        lefts = [piece.left for piece in group if piece.left is not None]
        left = _all_of(lefts) if len(lefts) == len(group) else None
        limited = deducted(
            sum((whole[piece.key] for piece in group), ZERO), group[0].share, left, reverse=bool(row.due)
        )
        backs |= _spread(limited, _weights(group, "deductible"))
    return backs


def deducted(amount: Decimal, share: Decimal, left: Left | None, *, reverse: bool) -> Decimal:
    """The share of an amount of VAT that comes back. Where it gives back an invoice, what comes back of all
    that is left less what comes back of the rest, so that any split into credit notes gives back what was
    deducted. `reverse`: the VAT is what we owe ourselves.
    """
    if left is None or not left.deductible:
        return r(amount * share)
    whole = left.due if reverse else left.tax
    return left.deductible - r((whole - amount) * share)


def owed_back(row: VatRow, left: Left | None) -> VatRow:
    """A row of a credit note whose own VAT is what is left of the invoice's less that of the rest."""
    if left is None or not row.due or not left.due:
        return row
    due = left.due - r((left.base - row.base) * row.rate / 100)
    return replace(row, due=due, deductible=due if row.deductible else ZERO)


def _all_of(lefts: Iterable[Left]) -> Left:
    rows = list(lefts)
    return Left(*(sum((getattr(row, field) for row in rows), ZERO) for field in FIELDS))


def _weights(pieces: Sequence[Piece], field: str) -> dict[UUID, Decimal]:
    """By what an amount is spread: what is left of the parts that are given back, else their bases."""
    if pieces and all(piece.left is not None for piece in pieces):
        left = {piece.key: abs(getattr(piece.left, field)) for piece in pieces}
        if sum(left.values(), ZERO):
            return left
    return {piece.key: abs(piece.base) for piece in pieces}


def _spread(amount: Decimal, weights: Mapping[UUID, Decimal]) -> dict[UUID, Decimal]:
    """The house's spreading, of amounts of either sign; without any weight the first takes it all."""
    sign = -1 if amount < 0 else 1
    parts = spread(abs(amount), {str(key): weight for key, weight in weights.items()})
    found = {key: sign * parts.get(str(key), ZERO) for key in weights}
    if not parts and found:
        found[next(iter(found))] = amount
    return found


def _sum(one: VatRow, other: VatRow) -> VatRow:
    return replace(one, **{field: getattr(one, field) + getattr(other, field) for field in FIELDS})


def given_back(
    base: Decimal, lefts: Mapping[UUID, Decimal], bases: Mapping[UUID, Decimal]
) -> dict[UUID, Decimal]:
    """The base of a row of a credit note over the parts of the invoice: by what is left of each while that is
    enough, else by what they were. Parts that get nothing are absent.
    """
    enough = sum(lefts.values(), ZERO) >= abs(base)
    found = _spread(base, lefts if enough else bases)
    return {key: amount for key, amount in found.items() if amount}


def costs_of(shares: Iterable[VatRow], total: Decimal) -> list[Decimal]:
    """What each share costs its Activity, of the total that is owed; cents by which the document rounds its
    total go to the first.
    """
    rows = list(shares)
    costs = [row.base + row.tax + row.due - row.deductible for row in rows]
    rounding = total - sum((row.base + row.tax for row in rows), ZERO)
    if costs:
        costs[0] += rounding
    return costs
