"""Background work of balances that stay: the list follows what pay says."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import TenantTask
from payroll.balances import services


@shared_task(name="balances.find_everywhere")
def find_everywhere() -> None:
    """Look in every cooperative; safe at any frequency."""
    for cooperative in Cooperative.objects.all():
        find.delay(cooperative.pk)


@shared_task(name="balances.find", base=TenantTask)
def find(cooperative_id: int) -> None:
    """One cooperative, by its calendar."""
    services.find_balances(on=clock.today())
