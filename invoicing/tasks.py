"""Background work of invoicing: letters."""

from __future__ import annotations

from celery import shared_task

from core.models import Cooperative
from core.tasks import for_each_cooperative
from invoicing.services import send_waiting_messages


@shared_task(name="invoicing.send_everywhere")
def send_everywhere() -> None:
    """Send what waits in every cooperative."""
    for_each_cooperative(send_messages)


@shared_task(name="invoicing.send_messages")
def send_messages(cooperative_id: int) -> None:
    """Send the letters that wait in one cooperative."""
    send_waiting_messages(Cooperative.objects.get(pk=cooperative_id))
