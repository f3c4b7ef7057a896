"""Background work of the books: seals every few minutes, a check each night."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from core.models import Cooperative
from core.tasks import TenantTask, for_each_cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.services import check_is_due, check_now, seal_entries


@shared_task(name="ledger.seal_everywhere")
def seal_everywhere() -> None:
    """Seal what waits in every cooperative; safe at any frequency."""
    for_each_cooperative(seal)


@shared_task(name="ledger.seal")
def seal(cooperative_id: int) -> None:
    """Seal a batch of one cooperative, and ring again if more waits."""
    with tenant_scope(Cooperative.objects.get(pk=cooperative_id)):
        done = seal_entries(actor=Actor.system("seals"))
    if done.full:
        seal.delay(cooperative_id)


@shared_task(name="ledger.check_everywhere")
def check_everywhere() -> None:
    """Check the books whose last check is old, at night; safe at any frequency."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            due = check_is_due(at=timezone.now())
        if due:
            check_books_of.delay(cooperative.pk)


@shared_task(name="ledger.check_books_of", base=TenantTask, time_limit=280)
def check_books_of(cooperative_id: int) -> None:
    """Check the books of one cooperative and keep what was found."""
    check_now(actor=Actor.system("night"))
