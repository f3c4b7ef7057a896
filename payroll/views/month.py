"""The month of the payroll administrator: its console, the run and what could not be paid."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.calendar import first_of_month, next_month
from core.links import link
from ledger.models import LegalEntity
from members.enums import Role
from payroll import selectors
from payroll.enums import RunState
from payroll.forms import NoteForm
from payroll.models import PayrollRun
from payroll.services import reviews, runs
from payroll.services.settlement import settle_month
from payroll.services.shards import count_given_up

KEEPERS = (Role.PAYROLL_ADMIN, Role.AUDITOR)


@requires(*KEEPERS)
def month(request: HttpRequest) -> HttpResponse:
    """The console of a month: where it stands, totals against the month before, exceptions, deadlines."""
    chosen = month_asked(request)
    today = clock.today()
    run = selectors.run_of(chosen)
    before = first_of_month(date.fromordinal(chosen.toordinal() - 1))
    identity = identity_of(request)
    own = run is not None and identity.person is not None and run.started_by_id == identity.person.pk
    exceptions = list(selectors.open_exceptions(chosen))
    context = {
        "month": chosen,
        "before": before,
        "after": next_month(chosen),
        "run": run,
        "run_label": RunState(run.state).label if run else _("not started"),
        "totals": selectors.totals_of(chosen),
        "totals_before": selectors.totals_of(before),
        "entities": [
            (entity, selectors.totals_of(chosen, entity.pk)) for entity in LegalEntity.objects.all()
        ],
        "counts": selectors.month_state(chosen, today),
        "exceptions": exceptions,
        "unreviewed": sum(1 for row in exceptions if row.reviewed_at is None),
        "queue": selectors.declaration_queue().count(),
        "deadlines": selectors.deadlines_of(chosen),
        "may_act": Role.PAYROLL_ADMIN in identity.roles,
        "may_start": run is None and today >= next_month(chosen),
        "may_approve": run is not None and run.state == RunState.REVIEW and not own,
        "is_own": own,
        "note_form": NoteForm(),
        **_progress(run),
    }
    return render(request, "payroll/month.html", context)


@requires(*KEEPERS)
def run_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the run is, for the page that watches it."""
    run = PayrollRun.objects.filter(pk=pk).first()
    if run is None:
        raise Http404
    return render(request, "payroll/run_progress.html", {"run": run, **_progress(run)})


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_start(request: HttpRequest) -> HttpResponse:
    """Begin the run of a month."""
    chosen = month_asked(request)
    runs.start_run(month=chosen, on=clock.today(), at=clock.now(), actor=actor_of(request))
    return redirect(f"{link('payroll:month')}?month={chosen:%Y-%m}")


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_compute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Compute once more, after exceptions were mended."""
    found = get_object_or_404(PayrollRun, pk=pk)
    run = runs.compute_again(run_id=found.pk, on=clock.today(), actor=actor_of(request))
    return redirect(f"{link('payroll:month')}?month={run.month:%Y-%m}")


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second person agrees."""
    found = get_object_or_404(PayrollRun, pk=pk)
    run = runs.approve_run(run_id=found.pk, on=clock.today(), at=clock.now(), actor=actor_of(request))
    messages.success(request, _("Approved: payslips and payments are being made."))
    return redirect(f"{link('payroll:month')}?month={run.month:%Y-%m}")


@require_POST
@requires(Role.PAYROLL_ADMIN)
def exception_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody looked at an exception and says what follows, or tries it again."""
    row, form = selectors.exception_for(pk), NoteForm(request.POST)
    if request.POST.get("act") == "retry":
        if row.contract_month_id is not None:
            settle_month(contract_month_id=row.contract_month_id, on=clock.today(), actor=actor_of(request))
    elif form.is_valid():
        reviews.review_exception(
            exception_id=row.pk, note=form.cleaned_data["note"], at=clock.now(), actor=actor_of(request)
        )
    else:
        messages.error(request, _("Say what follows from it."))
    return redirect(f"{link('payroll:month')}?month={month_asked(request):%Y-%m}#exceptions")


def month_asked(request: HttpRequest) -> date:
    """The month that is asked for: `?month=2026-11`; else the month before today's until the 15th."""
    text = request.POST.get("month") or request.GET.get("month") or ""
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError:
        today = clock.today()
        return (
            first_of_month(date.fromordinal(today.replace(day=1).toordinal() - 1))
            if today.day <= 15
            else (first_of_month(today))
        )


def _progress(run: Any) -> dict[str, Any]:
    if run is None:
        return {"done": 0, "total": 0, "working": False, "stuck": 0}
    done, total = selectors.progress_of(run)
    working = run.state in (RunState.COMPUTING, RunState.CLOSING)
    return {"done": done, "total": total, "working": working, "stuck": count_given_up(run)}
