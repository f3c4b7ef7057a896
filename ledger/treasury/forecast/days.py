"""The forecast itself: day by day from the last statements on."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from ledger.treasury.forecast.flows import DayTotal, Flow, FlowKind, flow_sources, totals_of
from ledger.treasury.models import BankStatement

DAYS, WEEKS = 90, 52
"""How far one looks, per day and per week."""


@dataclass(slots=True)
class Span:
    """A day or a week: what stands at the bank before, what moves by kind, what stands after. In euro.

    `possible`: what may come or go beside, in no balance. `count`: how many flows make it.
    `forecast`: the picture draws it dashed.
    """

    first: date
    last: date
    opening: Decimal = ZERO
    moves: dict[FlowKind, Decimal] = field(default_factory=lambda: dict.fromkeys(FlowKind, ZERO))
    possible: Decimal = ZERO
    count: int = 0
    lowest: bool = False
    forecast: bool = True

    @property
    def closing(self) -> Decimal:
        """What stands at the bank at its end."""
        return self.opening + sum(self.moves.values(), ZERO)

    @property
    def date(self) -> date:
        """Where the picture draws its level."""
        return self.last

    @property
    def amount(self) -> Decimal:
        """The level that the picture draws."""
        return self.closing


@dataclass(frozen=True, slots=True)
class Forecast:
    """What is to be expected, from what the bank said last. `statements`: the last one of each account."""

    opening: Decimal
    statements: Sequence[BankStatement]
    days: Sequence[Span]
    possible_in: Decimal
    possible_out: Decimal

    @property
    def lowest(self) -> Span:
        """The day with the least money, the first of several."""
        return min(self.days, key=lambda span: (span.closing, span.last))

    @property
    def known_on(self) -> date | None:
        """The day of the newest statement."""
        return max((row.date for row in self.statements), default=None)

    def weeks(self) -> list[Span]:
        """The same per week, from Monday to Sunday; the week of the lowest day bears its mark."""
        found: list[Span] = []
        for day in self.days:
            if not found or day.first.weekday() == 0:
                found.append(Span(day.first, day.last, day.opening, forecast=day.forecast))
            week = found[-1]
            week.last = day.last
            for kind, amount in day.moves.items():
                week.moves[kind] += amount
            week.possible += day.possible
            week.count += day.count
            week.lowest = week.lowest or day.lowest
        return found


def last_statements(entity_id: UUID | None = None) -> list[BankStatement]:
    """The last statement of each own account. One query."""
    rows = BankStatement.objects.select_related("account__entity")
    if entity_id is not None:
        rows = rows.filter(account__entity_id=entity_id)
    return list(rows.order_by("account_id", "-year", "-number").distinct("account_id"))


def forecast(on: date, days: int = DAYS, *, entity_id: UUID | None = None, delay: int = 0) -> Forecast:
    """What the bank will hold on each of so many days from `on`, of one entity or of all.

    delay: days by which all clients pay later than they use to.
    """
    last = on + timedelta(days=days - 1)
    statements = last_statements(entity_id)
    opening = sum((row.closing for row in statements), ZERO)
    spans = [Span(on + timedelta(days=n), on + timedelta(days=n)) for n in range(days)]
    spans[0].forecast = False  # the picture begins where today ends
    coming = leaving = ZERO
    for total in _totals(on, last, entity_id, delay):
        span = spans[(total.day - on).days]
        span.count += total.count
        if not total.possible:
            span.moves[total.kind] += total.amount
            continue
        span.possible += total.amount
        coming += max(total.amount, ZERO)
        leaving += min(total.amount, ZERO)
    balance = opening
    for span in spans:
        span.opening = balance
        balance = span.closing
    found = Forecast(opening, statements, spans, coming, leaving)
    found.lowest.lowest = True
    return found


def flows_on(day: date, on: date, *, entity_id: UUID | None = None, delay: int = 0) -> list[Flow]:
    """What moves on a day, sure flows first, the largest first; with the `delay` of the forecast."""
    found: list[Flow] = []
    for source in flow_sources():
        if not delay:
            found += source.flows(day, day, on)
            continue
        found += (flow for flow in source.flows(day, day, on) if flow.kind != FlowKind.RECEIPTS)
        earlier = day - timedelta(days=delay)
        if earlier >= on:
            moved = source.flows(earlier, earlier, on)
            found += (flow for flow in moved if flow.kind == FlowKind.RECEIPTS)
    if entity_id is not None:
        found = [flow for flow in found if flow.entity_id == entity_id]
    return sorted(found, key=lambda flow: (flow.possible, -abs(flow.amount), flow.label))


def _totals(on: date, last: date, entity_id: UUID | None, delay: int) -> Iterator[DayTotal]:
    for source in flow_sources():
        for total in totals_of(source, on, last, on):
            if entity_id is not None and total.entity_id != entity_id:
                continue
            if total.kind != FlowKind.RECEIPTS or not delay:
                yield total
            elif (later := total.day + timedelta(days=delay)) <= last:
                yield DayTotal(later, total.kind, total.amount, total.entity_id, total.possible, total.count)
