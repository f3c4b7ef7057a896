"""The page of what entities owe each other."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.errors import DomainError
from core.files import store_upload
from core.links import link
from core.money import ZERO
from core.tables import Table, page_of
from ledger.models import LegalEntity
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.current import current_accounts
from ledger.treasury.dues.enums import TransferState
from ledger.treasury.dues.forms import TransferForm
from ledger.treasury.dues.lists import transfer_columns
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.dues.views.dues import may_act


@requires(*SEE)
def entities(request: HttpRequest) -> HttpResponse:
    """Entity by entity, what is owed; transfers, and a new one."""
    asked = request.method == "POST"
    form = TransferForm(
        request.POST if asked else None, request.FILES if asked else None, initial={"on": clock.today()}
    )
    if asked and not may_act(request):
        raise Http404
    if asked and form.is_valid():
        try:
            transfer = _proposed(request, form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal.detail))
        else:
            waits = transfer.state == TransferState.PROPOSED
            messages.success(
                request,
                _("Written down: a colleague agrees to it.") if waits else _("Written in both books."),
            )
            return redirect(link("dues:entities"))
    table = Table(
        id="transfers",
        caption=_("Transfers"),
        columns=transfer_columns(),
        page=page_of(request, selectors.transfers()),
        empty_title=_("No transfer yet"),
        empty_text=_("What one entity bears for another, or lends to it, is written down here."),
        export="treasury.transfers",
    )
    context = {
        **_matrix(),
        "table": table,
        "form": form if may_act(request) else None,
        "waiting": selectors.transfers().filter(state=TransferState.PROPOSED),
        "may_act": may_act(request),
    }
    return render(request, "dues/entities.html", context, status=422 if form.errors else 200)


def _proposed(request: HttpRequest, data: dict[str, Any]) -> Any:
    return services.propose_transfer(
        kind=data["kind"],
        giver_id=data["giver"].pk,
        taker_id=data["taker"].pk,
        amount=data["amount"],
        account=data["account"],
        on=data["on"],
        reason=data["reason"],
        document=store_upload(data["document"]) if data["document"] else None,
        actor=actor_of(request),
    )


def _matrix() -> dict[str, Any]:
    owed_to, owed_by, _stray = current_accounts()
    found = list(LegalEntity.objects.order_by("code"))
    rows = [
        {
            "entity": giver,
            "cells": [
                {
                    "taker": taker,
                    "amount": owed_to.get((giver.pk, taker.pk), ZERO),
                    "same": giver == taker,
                    "differs": owed_to.get((giver.pk, taker.pk), ZERO)
                    != owed_by.get((giver.pk, taker.pk), ZERO),
                }
                for taker in found
            ],
        }
        for giver in found
    ]
    return {"entities": found, "rows": rows}


def _act(request: HttpRequest, act: Any, done: str) -> HttpResponse:
    try:
        act()
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, done)
    return redirect(link("dues:entities"))


@require_POST
@requires(*ACT)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A colleague agrees to a transfer."""
    row = get_object_or_404(selectors.transfers(), pk=pk)
    return _act(
        request,
        lambda: services.agree_transfer(transfer_id=row.pk, today=clock.today(), actor=actor_of(request)),
        _("Agreed."),
    )


@require_POST
@requires(*ACT)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a transfer up."""
    row = get_object_or_404(selectors.transfers(), pk=pk)
    return _act(
        request,
        lambda: services.refuse_transfer(transfer_id=row.pk, actor=actor_of(request)),
        _("Given up."),
    )
