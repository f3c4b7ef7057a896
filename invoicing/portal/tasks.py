"""Background work of the portal: letters with links, grouped invoices."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import TenantTask, for_each_cooperative
from core.types import Actor
from invoicing.portal.services import group_months, send_waiting_links


@shared_task(name="portal.send_everywhere")
def send_everywhere() -> None:
    """Send the links that wait in every cooperative."""
    for_each_cooperative(send_links)


@shared_task(name="portal.send_links")
def send_links(cooperative_id: int) -> None:
    """Send the links that wait in one cooperative."""
    send_waiting_links(Cooperative.objects.get(pk=cooperative_id))


@shared_task(name="portal.group_everywhere")
def group_everywhere() -> None:
    """Gather the months that are over in every cooperative; safe at any frequency."""
    for_each_cooperative(group)


@shared_task(name="portal.group", base=TenantTask)
def group(cooperative_id: int) -> None:
    """Gather the months that are over in one cooperative, by its own calendar."""
    group_months(on=clock.today(), actor=Actor.system("portal"))
