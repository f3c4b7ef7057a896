"""Pages of clients."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _

from activities.selectors import open_activities_of
from activities.views import SEE
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import Column, Table, page_of
from invoicing import selectors, services
from invoicing.filters import ClientFilter
from invoicing.forms import (
    ClientForm,
)
from invoicing.roles import CONTROLLERS
from invoicing.sections import sections_of
from invoicing.views.asked import chosen_activity
from invoicing.views.lists import invoice_table
from members.enums import Role
from members.reader import reader_of


@requires(*SEE)
def clients(request: HttpRequest) -> HttpResponse:
    """Clients of my Activities, or all for staff."""
    identity = identity_of(request)
    found = ClientFilter(request.GET, queryset=selectors.visible_clients(reader_of(request), identity.roles))
    table = Table(
        id="client-list",
        caption=_("Clients"),
        columns=[
            Column(_("Name"), "name", href=lambda row: link("invoicing:client", pk=row.pk), lead=True),
            Column(_("Kind"), lambda row: row.get_kind_display()),
            Column(_("VAT number"), lambda row: row.vat_number or row.enterprise_number or "—"),
            Column(_("City"), "city"),
            Column(_("E-mail"), lambda row: row.email or "—"),
        ],
        page=page_of(request, found.qs),
        empty_title=_("No client here"),
        empty_text=_("A client is made once and used for every invoice."),
        export="invoicing.clients",
        empty_action_label=_("New client"),
        empty_action_url=link("invoicing:new_client"),
    )
    return render(request, "invoicing/clients.html", {"filters": found.form, "table": table})


@requires(Role.MEMBER)
def new_client(request: HttpRequest) -> HttpResponse:
    """Make a client known to one of my Activities; `next=invoice` goes on to the invoice."""
    activities = list(open_activities_of(reader_of(request)))
    activity = chosen_activity(request, activities) or (activities[0] if activities else None)
    form = ClientForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            client = services.create_client(
                activity_id=activity.pk if activity else None, actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(_field_of(refusal, form), refusal.detail)
        else:
            messages.success(request, _("%(name)s is one of your clients.") % {"name": client.name})
            if request.GET.get("next") == "invoice" and activity is not None:
                return redirect(f"{link('invoicing:new')}?activity={activity.pk}&client={client.pk}")
            return redirect(link("invoicing:client", pk=client.pk))
    context = {"form": form, "title": _("New client"), "back_url": link("invoicing:clients")}
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)


@requires(*SEE)
def client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One client: who it is, its invoices that I may see, what it was written."""
    identity = identity_of(request)
    found = selectors.client_for(identity.person, pk, roles=identity.roles)
    rows = selectors.visible_invoices(reader_of(request), identity.roles).filter(client=found)
    context = {
        "client": found,
        "table": invoice_table(request, rows, with_client=False),
        "letters": selectors.messages_to(found)[:10] if identity.roles & set(CONTROLLERS) else [],
        "sections": sections_of("client", request, found),
        "may_change": bool(identity.roles & {Role.MEMBER, *CONTROLLERS}),
    }
    return render(request, "invoicing/client.html", context)


@requires(Role.MEMBER, *CONTROLLERS)
def edit_client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of a client."""
    identity = identity_of(request)
    found = selectors.client_for(identity.person, pk, roles=identity.roles)
    form = ClientForm(request.POST or None, client=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_client(client_id=found.pk, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(_field_of(refusal, form), refusal.detail)
        else:
            return redirect(link("invoicing:client", pk=found.pk))
    context = {"form": form, "title": found.name, "back_url": link("invoicing:client", pk=found.pk)}
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)


def _field_of(refusal: DomainError, form: Any) -> str | None:
    """The field that a refusal is about, if the form has it."""
    field = {
        "vat_number_invalid": "vat_number",
        "enterprise_number_invalid": "enterprise_number",
        "client_name_missing": "name",
        "country_invalid": "country",
    }.get(refusal.code)
    return field if field in form.fields else None
