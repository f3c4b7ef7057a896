"""Carry deliveries out.

lease in a transaction, call outside of any, record in another; fenced by the attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from core.gateway import carry
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.webhooks import client, services, signing
from core.webhooks.errors import AddressRefused
from core.webhooks.models import WebhookDelivery

LEASE = timedelta(minutes=2)
AGENT = "Smart-Webhooks/1"


@dataclass(frozen=True, slots=True)
class Errand:
    """What is taken along for one attempt."""

    delivery_id: UUID
    url: str
    body: bytes
    secrets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """What the receiver said: a status and the start of its answer, or why nothing was heard."""

    status: int | None = None
    start: str = ""
    error: str = ""


def carry_due(cooperative: Cooperative, *, limit: int = 20, resolver: client.Resolve = client.resolve) -> int:
    """Make the attempts that are due, one after the other; answers how many. Outside of any scope."""
    with tenant_scope(cooperative):
        leased = services.lease_due(timezone.now(), LEASE, limit)
    for delivery_id, attempt in leased:
        carry(
            cooperative,
            prepare=partial(_prepare, delivery_id),
            call=partial(_call, resolver=resolver),
            record=partial(_record, delivery_id, attempt),
            fail=partial(_fail, delivery_id, attempt),
        )
    return len(leased)


def _prepare(delivery_id: UUID) -> Errand:
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    endpoint = delivery.endpoint
    generations = [endpoint.generation]
    if endpoint.previous_until is not None and endpoint.previous_until > timezone.now():
        generations.append(endpoint.generation - 1)
    secrets = tuple(signing.secret_of(endpoint, generation=generation) for generation in generations)
    return Errand(delivery_id, endpoint.url, delivery.body.encode(), secrets)


def _call(errand: Errand, *, resolver: client.Resolve) -> Heard:
    timestamp = int(timezone.now().timestamp())
    message_id = str(errand.delivery_id)
    headers = {
        "Content-Type": "application/json",
        "User-Agent": AGENT,
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": signing.sign(
            errand.body, message_id=message_id, timestamp=timestamp, secrets=errand.secrets
        ),
    }
    try:
        answer = client.post(errand.url, errand.body, headers, resolver=resolver)
    except (client.NotDelivered, AddressRefused) as problem:
        return Heard(error=str(problem))
    return Heard(answer.status, answer.start)


def _record(delivery_id: UUID, attempt: int, errand: Errand, heard: Heard) -> None:
    services.record_outcome(
        delivery_id=delivery_id, attempt=attempt, status=heard.status, start=heard.start, error=heard.error
    )


def _fail(delivery_id: UUID, attempt: int, errand: Errand | None, error: Exception) -> None:
    """A delivery that cannot even be made (its key is gone) holds up no other one."""
    services.record_outcome(delivery_id=delivery_id, attempt=attempt, status=None, error=type(error).__name__)
