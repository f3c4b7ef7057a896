"""What the treasury itself knows: payments asked for, in a batch, or at the bank and on no statement yet."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import Count, QuerySet, Sum, Value
from django.db.models.functions import Greatest

from core.links import link
from core.registry import source_links
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.forecast.flows import DayTotal, Flow, FlowKind
from ledger.treasury.models import Payout

LEAVING = (PayoutState.OPEN, PayoutState.HELD, PayoutState.BATCHED, PayoutState.RELEASED)
"""The money is still on the account."""

BODIES = ("454", "4560", "459")
"""Debts to the social security office, the holiday fund and the insurer; other contributions are taxes."""

KINDS = {
    PayoutKind.WAGE: FlowKind.WAGES,
    PayoutKind.EXPENSE: FlowKind.SUPPLIERS,
    PayoutKind.SUPPLIER: FlowKind.SUPPLIERS,
    PayoutKind.REFUND: FlowKind.OTHER,
    PayoutKind.SHARE_REFUND: FlowKind.OTHER,
}


def kind_of(kind: str, account: str) -> FlowKind:
    """What a payout is for, by its kind and the debt that it settles."""
    if kind == PayoutKind.CONTRIBUTION:
        return FlowKind.CHARGES if account.startswith(BODIES) else FlowKind.TAXES
    return KINDS.get(PayoutKind(kind), FlowKind.OTHER)


def payout_totals(first: date, last: date, on: date) -> Iterator[DayTotal]:
    """Payments by the day on which they leave: one that is late leaves on the first day."""
    rows = _leaving(first, last, on).order_by().values("day", "kind", "settles_account", "entity_id")
    for row in rows.annotate(total=Sum("amount"), count=Count("pk")):
        kind = kind_of(row["kind"], row["settles_account"])
        yield DayTotal(row["day"], kind, -row["total"], row["entity_id"], count=row["count"])


def payout_flows(first: date, last: date, on: date) -> Iterator[Flow]:
    """The payments themselves, each with the page of what it pays."""
    rows = list(_leaving(first, last, on))
    pages = source_links((row.source_type, row.source_id) for row in rows)
    for row in rows:
        page = pages.get((row.source_type, row.source_id), "")
        if row.batch_id:
            page = link("treasury:batch", pk=row.batch_id)
        kind = kind_of(row.kind, row.settles_account)
        yield Flow(row.day, kind, -row.amount, row.entity_id, row.payee_name, page)


def _leaving(first: date, last: date, on: date) -> QuerySet[Any]:
    rows = Payout.objects.filter(state__in=LEAVING).annotate(day=Greatest("due_on", Value(on)))
    return rows.filter(day__gte=first, day__lte=last)
