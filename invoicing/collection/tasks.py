"""Background work of collection; safe at any frequency."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import for_each_cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from invoicing.collection.services import remind_cooperative


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
