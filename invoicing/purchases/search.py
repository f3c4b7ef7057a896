"""Purchases, as the search finds them: by supplier, number, communication and amount."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from typing import Any
from uuid import UUID

from django.utils.translation import gettext_lazy as _

from activities.selectors import READERS
from core.kit.formats import money
from core.links import link
from core.search.sources import Hit, Indexed, SearchSource
from core.search.words import amount_word, words_of
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase
from invoicing.purchases.selectors import visible_purchases


def index(keys: Collection[UUID]) -> Iterator[Indexed]:
    """For the people of its Activity; what belongs to none only for staff who read all."""
    for row in Purchase.objects.filter(pk__in=keys).select_related("supplier"):
        words = words_of(row.supplier.name, row.supplier.vat_number, row.number, row.reference, row.text)
        words |= {amount_word(row.total)}
        yield Indexed(
            row.pk, frozenset(words), frozenset({row.activity_id} if row.activity_id is not None else ())
        )


def keys() -> Iterator[UUID]:
    """Every purchase."""
    return iter(Purchase.objects.order_by("pk").values_list("pk", flat=True))


def show(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for row in visible_purchases(person, roles).filter(pk__in=wanted):
        text = f"{row.number} · {money(row.total)} · {PurchaseState(row.state).label}"
        yield Hit(row.pk, row.supplier.name, text, link("purchases:purchase", pk=row.pk))


PURCHASES = SearchSource(
    "purchase", _("Purchases"), "purchases.purchase", READERS, index, keys, show, order=45
)
