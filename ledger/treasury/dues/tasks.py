"""Background work of dues."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import for_each_cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.treasury.dues import services


@shared_task(name="dues.raise_everywhere")
def raise_everywhere() -> None:
    """Raise the dues of every cooperative; safe at any frequency."""
    for_each_cooperative(raise_dues)


@shared_task(name="dues.raise")
def raise_dues(cooperative_id: int) -> None:
    """Raise the dues of one cooperative."""
    with tenant_scope(Cooperative.objects.get(pk=cooperative_id)):
        services.raise_dues(today=clock.today(), actor=Actor.system("dues"))
