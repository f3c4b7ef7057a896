"""How fast a month is paid: declarations, settlement, run and payslips of so many workers, by one process per
core as the tasks do it, next to the same rows written by COPY and INSERT … SELECT in the same run.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from django.db import connections, transaction

from core.bench import in_parallel, kept_template, machine, register_subject, throwaway_database, working_on
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from members.models import Person
from payroll.enums import RunState, ShardState
from payroll.models import Declaration, EmploymentContract, PayItem, PayLine, PayrollRun, Payslip, RunShard
from payroll.services import runs
from payroll.services.declaration_drift import AT_ONCE
from payroll.services.declaration_files import make_batches
from payroll.services.reconciliation import reconcile_contracts
from smart.bench.floor import FloorRows, read_rows, write_rows, write_run
from smart.bench.workers import MONTH, RUN_ON, build_workers
from smart.celery import forget_what_stays

PAYSLIPS = 11_000
"""Payslips of the month unless said otherwise: as many a month as the shared enterprise makes."""
WORKERS = int(os.environ.get("SMART_BENCH_WORKERS", "0")) or os.cpu_count() or 1
"""Processes: one per core unless said otherwise."""
AT = datetime(2026, 12, 1, 9, tzinfo=UTC)


def bench_payroll(seconds: float, payslips: int = PAYSLIPS) -> dict[str, Any]:
    """Seconds and payslips per second of one month from submitted contracts to payslips, by phase; the floor
    of the same rows; their ratio. The length of the run is that of the month: `seconds` is not used.
    """
    del seconds
    answer: dict[str, Any] = {"workers": WORKERS}
    start = time.perf_counter()
    template = kept_template(f"workers_{payslips}", lambda: build_workers(payslips))
    answer["seconds_to_load"] = round(time.perf_counter() - start)
    with ExitStack() as databases:
        real = databases.enter_context(throwaway_database(template, suffix="run"))
        floor = databases.enter_context(throwaway_database(template, suffix="floor"))
        with working_on(real):
            answer |= machine()
            _analyze()
            cooperative = Cooperative.objects.get(slug="be")
            phases = pay_month(cooperative, WORKERS)
            answer |= _made(cooperative)
            rows = [read_rows(cooperative, place, WORKERS) for place in range(WORKERS)]
            answer["seconds_xml_of_declarations"] = f"{_timed(lambda: _write_xml(cooperative)):.2f}"
        with working_on(floor):
            _analyze()
            floor_seconds = _floor(cooperative, rows)
    total = sum(phases.values())
    return answer | {
        "seconds": f"{total:.2f}",
        **{f"seconds_{name}": f"{value:.2f}" for name, value in phases.items()},
        "payslips_per_second": f"{answer['payslips'] / total:.0f}",
        "floor_rows": sum(part.count for part in rows),
        "floor_seconds": f"{floor_seconds:.2f}",
        "ratio": f"{floor_seconds / total:.2f}",
    }


def pay_month(cooperative: Cooperative, workers: int) -> dict[str, float]:
    """Play the whole month with so many processes; seconds by phase."""
    seconds: dict[str, float] = {}
    clerk, chief = _actors(cooperative)
    with tenant_scope(cooperative):
        contracts = list(EmploymentContract.objects.order_by("person_id", "pk").values_list("pk", flat=True))
    seconds["declarations"] = _timed(lambda: in_parallel(_declare(cooperative, contracts, workers), workers))
    with tenant_scope(cooperative):
        start = time.perf_counter()
        run = runs.start_run(month=MONTH, on=RUN_ON, at=AT, actor=clerk)
    in_parallel(lambda _: _shards(cooperative, run.pk), workers)
    seconds["compute_and_post"] = time.perf_counter() - start
    _expect(cooperative, run.pk, RunState.REVIEW)
    start = time.perf_counter()
    with tenant_scope(cooperative):
        runs.approve_run(run_id=run.pk, on=RUN_ON, at=AT, actor=chief)
    in_parallel(lambda _: _shards(cooperative, run.pk), workers)
    seconds["payslips_and_payout"] = time.perf_counter() - start
    _expect(cooperative, run.pk, RunState.CLOSED)
    return seconds


def _declare(cooperative: Cooperative, contracts: list[UUID], workers: int) -> Callable[[int], None]:
    share = -(-len(contracts) // workers)

    def declare(worker: int) -> None:
        forget_what_stays()
        mine = contracts[worker * share : (worker + 1) * share]
        for place in range(0, len(mine), AT_ONCE):
            with tenant_scope(cooperative):
                reconcile_contracts(mine[place : place + AT_ONCE], at=AT)

    return declare


def _write_xml(cooperative: Cooperative) -> None:
    """The declarations as files of the batch channel, as a clerk makes them; not part of the month."""
    with tenant_scope(cooperative):
        make_batches(at=AT, actor=Actor.system("bench"))


def _shards(cooperative: Cooperative, run_id: UUID) -> None:
    """What the task does until nothing waits."""
    forget_what_stays()
    while runs.work_one_shard(cooperative, run_id):
        pass


def _actors(cooperative: Cooperative) -> tuple[Actor, Actor]:
    with tenant_scope(cooperative):
        clerk, chief = Person.objects.filter(email__in=("worker0@example.org", "worker1@example.org"))
    return (Actor("user", str(clerk), None, clerk.pk), Actor("user", str(chief), None, chief.pk))


def _expect(cooperative: Cooperative, run_id: UUID, state: RunState) -> None:
    """The phase is really over: what failed is no result."""
    with tenant_scope(cooperative):
        run = PayrollRun.objects.get(pk=run_id)
        failed = (
            RunShard.objects.filter(run=run).exclude(state=ShardState.DONE).values_list("error", flat=True)
        )
        if run.state != state or failed:
            raise AssertionError(f"the run is {run.state}, not {state}: {list(failed)[:3]}")


def _made(cooperative: Cooperative) -> dict[str, Any]:
    with tenant_scope(cooperative):
        return {
            "payslips": Payslip.objects.count(),
            "pay_items": PayItem.objects.count(),
            "pay_lines": PayLine.objects.count(),
            "declarations": Declaration.objects.count(),
        }


def _floor(cooperative: Cooperative, rows: list[FloorRows]) -> float:
    """Seconds of so many processes that write the same rows, from the first to the last."""
    write_run(cooperative, rows[0])

    def write(worker: int) -> None:
        write_rows(cooperative, rows[worker])

    return _timed(lambda: in_parallel(write, len(rows)))


def _timed(act: Callable[[], None]) -> float:
    start = time.perf_counter()
    act()
    return time.perf_counter() - start


def _analyze() -> None:
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("ANALYZE")
    connections["owner"].close()


register_subject("payroll", bench_payroll)
