"""Flows of money that are to come, and who knows of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import TextChoices
from django.utils.translation import gettext_lazy as _

from core.money import ZERO


class FlowKind(TextChoices):
    """What money is for."""

    RECEIPTS = "receipts", _("receipts")
    WAGES = "wages", _("wages")
    CHARGES = "charges", _("social charges")
    TAXES = "taxes", _("taxes")
    SUPPLIERS = "suppliers", _("suppliers and expenses")
    OTHER = "other", _("other")


@dataclass(frozen=True, slots=True)
class Flow:
    """Money that is to move on a day, in euro: positive comes in, negative leaves.

    `possible`: it may not happen (a draft, a disputed invoice, a purchase that nobody accepted): shown apart
    and in no balance. `link`: the page of what it comes from, where somebody may open it.
    """

    day: date
    kind: FlowKind
    amount: Decimal
    entity_id: UUID
    label: str
    link: str = ""
    possible: bool = False


@dataclass(frozen=True, slots=True)
class DayTotal:
    """The flows of a day, kind and entity, added up."""

    day: date
    kind: FlowKind
    amount: Decimal
    entity_id: UUID
    possible: bool = False
    count: int = 1


Flows = Callable[[date, date, date], Iterable[Flow]]
"""(first, last, on) → what moves from `first` to `last` as one knows it on the day `on` (never after
`first`). What should have moved before moves on `first`, or on the day that its owner thinks likely. Each
euro is told by one source, once: what has a payout belongs to the treasury."""

Totals = Callable[[date, date, date], Iterable[DayTotal]]
"""The same, added up per day by the database."""


@dataclass(frozen=True, slots=True)
class FlowSource:
    """Somebody who knows of money to come. Without `totals` the flows themselves are added up: for sources
    with few of them.
    """

    flows: Flows
    totals: Totals | None = None


_sources: list[FlowSource] = []


def register_flows(flows: Flows, totals: Totals | None = None) -> None:
    """Count these flows in the forecast from now on."""
    source = FlowSource(flows, totals)
    if source not in _sources:
        _sources.append(source)


def flow_sources() -> list[FlowSource]:
    """Everybody who knows of money to come."""
    return list(_sources)


def totals_of(source: FlowSource, first: date, last: date, on: date) -> Iterable[DayTotal]:
    """What a source says, per day, kind and entity."""
    if source.totals is not None:
        return source.totals(first, last, on)
    sums: dict[tuple[date, FlowKind, UUID, bool], tuple[Decimal, int]] = {}
    for flow in source.flows(first, last, on):
        key = (flow.day, flow.kind, flow.entity_id, flow.possible)
        amount, count = sums.get(key, (ZERO, 0))
        sums[key] = (amount + flow.amount, count + 1)
    return [
        DayTotal(day, kind, amount, entity_id, possible, count)
        for (day, kind, entity_id, possible), (amount, count) in sums.items()
    ]
