"""Background work of collection; safe at any frequency."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import TenantTask, for_each_cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.collection.services import credit_surcharges_back, follow_plans, remind_cooperative


@shared_task(name="collection.remind_everywhere")
def remind_everywhere() -> None:
    """Run the reminders of every cooperative."""
    for_each_cooperative(remind)


@shared_task(name="collection.remind")
def remind(cooperative_id: int) -> None:
    """Remind the clients of one cooperative, by its own calendar."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    with tenant_scope(cooperative):
        today = clock.today()
    remind_cooperative(cooperative, on=today, actor=Actor.system("reminders"))


@shared_task(name="collection.follow_everywhere")
def follow_everywhere() -> None:
    """Look at the plans and the surcharges of every cooperative."""
    for_each_cooperative(follow)


@shared_task(name="collection.follow", base=TenantTask)
def follow(cooperative_id: int) -> None:
    """Plans of one cooperative that are kept or broken; surcharges that its clients earned back."""
    today, actor = clock.today(), Actor.system("collection")
    follow_plans(on=today, actor=actor)
    credit_surcharges_back(on=today, actor=actor)
