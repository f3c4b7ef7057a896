"""One document a month, for clients with many jobs."""

from __future__ import annotations

from uuid import UUID

from babel.dates import format_date
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from core import clock
from core.links import link
from core.money import ZERO
from invoicing.portal import selectors, services
from invoicing.portal.rendering import day_in, euro_in, grouped_context
from invoicing.portal.views.frame import chosen_client, file_or_wait, shown
from invoicing.portal.visitors import Visitor, portal


@require_safe
@portal
def groups(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Grouped invoices, and the switch of each client."""
    language = visitor.language
    switches = []
    for client in visitor.clients:
        grouping = selectors.grouping_of(client)
        since = grouping.since if grouping else None
        switches.append(
            {"client": client, "since": format_date(since, "LLLL y", locale=language) if since else ""}
        )
    rows = [
        {
            "group": group,
            "month": format_date(group.month, "LLLL y", locale=language),
            "total": euro_in(group.total, language),
            "due_on": day_in(group.due_on.isoformat(), language),
        }
        for group in selectors.groups_of(visitor.clients)[:60]
    ]
    return shown(request, visitor, "portal/groups.html", rows=rows, switches=switches)


@require_POST
@portal
def switch(request: HttpRequest, visitor: Visitor) -> HttpResponse:
    """Begin or stop gathering the invoices of one of the visitor's clients."""
    client = chosen_client(request, visitor)
    since = clock.today() if request.POST.get("on") else None
    services.set_grouping(client_id=client.pk, since=since, on=clock.today(), actor=visitor.actor)
    return redirect(link("portal:groups"))


@require_safe
@portal
def group(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """One grouped invoice: its invoices, and one code that pays what is left of them."""
    found = selectors.group_of(visitor.clients, pk)
    left = sum((max(row.open_amount, ZERO) for row in selectors.invoices_of_group(found)), ZERO)
    paper = grouped_context(found.content, visitor.language, left)
    return shown(request, visitor, "portal/group.html", found=found, paper=paper, left=left)


@require_safe
@portal
def group_pdf(request: HttpRequest, visitor: Visitor, pk: UUID) -> HttpResponse:
    """Download a grouped invoice."""
    found = selectors.group_of(visitor.clients, pk)
    return file_or_wait(
        request,
        visitor,
        "grouped_pdf",
        found.pk,
        url=link("portal:group_pdf", pk=found.pk),
        back_url=link("portal:group", pk=found.pk),
        title=found.number,
    )
