"""Background work of lists as files."""

from __future__ import annotations

from celery import shared_task

from core.exports.selectors import exports_waiting
from core.exports.services import make_one
from core.models import Cooperative
from core.tenancy import tenant_scope


@shared_task(name="exports.make")
def make(cooperative_id: int) -> None:
    """Make one file of a cooperative, and ring again if more wait."""
    if make_one(Cooperative.objects.get(pk=cooperative_id)):
        make.delay(cooperative_id)


@shared_task(name="exports.sweep")
def sweep() -> None:
    """Ring for files that wait although nobody rang, or whose worker died."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            waiting = exports_waiting()
        if waiting:
            make.delay(cooperative.pk)
