"""The client's own contacts and language."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from core.errors import DomainError
from core.links import link
from invoicing.models import Client
from invoicing.parties import buyer_of, ubl_buyer
from invoicing.portal.views.frame import chosen_client, shown
from invoicing.portal.visitors import Visitor, portal
from invoicing.selectors import contacts_of
from invoicing.services import add_contact, change_client, change_contact, remove_contact
from invoicing.services.clients import PURPOSES
from members.enums import Language

FIELDS = ("name", "function", "email", "phone", "language")


@require_safe
@portal
def details(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """What is known of each of the visitor's clients, and who is written to."""
    return _page(request, visitor)


@require_POST
@portal
def language(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """The language in which the client's documents are written from now on."""
    client = chosen_client(request, visitor)
    chosen = request.POST.get("language", "")
    if chosen in Language.values:
        change_client(client_id=client.pk, actor=visitor.actor, vouched=True, language=chosen)
    return redirect(link("portal:details"))


@require_POST
@portal
def contact(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Name somebody at one of the visitor's clients, or change what is known of them."""
    client = chosen_client(request, visitor)
    fields: dict[str, Any] = {name: request.POST.get(name, "") for name in FIELDS}
    fields |= {name: bool(request.POST.get(name)) for name in PURPOSES}
    if fields["language"] not in Language.values:
        fields["language"] = ""
    asked = _key(request)
    try:
        if asked is None:
            add_contact(client_id=client.pk, actor=visitor.actor, vouched=True, **fields)
        else:
            change_contact(client_id=client.pk, contact_id=asked, actor=visitor.actor, vouched=True, **fields)
    except DomainError as refusal:
        return _page(request, visitor, refusal=refusal, status=refusal.status)
    return redirect(link("portal:details"))


@require_POST
@portal
def forget_contact(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Somebody is no contact of one of the visitor's clients any more."""
    client = chosen_client(request, visitor)
    remove_contact(client_id=client.pk, contact_id=_key(request) or UUID(int=0), actor=visitor.actor)
    return redirect(link("portal:details"))


def _key(request: HttpRequest) -> UUID | None:
    """The contact that a form is about; one that is no key is nobody's."""
    asked = request.POST.get("contact", "")
    try:
        return UUID(asked) if asked else None
    except ValueError:
        return UUID(int=0)


def _page(
    request: HttpRequest, visitor: Visitor, *, refusal: DomainError | None = None, status: int = 200
) -> HttpResponse:
    rows = [{"client": client, "contacts": list(contacts_of(client)), "peppol": _peppol(client)}
            for client in visitor.clients]  # fmt: skip
    return shown(
        request,
        visitor,
        "portal/details.html",
        status=status,
        rows=rows,
        languages=Language.choices,
        refusal=refusal,
    )


def _peppol(client: Client) -> str:
    """Where electronic invoices go."""
    endpoint = ubl_buyer(buyer_of(client)).endpoint
    return f"{endpoint.scheme}:{endpoint.value}" if endpoint else ""
