"""Pages of clients."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from activities.selectors import open_activities_of
from activities.views import SEE
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import Column, Table, page_of
from invoicing import selectors, services
from invoicing.countries import country_names
from invoicing.filters import ClientFilter
from invoicing.forms import ClientForm, MemberLinkForm
from invoicing.remarks import remarks_on
from invoicing.roles import CONTROLLERS, MERGERS
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
    names = country_names(get_language() or "en")
    table = Table(
        id="client-list",
        caption=_("Clients"),
        columns=[
            Column(_("Name"), "name", href=lambda row: link("invoicing:client", pk=row.pk), lead=True),
            Column(_("Kind"), lambda row: row.get_kind_display()),
            Column(_("VAT number"), lambda row: row.vat_number or row.enterprise_number or "—"),
            Column(_("City"), lambda row: row.city or "—"),
            Column(_("Country"), lambda row: names.get(row.country, row.country)),
            Column(_("E-mail"), lambda row: row.email or "—"),
        ],
        page=page_of(request, found.qs),
        empty_title=_("No client here"),
        empty_text=_("A client is made once and used for every invoice."),
        export="invoicing.clients",
        empty_action_label=_("New client"),
        empty_action_url=link("invoicing:new_client"),
    )
    context = {"filters": found.form, "table": table, "may_merge": bool(identity.roles & set(MERGERS))}
    return render(request, "invoicing/clients.html", context)


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
            form.add_error(field_of(refusal, form), refusal.detail)
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
    if found.pk != pk:
        return redirect(link("invoicing:client", pk=found.pk))
    rows = selectors.visible_invoices(reader_of(request), identity.roles).filter(client=found)
    may_change = selectors.may_keep(identity.person, found, identity.roles)
    context = {
        "client": found,
        "country": country_names(get_language() or "en").get(found.country, found.country),
        "table": invoice_table(request, rows, with_client=False),
        "letters": selectors.messages_to(found)[:10] if identity.roles & set(CONTROLLERS) else [],
        "sections": sections_of("client", request, found),
        "contacts": selectors.contacts_of(found),
        "remarks": remarks_on(found) if may_change else [],
        "may_change": may_change,
        "may_link": bool(identity.roles & set(MERGERS)),
        "is_me": identity.person is not None and found.person_id == identity.person.pk,
    }
    return render(request, "invoicing/client.html", context)


@requires(Role.MEMBER, *CONTROLLERS)
def edit_client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of a client."""
    identity = identity_of(request)
    found = selectors.client_to_keep(identity.person, pk, roles=identity.roles)
    form = ClientForm(request.POST or None, client=found)
    if request.method == "POST" and form.is_valid():
        try:
            services.change_client(
                client_id=found.pk,
                actor=actor_of(request),
                vouched=bool(identity.roles & set(CONTROLLERS)),
                **form.cleaned_data,
            )
        except DomainError as refusal:
            form.add_error(field_of(refusal, form), refusal.detail)
        else:
            return redirect(link("invoicing:client", pk=found.pk))
    context = {"form": form, "title": found.name, "back_url": link("invoicing:client", pk=found.pk)}
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)


@requires(*MERGERS)
def link_member(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Say which member a client is."""
    identity = identity_of(request)
    found = selectors.client_for(identity.person, pk, roles=identity.roles)
    form = MemberLinkForm(request.POST or None, initial={"email": found.person.email if found.person else ""})
    if request.method == "POST" and form.is_valid():
        email = form.cleaned_data["email"]
        person = selectors.member_by_email(email) if email else None
        if email and person is None:
            form.add_error("email", _("Nobody is registered with this address: check it letter by letter."))
        else:
            services.link_person(client_id=found.pk, person=person, actor=actor_of(request))
            return redirect(link("invoicing:client", pk=found.pk))
    context = {
        "form": form,
        "title": _("Which member is %(name)s?") % {"name": found.name},
        "back_url": link("invoicing:client", pk=found.pk),
    }
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)


def field_of(refusal: DomainError, form: Any) -> str | None:
    """The field that a refusal is about, if the form has it."""
    field = {
        "vat_number_invalid": "vat_number",
        "consumer_has_no_vat_number": "vat_number",
        "enterprise_number_invalid": "enterprise_number",
        "client_name_missing": "name",
        "contact_name_missing": "name",
        "country_invalid": "country",
        "email_invalid": "email",
        "contact_unreachable": "email",
        "peppol_id_invalid": "peppol_id",
        "payment_term_too_long": "payment_term_days",
    }.get(refusal.code)
    return field if field in form.fields else None
