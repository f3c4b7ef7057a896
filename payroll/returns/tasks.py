"""Background work of returns: slices of workers, files on their way, papers, ends of contracts."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from core import clock
from core.doorbell import ring_now
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from payroll.returns import selectors, services
from payroll.returns.services.building import WORK
from payroll.returns.services.deciding import PAPERS


@shared_task(name="returns.work")
def work(cooperative_id: int, return_id: str) -> None:
    """Build for less than a minute, then ring for the rest."""
    if services.work_return(Cooperative.objects.get(pk=cooperative_id), UUID(return_id)):
        ring_now(WORK, cooperative_id, return_id)


@shared_task(name="returns.carry")
def carry(cooperative_id: int, return_id: str) -> None:
    """Carry one file, or fetch its answer."""
    services.carry(Cooperative.objects.get(pk=cooperative_id), UUID(return_id))


@shared_task(name="returns.papers")
def papers(cooperative_id: int, return_id: str) -> None:
    """Give a slice of workers their papers, then ring for the next."""
    with tenant_scope(Cooperative.objects.get(pk=cooperative_id)):
        more = services.issue_papers(return_id=UUID(return_id), on=clock.today())
    if more:
        ring_now(PAPERS, cooperative_id, return_id)


@shared_task(name="returns.end_contracts")
def end_contracts(cooperative_id: int) -> None:
    """Make the papers of contracts that end today in one cooperative."""
    with tenant_scope(Cooperative.objects.get(pk=cooperative_id)):
        services.end_due_contracts(on=clock.today(), actor=Actor.system("ends of contracts"))


@shared_task(name="returns.end_contracts_everywhere")
def end_contracts_everywhere() -> None:
    """Ring for each cooperative where a contract ended."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            due = selectors.ends_due(clock.today()).exists()
        if due:
            end_contracts.delay(cooperative.pk)


@shared_task(name="returns.sweep")
def sweep() -> None:
    """Ring for what waits although nobody rang, or whose worker died."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            building, sent, unpapered = services.waiting()
        for task, keys in ((work, building), (carry, sent), (papers, unpapered)):
            for key in keys:
                task.delay(cooperative.pk, str(key))
