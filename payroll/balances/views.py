"""Balances that stay: the list, one of them, what may be done."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.identifiers import format_structured_communication
from core.kit.formats import money
from core.links import link
from core.tables import Column, Table, page_of
from payroll.balances import selectors, services
from payroll.balances.enums import BalanceState
from payroll.balances.filters import BalanceFilter
from payroll.balances.forms import WaitForm, WhyForm
from payroll.balances.models import Balance
from payroll.balances.roles import GIVERS_UP, READERS, WRITERS


@requires(*READERS)
def balances(request: HttpRequest) -> HttpResponse:
    """Who owes what since when, the newest first."""
    rows = BalanceFilter(request.GET or None, selectors.balances())
    table = Table(
        id="balances",
        caption=_("Balances that stay"),
        columns=(
            Column(_("Worker"), "person", lead=True, href=lambda row: link("balances:balance", pk=row.pk)),
            Column(_("Employer"), "entity.name"),
            Column(_("Kind"), "get_kind_display"),
            Column(_("Owed"), "amount", "money"),
            Column(_("Since"), "since", "date"),
            Column(_("Last contract’s end"), "last_end", "date"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("Nobody owes anything"),
        empty_text=_("Pay that was taken back and that no later pay has taken stands here."),
        export="payroll.balances",
    )
    may_find = bool(identity_of(request).roles & WRITERS)
    return render(
        request, "balances/balances.html", {"table": table, "filters": rows.form, "may_find": may_find}
    )


@require_POST
@requires(*WRITERS)
def find(request: HttpRequest) -> HttpResponse:
    """Read what pay says now."""
    changed = services.find_balances(on=clock.today())
    messages.success(request, _("Read anew: %(count)s rows changed.") % {"count": changed})
    return redirect(link("balances:balances"))


@requires(*READERS)
def balance(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One balance: why, since when, what was done, what may be done."""
    return _page(request, selectors.balance(pk))


@require_POST
@requires(*WRITERS)
def ask(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Write to the worker."""
    row = selectors.balance(pk)
    act = services.ask_back(balance_id=row.pk, on=clock.today(), actor=actor_of(request))
    messages.success(request, _("Asked back: %(amount)s, by mail.") % {"amount": money(act.amount)})
    return redirect(link("balances:balance", pk=row.pk))


@require_POST
@requires(*WRITERS)
def wait(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Leave it until a day."""
    row = selectors.balance(pk)
    form = WaitForm(request.POST)
    if not form.is_valid():
        return _page(request, row, wait=form)
    services.wait_for(balance_id=row.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data)
    messages.success(request, _("Left until then; it stands to look at again after that day."))
    return redirect(link("balances:balance", pk=row.pk))


@require_POST
@requires(*WRITERS)
def propose(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose to give it up."""
    row = selectors.balance(pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, row, why=form)
    services.propose_write_off(
        balance_id=row.pk, because=form.cleaned_data["answer"], on=clock.today(), actor=actor_of(request)
    )
    messages.success(request, _("Proposed: somebody of finance decides."))
    return redirect(link("balances:balance", pk=row.pk))


@require_POST
@requires(*GIVERS_UP)
def write_off(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give it up."""
    row = selectors.balance(pk)
    act = services.write_off(balance_id=row.pk, on=clock.today(), actor=actor_of(request))
    messages.success(
        request,
        _("Written off: %(amount)s, at the charge of the common pot.") % {"amount": money(act.amount)},
    )
    return redirect(link("balances:balance", pk=row.pk))


@require_POST
@requires(*GIVERS_UP)
def refuse(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Do not give it up."""
    row = selectors.balance(pk)
    form = WhyForm(request.POST)
    if not form.is_valid():
        return _page(request, row, why=form)
    services.refuse_write_off(
        balance_id=row.pk, answer=form.cleaned_data["answer"], on=clock.today(), actor=actor_of(request)
    )
    messages.success(request, _("Kept: it stands to look at again."))
    return redirect(link("balances:balance", pk=row.pk))


def _page(request: HttpRequest, row: Balance, **forms: Any) -> HttpResponse:
    identity = identity_of(request)
    me = identity.person.pk if identity.person is not None else None
    other = me not in (None, row.person_id)
    stands = row.state not in (BalanceState.OVER, BalanceState.PROPOSED)
    writes = other and bool(identity.roles & WRITERS) and stands
    proposed = row.state == BalanceState.PROPOSED
    context = {
        "row": row,
        "acts": list(row.acts.all()),
        "days": (clock.today() - row.since).days,
        "communication": format_structured_communication(row.communication) if row.communication else "",
        "may_ask": writes and not row.works,
        "may_wait": writes,
        "may_decide": proposed and other and bool(identity.roles & GIVERS_UP) and me != row.proposed_by_id,
        "wait_form": forms.get("wait") or WaitForm(),
        "why_form": forms.get("why") or WhyForm(),
    }
    return render(request, "balances/balance.html", context, status=422 if forms else 200)
