"""Background work of purchases: what waits at the access point."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import for_each_cooperative
from invoicing.purchases.inbox import fetch_documents, inbox_of


@shared_task(name="purchases.fetch_everywhere")
def fetch_everywhere() -> None:
    """Fetch for every cooperative."""
    for_each_cooperative(fetch)


@shared_task(name="purchases.fetch")
def fetch(cooperative_id: int) -> None:
    """Keep what waits for one cooperative; safe at any frequency."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    fetch_documents(cooperative, inbox=inbox_of(cooperative), on=clock.today(cooperative))
