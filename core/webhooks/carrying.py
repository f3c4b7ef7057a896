"""Carry deliveries out.

lease in a transaction, call outside of any, record in another; fenced by the attempt.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

from django.utils import timezone

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
    attempt: int
    url: str
    body: bytes
    secrets: tuple[str, ...]


def carry_due(cooperative: Cooperative, *, limit: int = 20, resolver: client.Resolve = client.resolve) -> int:
    """Make the attempts that are due, one after the other; answers how many. Outside of any scope."""
    with tenant_scope(cooperative):
        leased = services.lease_due(timezone.now(), LEASE, limit)
        errands = [_prepare(delivery_id, attempt) for delivery_id, attempt in leased]
    for errand in errands:
        _carry(cooperative, errand, resolver)
    return len(errands)


def _prepare(delivery_id: UUID, attempt: int) -> Errand:
    delivery = WebhookDelivery.objects.select_related("endpoint").get(pk=delivery_id)
    endpoint = delivery.endpoint
    generations = [endpoint.generation]
    if endpoint.previous_until is not None and endpoint.previous_until > timezone.now():
        generations.append(endpoint.generation - 1)
    secrets = tuple(signing.secret_of(endpoint, generation=generation) for generation in generations)
    return Errand(delivery_id, attempt, endpoint.url, delivery.body.encode(), secrets)


def _carry(cooperative: Cooperative, errand: Errand, resolver: client.Resolve) -> None:
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
    status, start, error = None, "", ""
    try:
        answer = client.post(errand.url, errand.body, headers, resolver=resolver)
        status, start = answer.status, answer.start
    except (client.NotDelivered, AddressRefused) as problem:
        error = str(problem)
    with tenant_scope(cooperative):
        services.record_outcome(
            delivery_id=errand.delivery_id, attempt=errand.attempt, status=status, start=start, error=error
        )
