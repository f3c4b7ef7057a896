"""Reads of endpoints and deliveries."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from core.webhooks.enums import DeliveryState, EndpointState
from core.webhooks.errors import DeliveryNotFound, EndpointNotFound
from core.webhooks.models import WebhookDelivery, WebhookEndpoint

OPEN = (DeliveryState.PENDING, DeliveryState.SENT)


def endpoints() -> QuerySet[WebhookEndpoint]:
    """Every endpoint, newest first, with `waiting` and `dead`: how many deliveries are open or given up."""
    return WebhookEndpoint.objects.annotate(
        waiting=Count("deliveries", filter=Q(deliveries__state__in=OPEN)),
        dead=Count("deliveries", filter=Q(deliveries__state=DeliveryState.DEAD)),
    ).order_by("-pk")


def endpoint_for(pk: UUID) -> WebhookEndpoint:
    """One endpoint. Raises `EndpointNotFound`."""
    found = endpoints().filter(pk=pk).first()
    if found is None:
        raise EndpointNotFound
    return found


def endpoints_under_old_keys(first: str) -> QuerySet[WebhookEndpoint]:
    """Endpoints whose secret needs another key than the first."""
    return WebhookEndpoint.objects.exclude(key_id=first)


def endpoints_by_key() -> dict[str, int]:
    """How many endpoints need each key."""
    return dict(WebhookEndpoint.objects.order_by().values_list("key_id").annotate(Count("pk")))


def deliveries(endpoint: WebhookEndpoint) -> QuerySet[WebhookDelivery]:
    """What was told to an endpoint, newest first."""
    return WebhookDelivery.objects.filter(endpoint=endpoint).order_by("-pk")


def delivery_for(pk: UUID) -> WebhookDelivery:
    """One delivery with its endpoint. Raises `DeliveryNotFound`."""
    found = WebhookDelivery.objects.select_related("endpoint").filter(pk=pk).first()
    if found is None:
        raise DeliveryNotFound
    return found


def due(moment: datetime) -> QuerySet[WebhookDelivery]:
    """Deliveries that may go now, oldest first: of active endpoints, waiting or with a lease that ran out,
    with no earlier one open about the same thing at the same endpoint.
    """
    earlier = WebhookDelivery.objects.filter(
        endpoint=OuterRef("endpoint"),
        subject_id=OuterRef("subject_id"),
        state__in=OPEN,
        pk__lt=OuterRef("pk"),
    )
    return (
        WebhookDelivery.objects.filter(
            state__in=OPEN, available_at__lte=moment, endpoint__state=EndpointState.ACTIVE
        )
        .filter(Q(state=DeliveryState.PENDING) | Q(lease_until__lt=moment))
        .filter(~Exists(earlier))
        .order_by("pk")
    )


def dead_deliveries() -> float:
    """How many deliveries were given up, for the operations page."""
    return float(WebhookDelivery.objects.filter(state=DeliveryState.DEAD).count())
