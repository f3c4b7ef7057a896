"""Background work of open-ended contracts: months ahead, warnings, allowances that are due."""

from __future__ import annotations

from uuid import UUID

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import TenantTask
from core.tenancy import tenant_scope
from core.types import Actor
from payroll.cdi import selectors, services


@shared_task(name="cdi.follow_everywhere")
def follow_everywhere() -> None:
    """Look after every open-ended contract; safe at any frequency."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            keys = list(selectors.to_follow(clock.today()).values_list("pk", flat=True))
        for key in keys:
            follow.delay(cooperative.pk, str(key))


@shared_task(name="cdi.follow", base=TenantTask)
def follow(cooperative_id: int, contract_id: str) -> None:
    """One contract, by the cooperative's calendar, in a transaction of its own."""
    services.follow_contract(contract_id=UUID(contract_id), on=clock.today(), actor=Actor.system("cdi"))
