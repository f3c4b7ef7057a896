"""Background work of the treasury: the folder in which the bank's files land, the batches of the day."""

from __future__ import annotations

from pathlib import Path

from celery import shared_task
from django.conf import settings

from core import clock
from core.models import Cooperative
from core.tasks import for_each_cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.treasury.services import propose_batches
from ledger.treasury.watched import take_folder


@shared_task(name="treasury.watch_everywhere")
def watch_everywhere() -> None:
    """Look into every cooperative's folder; safe at any frequency."""
    for_each_cooperative(watch)


@shared_task(name="treasury.watch")
def watch(cooperative_id: int) -> None:
    """Take what the bank put into the folder of one cooperative."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    with tenant_scope(cooperative):
        today = clock.today()
    take_folder(cooperative, Path(settings.STATEMENTS_DIR) / cooperative.slug, on=today)


@shared_task(name="treasury.propose_everywhere")
def propose_everywhere() -> None:
    """Propose the day's batches of every cooperative; safe at any frequency."""
    for_each_cooperative(propose)


@shared_task(name="treasury.propose")
def propose(cooperative_id: int) -> None:
    """Propose the day's batches of one cooperative."""
    with tenant_scope(Cooperative.objects.get(pk=cooperative_id)):
        propose_batches(on=clock.today(), actor=Actor.system("daily batches"))
