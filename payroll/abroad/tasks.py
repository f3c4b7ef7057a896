"""Background work of work abroad: requests for certificates on their way."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from core.models import Cooperative
from core.tenancy import tenant_scope
from payroll.abroad import services


@shared_task(name="abroad.carry")
def carry(cooperative_id: int, request_id: str) -> None:
    """Carry one request, or fetch its answer."""
    services.carry(Cooperative.objects.get(pk=cooperative_id), UUID(request_id))


@shared_task(name="abroad.sweep")
def sweep() -> None:
    """Ring for requests that wait although nobody rang, or whose carrier died."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            keys = services.due_requests()
        for key in keys:
            carry.delay(cooperative.pk, str(key))
