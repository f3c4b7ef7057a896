"""Background work of recurring invoices."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.tasks import TenantTask, for_each_cooperative
from core.types import Actor
from invoicing.recurring.services import run_recurring


@shared_task(name="recurring.run_everywhere")
def run_everywhere() -> None:
    """Make what is due in every cooperative; safe at any frequency."""
    for_each_cooperative(run)


@shared_task(name="recurring.run", base=TenantTask)
def run(cooperative_id: int) -> None:
    """Make what is due in one cooperative, by its own calendar."""
    run_recurring(on=clock.today(), actor=Actor.system("recurring invoices"))
