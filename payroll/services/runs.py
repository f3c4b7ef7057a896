"""The monthly run: rows and short tasks, resumable at any point, nothing done twice.

compute (shards) → review (people) → approve (a second person) → close (shards) → closed. Settlement has
posted and queued the pay before; a run completes what was not tried, pays exit holidays, makes payslips and
the wage batches. Locks: run, shard, worker file, budget, number series.
"""

from __future__ import annotations

import logging
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction
from django.db.models import Count, Sum
from django.utils import timezone

from core import audit
from core.calendar import first_of_month, last_of_month, next_month
from core.commands import json_ready
from core.doorbell import ring
from core.errors import DomainError
from core.locks import for_update
from core.models import Cooperative
from core.money import ZERO
from core.outbox import publish
from core.tenancy import current_cooperative, tenant_scope
from core.types import Actor
from ledger.models import LegalEntity
from ledger.treasury.errors import NoBankAccount, NothingToPay
from ledger.treasury.services import create_batch
from members.models import Person
from payroll import errors, selectors
from payroll.enums import RunState, ShardPhase, ShardState
from payroll.models import HolidayBlock, PayException, PayItem, PayrollRun, RunLine, RunShard, WorkerFile
from payroll.services import holidays
from payroll.services.payslips import issue_payslip, loose_holidays, loose_items
from payroll.services.settlement import due_months, note_exception, settle_month
from payroll.services.shards import keep_failure, open_shards, take_shard

SHARD = 25
"""Workers of one shard."""

YEARS_BACK = 5
"""A run of an older month is taken for a slip of the keyboard."""

log = logging.getLogger(__name__)


@transaction.atomic
def start_run(*, month: date, on: date, at: datetime, actor: Actor) -> PayrollRun:
    """Begin the run of a month that is over: its shards are rows, and workers are woken.

    Raises `RunTooEarly`, `RunTooLate`, `RunExists` (also on a second call).
    """
    month = first_of_month(month)
    if on <= last_of_month(month):
        raise errors.RunTooEarly(on=f"{next_month(month):%d/%m/%Y}")
    if month.year < on.year - YEARS_BACK:
        raise errors.RunTooLate(earliest=on.year - YEARS_BACK)
    existing = PayrollRun.objects.filter(month=month).first()
    if existing is not None:
        raise errors.RunExists(month=f"{month:%m/%Y}", state=RunState(existing.state).label)
    run = PayrollRun.objects.create(
        month=month,
        on=on,
        started_by_id=actor.person_id,
        started_by_user=actor.user_id,
        started_by_label=actor.label,
        started_at=at,
    )
    _make_shards(run, ShardPhase.COMPUTE, sorted(_concerned(month)))
    audit.record(actor, "payroll.run_started", run, month=month.isoformat())
    _advance(run)
    _ring(run)
    return run


@transaction.atomic
def compute_again(*, run_id: UUID, on: date, actor: Actor) -> PayrollRun:
    """Compute once more while in review: after exceptions were mended. Raises `RunNotReady`."""
    run = _run_for_update(run_id)
    _needs(run, RunState.REVIEW)
    RunShard.objects.filter(run=run, phase=ShardPhase.COMPUTE).delete()
    RunLine.objects.filter(run=run).delete()
    run.state, run.on = RunState.COMPUTING, on
    run.save(update_fields=["state", "on"])
    _make_shards(run, ShardPhase.COMPUTE, sorted(_concerned(run.month)))
    audit.record(actor, "payroll.run_computed_again", run)
    _advance(run)
    _ring(run)
    return run


@transaction.atomic
def review_exception(*, exception_id: UUID, note: str, at: datetime, actor: Actor) -> PayException:
    """Somebody other than the worker looked at an exception and says what follows. Raises `PaidToSelf`."""
    row = for_update(PayException.objects.filter(pk=exception_id)).first()
    if row is None:
        raise errors.PayNotFound
    if actor.person_id is not None and actor.person_id == row.person_id:
        raise errors.PaidToSelf
    row.reviewed_by_id = actor.person_id
    row.reviewed_by_label = actor.label
    row.reviewed_at = at
    row.note = note[:200]
    row.save(update_fields=["reviewed_by", "reviewed_by_label", "reviewed_at", "note"])
    audit.record(actor, "payroll.exception_reviewed", row, code=row.code)
    return row


@transaction.atomic
def approve_run(*, run_id: UUID, on: date, at: datetime, actor: Actor) -> PayrollRun:
    """A second person agrees: payslips, exit holidays and wage batches are made, shard by shard. Exit
    holidays are paid from `on`.

    Raises `RunNotReady` (also on a second call), `SecondPersonNeeded`, `ExceptionsOpen`.
    """
    run = _run_for_update(run_id)
    _needs(run, RunState.REVIEW)
    own = (actor.person_id is not None and actor.person_id == run.started_by_id) or (
        actor.user_id is not None and actor.user_id == run.started_by_user
    )
    if actor.kind != "user" or own:
        raise errors.SecondPersonNeeded
    waiting = selectors.open_exceptions(run.month).filter(reviewed_at=None).count()
    if waiting:
        raise errors.ExceptionsOpen(count=waiting)
    run.approved_by_id = actor.person_id
    run.approved_by_label = actor.label
    run.approved_at = at
    run.closed_on = on
    run.state = RunState.CLOSING
    run.save(update_fields=["approved_by", "approved_by_label", "approved_at", "closed_on", "state"])
    people = (
        RunLine.objects.filter(run=run).order_by("person_id").values_list("person_id", flat=True).distinct()
    )
    _make_shards(run, ShardPhase.CLOSE, list(people))
    audit.record(actor, "payroll.run_approved", run)
    _advance(run)
    _ring(run)
    return run


# --- shards -------------------------------------------------------------------------------------------------


def work_one_shard(cooperative: Cooperative, run_id: UUID) -> bool:
    """Take one shard of the run and do it, in a transaction of its own; answers whether more wait.

    Outside of any scope. A worker that dies leaves the shard under a lease that runs out; what it had written
    is rolled back. A late holder is fenced by the attempt number. A shard that fails waits, longer each time,
    and is given up at last. Where no shard is left to take, the run goes on: whoever did the last one may
    have died before saying so.
    """
    taken = take_shard(cooperative, run_id)
    if taken is not None:
        try:
            _work_shard(cooperative, run_id, *taken)
        except Exception as error:  # noqa: BLE001 - the row keeps the failure; the other shards must be done
            log.exception("shard %s failed", taken[0])
            keep_failure(cooperative, *taken, f"{type(error).__name__}: {error}")
    with tenant_scope(cooperative):
        run = for_update(PayrollRun.objects.filter(pk=run_id)).get()
        _advance(run)
        return taken is not None and bool(open_shards(run).exists())


def _work_shard(cooperative: Cooperative, run_id: UUID, shard_id: UUID, attempt: int) -> None:
    with tenant_scope(cooperative):
        shard = for_update(RunShard.objects.filter(pk=shard_id)).get()
        if shard.attempt != attempt or shard.state != ShardState.RUNNING:
            return
        run = PayrollRun.objects.get(pk=run_id)
        for person_id in shard.people:
            if shard.phase == ShardPhase.COMPUTE:
                _compute_person(run, UUID(person_id))
            else:
                _close_person(run, UUID(person_id))
        shard.state, shard.done_at, shard.lease_until = ShardState.DONE, timezone.now(), None
        shard.error = ""
        shard.save(update_fields=["state", "done_at", "lease_until", "error"])


def work_run(cooperative: Cooperative, run_id: UUID) -> None:
    """Do every shard that waits, in this process: for commands and stories."""
    while work_one_shard(cooperative, run_id):
        pass


def _advance(run: PayrollRun) -> None:
    """Go on when every shard of the phase is done; the run is locked by the caller."""
    if run.state == RunState.COMPUTING and not open_shards(run).exists():
        run.state = RunState.REVIEW
        run.totals = _frozen_totals(run)
        run.save(update_fields=["state", "totals"])
        publish("payroll_run.computed", run)
    elif run.state == RunState.CLOSING and not open_shards(run).exists():
        _make_batches(run)
        run.state = RunState.CLOSED
        run.save(update_fields=["state"])
        audit.record(Actor.system("payroll run"), "payroll.run_closed", run)
        publish("payroll_run.closed", run)


def _make_batches(run: PayrollRun) -> None:
    """One wage batch per entity, made in the name of who started the run: another person releases it."""
    assert run.closed_on is not None
    owner = Actor("user", run.started_by_label, run.started_by_user, run.started_by_id)
    for entity in LegalEntity.objects.all():
        try:
            create_batch(
                entity_id=entity.pk, kind="wage", due_until=run.closed_on, on=run.closed_on, actor=owner
            )
        except (NothingToPay, NoBankAccount):
            continue


def _make_shards(run: PayrollRun, phase: ShardPhase, people: list[UUID]) -> None:
    RunShard.objects.bulk_create(
        RunShard(
            run=run, phase=phase, number=number, people=[str(key) for key in people[start : start + SHARD]]
        )
        for number, start in enumerate(range(0, len(people), SHARD), 1)
    )


def _ring(run: PayrollRun) -> None:
    ring("payroll.work_run", current_cooperative().pk, str(run.pk))


def _run_for_update(run_id: UUID) -> PayrollRun:
    """The run, locked. Raises `PayNotFound`."""
    run = for_update(PayrollRun.objects.filter(pk=run_id)).first()
    if run is None:
        raise errors.PayNotFound
    return run


def _needs(run: PayrollRun, state: RunState) -> None:
    if run.state != state:
        raise errors.RunNotReady(state=RunState(run.state).label)


def _concerned(month: date) -> set[UUID]:
    """Workers with something to settle, to put on a payslip or held for exit holiday, up to the month."""
    people = set(loose_items(month).values_list("person_id", flat=True))
    people |= set(loose_holidays(month).values_list("person_id", flat=True))
    people |= set(due_months(next_month(month)).values_list("contract__person_id", flat=True))
    held = PayItem.objects.filter(month__lte=month, owed__has_key="4560")
    return people | set(held.values_list("person_id", flat=True))


def _compute_person(run: PayrollRun, person_id: UUID) -> None:
    """Settle what was not tried, then write what the payslips of one worker will hold. Repeats give the same
    rows.
    """
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    actor = Actor.system("payroll run")
    unsettled = due_months(next_month(run.month)).filter(contract__person_id=person_id)
    for key in list(unsettled.values_list("pk", flat=True)):
        settle_month(contract_month_id=key, on=run.on, actor=actor)
    person = Person.objects.get(pk=person_id)
    waiting = set(
        due_months(next_month(run.month))
        .filter(contract__person_id=person_id)
        .values_list("contract__entity_id", flat=True)
    )
    held = holidays.held_of([person_id])
    items: dict[UUID, list[PayItem]] = {}
    for item in loose_items(run.month).filter(person_id=person_id):
        items.setdefault(item.entity_id, []).append(item)
    for entity_id in sorted({*items, *(entity for _, entity in held)}):
        due = None
        if entity_id not in waiting and (person_id, entity_id) in held:
            due = _due_or_exception(run, person, entity_id, held[(person_id, entity_id)])
        mine = items.get(entity_id, [])
        if not mine and due is None:
            continue
        RunLine.objects.update_or_create(
            run=run,
            person=person,
            entity_id=entity_id,
            defaults={
                "items": len(mine),
                "gross": sum((item.gross for item in mine), ZERO),
                "net": sum((item.net for item in mine), ZERO),
                "net_before": _net_before(person_id, entity_id, run.month),
                "holiday_gross": due.pay.held.gross if due else ZERO,
                "holiday_net": due.pay.net if due else ZERO,
            },
        )


def _due_or_exception(
    run: PayrollRun, person: Person, entity_id: UUID, held: holidays.Held
) -> holidays.HolidayDue | None:
    try:
        with transaction.atomic():
            return holidays.holiday_due(
                person, entity_id, held, month=run.month, paid_on=run.closed_on or run.on
            )
    except DomainError as error:
        note_exception(person_id=person.pk, entity_id=entity_id, month=run.month, error=error, on=run.on)
        return None


def _net_before(person_id: UUID, entity_id: UUID, month: date) -> Decimal:
    before = first_of_month(month - timedelta(days=1))
    rows = PayItem.objects.filter(person_id=person_id, entity_id=entity_id, month=before)
    return rows.aggregate(total=Sum("net"))["total"] or ZERO


def _close_person(run: PayrollRun, person_id: UUID) -> None:
    """Pay the exit holiday and make the payslips of one worker; a line that is closed is left alone."""
    assert run.closed_on is not None
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    person = Person.objects.get(pk=person_id)
    lines = RunLine.objects.filter(run=run, person_id=person_id, closed=False).select_related("entity")
    for line in lines.order_by("entity_id"):
        if line.holiday_gross:
            _close_holiday(run, person, line.entity_id)
        issue_payslip(run=run, person=person, entity=line.entity, on=run.closed_on)
        line.closed = True
        line.save(update_fields=["closed"])


def _close_holiday(run: PayrollRun, person: Person, entity_id: UUID) -> None:
    assert run.closed_on is not None
    if HolidayBlock.objects.filter(person=person, entity_id=entity_id, month=run.month).exists():
        return
    held = holidays.held_of([person.pk]).get((person.pk, entity_id))
    if held is None:
        return
    due = _due_or_exception(run, person, entity_id, held)
    if due is not None:
        holidays.pay_holiday(
            person=person, entity_id=entity_id, month=run.month, due=due, paid_on=run.closed_on
        )


def _frozen_totals(run: PayrollRun) -> dict[str, Any]:
    before = first_of_month(run.month - timedelta(days=1))
    sums = RunLine.objects.filter(run=run).aggregate(
        workers=Count("person_id", distinct=True),
        payslips=Count("pk"),
        gross=Sum("gross"),
        net=Sum("net"),
        holiday=Sum("holiday_gross"),
        holiday_net=Sum("holiday_net"),
    )
    ready: dict[str, Any] = json_ready(
        {
            **{key: value if value is not None else ZERO for key, value in sums.items()},
            "month": selectors.totals_of(run.month),
            "month_before": selectors.totals_of(before),
        }
    )
    return ready
