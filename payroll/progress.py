"""How far a run is: people done per phase, how fast, how long still; read from its shards."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone

from payroll.enums import RunState, ShardPhase, ShardState
from payroll.models import PayrollRun, RunShard


@dataclass(frozen=True, slots=True)
class PhaseProgress:
    """One phase of a run: people and parts done and in all; people per second while it worked; seconds left
    at that pace (None: unknown yet).
    """

    phase: ShardPhase
    people: int
    people_done: int
    parts: int
    parts_done: int
    parts_given_up: int
    at_work: int
    per_second: float | None
    seconds_left: int | None

    @property
    def is_done(self) -> bool:
        """Nothing of the phase is left."""
        return self.parts_done == self.parts

    @property
    def minutes_left(self) -> int | None:
        """Minutes still, the last one begun counted."""
        return None if self.seconds_left is None else -(-self.seconds_left // 60)


@dataclass(frozen=True, slots=True)
class RunProgress:
    """A run with its phases and whether anybody works on it now."""

    run: PayrollRun
    compute: PhaseProgress
    close: PhaseProgress
    working: bool

    @property
    def now(self) -> PhaseProgress:
        """The phase that the run is in, or was in last."""
        return self.close if self.run.state in (RunState.CLOSING, RunState.CLOSED) else self.compute


def progress_of_runs(runs: Iterable[PayrollRun]) -> list[RunProgress]:
    """The progress of these runs, in one query."""
    found = list(runs)
    shards: dict[Any, list[RunShard]] = {run.pk: [] for run in found}
    rows = RunShard.objects.filter(run__in=found).defer("people").order_by("number")
    for shard in rows:
        shards[shard.run_id].append(shard)
    moment = timezone.now()
    return [_progress(run, shards[run.pk], moment) for run in found]


def _progress(run: PayrollRun, shards: list[RunShard], moment: datetime) -> RunProgress:
    phases = {
        phase: _phase(phase, [shard for shard in shards if shard.phase == phase], moment)
        for phase in ShardPhase
    }
    working = run.state in (RunState.COMPUTING, RunState.CLOSING)
    return RunProgress(run, phases[ShardPhase.COMPUTE], phases[ShardPhase.CLOSE], working)


def _phase(phase: ShardPhase, shards: list[RunShard], moment: datetime) -> PhaseProgress:
    done = [shard for shard in shards if shard.state == ShardState.DONE]
    at_work = [shard for shard in shards if shard.state == ShardState.RUNNING]
    people_done, people = sum(shard.size for shard in done), sum(shard.size for shard in shards)
    starts = [shard.started_at for shard in shards if shard.started_at]
    ends = [shard.done_at for shard in done if shard.done_at]
    until = moment if at_work else max(ends, default=moment)
    spent = (until - min(starts)) if starts else timedelta(0)
    pace = people_done / spent.total_seconds() if people_done and spent else None
    return PhaseProgress(
        phase=phase,
        people=people,
        people_done=people_done,
        parts=len(shards),
        parts_done=len(done),
        parts_given_up=sum(1 for shard in shards if shard.state == ShardState.FAILED),
        at_work=len(at_work),
        per_second=round(pace, 1) if pace else None,
        seconds_left=round((people - people_done) / pace) if pace else None,
    )
