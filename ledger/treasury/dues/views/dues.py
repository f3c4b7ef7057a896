"""Pages of what is to pay: the list by day, one due, the terms of creditors."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.links import link
from core.money import ZERO
from core.tables import Column, Table, page_of
from ledger.treasury.dues import selectors, services
from ledger.treasury.dues.enums import DueState
from ledger.treasury.dues.forms import DueForm, TermsForm
from ledger.treasury.dues.lists import due_columns
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.proof import name_of
from ledger.treasury.dues.registry import declared_for
from ledger.treasury.dues.roles import ACT, SEE
from ledger.treasury.enums import PayoutKind, PayoutState

AHEAD = 10
"""Days ahead of which the page offers batches: public bodies are paid before their day."""

SHOWN = 200


def may_act(request: HttpRequest) -> bool:
    """Whether whoever asks may change dues."""
    return bool(identity_of(request).roles & ACT)


def _address(due: Due) -> str:
    return link("dues:due", pk=due.pk)


@requires(*SEE)
def dues(request: HttpRequest) -> HttpResponse:
    """What is to pay to bodies and suppliers, the overdue first, with the batches that can be made."""
    today = clock.today()
    until = today + timedelta(days=AHEAD)
    to_pay, others = list(selectors.dues_to_pay()[:SHOWN]), list(selectors.other_payouts()[:SHOWN])
    table = Table(
        id="dues",
        caption=_("Every due"),
        columns=due_columns(_address),
        page=page_of(request, selectors.dues().order_by("-due_on", "-pk")),
        empty_title=_("No due yet"),
        empty_text=_("Dues appear when a period is over and something is owed for it."),
        export="treasury.dues",
    )
    context = {
        "rows": _rows(to_pay, others, today),
        "batches": _batches(to_pay, others, until),
        "until": until,
        "overdue": selectors.overdue_count(today),
        "table": table,
        "may_act": may_act(request),
    }
    return render(request, "dues/dues.html", context)


def _rows(to_pay: list[Due], others: list[Any], today: date) -> list[dict[str, Any]]:
    rows = []
    for due in to_pay:
        state, label = selectors.standing(due)
        rows.append(
            {
                "name": name_of(due),
                "href": _address(due),
                "creditor": selectors.creditor_name(due.entity, due.creditor),
                "entity": due.entity.name,
                "due_on": due.due_on,
                "amount": due.amount,
                "state": state,
                "label": label,
                "late": due.due_on < today and state != PayoutState.RELEASED,
                "agree": due.pk if due.state == DueState.TO_CHECK else None,
            }
        )
    for payout in others:
        rows.append(
            {
                "name": payout.get_kind_display(),
                "href": link("treasury:batch", pk=payout.batch_id) if payout.batch_id else "",
                "creditor": payout.payee_name,
                "entity": payout.entity.name,
                "due_on": payout.due_on,
                "amount": payout.amount,
                "state": payout.state,
                "label": payout.get_state_display(),
                "late": payout.due_on < today and payout.state != PayoutState.RELEASED,
                "agree": None,
            }
        )
    return sorted(rows, key=lambda row: row["due_on"])


def _batches(to_pay: list[Due], others: list[Any], until: date) -> list[dict[str, Any]]:
    """What could be batched now, by entity and kind."""
    found: dict[tuple[str, str], dict[str, Any]] = {}

    def add(entity: Any, kind: str, amount: Any) -> None:
        row = found.setdefault(
            (entity.code, kind),
            {"entity": entity, "kind": kind, "label": PayoutKind(kind).label, "count": 0, "total": ZERO},
        )
        row["count"] += 1
        row["total"] += amount

    for due in to_pay:
        ready = due.state == DueState.AGREED or getattr(due, "paid_as", None) == PayoutState.OPEN
        if ready and due.due_on <= until:
            add(due.entity, PayoutKind.CONTRIBUTION, due.amount)
    for payout in others:
        if payout.state == PayoutState.OPEN and payout.due_on <= until:
            add(payout.entity, payout.kind, payout.amount)
    return [found[key] for key in sorted(found)]


@requires(*SEE)
def due(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One due: the books, the amount, where it is paid, and what may be done."""
    found = _due(pk)
    state, label = selectors.standing(found)
    refusal: DomainError | None = None
    try:
        terms = selectors.terms_of(found.entity, found.creditor, clock.today(), found.reference)
    except DomainError as error:
        terms, refusal = None, error
    open_to_change = may_act(request) and found.state in (DueState.TO_CHECK, DueState.AGREED)
    initial = {"amount": found.amount, "reason": found.reason, "reference": found.reference}
    declared = declared_for(found.kind, found.entity_id, found.first, found.last)
    raised = None
    if declared is not None:
        raised = selectors.raised_for_days(found.entity_id, found.account, declared.first, declared.last)
    context = {
        "declared": declared,
        "raised": raised,
        "due": found,
        "name": name_of(found),
        "creditor": selectors.creditor_name(found.entity, found.creditor),
        "state": state,
        "label": label,
        "terms": terms,
        "refusal": refusal,
        "form": DueForm(initial=initial) if open_to_change else None,
        "may_agree": may_act(request) and found.state == DueState.TO_CHECK,
        "differs": found.amount != found.booked,
        "returned": state == PayoutState.HELD,
    }
    return render(request, "dues/due.html", context)


@require_POST
@requires(*ACT)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A person agrees to pay."""
    try:
        found = services.agree_due(due_id=_due(pk).pk, today=clock.today(), actor=actor_of(request))
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect(link("dues:due", pk=pk))
    messages.success(request, _("Agreed: %(due)s can be put in a batch.") % {"due": name_of(found)})
    return redirect(link("dues:dues"))


@require_POST
@requires(*ACT)
def correct(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The notice says another amount or reference."""
    form = DueForm(request.POST)
    found = _due(pk)
    if not form.is_valid():
        messages.error(request, _("Write the amount in euro, for example 1250.00."))
        return redirect(_address(found))
    try:
        services.correct_due(due_id=found.pk, actor=actor_of(request), **form.cleaned_data)
    except DomainError as refusal:
        messages.error(request, refusal.detail)
    else:
        messages.success(request, _("Kept: a colleague agrees to it."))
    return redirect(_address(found))


@require_POST
@requires(*ACT)
def new_batch(request: HttpRequest) -> HttpResponse:
    """Put what is agreed in a batch."""
    today = clock.today()
    kind = request.POST.get("kind", "")
    if kind not in selectors.PAID_HERE:
        raise Http404
    try:
        entity_id = UUID(request.POST.get("entity", ""))
    except ValueError as error:
        raise Http404 from error
    if not selectors.entity_exists(entity_id):
        raise Http404
    try:
        batch = services.make_batch(
            entity_id=entity_id,
            kind=kind,
            until=today + timedelta(days=AHEAD),
            today=today,
            actor=actor_of(request),
        )
    except DomainError as refusal:
        messages.error(request, refusal.detail)
        return redirect(link("dues:dues"))
    messages.success(request, _("Batch %(number)s waits for a second person.") % {"number": batch.number})
    return redirect(link("treasury:batch", pk=batch.pk))


@requires(*SEE)
def creditors(request: HttpRequest) -> HttpResponse:
    """Where creditors are paid, by entity; entered from their notices."""
    asked = request.method == "POST"
    form = TermsForm(request.POST if asked else None, initial={"valid_from": clock.today()})
    if asked and not may_act(request):
        raise Http404
    if asked and form.is_valid():
        try:
            services.enter_terms(actor=actor_of(request), **form.cleaned_data)
        except DomainError as refusal:
            form.add_error(None, str(refusal.detail))
        else:
            messages.success(request, _("Kept: dues to this creditor can be agreed."))
            return redirect(link("dues:creditors"))
    table = Table(
        id="terms",
        caption=_("What was entered"),
        columns=[
            Column(_("Creditor"), lambda row: selectors.creditor_name(row.entity, row.creditor), lead=True),
            Column(_("Entity"), "entity.name"),
            Column(_("From"), "valid_from", "date"),
            Column(_("IBAN"), "iban"),
            Column(_("Structured reference"), "reference"),
            Column(_("Where it stands"), "source"),
            Column(_("Entered by"), "created_by"),
        ],
        page=page_of(request, selectors.terms(), 50),
        empty_title=_("Nothing entered yet"),
        empty_text=_("Enter the account and the reference of each body's notice before its first payment."),
    )
    context = {"form": form if may_act(request) else None, "table": table}
    return render(request, "dues/creditors.html", context, status=422 if form.errors else 200)


def _due(pk: UUID) -> Any:
    return get_object_or_404(selectors.dues(), pk=pk)
