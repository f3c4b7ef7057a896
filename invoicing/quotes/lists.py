"""Lists of quotes and orders as files."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.models import QuerySet
from django.http import QueryDict
from django.utils.translation import gettext_lazy as _

from core import clock
from core.exports.sources import ListSource, filtered
from core.tables import Column
from invoicing.lists import ROLES
from invoicing.quotes.filters import OrderFilter, QuoteFilter
from invoicing.quotes.models import Order, Quote
from invoicing.quotes.selectors import visible_orders, visible_quotes
from invoicing.quotes.situations import order_situation, situation_of


def _quotes(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Quote]:
    return filtered(QuoteFilter, asked, visible_quotes(person, roles))


def _quote_columns() -> Sequence[Column]:
    today = clock.today()
    return (
        Column(_("Number"), "number"),
        Column(_("What for?"), "title"),
        Column(_("Client"), "client.name"),
        Column(_("Activity"), "activity.name"),
        Column(_("Sent"), "sent_on", "date"),
        Column(_("Valid until"), "valid_until", "date"),
        Column(_("Answered"), "answered_on", "date"),
        Column(_("State"), lambda row: situation_of(row, today)[1]),
        Column(_("Net"), "net", "money"),
        Column(_("Total"), "total", "money"),
    )


def _orders(person: Any, roles: frozenset[str], asked: QueryDict) -> QuerySet[Order]:
    return filtered(OrderFilter, asked, visible_orders(person, roles))


def _order_columns() -> Sequence[Column]:
    return (
        Column(_("Number"), "number"),
        Column(_("What for?"), "title"),
        Column(_("Client"), "client.name"),
        Column(_("Activity"), "activity.name"),
        Column(_("Order number of the client"), "client_reference"),
        Column(_("Ordered"), "ordered_on", "date"),
        Column(_("First planned day"), "planned_from", "date"),
        Column(_("Last planned day"), "planned_to", "date"),
        Column(_("State"), lambda row: order_situation(row)[1]),
        Column(_("Ordered, without VAT"), "net", "money"),
        Column(_("Agreed supplement"), "supplement", "money"),
        Column(_("Invoiced"), "invoiced", "money"),
        Column(_("Left to invoice"), "left", "money"),
    )


LISTS = (
    ListSource("invoicing.quotes", _("Quotes"), ROLES, _quotes, _quote_columns),
    ListSource("invoicing.orders", _("Orders"), ROLES, _orders, _order_columns),
)
