"""Background work of payroll: declarations on their way, the daily settlement, runs shard by shard."""

from __future__ import annotations

from datetime import timedelta
from time import monotonic
from uuid import UUID

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from payroll.services import declaration_drift, declarations, quota, runs, settlement, shards
from payroll.services.contracts import signing

SECONDS = 50
"""A task stops taking new work after so many seconds and rings again."""


@shared_task(name="payroll.send_declaration")
def send_declaration(cooperative_id: int, declaration_id: str) -> None:
    """Carry one declaration; while the office is at work, ask as often as it lets itself be asked."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    declarations.carry(cooperative, UUID(declaration_id))
    with tenant_scope(cooperative):
        wait = declarations.next_question(UUID(declaration_id))
    if wait is not None:
        send_declaration.apply_async((cooperative_id, declaration_id), countdown=wait.total_seconds())


@shared_task(name="payroll.send_declarations")
def send_declarations(cooperative_id: int, declaration_ids: list[str]) -> None:
    """Ring for each of many declarations of the cooperative that were made together."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    with tenant_scope(cooperative):
        keys = declarations.known_declarations(map(UUID, declaration_ids))
    for key in keys:
        send_declaration.delay(cooperative_id, str(key))


@shared_task(name="payroll.compare_declarations")
def compare_declarations(cooperative_id: int) -> None:
    """Declare what should be and is not, compare with what the office holds, then pay as ordinary what it
    counts outside the quota of students.
    """
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    declaration_drift.compare(cooperative, at=clock.now(cooperative))
    with tenant_scope(cooperative):
        quota.correct_quota(on=clock.today())


@shared_task(name="payroll.compare_everywhere")
def compare_everywhere() -> None:
    """Ring for the comparison of each cooperative."""
    for cooperative in Cooperative.objects.all():
        compare_declarations.delay(cooperative.pk)


@shared_task(name="payroll.sweep_declarations")
def sweep_declarations() -> None:
    """Ring for declarations that wait although nobody rang, or whose carrier died."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            keys = declarations.due_declarations()
        for key in keys:
            send_declaration.delay(cooperative.pk, str(key))


@shared_task(name="payroll.settle_cooperative")
def settle_cooperative(cooperative_id: int) -> None:
    """Settle what is due in one cooperative, a few items per transaction, and ring again if more is left."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    started = monotonic()
    while monotonic() - started < SECONDS:
        with tenant_scope(cooperative):
            done = settlement.settle_due(
                on=clock.today(), actor=Actor.system("settlement"), limit=settlement.BATCH
            )
        if not done.remaining:
            return
    settle_cooperative.delay(cooperative_id)


@shared_task(name="payroll.settle_all")
def settle_all() -> None:
    """Ring for each cooperative that has something to settle."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            due = settlement.count_due(on=clock.today())
        if due:
            settle_cooperative.delay(cooperative.pk)


@shared_task(name="payroll.work_run")
def work_run(cooperative_id: int, run_id: str) -> None:
    """Do one shard of a run, then ring for the next."""
    if runs.work_one_shard(Cooperative.objects.get(pk=cooperative_id), UUID(run_id)):
        work_run.delay(cooperative_id, run_id)


@shared_task(name="payroll.sweep_runs")
def sweep_runs() -> None:
    """Ring for runs with a shard that waits although nobody rang, or whose worker died."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            waiting = shards.runs_with_work()
        for key in waiting:
            work_run.delay(cooperative.pk, str(key))


@shared_task(name="payroll.remind_unsigned")
def remind_unsigned() -> None:
    """Remind workers whose contract starts by tomorrow and lacks their signature."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            signing.remind_unsigned(on=clock.today() + timedelta(days=1), moment=clock.now())
