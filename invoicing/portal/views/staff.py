"""What staff see and do of a client's area."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from invoicing.models import Client
from invoicing.portal import services
from invoicing.portal.account import accounts_of, content_of
from invoicing.portal.rendering import statement_context
from invoicing.portal.views.account import asked_period, table_answer
from invoicing.portal.views.papers import home_context
from invoicing.portal.visitors import Visitor
from invoicing.portal.wording import wording
from invoicing.roles import CONTROLLERS
from invoicing.selectors import client_for
from invoicing.services import check_addresses as vouch_for_addresses


@requires(*CONTROLLERS)
@require_safe
def as_client(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The first page of the client's area, as its people see it; nothing on it acts."""
    client = _client(request, pk)
    visitor = Visitor(client.email, (client,), client.language, None)
    with translation.override(client.language):
        context = {
            **home_context(visitor), "words": wording(client.language), "language": client.language,
            "visitor": visitor, "read_only": True, "client": client,
        }  # fmt: skip
        return render(request, "portal/home.html", context)


@requires(*CONTROLLERS)
@require_POST
def send_link(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Mail a link of the client area to one of the client's addresses."""
    client = _client(request, pk)
    try:
        access = services.send_link(
            client=client, email=request.POST.get("email", ""), at=clock.now(), actor=actor_of(request)
        )
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("A link is on its way to %(email)s.") % {"email": access.recipient})
    return redirect(link("invoicing:client", pk=client.pk))


@requires(*CONTROLLERS)
@require_POST
def check_addresses(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The client's addresses are its own: they open its area."""
    client = _client(request, pk)
    vouch_for_addresses(client_id=client.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The client's area opens to these addresses."))
    return redirect(link("invoicing:client", pk=client.pk))


@requires(*CONTROLLERS)
@require_POST
def revoke_links(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Make every link of the client worthless and end its visits."""
    client = _client(request, pk)
    services.revoke_links(client=client, at=clock.now(), actor=actor_of(request))
    messages.success(request, _("The client's links are worthless now."))
    return redirect(link("invoicing:client", pk=client.pk))


@requires(*CONTROLLERS)
@require_safe
def statement(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A client's statement of account over a time; as a table with `?csv`."""
    client = _client(request, pk)
    wrong, status = False, 200
    try:
        since, until = asked_period(request.GET)
        accounts = accounts_of(client, since, until)
    except DomainError as refusal:
        wrong, status = True, refusal.status
        since, until = asked_period({})
        accounts = accounts_of(client, since, until)
    content = content_of(client, since, until, accounts)
    language = (translation.get_language() or "fr")[:2]
    if "csv" in request.GET and not wrong:
        return table_answer(content, language)
    context = {
        "client": client, "content": content, "account": statement_context(content, language),
        "words": wording(language), "wrong": wrong,
    }  # fmt: skip
    return render(request, "portal/client_statement.html", context, status=status)


@requires(*CONTROLLERS)
@require_POST
def switch_grouping(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Begin or stop gathering the client's invoices in one document a month."""
    client = _client(request, pk)
    since = clock.today() if request.POST.get("on") else None
    services.set_grouping(client_id=client.pk, since=since, on=clock.today(), actor=actor_of(request))
    return redirect(link("invoicing:client", pk=client.pk))


def _client(request: HttpRequest, pk: UUID) -> Client:
    identity = identity_of(request)
    return client_for(identity.person, pk, roles=identity.roles)
