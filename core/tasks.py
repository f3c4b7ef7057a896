"""Background work of the house: carrying news, rendering documents, and the sweeps behind both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import Task, shared_task
from django.utils import timezone

from core import doorbell
from core.documents import render_one
from core.file_care import care_is_due, check_files
from core.models import Cooperative, DocumentJob, OutboxMessage
from core.outbox import deliver, hand_back, note_lost_holder, relay_once
from core.tenancy import tenant_scope

READING_SECONDS = 120.0
"""How long a nightly check reads files, before it leaves the rest to the next night."""


class TenantTask(Task):  # type: ignore[type-arg]
    """A task whose first argument names the tenant; its body runs in that scope, in one transaction."""

    abstract = True

    def __call__(self, cooperative_id: int, *args: Any, **kwargs: Any) -> Any:
        with tenant_scope(Cooperative.objects.get(pk=cooperative_id)):
            return super().__call__(cooperative_id, *args, **kwargs)


def for_each_cooperative(task: Any) -> None:
    """Send a tenant task once per cooperative."""
    for cooperative_id in Cooperative.objects.values_list("pk", flat=True):
        task.delay(cooperative_id)


@shared_task(name="core.deliver_message", bind=True)
def deliver_message(self: Any, cooperative_id: int, message_id: str, attempt: int) -> None:
    """Run the handlers of one message. What comes a second time killed its worker, or lost it."""
    act = note_lost_holder if (self.request.delivery_info or {}).get("redelivered") else deliver
    act(Cooperative.objects.get(pk=cooperative_id), UUID(message_id), attempt)


def relay_all() -> int:
    """Hand over what is due in every cooperative; returns how many messages went."""
    count = 0
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            if not OutboxMessage.objects.filter(state__in=("pending", "sent")).exists():
                continue
        due = relay_once(cooperative)
        for position, (message_id, attempt) in enumerate(due):
            if not doorbell.ring_now("core.deliver_message", cooperative.pk, str(message_id), attempt):
                hand_back(cooperative, due[position:])
                return count
            count += 1
    return count


@shared_task(name="core.render_documents")
def render_documents(cooperative_id: int, most: int = 25) -> None:
    """Make up to `most` waiting documents, then ring again if more wait."""
    cooperative = Cooperative.objects.get(pk=cooperative_id)
    for _ in range(most):
        if not render_one(cooperative):
            return
    render_documents.delay(cooperative_id, most)


@shared_task(name="core.sweep_documents")
def sweep_documents() -> None:
    """Ring for documents that wait although nobody rang, or whose worker died."""
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            waiting = DocumentJob.objects.filter(state__in=("pending", "running")).exists()
        if waiting:
            render_documents.delay(cooperative.pk)


@shared_task(name="core.check_files_everywhere")
def check_files_everywhere() -> None:
    """Compare rows and files where the last check is old, at night; safe at any frequency."""
    for cooperative in Cooperative.objects.all():
        if care_is_due(cooperative, at=timezone.now()):
            check_files_of.delay(cooperative.pk)


@shared_task(name="core.check_files_of", time_limit=280)
def check_files_of(cooperative_id: int) -> None:
    """Compare rows and files of one cooperative: all names and sizes, and as many bytes as two minutes allow;
    sweep what is left over, fetch back what is lost.
    """
    check_files(
        Cooperative.objects.get(pk=cooperative_id), at=timezone.now(), repair=True, seconds=READING_SECONDS
    )
