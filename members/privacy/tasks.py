"""Background work of data protection: each night, what is over ends."""

from __future__ import annotations

from celery import shared_task

from core import clock
from core.models import Cooperative
from core.privacy.services import run_retention
from core.tenancy import tenant_scope
from core.types import Actor


@shared_task(name="privacy.retain_everywhere")
def retain_everywhere() -> None:
    """Apply the rules in every cooperative; safe at any frequency."""
    for cooperative_id in Cooperative.objects.values_list("pk", flat=True):
        retain.delay(cooperative_id)


@shared_task(name="privacy.retain")
def retain(cooperative_id: int) -> None:
    """Apply the rules in one cooperative."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    with tenant_scope(cooperative):
        today = clock.today()
    run_retention(cooperative, on=today, actor=Actor.system("retention"), dry=False)
