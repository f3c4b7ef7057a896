"""Shards of a run as work: taken under a lease, fenced by the attempt, given up when they fail too often."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core.models import Cooperative
from core.tenancy import tenant_scope
from payroll.enums import RunState, ShardPhase, ShardState
from payroll.models import PayrollRun, RunShard

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 5
PAUSE, MOST_PAUSE = 15, 600
"""Seconds before the first new attempt, twice as many before the next, and at most."""


def take_shard(cooperative: Cooperative, run_id: UUID) -> tuple[UUID, int] | None:
    """Lease a shard of the run that may be worked on: its id and the attempt. None: there is none now, or a
    person stopped the run.
    """
    moment = timezone.now()
    with tenant_scope(cooperative):
        run = PayrollRun.objects.get(pk=run_id)
        if run.paused_at is not None:
            return None
        shard = (
            free(open_shards(run), moment)
            .order_by("number")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if shard is None:
            return None
        if shard.state == ShardState.RUNNING and shard.attempt % MOST_ATTEMPTS == 0:
            keep_failure(cooperative, shard.pk, shard.attempt, "WorkerLost: no answer")
            return None
        shard.state = ShardState.RUNNING
        shard.attempt += 1
        shard.lease_until = moment + LEASE
        shard.started_at = moment
        shard.save(update_fields=["state", "attempt", "lease_until", "started_at"])
        return shard.pk, shard.attempt


def keep_failure(cooperative: Cooperative, shard_id: UUID, attempt: int, error: str) -> None:
    """Wait, longer each time, or give up. Attempts are never counted anew (they fence): what people
    retry has as many to come.
    """
    failures = attempt % MOST_ATTEMPTS
    pause = timedelta(seconds=min(PAUSE * 2**failures, MOST_PAUSE)) if failures else timedelta(0)
    with tenant_scope(cooperative):
        RunShard.objects.filter(pk=shard_id, attempt=attempt, state=ShardState.RUNNING).update(
            state=ShardState.PENDING if failures else ShardState.FAILED,
            error=error[:300],
            lease_until=timezone.now() + pause,
        )


def runs_with_work() -> list[UUID]:
    """Runs of the open scope with a shard that may be taken now, or whose last shard is done and which did
    not go on.
    """
    moment = timezone.now()
    unfinished = RunShard.objects.filter(run=OuterRef("pk")).exclude(state=ShardState.DONE)
    at_work = PayrollRun.objects.filter(state__in=(RunState.COMPUTING, RunState.CLOSING), paused_at=None)
    waiting = at_work.filter(Exists(free(unfinished, moment)) | ~Exists(unfinished))
    return list(waiting.order_by("month").values_list("pk", flat=True))


def free(shards: Any, moment: datetime) -> Any:
    """Those that may be taken: not given up, under no lease, no pause."""
    waiting = shards.exclude(state=ShardState.FAILED)
    return waiting.filter(Q(lease_until=None) | Q(lease_until__lt=moment))


def count_given_up(run: PayrollRun) -> int:
    """Shards of the run that nobody works on until an administrator has them tried again."""
    return RunShard.objects.filter(run=run, state=ShardState.FAILED).count()


def open_shards(run: PayrollRun) -> Any:
    """Shards of the phase that the run is in, and that are not done."""
    phase = {RunState.COMPUTING: ShardPhase.COMPUTE, RunState.CLOSING: ShardPhase.CLOSE}.get(
        RunState(run.state)
    )
    return RunShard.objects.filter(run=run, phase=phase or "").exclude(state=ShardState.DONE)
