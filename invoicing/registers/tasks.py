"""Background work of the registers."""

from __future__ import annotations

from celery import shared_task

from core.models import Cooperative
from core.tasks import TenantTask, for_each_cooperative
from invoicing.registers import services

MOST = 20


@shared_task(name="registers.carry_everywhere")
def carry_everywhere() -> None:
    """Ask what waits in every cooperative; safe at any frequency."""
    for_each_cooperative(carry)


@shared_task(name="registers.carry")
def carry(cooperative_id: int) -> None:
    """Ask about a few numbers of one cooperative, and ring again if more may wait."""
    if services.carry_due(Cooperative.objects.get(pk=cooperative_id), limit=MOST) == MOST:
        carry.delay(cooperative_id)


@shared_task(name="registers.recheck_everywhere")
def recheck_everywhere() -> None:
    """Ask again about what was answered long ago, in every cooperative."""
    for_each_cooperative(recheck)


@shared_task(name="registers.recheck", base=TenantTask)
def recheck(cooperative_id: int) -> None:
    """Ask again in one cooperative."""
    services.ask_about_old()
