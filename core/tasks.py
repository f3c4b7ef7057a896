"""Background work of the house: carrying news, rendering documents, and the sweeps behind both."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from celery import Task, shared_task

from core.documents import render_one
from core.models import Cooperative, DocumentJob, OutboxMessage
from core.outbox import deliver, relay_once
from core.tenancy import tenant_scope


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


@shared_task(name="core.deliver_message")
def deliver_message(cooperative_id: int, message_id: str, attempt: int) -> None:
    """Run the handlers of one message."""
    deliver(Cooperative.objects.get(pk=cooperative_id), UUID(message_id), attempt)


def relay_all() -> int:
    """Hand over what is due in every cooperative; returns how many messages went."""
    count = 0
    for cooperative in Cooperative.objects.all():
        with tenant_scope(cooperative):
            if not OutboxMessage.objects.filter(state__in=("pending", "sent")).exists():
                continue
        for message_id, attempt in relay_once(cooperative):
            deliver_message.delay(cooperative.pk, str(message_id), attempt)
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
