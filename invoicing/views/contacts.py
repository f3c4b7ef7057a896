"""Pages of the people at a client."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from invoicing import selectors, services
from invoicing.forms import ContactForm
from invoicing.models import Client, ClientContact
from invoicing.roles import CONTROLLERS
from invoicing.views.clients import field_of
from members.enums import Role


@requires(Role.MEMBER, *CONTROLLERS)
def new_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Name somebody at a client."""
    identity = identity_of(request)
    client = selectors.client_to_keep(identity.person, pk, roles=identity.roles)
    return _form(request, client, None)


@requires(Role.MEMBER, *CONTROLLERS)
def edit_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what is known of a contact."""
    identity = identity_of(request)
    contact = selectors.contact_to_keep(identity.person, pk, roles=identity.roles)
    return _form(request, contact.client, contact)


@requires(Role.MEMBER, *CONTROLLERS)
@require_POST
def remove_contact(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Forget a contact."""
    identity = identity_of(request)
    contact = selectors.contact_to_keep(identity.person, pk, roles=identity.roles)
    services.remove_contact(client_id=contact.client_id, contact_id=pk, actor=actor_of(request))
    return redirect(link("invoicing:client", pk=contact.client_id))


def _form(request: HttpRequest, client: Client, contact: ClientContact | None) -> HttpResponse:
    form = ContactForm(request.POST or None, contact=contact)
    if request.method == "POST" and form.is_valid():
        fields: dict[str, Any] = {
            "client_id": client.pk,
            "actor": actor_of(request),
            "vouched": bool(identity_of(request).roles & set(CONTROLLERS)),
            **form.cleaned_data,
        }
        try:
            if contact is None:
                services.add_contact(**fields)
            else:
                services.change_contact(contact_id=contact.pk, **fields)
        except DomainError as refusal:
            form.add_error(field_of(refusal, form), refusal.detail)
        else:
            return redirect(f"{link('invoicing:client', pk=client.pk)}#contacts")
    context = {
        "form": form,
        "title": contact.name if contact else _("New contact of %(name)s") % {"name": client.name},
        "back_url": link("invoicing:client", pk=client.pk),
        "contact": contact,
    }
    return render(request, "invoicing/client_form.html", context, status=422 if form.errors else 200)
