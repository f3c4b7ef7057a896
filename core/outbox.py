"""The outbox: news written in the transaction of the act and carried afterwards, at least once, in order
per subject.

The broker is only a doorbell. A message is a row with a state, a lease and an attempt number; a worker that
lost its lease is fenced off by the attempt. `relay_once` hands rows over, `deliver` runs the subscribed
handlers.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core import registry
from core.enums import OutboxState
from core.models import Cooperative, OutboxMessage, TenantModel
from core.rows import insert_values
from core.tenancy import tenant_scope

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=5)
MOST_ATTEMPTS = 8
MOST_PAUSE = 600
"""Seconds between two attempts, at most."""
OPEN = (OutboxState.PENDING, OutboxState.SENT)


class WorkerLost(Exception):
    """The process that carried a message died."""


def publish(topic: str, subject: TenantModel, **payload: Any) -> None:
    """Tell the house that something happened to `subject`, when the transaction commits. Nobody listening:
    nothing written.
    """
    publish_all([(topic, subject, payload)])


def publish_all(news: list[tuple[str, TenantModel, dict[str, Any]]]) -> None:
    """The bulk form of `publish`: one insert."""
    insert_values(
        OutboxMessage,
        ("topic", "subject_type", "subject_id", "payload"),
        [
            (topic, subject._meta.label_lower, subject.pk, payload)
            for topic, subject, payload in news
            if registry.handlers_of(topic)
        ],
    )


def relay_once(cooperative: Cooperative, *, limit: int = 200) -> list[tuple[UUID, int]]:
    """Take the messages that may go now and mark them handed over; returns (id, attempt) pairs for workers.

    A message waits while an earlier one about the same subject is open. Leases that ran out are taken again.
    """
    with tenant_scope(cooperative):
        moment = timezone.now()
        earlier = OutboxMessage.objects.filter(
            subject_id=OuterRef("subject_id"), state__in=OPEN, pk__lt=OuterRef("pk")
        )
        due = list(
            OutboxMessage.objects.filter(state__in=OPEN, available_at__lte=moment)
            .filter(Q(state=OutboxState.PENDING) | Q(lease_until__lt=moment))
            .filter(~Exists(earlier))
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))[:limit]
        )
        for message in due:
            message.state = OutboxState.SENT
            message.attempt += 1
            message.lease_until = moment + LEASE
        OutboxMessage.objects.bulk_update(due, ["state", "attempt", "lease_until"])
        return [(message.pk, message.attempt) for message in due]


def deliver(cooperative: Cooperative, message_id: UUID, attempt: int) -> None:
    """Run the handlers of one message in one transaction and mark it delivered; a failure is kept on the row.

    A holder whose attempt is no longer the row's does nothing.
    """
    try:
        with tenant_scope(cooperative):
            message = OutboxMessage.objects.select_for_update(of=("self",)).get(pk=message_id)
            if message.state != OutboxState.SENT or message.attempt != attempt:
                return
            news = registry.Message(
                message.pk, message.topic, message.subject_type, message.subject_id, message.payload
            )
            if registry.is_covering(message.topic):
                # Committed by now, and read by the handlers after this: their acts are covered.
                OutboxMessage.objects.filter(
                    subject_id=message.subject_id, topic=message.topic, state=OutboxState.PENDING
                ).update(state=OutboxState.DONE, done_at=timezone.now())
            for handler in registry.handlers_of(message.topic):
                handler(news)
            message.state = OutboxState.DONE
            message.done_at = timezone.now()
            message.error = ""
            message.save(update_fields=["state", "done_at", "error"])
    except Exception as error:  # noqa: BLE001 - the row keeps the failure; one bad message must not stop the others
        log.exception("message %s failed at attempt %s", message_id, attempt)
        _keep_failure(cooperative, message_id, attempt, error)


def take_covered(topic: str) -> list[tuple[str, UUID]]:
    """Take all that waits of a covering topic and mark it done: type and key of each subject, once.

    In the scope and transaction of whoever does the work of all of them at once: if that fails, they wait on.
    """
    waiting = OutboxMessage.objects.filter(topic=topic, state=OutboxState.PENDING)
    rows = list(waiting.order_by("pk").select_for_update(skip_locked=True, of=("self",)))
    OutboxMessage.objects.filter(pk__in=[row.pk for row in rows]).update(
        state=OutboxState.DONE, done_at=timezone.now()
    )
    return list(dict.fromkeys((row.subject_type, row.subject_id) for row in rows))


def note_lost_holder(cooperative: Cooperative, message_id: UUID, attempt: int) -> None:
    """The broker hands an attempt out again: whoever had it died. That counts as a failure, so that a message
    which kills its workers pauses between them and is given up at last.
    """
    _keep_failure(cooperative, message_id, attempt, WorkerLost("no answer"))


def hand_back(cooperative: Cooperative, taken: list[tuple[UUID, int]]) -> None:
    """What the relay took and nobody would carry (the broker is away) waits again, as if never taken."""
    with tenant_scope(cooperative):
        for message_id, attempt in taken:
            OutboxMessage.objects.filter(pk=message_id, attempt=attempt, state=OutboxState.SENT).update(
                state=OutboxState.PENDING, attempt=attempt - 1, lease_until=None
            )


def _keep_failure(cooperative: Cooperative, message_id: UUID, attempt: int, error: Exception) -> None:
    """Attempts are never counted anew (they fence): a message that people send again has as many to come.

    They also grow while no worker takes anything, so the first failure never is the last one.
    """
    failures = attempt % MOST_ATTEMPTS
    with tenant_scope(cooperative):
        mine = OutboxMessage.objects.filter(pk=message_id, attempt=attempt, state=OutboxState.SENT)
        dies = not failures and mine.exclude(error="").exists()
        pause = timedelta(0) if dies else timedelta(seconds=min(2**failures, MOST_PAUSE))
        mine.update(
            state=OutboxState.DEAD if dies else OutboxState.PENDING,
            error=f"{type(error).__name__}: {error}"[:500],
            available_at=timezone.now() + pause,
        )


def drain(cooperative: Cooperative) -> int:
    """Relay and deliver in this process until nothing is due; returns how many were handled.

    For commands and stories that must see every consequence before they go on.
    """
    handled = 0
    while due := relay_once(cooperative):
        for message_id, attempt in due:
            deliver(cooperative, message_id, attempt)
        handled += len(due)
    return handled
