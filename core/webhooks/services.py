"""The only writer of endpoints and deliveries."""

from __future__ import annotations

import json
import random
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core import audit, outbox
from core.encryption import first_key_id
from core.locks import for_update
from core.registry import Message
from core.rotation import renewed
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from core.webhooks.client import check_url
from core.webhooks.enums import DeliveryState, EndpointState
from core.webhooks.errors import EndpointChanged, EndpointNotFound, EndpointPaused, UnknownEvent
from core.webhooks.events import BY_TOPIC, TEST, TYPES
from core.webhooks.models import WebhookDelivery, WebhookEndpoint
from core.webhooks.selectors import due, endpoints_under_old_keys
from core.webhooks.signing import carry_over, secret_of

OVERLAP = timedelta(hours=24)
"""How long the secret before still signs after a rotation."""

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440, 1440))
"""Pauses between attempts: about three days in all, then the delivery is dead."""

MOST_FAILURES = 50
"""Failures in a row after which an endpoint is paused by itself."""


@transaction.atomic
def register_endpoint(
    *, url: str, events: list[str], actor: Actor, description: str = ""
) -> tuple[WebhookEndpoint, str]:
    """An address hears of events from now on. Answers the endpoint and its secret, to be shown this once.

    Raises `AddressRefused`, `UnknownEvent`.
    """
    check_url(url)
    endpoint = WebhookEndpoint.objects.create(
        url=url, events=_known(events), description=description.strip()[:120], key_id=first_key_id()
    )
    audit.record(actor, "webhooks.endpoint_registered", endpoint, events=endpoint.events)
    return endpoint, _secret(endpoint)


@transaction.atomic
def change_endpoint(*, endpoint_id: UUID, version: int, actor: Actor, **changes: Any) -> WebhookEndpoint:
    """Change address, events or description. Raises `EndpointNotFound`, `EndpointChanged` (another version
    stands), `AddressRefused`, `UnknownEvent`.
    """
    endpoint = _locked(endpoint_id)
    if endpoint.version != version:
        raise EndpointChanged
    if "url" in changes:
        check_url(changes["url"])
    if "events" in changes:
        changes["events"] = _known(changes["events"])
    for name, value in changes.items():
        setattr(endpoint, name, value)
    return _save(endpoint, actor, "webhooks.endpoint_changed", fields=sorted(changes))


@transaction.atomic
def pause_endpoint(*, endpoint_id: UUID, actor: Actor) -> WebhookEndpoint:
    """Nothing is sent until it is resumed; events of the meantime wait. Repeats change nothing."""
    endpoint = _locked(endpoint_id)
    if endpoint.state == EndpointState.PAUSED:
        return endpoint
    endpoint.state = EndpointState.PAUSED
    return _save(endpoint, actor, "webhooks.endpoint_paused")


@transaction.atomic
def resume_endpoint(*, endpoint_id: UUID, actor: Actor) -> WebhookEndpoint:
    """Sending goes on, with what waited. Repeats change nothing."""
    endpoint = _locked(endpoint_id)
    if endpoint.state == EndpointState.ACTIVE:
        return endpoint
    endpoint.state, endpoint.failures = EndpointState.ACTIVE, 0
    WebhookDelivery.objects.filter(endpoint=endpoint, state=DeliveryState.PENDING).update(
        available_at=timezone.now()
    )
    return _save(endpoint, actor, "webhooks.endpoint_resumed")


@transaction.atomic
def rotate_secret(*, endpoint_id: UUID, actor: Actor) -> tuple[WebhookEndpoint, str]:
    """A new secret, shown this once; the one before signs too for a day."""
    endpoint = _locked(endpoint_id)
    endpoint.generation += 1
    endpoint.previous_until = timezone.now() + OVERLAP
    return _save(endpoint, actor, "webhooks.secret_rotated"), _secret(endpoint)


@transaction.atomic
def carry_secrets(*, actor: Actor, most: int = 200) -> int:
    """Endpoints whose secret comes from an older key of the installation keep it, encrypted with the first
    one; returns how many, at most `most`. Locks those it takes and leaves those that others hold or that do
    not open.
    """
    old = endpoints_under_old_keys(first_key_id()).order_by("pk")
    rows = list(old.select_for_update(skip_locked=True, of=("self",))[:most])
    done = renewed(rows, _carry_over)
    for row in done:
        row.save(update_fields=["key_id", "carried"])
        audit.record(actor, "webhooks.secret_carried", row, key=row.key_id)
    return len(done)


def _carry_over(endpoint: WebhookEndpoint) -> None:
    endpoint.key_id, endpoint.carried = carry_over(endpoint)


@transaction.atomic
def remove_endpoint(*, endpoint_id: UUID, actor: Actor, version: int | None = None) -> None:
    """The endpoint and its deliveries are gone. `version`: the one that was looked at. Raises
    `EndpointNotFound`, `EndpointChanged`.
    """
    endpoint = _locked(endpoint_id)
    if version is not None and endpoint.version != version:
        raise EndpointChanged
    audit.record(actor, "webhooks.endpoint_removed", endpoint)
    WebhookDelivery.objects.filter(endpoint=endpoint).delete()
    endpoint.delete()


@transaction.atomic
def send_test(*, endpoint_id: UUID, actor: Actor) -> WebhookDelivery:
    """An event of no consequence, to try the endpoint. Raises `EndpointPaused`."""
    endpoint = _locked(endpoint_id)
    if endpoint.state != EndpointState.ACTIVE:
        raise EndpointPaused
    audit.record(actor, "webhooks.tested", endpoint)
    delivery = _delivery(endpoint, TEST, endpoint.pk, {})
    delivery.save(force_insert=True)
    return delivery


@transaction.atomic
def replay(
    *, endpoint_id: UUID, actor: Actor, delivery_id: UUID | None = None, since: datetime | None = None
) -> int:
    """Send again: one delivery, or all of an endpoint since a moment. They keep their ids, so that a receiver
    knows them. Answers how many. Raises `EndpointNotFound`.
    """
    endpoint = _locked(endpoint_id)
    rows = WebhookDelivery.objects.filter(
        endpoint=endpoint, state__in=(DeliveryState.DELIVERED, DeliveryState.DEAD)
    )
    rows = rows.filter(pk=delivery_id) if delivery_id else rows.filter(created_at__gte=since)
    count = rows.update(
        state=DeliveryState.PENDING, attempt=0, available_at=timezone.now(), lease_until=None, error=""
    )
    audit.record(actor, "webhooks.replayed", endpoint, count=count)
    return count


def tell(message: Message) -> None:
    """News of the house become deliveries for the endpoints that want them.

    A repeat of the same news makes none.
    """
    event = BY_TOPIC[message.topic]
    endpoints = [
        endpoint
        for endpoint in WebhookEndpoint.objects.all()
        if event.type in endpoint.events or "*" in endpoint.events
    ]
    WebhookDelivery.objects.bulk_create(
        [_delivery(endpoint, event.type, message.subject_id, message.payload) for endpoint in endpoints]
    )


def record_outcome(
    *, delivery_id: UUID, attempt: int, status: int | None, start: str = "", error: str = ""
) -> None:
    """Keep what a receiver said to an attempt; a late answer to an earlier attempt is not heard.

    2xx: delivered. 410: the endpoint is paused, the receiver wants no more. Anything else waits, then dies.
    """
    holder = WebhookDelivery.objects.filter(pk=delivery_id).values("endpoint_id")
    endpoint = for_update(WebhookEndpoint.objects.filter(pk__in=holder)).first()
    delivery = for_update(WebhookDelivery.objects.filter(pk=delivery_id)).first()
    if endpoint is None or delivery is None:
        return
    if delivery.attempt != attempt or delivery.state != DeliveryState.SENT:
        return
    now = timezone.now()
    delivery.response_status, delivery.response_start, delivery.error = status, start[:300], error[:200]
    delivery.lease_until = None
    if status is not None and 200 <= status < 300:
        delivery.state, delivery.delivered_at = DeliveryState.DELIVERED, now
        endpoint.failures = 0
    else:
        endpoint.failures += 1
        if delivery.attempt > len(WAITS):
            delivery.state = DeliveryState.DEAD
        else:
            delivery.state = DeliveryState.PENDING
            pause = WAITS[delivery.attempt - 1].total_seconds()
            # Spread by a fifth, so that receivers that were down together are not hit together.
            delivery.available_at = now + timedelta(seconds=pause * random.uniform(0.8, 1.2))  # noqa: S311
        if status == 410 or endpoint.failures >= MOST_FAILURES:
            if endpoint.state != EndpointState.FAILING:
                outbox.publish("webhook.failing", endpoint)
            endpoint.state = EndpointState.FAILING
    delivery.save()
    endpoint.save(update_fields=["failures", "state"])


def lease_due(moment: datetime, length: timedelta, limit: int) -> list[tuple[UUID, int]]:
    """Take the deliveries that may go now: (id, attempt) pairs. See `selectors.due`."""
    from_due = WebhookDelivery.objects.filter(pk__in=list(due(moment).values_list("pk", flat=True)[:limit]))
    rows = list(from_due.order_by("pk").select_for_update(skip_locked=True, of=("self",)))
    for row in rows:
        row.state = DeliveryState.SENT
        row.attempt += 1
        row.lease_until = moment + length
    WebhookDelivery.objects.bulk_update(rows, ["state", "attempt", "lease_until"])
    return [(row.pk, row.attempt) for row in rows]


def _delivery(
    endpoint: WebhookEndpoint, event: str, subject_id: UUID, payload: dict[str, Any]
) -> WebhookDelivery:
    body = {
        "type": event,
        "timestamp": timezone.now().isoformat(timespec="seconds"),
        "cooperative": current_cooperative().slug,
        "data": {"id": str(subject_id), **payload},
    }
    return WebhookDelivery(
        id=uuid7(),
        endpoint=endpoint,
        event=event,
        subject_id=subject_id,
        body=json.dumps(body, ensure_ascii=False, separators=(",", ":"), sort_keys=True),
    )


def _known(events: list[str]) -> list[str]:
    for event in events:
        if event != "*" and event not in TYPES:
            raise UnknownEvent(event=event)
    return sorted(set(events))


def _secret(endpoint: WebhookEndpoint) -> str:
    return secret_of(endpoint, generation=endpoint.generation)


def _locked(endpoint_id: UUID) -> WebhookEndpoint:
    endpoint = for_update(WebhookEndpoint.objects.filter(pk=endpoint_id)).first()
    if endpoint is None:
        raise EndpointNotFound
    return endpoint


def _save(endpoint: WebhookEndpoint, actor: Actor, action: str, **data: Any) -> WebhookEndpoint:
    endpoint.version += 1
    endpoint.save()
    audit.record(actor, action, endpoint, **data)
    return endpoint
