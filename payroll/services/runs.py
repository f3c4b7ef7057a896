"""What people do with the monthly run: start, compute again, stop, go on, approve (DOMAIN §7).

compute (shards) → review (people) → approve (a second person) → close (shards) → closed. A run is that of one
legal entity and month. Settlement has posted and queued the pay before; a run completes what was not tried,
settles the quarter, pays exit holidays, makes payslips and the wage batch (`run_work`). Locks: run, shard.
"""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import connection, transaction
from django.db.models import Q

from core import audit
from core.calendar import LAST_YEAR, first_of_month, last_of_month, next_month
from core.doorbell import ring
from core.locks import for_update
from core.tenancy import current_cooperative, current_tenant_id
from core.types import Actor
from ledger.models import LegalEntity
from payroll import errors, selectors
from payroll.engine.engines import engine_of
from payroll.enums import RunState, ShardPhase, ShardState
from payroll.models import PayrollRun, RunLine, RunShard
from payroll.services.run_work import advance, concerned, make_shards, work_one_shard, work_run

__all__ = [
    "approve_month",
    "approve_run",
    "compute_again",
    "pause_run",
    "resume_run",
    "retry_shards",
    "start_month",
    "start_run",
    "work_one_shard",
    "work_run",
]

YEARS_BACK = 5
"""A run of an older month is taken for a slip of the keyboard."""


@transaction.atomic
def start_run(
    *, month: date, on: date, at: datetime, actor: Actor, entity_id: UUID | None = None
) -> PayrollRun:
    """Begin the run of a month that is over, of one entity (None: of all in one): its shards are rows, and
    workers are woken.

    Raises `NoPayrollEngine`, `NoSuchMonth`, `RunTooEarly`, `RunTooLate`, `RunExists` (also on a second call,
    and where another run of the month pays the same entity). Starts of the cooperative wait for each other
    (advisory lock).
    """
    engine_of(current_cooperative().country.lower())
    month = _month_to_run(month, on)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('payroll.run'), %s)", [current_tenant_id()])
    others = PayrollRun.objects.filter(month=month)
    if entity_id is not None:
        others = others.filter(Q(entity_id=entity_id) | Q(entity=None))
    existing = others.first()
    if existing is not None:
        raise errors.RunExists(month=f"{month:%m/%Y}", state=RunState(existing.state).label)
    run = PayrollRun.objects.create(
        entity_id=entity_id,
        month=month,
        on=on,
        started_by_id=actor.person_id,
        started_by_user=actor.user_id,
        started_by_label=actor.label,
        started_at=at,
    )
    make_shards(run, ShardPhase.COMPUTE, sorted(concerned(month, entity_id)))
    audit.record(actor, "payroll.run_started", run, month=month.isoformat())
    advance(run)
    _ring(run)
    return run


@transaction.atomic
def start_month(*, month: date, on: date, at: datetime, actor: Actor) -> list[PayrollRun]:
    """Begin the run of each entity that has somebody to pay and none yet. Raises `NoPayrollEngine`,
    `RunTooEarly`, `RunTooLate`; `NothingToRun` when no entity is left (also on a second call).
    """
    engine_of(current_cooperative().country.lower())
    month = _month_to_run(month, on)
    taken = set(PayrollRun.objects.filter(month=month).values_list("entity_id", flat=True))
    made = [
        start_run(month=month, on=on, at=at, actor=actor, entity_id=key)
        for key in LegalEntity.objects.order_by("code").values_list("pk", flat=True)
        if not taken & {key, None} and concerned(month, key)
    ]
    if not made:
        raise errors.NothingToRun(month=f"{month:%m/%Y}")
    return made


@transaction.atomic
def compute_again(*, run_id: UUID, on: date, actor: Actor) -> PayrollRun:
    """Compute once more while in review: after exceptions were mended. Raises `RunNotReady`."""
    run = _run_for_update(run_id)
    _needs(run, RunState.REVIEW)
    RunShard.objects.filter(run=run, phase=ShardPhase.COMPUTE).delete()
    RunLine.objects.filter(run=run).delete()
    run.state, run.on = RunState.COMPUTING, on
    run.save(update_fields=["state", "on"])
    make_shards(run, ShardPhase.COMPUTE, sorted(concerned(run.month, run.entity_id)))
    audit.record(actor, "payroll.run_computed_again", run)
    advance(run)
    _ring(run)
    return run


@transaction.atomic
def approve_run(*, run_id: UUID, on: date, at: datetime, actor: Actor) -> PayrollRun:
    """A second person agrees: payslips, exit holidays and wage batches are made, shard by shard. Exit
    holidays are paid from `on`.

    Raises `RunNotReady` (also on a second call), `SecondPersonNeeded`, `PaidByRun`, `ExceptionsOpen`.
    """
    run = _run_for_update(run_id)
    _needs(run, RunState.REVIEW)
    own = (actor.person_id is not None and actor.person_id == run.started_by_id) or (
        actor.user_id is not None and actor.user_id == run.started_by_user
    )
    if actor.kind != "user" or own:
        raise errors.SecondPersonNeeded
    if actor.person_id is not None and RunLine.objects.filter(run=run, person_id=actor.person_id).exists():
        raise errors.PaidByRun
    waiting = selectors.open_exceptions(run.month, run.entity_id).filter(reviewed_at=None).count()
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
    make_shards(run, ShardPhase.CLOSE, list(people))
    audit.record(actor, "payroll.run_approved", run)
    advance(run)
    _ring(run)
    return run


@transaction.atomic
def approve_month(*, month: date, on: date, at: datetime, actor: Actor) -> list[PayrollRun]:
    """Approve every run of a month that is in review, all or none.

    Raises what `approve_run` raises; `NothingToApprove` when none is in review.
    """
    rows = PayrollRun.objects.filter(month=first_of_month(month), state=RunState.REVIEW)
    found = list(for_update(rows))
    if not found:
        raise errors.NothingToApprove(month=f"{month:%m/%Y}")
    return [approve_run(run_id=run.pk, on=on, at=at, actor=actor) for run in found]


@transaction.atomic
def pause_run(*, run_id: UUID, at: datetime, actor: Actor) -> PayrollRun:
    """Let no worker take another shard; those at work end theirs. Again: the same. Raises `RunNotReady` when
    nothing is under way.
    """
    run = _run_for_update(run_id)
    _needs(run, RunState.COMPUTING, RunState.CLOSING)
    if run.paused_at is None:
        run.paused_at, run.paused_by_label = at, actor.label
        run.save(update_fields=["paused_at", "paused_by_label"])
        audit.record(actor, "payroll.run_paused", run)
    return run


@transaction.atomic
def resume_run(*, run_id: UUID, actor: Actor) -> PayrollRun:
    """Go on with a run that a person stopped, or whose workers nobody rang. Raises `RunNotReady`."""
    run = _run_for_update(run_id)
    _needs(run, RunState.COMPUTING, RunState.CLOSING)
    if run.paused_at is not None:
        run.paused_at, run.paused_by_label = None, ""
        run.save(update_fields=["paused_at", "paused_by_label"])
        audit.record(actor, "payroll.run_resumed", run)
    advance(run)
    _ring(run)
    return run


@transaction.atomic
def retry_shards(*, run_id: UUID, actor: Actor) -> int:
    """Try the shards that were given up once more; how many. Their attempts go on counting (they fence)."""
    run = _run_for_update(run_id)
    keys = list(for_update(RunShard.objects.filter(run=run, state=ShardState.FAILED)))
    RunShard.objects.filter(pk__in=[row.pk for row in keys]).update(
        state=ShardState.PENDING, lease_until=None
    )
    if keys:
        audit.record(actor, "payroll.shards_retried", run, count=len(keys))
        _ring(run)
    return len(keys)


def _ring(run: PayrollRun) -> None:
    ring("payroll.work_run", current_cooperative().pk, str(run.pk))


def _month_to_run(month: date, on: date) -> date:
    """The first day of the month. Raises `NoSuchMonth`, `RunTooEarly`, `RunTooLate`."""
    if month.year > LAST_YEAR:
        raise errors.NoSuchMonth(month=f"{month:%m/%Y}")
    month = first_of_month(month)
    if on <= last_of_month(month):
        raise errors.RunTooEarly(on=f"{next_month(month):%d/%m/%Y}")
    if month.year < on.year - YEARS_BACK:
        raise errors.RunTooLate(earliest=on.year - YEARS_BACK)
    return month


def _run_for_update(run_id: UUID) -> PayrollRun:
    """The run, locked. Raises `PayNotFound`."""
    run = for_update(PayrollRun.objects.filter(pk=run_id)).first()
    if run is None:
        raise errors.PayNotFound
    return run


def _needs(run: PayrollRun, *states: RunState) -> None:
    if run.state not in states:
        raise errors.RunNotReady(state=RunState(run.state).label)
