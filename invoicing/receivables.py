"""What the rooms of this app know of money on account 400: who takes an excess, what else stands open there.

A client may owe more than its invoices (interest, indemnities, instalments). The room that claimed it posts
`Dr 400` and registers here, so that a payment which is more than the invoice settles it first, and the check
of receivables counts it.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from core.types import Actor
from invoicing.models import Invoice
from ledger.models import LegalEntity


@dataclass(frozen=True, slots=True)
class Receipt:
    """Money that came in for an invoice (negative: it went back), in euro, on a day.

    (`source_type`, `source_id`, `turn`) with the invoice names it once; `turn` counts how often the source
    was identified (even) and undone (odd).
    """

    invoice_id: UUID
    amount: Decimal
    received_on: date
    source_type: str
    source_id: UUID
    text: str = ""
    turn: int = 0


@dataclass(frozen=True, slots=True)
class ExcessTaker:
    """Somebody who settles other debts of the invoice's client with what an invoice does not need.

    `take(invoice, excess, receipt, actor)` is called in the transaction of the receipt, the invoice locked
    and fully paid; it answers how much of the excess it took (euro, 0 to `excess`) and keeps that itself.
    `give_back(invoice, amount, receipt, actor)` is called when `amount` (positive) of that money goes back or
    was undone; it answers how much of it it had taken, and now gives back. Neither posts to the bank: the
    money is on 400 already.
    """

    take: Callable[[Invoice, Decimal, Receipt, Actor], Decimal]
    give_back: Callable[[Invoice, Decimal, Receipt, Actor], Decimal]


OpenItems = Callable[[LegalEntity], Decimal]
"""What stands open on 400 of an entity beside invoices, in euro (positive: owed by clients)."""

_takers: list[tuple[int, ExcessTaker]] = []
_others: list[OpenItems] = []


def register_excess_taker(order: int, taker: ExcessTaker) -> None:
    """Ask this one about excesses from now on; the lowest order first."""
    if taker not in [known for _, known in _takers]:
        _takers.append((order, taker))
        _takers.sort(key=lambda pair: pair[0])


def register_open_items(others: OpenItems) -> None:
    """Count these amounts in the check of receivables."""
    if others not in _others:
        _others.append(others)


def take_excess(invoice: Invoice, excess: Decimal, receipt: Receipt, actor: Actor) -> Decimal:
    """Offer an excess to everybody in turn; what they took together."""
    taken = ZERO
    for _, taker in _takers:
        if taken < excess:
            taken += taker.take(invoice, excess - taken, receipt, actor)
    return taken


def give_back(invoice: Invoice, amount: Decimal, receipt: Receipt, actor: Actor) -> Decimal:
    """Ask everybody, last taker first, to give back what they took of this money; what they gave together."""
    given = ZERO
    for _, taker in reversed(_takers):
        if given < amount:
            given += taker.give_back(invoice, amount - given, receipt, actor)
    return given


def other_open_items(entity: LegalEntity) -> Decimal:
    """What stands open on 400 of an entity beside invoices."""
    return sum((others(entity) for others in _others), ZERO)
