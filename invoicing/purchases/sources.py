"""What purchases are to others: purchases of a VAT return, pages behind entries."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import date
from uuid import UUID

from core.links import link
from invoicing.purchases.cases import nature_of
from invoicing.purchases.models import OWED, PurchaseHold, PurchaseVat
from invoicing.purchases.services import PURCHASE
from invoicing.vat_sources import PurchaseVat as VatOfPurchase
from ledger.models import LegalEntity


def vat_between(entity: LegalEntity, first: date, last: date) -> Iterator[VatOfPurchase]:
    """Purchases booked on these days, a row per category, rate and part; the base holds the VAT that is not
    deducted.
    """
    rows = PurchaseVat.objects.filter(
        purchase__entity=entity,
        purchase__state__in=OWED,
        purchase__booked_on__gte=first,
        purchase__booked_on__lte=last,
    )
    for row in rows.select_related("purchase", "part").order_by("pk"):
        purchase = row.purchase
        assert purchase.booked_on is not None
        yield VatOfPurchase(
            source_type=PURCHASE,
            source_id=purchase.pk,
            on=purchase.booked_on,
            text=purchase.text,
            case=row.case,
            nature=nature_of(row.part.category) if row.part is not None else purchase.nature,
            base=row.base + row.tax + row.due - row.deductible,
            deductible=row.deductible,
            due=row.due,
            credit_note=purchase.is_credit_note,
        )


def purchase_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Entries, reservations and payments of purchases lead to their page."""
    return {pk: link("purchases:purchase", pk=pk) for pk in ids}


def hold_links(ids: Iterable[UUID]) -> dict[UUID, str]:
    """What is set aside leads to the page of its purchase."""
    rows = PurchaseHold.objects.filter(pk__in=list(ids)).values_list("pk", "purchase_id")
    return {pk: link("purchases:purchase", pk=purchase_id) for pk, purchase_id in rows}
