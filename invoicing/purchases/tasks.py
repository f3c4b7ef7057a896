"""Background work of purchases: what waits at the access point."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.tasks import for_each_cooperative
from invoicing.purchases.inbox import fetch_documents, inbox_of
from invoicing.purchases.services import carry_answers


@shared_task(name="purchases.fetch_everywhere")
def fetch_everywhere() -> None:
    """Fetch and answer for every cooperative."""
    for_each_cooperative(fetch)
    for_each_cooperative(answer)


@shared_task(name="purchases.fetch")
def fetch(cooperative_id: int) -> None:
    """Keep what waits for one cooperative; safe at any frequency."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    fetch_documents(cooperative, inbox=inbox_of(cooperative), on=clock.today(cooperative))


@shared_task(name="purchases.answer")
def answer(cooperative_id: int) -> None:
    """Tell the network what became of documents; safe at any frequency."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    carry_answers(cooperative, inbox=inbox_of(cooperative))
