"""How quotes and orders are found."""

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
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.selectors import visible_orders, visible_quotes


def index_quotes(keys: Collection[UUID]) -> Iterator[Indexed]:
    """By number, title, client, reference and amounts."""
    for row in Quote.objects.filter(pk__in=keys).select_related("client"):
        words = words_of(row.number, row.title, row.client.name, row.buyer_reference)
        words.update(amount_word(amount) for amount in (row.net, row.total) if amount)
        yield Indexed(row.pk, frozenset(words), frozenset({row.activity_id}))


def quote_keys() -> Iterator[UUID]:
    """Every quote."""
    return iter(Quote.objects.order_by("pk").values_list("pk", flat=True))


def show_quotes(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for row in visible_quotes(person, roles).filter(pk__in=wanted):
        text = " · ".join(filter(None, (row.number, row.client.name, money(row.total))))
        yield Hit(row.pk, row.title, text, link("quotes:quote", pk=row.pk))


def index_orders(keys: Collection[UUID]) -> Iterator[Indexed]:
    """By number, title, client, the client's own number and the amount."""
    for row in Order.objects.filter(pk__in=keys).select_related("client"):
        words = words_of(row.number, row.title, row.client.name, row.client_reference)
        yield Indexed(row.pk, frozenset(words | {amount_word(row.net)}), frozenset({row.activity_id}))


def order_keys() -> Iterator[UUID]:
    """Every order."""
    return iter(Order.objects.order_by("pk").values_list("pk", flat=True))


def show_orders(person: Any, roles: frozenset[str], wanted: Collection[UUID]) -> Iterator[Hit]:
    """Those that the reader may see."""
    for row in visible_orders(person, roles).filter(pk__in=wanted):
        text = " · ".join((row.client.name, money(row.net)))
        yield Hit(row.pk, f"{row.number} {row.title}", text, link("quotes:order", pk=row.pk))


SOURCES = (
    SearchSource(
        "quote", _("Quotes"), "quotes.quote", READERS, index_quotes, quote_keys, show_quotes, order=42
    ),
    SearchSource(
        "order", _("Orders"), "quotes.order", READERS, index_orders, order_keys, show_orders, order=43
    ),
)
