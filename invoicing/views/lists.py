"""Lists of invoices: mine, those of a client, the late ones."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _

from activities.views import SEE
from core import clock
from core.access import identity_of, requires
from core.links import link
from core.tables import Column, Table, page_of, sorted_by
from invoicing import selectors
from invoicing.filters import InvoiceFilter
from invoicing.situations import situation_of
from members.reader import reader_of


@requires(*SEE)
def invoices(request: HttpRequest) -> HttpResponse:
    """Invoices that I may see, filtered and sorted."""
    identity = identity_of(request)
    found = InvoiceFilter(
        request.GET, queryset=selectors.visible_invoices(reader_of(request), identity.roles)
    )
    table = replace(invoice_table(request, found.qs), export="invoicing.invoices")
    return render(request, "invoicing/invoices.html", {"filters": found.form, "table": table})


def invoice_table(request: HttpRequest, rows: Any, *, with_client: bool = True) -> Table:
    today = clock.today()
    names = Column(_("Client"), "client.name")
    return Table(
        id="invoice-list",
        caption=_("Invoices"),
        columns=[
            Column(
                _("Number"),
                lambda row: row.number or _("draft"),
                href=lambda row: link("invoicing:invoice", pk=row.pk),
                lead=True,
                sort="number",
            ),
            *([names] if with_client else []),
            Column(_("Activity"), "activity.name"),
            Column(_("Issued"), "issued_on", kind="date", sort="issued_on"),
            Column(_("Due"), "due_on", kind="date", sort="due_on"),
            Column(
                _("State"),
                lambda row: situation_of(row, today)[0],
                kind="badge",
                shown=lambda row: situation_of(row, today)[1],
            ),
            Column(_("Total"), "total", kind="money", sort="total_cents"),
            Column(_("To be paid"), "open_amount", kind="money"),
        ],
        page=page_of(
            request, sorted_by(request, rows, ("number", "issued_on", "due_on", "total_cents"), "-pk")
        ),
        empty_title=_("No invoice here"),
        empty_text=_("Write one: the budget is filled as soon as it is issued."),
        empty_action_label=_("New invoice"),
        empty_action_url=link("invoicing:new"),
    )
