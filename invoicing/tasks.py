"""Background work of invoicing: reminders and letters."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import TenantTask, for_each_cooperative
from core.types import Actor
from invoicing.services import run_reminders, send_waiting_messages


@shared_task(name="invoicing.remind_everywhere")
def remind_everywhere() -> None:
    """Run the reminders of every cooperative; safe at any frequency."""
    for_each_cooperative(remind)


@shared_task(name="invoicing.remind", base=TenantTask)
def remind(cooperative_id: int) -> None:
    """Remind the clients of one cooperative, by its own calendar."""
    run_reminders(on=clock.today(), actor=Actor.system("reminders"))


@shared_task(name="invoicing.send_everywhere")
def send_everywhere() -> None:
    """Send what waits in every cooperative."""
    for_each_cooperative(send_messages)


@shared_task(name="invoicing.send_messages")
def send_messages(cooperative_id: int) -> None:
    """Send the letters that wait in one cooperative."""
    send_waiting_messages(Cooperative.objects.get(pk=cooperative_id))
