"""Seizures: payroll's list, one seizure, what may be done with it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.errors import DomainError
from core.files import FileGone, file_response
from core.links import link
from core.tables import Column, Table, page_of
from payroll.deductions import selectors, services
from payroll.deductions.enums import LIMITED, SeizureState
from payroll.deductions.filters import SeizureFilter
from payroll.deductions.forms import AnswerForm, CreditorForm, SeizureForm
from payroll.deductions.models import Seizure
from payroll.deductions.roles import EVERYBODY, KEEPERS, WRITERS
from payroll.deductions.sources import figures
from payroll.deductions.table import table_code
from payroll.deductions.types import SEIZURE


@requires(*KEEPERS)
def seizures(request: HttpRequest) -> HttpResponse:
    """All of them, the newest first."""
    identity = identity_of(request)
    rows = SeizureFilter(request.GET or None, selectors.seizures(identity.person, identity.roles))
    table = Table(
        id="seizures",
        caption=_("Seizures"),
        columns=(
            Column(_("Worker"), "person", lead=True, href=lambda row: link("deductions:seizure", pk=row.pk)),
            Column(_("Kind"), "get_kind_display"),
            Column(_("Creditor"), "creditor_name"),
            Column(_("Notified on"), "notified_on", "date"),
            Column(_("Rank"), "rank", "number"),
            Column(_("In all"), "total", "money"),
            Column(_("Per month"), "per_month", "money"),
            Column(_("Taken"), "taken", "money"),
            Column(_("State"), "state", "badge", shown="get_state_display"),
        ),
        page=page_of(request, rows.qs),
        empty_title=_("No seizure"),
        empty_text=_("Enter a seizure on the page of the worker, from the notification of the creditor."),
        export="payroll.seizures",
    )
    context = {
        "table": table,
        "filters": rows.form,
        "missing": [f"{TABLES[code]} ({code})" for code in _missing()],
    }
    return render(request, "deductions/seizures.html", context)


@requires(*WRITERS)
def enter(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Enter a notification for a worker."""
    worker = selectors.worker_for(pk)
    form = SeizureForm(request.POST or None, request.FILES or None)
    if request.method == "POST" and form.is_valid():
        try:
            row = services.enter_seizure(
                person=worker, on=clock.today(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            messages.success(request, _("Entered. A colleague agrees; until then this worker’s pay waits."))
            return redirect(link("deductions:seizure", pk=row.pk))
    context = {
        "form": form,
        "title": _("Enter a seizure"),
        "subtitle": worker,
        "back_url": link("deductions:seizures"),
    }
    return render(request, "deductions/form.html", context, status=422 if form.errors else 200)


@requires(*KEEPERS, *EVERYBODY)
def seizure(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One seizure: who is paid, how much was taken, when."""
    return _page(request, _seen(request, pk))


@requires(*KEEPERS, *EVERYBODY)
def paper(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The notification."""
    row = _seen(request, pk)
    if row.file is None:
        raise FileGone
    return file_response(row.file)


@require_POST
@requires(*WRITERS)
def agree(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It was checked against the notification."""
    row = _seen(request, pk)
    services.agree_seizure(seizure_id=row.pk, on=clock.today(), actor=actor_of(request))
    return _done(request, row, _("From now on this seizure takes of each pay."))


@require_POST
@requires(*WRITERS)
def resume(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take again."""
    row = _seen(request, pk)
    services.resume_seizure(seizure_id=row.pk, on=clock.today(), actor=actor_of(request))
    return _done(request, row, _("From now on this seizure takes of each pay."))


@require_POST
@requires(*WRITERS)
def suspend(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Take nothing for the time being."""
    return _because(request, pk, services.suspend_seizure, _("Suspended: pay is settled without it."))


@require_POST
@requires(*WRITERS)
def lift(request: HttpRequest, pk: UUID) -> HttpResponse:
    """It is over."""
    return _because(request, pk, services.lift_seizure, _("Lifted: it takes nothing any more."))


@require_POST
@requires(*WRITERS)
def creditor(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Another account of the creditor."""
    row = _seen(request, pk)
    form = CreditorForm(request.POST)
    if form.is_valid():
        try:
            services.correct_creditor(
                seizure_id=row.pk, on=clock.today(), actor=actor_of(request), **form.cleaned_data
            )
        except DomainError as refusal:
            form.add_error(None, refusal.detail)
        else:
            return _done(request, row, _("Noted. What came back is to pay again, in the next batch."))
    return _page(request, row, creditor_form=form)


def _because(request: HttpRequest, pk: UUID, act: Callable[..., Any], said: str) -> HttpResponse:
    row = _seen(request, pk)
    form = AnswerForm(request.POST)
    if not form.is_valid():
        return _page(request, row, answer_form=form)
    act(
        seizure_id=row.pk,
        answer=form.cleaned_data["answer"],
        on=clock.today(),
        actor=actor_of(request),
    )
    return _done(request, row, said)


def _done(request: HttpRequest, row: Seizure, said: str) -> HttpResponse:
    messages.success(request, said)
    return redirect(link("deductions:seizure", pk=row.pk))


def _seen(request: HttpRequest, pk: UUID) -> Seizure:
    identity = identity_of(request)
    return selectors.seizure_for(identity.person, identity.roles, pk)


def _page(
    request: HttpRequest,
    row: Seizure,
    answer_form: AnswerForm | None = None,
    creditor_form: CreditorForm | None = None,
) -> HttpResponse:
    identity = identity_of(request)
    own = identity.person is not None and identity.person.pk == row.person_id
    writes = bool(identity.roles & WRITERS) and not own
    account = {"creditor_name": row.creditor_name, "creditor_iban": row.creditor_iban}
    context = {
        "row": row,
        "own": own,
        "writes": writes,
        "may_agree": writes
        and row.state == SeizureState.ENTERED
        and identity.person is not None
        and identity.person.pk != row.entered_by_id,
        "missing": row.kind in LIMITED and table_code(allowances=row.allowances) in _missing(),
        "taken": selectors.taken_rows(SEIZURE, row.pk),
        "answer_form": answer_form or AnswerForm(auto_id="suspend_%s"),
        "lift_form": AnswerForm(auto_id="lift_%s"),
        "creditor_form": creditor_form or CreditorForm(initial=account),
    }
    wrong = answer_form is not None or creditor_form is not None
    return render(request, "deductions/seizure.html", context, status=422 if wrong else 200)


TABLES = {
    table_code(allowances=False): gettext_lazy("for pay from work"),
    table_code(allowances=True): gettext_lazy("for pay beside social allowances"),
}
"""The tables in words."""


def _missing() -> list[str]:
    """Tables without figures today."""
    today, known = clock.today(), figures()
    codes = (table_code(allowances=False), table_code(allowances=True))
    return [code for code in codes if known.find(code, today) is None]
