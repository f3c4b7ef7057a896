"""Pages of what leaves: what is due, batches, payments that came back."""

from __future__ import annotations

from datetime import timedelta
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, requires
from core.accounts.recent import recent
from core.calendar import nth_working_day_after
from core.files import file_response
from core.links import link
from core.tables import Column, Table, page_of
from ledger.treasury import selectors, services
from ledger.treasury.enums import AccountIs, BatchState, PayoutKind
from ledger.treasury.forms import MendForm
from ledger.treasury.models import PayoutBatch
from ledger.treasury.roles import ACT, SEE_PAYMENTS
from ledger.treasury.views.asked import may_act


@requires(*SEE_PAYMENTS)
def batches(request: HttpRequest) -> HttpResponse:
    """What is due, what waits for a second person, what was paid."""
    today = clock.today()
    due = [row | {"label": PayoutKind(row["kind"]).label} for row in selectors.due_totals(today)]
    table = Table(
        id="batches",
        caption=_("Payment batches"),
        columns=[
            Column(_("Batch"), "number", lead=True, href=lambda row: link("treasury:batch", pk=row.pk)),
            Column(_("Kind"), "get_kind_display"),
            Column(_("Made on"), "created_on", "date"),
            Column(_("Payments"), "payments", "number"),
            Column(_("Total"), "total", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, selectors.payout_batches()),
        empty_title=_("No batch yet"),
        empty_text=_("What is due is put in a batch by one person and released by another."),
        export="treasury.batches",
    )
    next_day = nth_working_day_after(today, 1)
    coming = selectors.due_between(today + timedelta(days=1), next_day)
    context = {
        "due": due,
        "coming": [row | {"label": PayoutKind(row["kind"]).label} for row in coming],
        "next_day": next_day,
        "table": table,
        "held": selectors.held_payouts(),
        "may_act": may_act(request),
        "today": today,
    }
    return render(request, "treasury/batches.html", context)


@require_POST
@requires(*ACT)
def new_batch(request: HttpRequest) -> HttpResponse:
    """Put what is due of an entity and kind in a batch."""
    today = clock.today()
    for row in selectors.due_totals(today):
        if str(row["entity_id"]) == request.POST.get("entity") and row["kind"] == request.POST.get("kind"):
            batch = services.create_batch(
                entity_id=row["entity_id"],
                kind=row["kind"],
                due_until=today,
                on=today,
                actor=actor_of(request),
            )
            messages.success(
                request, _("Batch %(number)s waits for a second person.") % {"number": batch.number}
            )
            return redirect(link("treasury:batch", pk=batch.pk))
    raise Http404


@requires(*SEE_PAYMENTS)
def batch(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One batch: who gets what, who made it, who released it."""
    found = _batch(pk)
    actor = actor_of(request)
    own = actor.user_id == found.created_by_user or (
        actor.person_id is not None and actor.person_id == found.created_by_person
    )
    payments = selectors.batch_payouts(found)
    table = Table(
        id="payments",
        caption=_("Payments"),
        columns=[
            Column(_("To"), "payee_name", lead=True),
            Column(_("IBAN"), "iban"),
            Column(_("Account"), "account_is", "badge", shown=lambda row: AccountIs(row.account_is).label),
            Column(_("Communication"), "communication"),
            Column(_("Amount"), "amount", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, payments, 50),
    )
    context = {
        "changed": selectors.changed_accounts(found),
        "batch": found,
        "table": table,
        "draft": found.state == BatchState.DRAFT,
        "may_act": may_act(request),
        "own": own,
    }
    return render(request, "treasury/batch.html", context)


@require_POST
@requires(*ACT)
@recent
def release(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Sign a batch off."""
    found = services.release_batch(batch_id=_batch(pk).pk, on=clock.today(), actor=actor_of(request))
    messages.success(
        request, _("Batch %(number)s is released: send its file to the bank.") % {"number": found.number}
    )
    return redirect(link("treasury:batch", pk=pk))


@require_POST
@requires(*ACT)
def cancel(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a draft batch up."""
    found = services.cancel_batch(batch_id=_batch(pk).pk, actor=actor_of(request))
    messages.success(request, _("Batch %(number)s is cancelled.") % {"number": found.number})
    return redirect(link("treasury:batches"))


@requires(*SEE_PAYMENTS)
def batch_file(request: HttpRequest, pk: UUID) -> HttpResponse:  # noqa: ARG001 - a view
    """The payment file of a released batch."""
    found = _batch(pk)
    if found.file is None:
        raise Http404
    return file_response(found.file)


@requires(*ACT)
def mend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Give a payment that came back its right account."""
    payout = get_object_or_404(selectors.held_payouts(), pk=pk)
    form = MendForm(
        request.POST or None,
        initial={"payee_name": payout.payee_name, "iban": payout.iban, "due_on": clock.today()},
    )
    if request.method == "POST" and form.is_valid():
        services.mend_payout(payout_id=payout.pk, actor=actor_of(request), **form.cleaned_data)
        messages.success(request, _("%(name)s is to pay again.") % {"name": payout.payee_name})
        return redirect(link("treasury:batches"))
    context = {"form": form, "payout": payout}
    return render(request, "treasury/mend.html", context, status=422 if form.errors else 200)


def _batch(pk: UUID) -> PayoutBatch:
    return get_object_or_404(selectors.payout_batches(), pk=pk)
