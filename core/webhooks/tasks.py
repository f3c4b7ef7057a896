"""Background work of webhooks."""

from __future__ import annotations

from celery import shared_task

from core.models import Cooperative
from core.tasks import for_each_cooperative
from core.webhooks.carrying import carry_due

BATCH = 10
"""Attempts in one task: at five seconds each it ends within a minute."""


@shared_task(name="webhooks.carry_everywhere")
def carry_everywhere() -> None:
    """Send what is due in every cooperative; safe at any frequency."""
    for_each_cooperative(carry)


@shared_task(name="webhooks.carry")
def carry(cooperative_id: int) -> None:
    """Send a few deliveries of one cooperative, and ring again if more may wait."""
    if carry_due(Cooperative.objects.get(pk=cooperative_id), limit=BATCH) == BATCH:
        carry.delay(cooperative_id)
