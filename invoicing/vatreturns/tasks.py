"""Background work of VAT returns: files on their way to the tax office."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from core.models import Cooperative
from invoicing.vatreturns import services


@shared_task(name="vatreturns.carry")
def carry(cooperative_id: int, vat_return_id: str) -> None:
    """Carry one file."""
    services.carry(Cooperative.objects.get(pk=cooperative_id), UUID(vat_return_id))


@shared_task(name="vatreturns.carry_everywhere")
def carry_everywhere() -> None:
    """Carry what waits although nobody rang, or whose carrier died."""
    for cooperative in Cooperative.objects.all():
        services.carry_due(cooperative)
