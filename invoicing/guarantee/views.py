"""Pages of the guarantee."""

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
from core.money import ZERO
from core.tables import Column, Table, page_of
from invoicing.guarantee import selectors, services
from invoicing.guarantee.enums import LimitState
from invoicing.guarantee.exposure import exposures
from invoicing.guarantee.filters import narrowed
from invoicing.guarantee.forms import ExposureForm, LimitForm
from invoicing.guarantee.roles import ACT, SEE
from invoicing.selectors import client_for


@requires(*SEE)
def exposure(request: HttpRequest) -> HttpResponse:
    """Clients that owe something, the most exposed first, with limit and headroom."""
    every = exposures(clock.today())
    form = ExposureForm(request.GET)
    form.is_valid()
    rows = narrowed(every, form.cleaned_data)
    table = Table(
        id="exposure",
        caption=_("Exposure per client"),
        columns=[
            Column(
                _("Client"), "name", lead=True, href=lambda row: link("invoicing:client", pk=row.client_id)
            ),
            Column(_("Invoices"), "count", "number"),
            Column(_("Advanced"), "advanced", "money"),
            Column(_("Promised"), "promised", "money"),
            Column(_("Open"), "at_risk", "money"),
            Column(_("Limit"), "limit", "money"),
            Column(_("Headroom"), "headroom", "money"),
        ],
        page=page_of(request, rows, 25),
        empty_title=_("No client owes anything here"),
        empty_text=_("Clients with open invoices appear here."),
    )
    context = {
        "form": form,
        "table": table,
        "totals": {
            "advanced": sum((row.advanced for row in rows), ZERO),
            "promised": sum((row.promised for row in rows), ZERO),
            "at_risk": sum((row.at_risk for row in rows), ZERO),
            "above": sum(row.headroom is not None and row.headroom < ZERO for row in rows),
        },
        "proposed": list(selectors.proposed_limits()[:20]),
        "acts": bool(identity_of(request).roles & set(ACT)),
    }
    return render(request, "guarantee/exposure.html", context)


@requires(*ACT)
def limit(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Change what a client may owe."""
    identity = identity_of(request)
    client = client_for(identity.person, pk, roles=identity.roles)
    on = clock.today()
    form = LimitForm(request.POST or None, initial={"valid_from": on})
    if request.method == "POST" and form.is_valid():
        try:
            row = services.set_limit(client_id=client.pk, on=on, actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            told = (
                _("The limit is set.")
                if row.state == LimitState.IN_FORCE
                else _("Somebody else must agree to this limit: it waits on the page of the exposure.")
            )
            messages.success(request, told)
            return redirect(link("invoicing:client", pk=client.pk))
    context = {
        "form": form,
        "client": client,
        "title": _("Limit of the client"),
        "submit": _("Set the limit"),
        "back_url": link("invoicing:client", pk=client.pk),
    }
    return render(request, "guarantee/form.html", context, status=422 if form.errors else 200)


@require_POST
@requires(*ACT)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Agree to what somebody else proposed."""
    services.agree_limit(limit_id=pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The limit is in force."))
    return redirect(link("guarantee:exposure"))


@require_POST
@requires(*ACT)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Drop a proposal."""
    services.refuse_limit(limit_id=pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("The proposal is refused."))
    return redirect(link("guarantee:exposure"))
