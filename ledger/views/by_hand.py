"""Entries by hand: the editor, the queue for a second person, the decision."""

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
from core.files import file_response
from core.forms import lines_sent
from core.links import link
from core.tables import Column, Table, page_of
from ledger import services
from ledger.enums import Fund, ManualState
from ledger.filters import ManualFilter
from ledger.forms import ManualHeadForm, RefusalForm, ReversalForm, line_formset
from ledger.models import Account, Budget, JournalEntry, ManualEntry, Party
from ledger.roles import ACT, SEE
from ledger.services.by_hand import lines_of, proposed_by
from ledger.views.books import may_act

LINES_ADDED, MOST_LINES = 3, 60


def _all() -> Any:
    return ManualEntry.objects.select_related("entity", "receipt", "entry", "reverses").order_by("-pk")


@requires(*SEE)
def manual_entries(request: HttpRequest) -> HttpResponse:
    """What was proposed, newest first."""
    asked_for = ManualFilter(request.GET, _all())
    table = Table(
        id="manual",
        caption=_("Entries by hand"),
        columns=[
            Column(_("Text"), "text", lead=True, href=lambda row: link("ledger:manual_entry", pk=row.pk)),
            Column(_("Date"), "date", "date"),
            Column(_("Entity"), "entity.name"),
            Column(_("Proposed by"), "created_by"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ],
        page=page_of(request, asked_for.qs),
        empty_title=_("No entry by hand"),
        empty_text=_(
            "Acts post themselves. What no document can say is proposed here and posted by a second person."
        ),
    )
    context = {"table": table, "filter": asked_for, "may_act": may_act(request)}
    return render(request, "ledger/manual_entries.html", context)


@requires(*ACT)
def new_manual_entry(request: HttpRequest) -> HttpResponse:
    """The editor; works line by line without a script."""
    today = clock.today()
    adding = request.method == "POST" and request.POST.get("act") == "add"
    if adding:
        data = request.POST.copy()
        shown = lines_sent(data, "line", most=MOST_LINES)
        data["line-TOTAL_FORMS"] = str(min(shown + LINES_ADDED, MOST_LINES))
        form, formset = ManualHeadForm(data, request.FILES, today=today), line_formset(data)
    elif request.method == "POST":
        form = ManualHeadForm(request.POST, request.FILES, today=today)
        formset = line_formset(request.POST)
    else:
        form, formset = ManualHeadForm(today=today), line_formset()
    refusal = None
    if request.method == "POST" and not adding and form.is_valid() and formset.is_valid():
        lines = formset.lines(form.cleaned_data["entity"])
        if not any(line.errors for line in formset.forms):
            try:
                made = services.propose_entry(
                    entity=form.cleaned_data["entity"],
                    on=form.cleaned_data["date"],
                    text=form.cleaned_data["text"],
                    reason=form.cleaned_data["reason"],
                    receipt=form.cleaned_data["receipt"],
                    lines=lines,
                    today=today,
                    actor=actor_of(request),
                )
            except DomainError as error:
                refusal = error
            else:
                messages.success(request, _("Proposed: a second person of finance posts it."))
                return redirect(link("ledger:manual_entry", pk=made.pk))
    sent = request.method == "POST" and not adding
    context = {"form": form, "formset": formset, "refusal": refusal, "sent": sent}
    return render(request, "ledger/manual_editor.html", context, status=422 if sent else 200)


@requires(*SEE)
def manual_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One proposal: its lines and who may decide."""
    found = get_object_or_404(_all(), pk=pk)
    actor = actor_of(request)
    own = proposed_by(found, actor)
    waits = found.state == ManualState.PROPOSED
    context = {
        "manual": found,
        "rows": _rows(found),
        "own": own,
        "decide": waits and may_act(request) and not own,
        "withdraw": waits and may_act(request) and own,
        "refusal_form": RefusalForm(),
    }
    return render(request, "ledger/manual_entry.html", context)


def _rows(manual: ManualEntry) -> list[dict[str, Any]]:
    """The lines in words. Three queries."""
    lines = lines_of(manual)
    accounts = dict(
        Account.objects.filter(code__in={line.account for line in lines}).values_list("code", "name")
    )
    bearers: dict[UUID, str] = {}
    for model, keys in (
        (Budget, {line.budget for line in lines if line.budget}),
        (Party, {line.party for line in lines if line.party}),
    ):
        if keys:
            bearers |= dict(model._default_manager.filter(pk__in=keys).values_list("pk", "name"))
    rows = []
    for line in lines:
        bearer = bearers.get(line.budget or line.party or UUID(int=0), "—")
        if line.fund:
            bearer = str(Fund(line.fund).label)
        rows.append({"line": line, "name": accounts.get(line.account, ""), "bearer": bearer})
    return rows


@require_POST
@requires(*ACT)
def approve_manual_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Post it."""
    found = get_object_or_404(ManualEntry, pk=pk)
    services.approve_entry(manual_id=found.pk, today=clock.today(), actor=actor_of(request))
    messages.success(request, _("Posted. It is sealed within minutes."))
    return redirect(link("ledger:manual_entry", pk=pk))


@require_POST
@requires(*ACT)
def refuse_manual_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Refuse it and say why."""
    found = get_object_or_404(_all(), pk=pk)
    form = RefusalForm(request.POST)
    if not form.is_valid():
        context = {"manual": found, "rows": _rows(found), "decide": True, "refusal_form": form}
        return render(request, "ledger/manual_entry.html", context, status=422)
    services.refuse_entry(manual_id=found.pk, reason=form.cleaned_data["reason"], actor=actor_of(request))
    messages.success(request, _("Refused; who proposed it reads why."))
    return redirect(link("ledger:manual_entry", pk=pk))


@require_POST
@requires(*ACT)
def withdraw_manual_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take an own proposal back."""
    found = get_object_or_404(ManualEntry, pk=pk)
    services.withdraw_entry(manual_id=found.pk, actor=actor_of(request))
    messages.success(request, _("Withdrawn."))
    return redirect(link("ledger:manual_entries"))


@requires(*SEE)
def manual_receipt(request: HttpRequest, pk: UUID) -> HttpResponse:  # noqa: ARG001 - a view
    """The supporting document."""
    found = get_object_or_404(_all(), pk=pk)
    if found.receipt is None:
        raise Http404
    return file_response(found.receipt)


@requires(*ACT)
def reverse_entry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Propose to undo an entry that was posted by hand."""
    found = get_object_or_404(JournalEntry.objects.select_related("entity"), pk=pk)
    today = clock.today()
    form = ReversalForm(request.POST or None, today=today)
    refusal = None
    if request.method == "POST" and form.is_valid():
        try:
            made = services.propose_reversal(
                entry=found,
                on=form.cleaned_data["date"],
                reason=form.cleaned_data["reason"],
                today=today,
                actor=actor_of(request),
            )
        except DomainError as error:
            refusal = error
        else:
            messages.success(request, _("Proposed: a second person of finance posts it."))
            return redirect(link("ledger:manual_entry", pk=made.pk))
    wrong = refusal is not None or bool(form.errors)
    context = {"entry": found, "form": form, "refusal": refusal}
    return render(request, "ledger/reverse.html", context, status=422 if wrong else 200)
