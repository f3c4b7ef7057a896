"""Pages of suppliers: who sends documents, and on which accounts they are paid."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.links import link
from core.tables import Column, Table, page_of
from invoicing.purchases import selectors, services
from invoicing.purchases.forms import ConfirmForm
from invoicing.purchases.roles import CONFIRM, SUPPLIERS
from invoicing.purchases.views import purchase_table
from members.reader import reader_of


@requires(*SUPPLIERS)
def suppliers(request: HttpRequest) -> HttpResponse:
    """Everybody who sends us documents; changed accounts first."""
    table = Table(
        id="supplier-list",
        caption=_("Suppliers"),
        columns=[
            Column(
                _("Supplier"),
                "name",
                lead=True,
                href=lambda row: link("purchases:supplier", pk=row.pk),
            ),
            Column(_("VAT number"), "vat_number"),
            Column(_("Country"), "country"),
            Column(_("Accounts"), lambda row: len(row.accounts.all()), "number"),
        ],
        page=page_of(request, selectors.suppliers()),
        empty_title=_("No supplier yet"),
        empty_text=_("The first document makes the first supplier."),
    )
    context = {"table": table, "in_doubt": list(selectors.accounts_in_doubt()[:20])}
    return render(request, "purchases/suppliers.html", context)


@requires(*SUPPLIERS)
def supplier(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A supplier: who it is, its accounts, its documents."""
    return _supplier_page(request, pk, ConfirmForm())


def _supplier_page(request: HttpRequest, pk: UUID, form: ConfirmForm, status: int = 200) -> HttpResponse:
    found = selectors.supplier_of_pk(pk)
    person, roles = reader_of(request), identity_of(request).roles
    context = {
        "supplier": found,
        "accounts": list(found.accounts.all()),
        "form": form,
        "may_confirm": bool(roles & CONFIRM),
        "table": purchase_table(request, selectors.visible_purchases(person, roles).filter(supplier=found)),
    }
    return render(request, "purchases/supplier.html", context, status=status)


@require_POST
@requires(*CONFIRM)
def confirm(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say that a changed account is the supplier's, and how I know."""
    form = ConfirmForm(request.POST)
    if not form.is_valid():
        return _supplier_page(request, selectors.supplier_of_account(pk), form, 422)
    account = services.confirm_account(
        account_id=pk,
        confirmation=form.cleaned_data["confirmation"],
        on=clock.today(),
        actor=actor_of(request),
    )
    messages.success(request, _("The account may be paid."))
    return redirect(link("purchases:supplier", pk=account.supplier_id))
