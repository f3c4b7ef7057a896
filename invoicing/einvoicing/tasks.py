"""Background work of sending."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import TenantTask, for_each_cooperative
from invoicing.einvoicing import services

MOST = 100
"""Sendings of one task: the next one is rung for when more are due."""


@shared_task(name="einvoicing.carry_everywhere")
def carry_everywhere() -> None:
    """Carry what is due and look at letters, in every cooperative; safe at any frequency."""
    for_each_cooperative(carry_due)
    for_each_cooperative(settle_letters)


@shared_task(name="einvoicing.carry_due")
def carry_due(cooperative_id: int) -> None:
    """Carry what is due in one cooperative, and ring again when there is more."""
    if services.carry_due(Cooperative.objects.get(pk=cooperative_id), limit=MOST) == MOST:
        carry_due.delay(cooperative_id)


@shared_task(name="einvoicing.settle_letters", base=TenantTask)
def settle_letters(cooperative_id: int) -> None:
    """Give sendings by e-mail the state of their letters."""
    services.settle_letters(on=clock.today())
