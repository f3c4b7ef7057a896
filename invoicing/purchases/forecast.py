"""Purchases that nobody accepted yet: they may have to be paid. Accepted, they are payouts."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date

from django.db.models.functions import Coalesce

from core.links import link
from invoicing.purchases.enums import PurchaseKind, PurchaseState
from invoicing.purchases.models import Purchase
from ledger.treasury.forecast import Flow, FlowKind

WAITING = (PurchaseState.UNASSIGNED, PurchaseState.ASSIGNED, PurchaseState.APPROVAL)


def waiting_purchases(first: date, last: date, on: date) -> Iterator[Flow]:
    """Invoices of suppliers that wait, on their due date or at once; those that are for no entity of ours are
    nobody's money.
    """
    rows = Purchase.objects.filter(
        state__in=WAITING, kind=PurchaseKind.INVOICE, entity__isnull=False, payable__gt=0
    )
    for row in rows.select_related("supplier").annotate(wanted=Coalesce("due_on", "issued_on")):
        day = max(row.wanted, on)
        if first <= day <= last and row.entity_id is not None:
            label = f"{row.number} · {row.supplier.name}"
            page = link("purchases:purchase", pk=row.pk)
            yield Flow(day, FlowKind.SUPPLIERS, -row.left, row.entity_id, label, page, possible=True)
