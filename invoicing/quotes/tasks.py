"""Background work of quotes: they expire, and are recalled once."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.tasks import TenantTask, for_each_cooperative
from core.types import Actor
from invoicing.quotes.services import expire_quotes, remind_quotes


@shared_task(name="quotes.follow_everywhere")
def follow_everywhere() -> None:
    """Look after the quotes of every cooperative; safe at any frequency."""
    for_each_cooperative(follow)


@shared_task(name="quotes.follow", base=TenantTask)
def follow(cooperative_id: int) -> None:
    """Expire and recall the quotes of one cooperative, by its own calendar."""
    today, actor = clock.today(), Actor.system("quotes")
    expire_quotes(on=today, actor=actor)
    remind_quotes(on=today, actor=actor)
