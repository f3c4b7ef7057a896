"""Clients that may be one: the list, and what a merge would do before it is done."""

from __future__ import annotations

from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.tables import page_of
from invoicing import selectors, services
from invoicing.duplicates import Sign, possible_duplicates
from invoicing.errors import ClientNotFound
from invoicing.models import Client, Invoice
from invoicing.roles import MERGERS
from invoicing.services.merging import open_items, why_not


@requires(*MERGERS)
def duplicates(request: HttpRequest) -> HttpResponse:
    """Pairs that may be one client, the surest first."""
    page = page_of(request, possible_duplicates())
    keys = {key for pair in page for key in (pair.older, pair.newer)}
    known = Client.objects.in_bulk(keys)
    signs = {
        Sign.NUMBER: _("same number"),
        Sign.EMAIL: _("same e-mail address"),
        Sign.NAME: _("close names, same place"),
    }
    pairs = [
        (known[pair.older], known[pair.newer], signs[pair.sign], _merge_url(pair.newer, pair.older))
        for pair in page
    ]
    return render(request, "invoicing/duplicates.html", {"page": page, "pairs": pairs})


@requires(*MERGERS)
def merge(request: HttpRequest, pk: UUID) -> HttpResponse:
    """What merging this client into another (`into`) would do; done by POST."""
    merged, survivor = _two(request, pk)
    refusal: DomainError | None = None
    if request.method == "POST":
        try:
            services.merge_clients(
                merged_id=merged.pk, survivor_id=survivor.pk, on=clock.today(), actor=actor_of(request)
            )
        except DomainError as told:
            refusal = told
        else:
            messages.success(request, _("%(name)s is one client now.") % {"name": survivor.name})
            return redirect(link("invoicing:client", pk=survivor.pk))
    items = open_items(merged)
    context = {
        "merged": merged,
        "survivor": survivor,
        "why_not": why_not(merged, survivor),
        "refusal": refusal,
        "other_way": _merge_url(survivor.pk, merged.pk),
        "issued": Invoice.objects.filter(client=merged).exclude(state="draft").count(),
        "drafts": Invoice.objects.filter(client=merged, state="draft").count(),
        "contacts": selectors.contacts_of(merged).count(),
        "open": sum(amount for accounts in items.values() for amount in accounts.values()),
    }
    return render(request, "invoicing/merge.html", context, status=422 if refusal else 200)


@requires(*MERGERS)
@require_POST
def tell_apart(request: HttpRequest, pk: UUID) -> HttpResponse:
    """These two are two: do not propose them again."""
    first, second = _two(request, pk)
    services.tell_apart(first_id=first.pk, second_id=second.pk, on=clock.today(), actor=actor_of(request))
    return redirect(link("invoicing:duplicates"))


def _merge_url(merged: UUID, survivor: UUID) -> str:
    return f"{link('invoicing:merge', pk=merged)}?into={survivor}"


def _two(request: HttpRequest, pk: UUID) -> tuple[Client, Client]:
    """The client of the address and the other one that the request names (itself when it names none)."""
    identity = identity_of(request)
    asked = request.POST.get("into") or request.GET.get("into") or str(pk)
    try:
        other = UUID(asked)
    except ValueError:
        raise ClientNotFound from None
    one = selectors.client_for(identity.person, pk, roles=identity.roles)
    return one, selectors.client_for(identity.person, other, roles=identity.roles)
