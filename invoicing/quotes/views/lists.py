"""Lists of quotes and orders."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from activities.views import SEE
from core import clock
from core.access import identity_of, requires
from core.links import link
from core.tables import Column, Table, page_of, sorted_by
from invoicing.quotes import selectors
from invoicing.quotes.filters import OrderFilter, QuoteFilter
from invoicing.quotes.situations import order_situation, situation_of
from members.reader import reader_of


@requires(*SEE)
def quotes(request: HttpRequest) -> HttpResponse:
    """Quotes that I may see, filtered and sorted."""
    identity = identity_of(request)
    found = QuoteFilter(request.GET, queryset=selectors.visible_quotes(reader_of(request), identity.roles))
    context = {"filters": found.form, "table": quote_table(request, found.qs)}
    return render(request, "quotes/quotes.html", context)


def quote_table(request: HttpRequest, rows: Any) -> Table:
    """Quotes as a table."""
    today = clock.today()
    return Table(
        id="quote-list",
        caption=_("Quotes"),
        columns=[
            Column(
                _("Quote"),
                lambda row: f"{row.number or _('draft')} – {row.title}",
                href=lambda row: link("quotes:quote", pk=row.pk),
                lead=True,
                sort="number",
            ),
            Column(_("Client"), "client.name"),
            Column(_("Sent"), "sent_on", kind="date", sort="sent_on"),
            Column(_("Valid until"), "valid_until", kind="date", sort="valid_until"),
            Column(
                _("State"),
                lambda row: situation_of(row, today)[0],
                kind="badge",
                shown=lambda row: situation_of(row, today)[1],
            ),
            Column(_("Total"), "total", kind="money", sort="total_cents"),
        ],
        page=page_of(
            request, sorted_by(request, rows, ("number", "sent_on", "valid_until", "total_cents"), "-pk")
        ),
        empty_title=_("No quote here"),
        empty_text=_("Write one: the client accepts it on a link, and it becomes an order."),
        empty_action_label=_("New quote"),
        empty_action_url=link("quotes:new"),
        export="invoicing.quotes",
    )


@requires(*SEE)
def orders(request: HttpRequest) -> HttpResponse:
    """Orders that I may see, filtered."""
    identity = identity_of(request)
    found = OrderFilter(request.GET, queryset=selectors.visible_orders(reader_of(request), identity.roles))
    table = Table(
        id="order-list",
        caption=_("Orders"),
        columns=[
            Column(
                _("Order"),
                lambda row: f"{row.number} – {row.title}",
                href=lambda row: link("quotes:order", pk=row.pk),
                lead=True,
            ),
            Column(_("Client"), "client.name"),
            Column(_("Planned until"), "planned_to", kind="date"),
            Column(
                _("State"),
                lambda row: order_situation(row)[0],
                kind="badge",
                shown=lambda row: order_situation(row)[1],
            ),
            Column(_("Ordered, without VAT"), "net", kind="money"),
            Column(_("Left to invoice"), "left", kind="money"),
        ],
        page=page_of(request, found.qs),
        empty_title=_("No order here"),
        empty_text=_("An accepted quote becomes an order; you invoice it at once or in parts."),
        empty_action_label=_("My quotes"),
        empty_action_url=link("quotes:quotes"),
        export="invoicing.orders",
    )
    return render(request, "quotes/orders.html", {"filters": found.form, "table": table})
