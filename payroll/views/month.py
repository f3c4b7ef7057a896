"""The month of the payroll administrator: where each entity stands, the runs, and what could not be paid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_POST

from core import clock
from core.access import Identity, actor_of, identity_of, requires
from core.calendar import first_of_month, next_month
from core.forms import text_sent
from core.links import link
from ledger.models import LegalEntity
from members.enums import Role
from payroll import selectors
from payroll.advice import causes_of
from payroll.enums import RunState
from payroll.forms import NoteForm
from payroll.models import PayException, PayrollRun, RunLine
from payroll.months import month_before, read_month
from payroll.progress import RunProgress, progress_of_runs
from payroll.services import reviews, runs
from payroll.types import MonthTotals
from payroll.waiting import waiting_for

KEEPERS = (Role.PAYROLL_ADMIN, Role.AUDITOR)


@dataclass(frozen=True, slots=True)
class EntityMonth:
    """One entity's month on the console: its run, what was settled, what must be looked at."""

    entity: LegalEntity | None
    progress: RunProgress | None
    totals: MonthTotals
    before: MonthTotals
    exceptions: int
    unreviewed: int
    is_own: bool

    @property
    def run(self) -> PayrollRun | None:
        """Its run, once it was started."""
        return self.progress.run if self.progress else None

    @property
    def net_change(self) -> Any:
        """Net of this month less that of the month before."""
        return self.totals.net - self.before.net


@requires(*KEEPERS)
def month(request: HttpRequest) -> HttpResponse:
    """The console of a month: where it stands, totals against the month before, exceptions, deadlines."""
    chosen = month_asked(request)
    today = clock.today()
    before = month_before(chosen)
    identity = identity_of(request)
    exceptions = list(selectors.open_exceptions(chosen))
    entities = _entities(chosen, before, exceptions, identity)
    may_act = Role.PAYROLL_ADMIN in identity.roles
    in_review = [row for row in entities if row.run and row.run.state == RunState.REVIEW]
    unreviewed = sum(1 for row in exceptions if row.reviewed_at is None)
    context = {
        "month": chosen,
        "before": before,
        "after": next_month(chosen),
        "entities": entities,
        "state": _state(entities),
        "totals": selectors.totals_of(chosen),
        "totals_before": selectors.totals_of(before),
        "counts": selectors.month_state(chosen, today),
        "causes": causes_of(exceptions),
        "exceptions": exceptions,
        "unreviewed": unreviewed,
        "queue": selectors.declaration_queue().count(),
        "deadlines": selectors.deadlines_of(chosen),
        "waiting": waiting_for(identity.person, identity.roles, today),
        "may_act": may_act,
        "may_start": may_act
        and today >= next_month(chosen)
        and any(row.run is None and row.totals.items for row in entities),
        "may_approve": may_act
        and bool(in_review)
        and not unreviewed
        and not any(r.is_own for r in in_review),
        "in_review": in_review,
        "is_own": bool(in_review) and all(row.is_own for row in in_review),
    }
    return render(request, "payroll/month.html", context)


@requires(*KEEPERS)
def run_progress(request: HttpRequest, pk: UUID) -> HttpResponse:
    """How far the run is, for the page that watches it."""
    run = PayrollRun.objects.filter(pk=pk).select_related("entity").first()
    if run is None:
        raise Http404
    [progress] = progress_of_runs([run])
    return render(request, "payroll/run_progress.html", {"progress": progress})


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_start(request: HttpRequest) -> HttpResponse:
    """Begin the run of a month: of the entity that is named, or of each that has somebody to pay."""
    chosen, entity = month_asked(request), text_sent(request.POST, "entity")
    given: dict[str, Any] = {
        "month": chosen, "on": clock.today(), "at": clock.now(), "actor": actor_of(request),
    }  # fmt: skip
    if entity:
        found = get_object_or_404(LegalEntity, code=entity)
        runs.start_run(entity_id=found.pk, **given)
    else:
        runs.start_month(**given)
    return _back(chosen)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_compute(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Compute once more, after exceptions were mended."""
    found = get_object_or_404(PayrollRun, pk=pk)
    run = runs.compute_again(run_id=found.pk, on=clock.today(), actor=actor_of(request))
    return _back(run.month)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_approve(request: HttpRequest, pk: UUID) -> HttpResponse:
    """A second person agrees to the run of one entity."""
    found = get_object_or_404(PayrollRun, pk=pk)
    run = runs.approve_run(run_id=found.pk, on=clock.today(), at=clock.now(), actor=actor_of(request))
    messages.success(request, _("Approved: payslips and payments are being made."))
    return _back(run.month)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def month_approve(request: HttpRequest) -> HttpResponse:
    """A second person agrees to every run of the month that waits for it."""
    chosen = month_asked(request)
    runs.approve_month(month=chosen, on=clock.today(), at=clock.now(), actor=actor_of(request))
    messages.success(request, _("Approved: payslips and payments are being made."))
    return _back(chosen)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_pause(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Stop a run between two parts, or let it go on."""
    found, actor = get_object_or_404(PayrollRun, pk=pk), actor_of(request)
    if request.POST.get("act") == "resume":
        runs.resume_run(run_id=found.pk, actor=actor)
    else:
        runs.pause_run(run_id=found.pk, at=clock.now(), actor=actor)
    return _back(found.month)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def run_retry(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Try the parts of a run once more that were given up."""
    found = get_object_or_404(PayrollRun, pk=pk)
    runs.retry_shards(run_id=found.pk, actor=actor_of(request))
    return _back(found.month)


@require_POST
@requires(Role.PAYROLL_ADMIN)
def exception_review(request: HttpRequest, pk: UUID) -> HttpResponse:
    """Somebody looked at an exception and says what follows, or tries it again."""
    return _act_on(request, [selectors.exception_for(pk)])


@require_POST
@requires(Role.PAYROLL_ADMIN)
def exceptions_review(request: HttpRequest) -> HttpResponse:
    """The same for every open exception of one cause that nobody has looked at yet."""
    chosen, code = month_asked(request), text_sent(request.POST, "code")
    rows = selectors.open_exceptions(chosen).filter(code=code)
    if request.POST.get("act") != "retry":
        person = identity_of(request).person
        rows = rows.filter(reviewed_at=None)
        rows = rows.exclude(person=person) if person is not None else rows
    found = list(rows[: reviews.MOST_AT_ONCE])
    if not found:
        messages.info(request, _("Nothing of this kind waits any more."))
        return _back(chosen, "#exceptions")
    return _act_on(request, found)


def _act_on(request: HttpRequest, rows: list[PayException]) -> HttpResponse:
    keys, form = [row.pk for row in rows], NoteForm(request.POST)
    if request.POST.get("act") == "retry":
        done = reviews.retry_exceptions(exception_ids=keys, on=clock.today(), actor=actor_of(request))
        _tell(request, done)
    elif form.is_valid():
        reviews.review_exceptions(
            exception_ids=keys, note=form.cleaned_data["note"], at=clock.now(), actor=actor_of(request)
        )
    else:
        messages.error(request, _("Say what follows from it."))
    return _back(month_asked(request), "#exceptions")


def _tell(request: HttpRequest, done: reviews.Retried) -> None:
    if done.mended:
        text = ngettext("%(n)d exception is mended.", "%(n)d exceptions are mended.", done.mended)
        messages.success(request, text % {"n": done.mended})
    left = done.tried - done.mended
    if left:
        text = ngettext(
            "%(n)d is refused as before: read what to do.",
            "%(n)d are refused as before: read what to do.",
            left,
        )
        messages.warning(request, text % {"n": left})


def _back(chosen: date, anchor: str = "") -> HttpResponse:
    return redirect(f"{link('payroll:month')}?month={chosen:%Y-%m}{anchor}")


def month_asked(request: HttpRequest) -> date:
    """The month that is asked for: `?month=2026-11`; else the month before today's until the 15th."""
    text = request.POST.get("month") or request.GET.get("month") or ""
    try:
        return read_month(text)
    except ValueError:
        today = clock.today()
        return month_before(today) if today.day <= 15 else first_of_month(today)


def _entities(
    chosen: date, before: date, exceptions: Iterable[PayException], identity: Identity
) -> list[EntityMonth]:
    """Each entity that pays somebody in the month or the one before; a run of all of them stands first."""
    progress = progress_of_runs(selectors.runs_of(chosen))
    by_entity = {part.run.entity_id: part for part in progress}
    open_rows = list(exceptions)
    own = _own_runs([part.run for part in progress], identity)
    found = []
    for entity in (None, *LegalEntity.objects.order_by("code")):
        key = entity.pk if entity else None
        part = by_entity.get(key)
        totals, last = selectors.totals_of(chosen, key), selectors.totals_of(before, key)
        mine = [row for row in open_rows if key in (None, row.entity_id)]
        if part is None and (entity is None or not (totals.items or last.items or mine)):
            continue
        found.append(
            EntityMonth(
                entity=entity,
                progress=part,
                totals=totals,
                before=last,
                exceptions=len(mine),
                unreviewed=sum(1 for row in mine if row.reviewed_at is None),
                is_own=part is not None and part.run.pk in own,
            )
        )
    return found


def _own_runs(runs: list[PayrollRun], identity: Identity) -> set[UUID]:
    """Runs that somebody else approves: those that the person started, and those that pay them."""
    if identity.person is None:
        return set()
    paid = RunLine.objects.filter(person=identity.person, run__in=runs).values_list("run_id", flat=True)
    return {run.pk for run in runs if run.started_by_id == identity.person.pk} | set(paid)


def _state(entities: Iterable[EntityMonth]) -> tuple[str, Any]:
    """State of the month in one word: that of the run that is furthest behind."""
    states = [RunState(row.run.state) for row in entities if row.run is not None]
    if not states:
        return "todo", _("not started")
    for state in (RunState.COMPUTING, RunState.REVIEW, RunState.CLOSING):
        if state in states:
            return state.value, state.label
    return RunState.CLOSED.value, RunState.CLOSED.label
