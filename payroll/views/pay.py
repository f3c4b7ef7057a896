"""My pay, payslips, and the month of the payroll administrator."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from core import clock
from core.access import actor_of, identity_of, requires
from core.calendar import first_of_month, next_month
from core.documents import finished_file, request_document
from core.enums import NOT_MADE
from core.files import file_response
from core.links import link
from core.tables import page_of
from ledger.models import LegalEntity
from members.disclosure import log_access
from members.enums import Disclosed, Role
from members.models import Person
from payroll import selectors
from payroll.enums import RunState
from payroll.forms import NoteForm
from payroll.models import PayrollRun, Payslip
from payroll.payslip_view import payslip_page
from payroll.services import runs
from payroll.services.payslips import KIND
from payroll.services.settlement import settle_month
from payroll.services.shards import count_given_up

KEEPERS = (Role.PAYROLL_ADMIN, Role.AUDITOR)


@requires(Role.MEMBER)
def my_pay(request: HttpRequest) -> HttpResponse:
    """What comes, what came, and my payslips."""
    person: Person | None = identity_of(request).person
    if person is None:
        raise PermissionDenied
    page = page_of(request, selectors.items_of(person))
    context = {
        "coming": selectors.coming_pay(person, clock.today()),
        "page": page,
        "rows": selectors.with_payouts(page.object_list),
        "payslips": list(selectors.payslips_of(person)[:24]),
    }
    return render(request, "payroll/my_pay.html", context)


@requires(Role.MEMBER, *KEEPERS)
def pay_item(request: HttpRequest, pk: UUID) -> HttpResponse:
    """One pay item, each amount explained."""
    identity = identity_of(request)
    item = selectors.item_for(identity.person, pk, roles=identity.roles)
    log_access(
        person=item.person,
        what=Disclosed.PAYSLIP,
        purpose=_("Payroll console"),
        actor=actor_of(request),
        source_id=pk,
    )
    lines = list(selectors.lines_of(item))
    context = {"item": item, "lines": lines, "row": selectors.with_payouts([item])[0]}
    return render(request, "payroll/pay_item.html", context)


@requires(Role.MEMBER, *KEEPERS)
def payslip(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A payslip on screen: each amount explains itself on a tap."""
    slip = _read_payslip(request, pk)
    return render(request, "payroll/payslip.html", {"slip": payslip_page(slip)})


@requires(Role.MEMBER, *KEEPERS)
def payslip_pdf(request: HttpRequest, pk: UUID) -> HttpResponse:
    """The payslip as a PDF; while it is being made, a page that says when it is there."""
    slip = _read_payslip(request, pk)
    file = finished_file(KIND, slip.pk)
    if file is not None and "wait" not in request.GET:
        return file_response(file)
    job = None if file is not None else request_document(KIND, slip.pk, urgent=True)
    failed = job is not None and job.state in NOT_MADE
    context = {"slip": slip, "done": file is not None, "failed": failed}
    return render(request, "payroll/payslip_waiting.html", context, status=200 if file else 202)


@requires(*KEEPERS)
def month(request: HttpRequest) -> HttpResponse:
    """The console of a month: where it stands, totals against the month before, exceptions, deadlines."""
    chosen = _month(request)
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
    chosen = _month(request)
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
        runs.review_exception(
            exception_id=row.pk, note=form.cleaned_data["note"], at=clock.now(), actor=actor_of(request)
        )
    else:
        messages.error(request, _("Say what follows from it."))
    return redirect(f"{link('payroll:month')}?month={_month(request):%Y-%m}#exceptions")


@requires(*KEEPERS)
def payslips(request: HttpRequest) -> HttpResponse:
    """Payslips of a month by name."""
    chosen = _month(request)
    page = page_of(request, selectors.month_payslips(chosen), 50)
    run = selectors.run_of(chosen)
    lines = page_of(request, selectors.run_lines(run), 50) if run and not page.object_list else None
    return render(request, "payroll/payslips.html", {"month": chosen, "page": page, "lines": lines})


def _read_payslip(request: HttpRequest, pk: UUID) -> Payslip:
    """The payslip, once the reading by staff is written down."""
    identity = identity_of(request)
    slip = selectors.payslip_for(identity.person, pk, roles=identity.roles)
    log_access(
        person=slip.person,
        what=Disclosed.PAYSLIP,
        purpose=request.GET.get("purpose") or _("Payroll console"),
        actor=actor_of(request),
        source_id=slip.pk,
    )
    return slip


def _month(request: HttpRequest) -> date:
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
