"""All credits of clients on one page, and the refunds that have not left."""

from __future__ import annotations

from uuid import UUID

from django import forms
from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.forms import KitForm
from core.links import link
from core.money import ZERO
from core.tables import Column, Table, page_of
from invoicing import overpaid
from invoicing.roles import CONTROLLERS
from invoicing.services.credits import cancel_refund


class CreditsForm(KitForm):
    """Of which clients."""

    q = forms.CharField(label=gettext_lazy("Client"), required=False, max_length=60)


@requires(*CONTROLLERS)
def credits(request: HttpRequest) -> HttpResponse:
    """What is owed to clients, each to give back or to set off; what waits to be given back."""
    form = CreditsForm(request.GET)
    form.is_valid()
    page = page_of(request, overpaid.credits(form.cleaned_data.get("q", "")), 25)
    reasons = overpaid.reasons_of(list(page.object_list))
    table = Table(
        id="credits",
        caption=_("Credits of clients"),
        columns=[
            Column(
                _("Client"),
                "client.name",
                lead=True,
                href=lambda row: link("invoicing:client", pk=row.client_id),
            ),
            Column(_("Invoice"), "number", href=lambda row: link("invoicing:overpaid", pk=row.pk)),
            Column(_("Why"), lambda row: reasons[row.pk]),
            Column(_("Issued"), "issued_on", "date"),
            Column(_("To give back"), lambda row: -row.open_amount, "money"),
        ],
        page=page,
        empty_title=_("No client has a credit"),
        empty_text=_("What clients pay too much, and credit notes on paid invoices, appear here."),
        export="invoicing.credits",
    )
    refunds = list(overpaid.refunds_on_their_way()[:100])
    context = {
        "form": form,
        "table": table,
        "total": overpaid.total_of_credits(),
        "refunds": refunds,
        "asked": sum((row.amount for row in refunds), ZERO),
    }
    return render(request, "invoicing/credits.html", context)


@require_POST
@requires(*CONTROLLERS)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give up a refund that has not left."""
    invoice = cancel_refund(payout_id=pk, on=clock.today(), actor=actor_of(request))
    messages.success(
        request,
        _("The refund is given up: the credit stands on %(number)s again.") % {"number": invoice.number},
    )
    return redirect(link("invoicing:credits"))
