"""Notices leave."""

from __future__ import annotations

from celery import shared_task

from core.models import Cooperative
from core.tasks import for_each_cooperative
from members.notices.services import send_waiting_notices


@shared_task(name="notices.send_everywhere")
def send_everywhere() -> None:
    """Send what waits in every cooperative."""
    for_each_cooperative(send)


@shared_task(name="notices.send")
def send(cooperative_id: int) -> None:
    """Send what waits in one cooperative."""
    send_waiting_notices(Cooperative.objects.get(pk=cooperative_id))
