"""Deliveries that were given up, as the operations page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.doorbell import ring
from core.links import link
from core.locks import for_update
from core.operations.given_up import dead_for_update
from core.operations.words import code_of, words_of
from core.registry import DeadRow, DeadRows
from core.tenancy import current_cooperative
from core.types import Actor
from core.webhooks.enums import DeliveryState, EndpointState
from core.webhooks.errors import EndpointPaused
from core.webhooks.models import WebhookDelivery, WebhookEndpoint
from core.webhooks.services import replay


def _find(limit: int) -> Sequence[DeadRow]:
    rows = WebhookDelivery.objects.filter(state=DeliveryState.DEAD).select_related("endpoint")
    return [
        DeadRow(
            id=row.pk,
            subject=_("“%(event)s” for %(endpoint)s") % {"event": row.event, "endpoint": row.endpoint},
            attempts=row.attempt,
            since=row.available_at,
            error=_words(row),
            code=str(row.response_status or code_of(row.error)),
            link=link("webhooks:endpoint", pk=row.endpoint_id),
        )
        for row in rows.order_by("-pk")[:limit]
    ]


def _words(row: WebhookDelivery) -> str:
    if row.response_status:
        return _("The receiver refused it with the answer %(status)s.") % {"status": row.response_status}
    return words_of("unavailable") if row.error else words_of("")


@transaction.atomic
def retry(row_id: UUID, at: datetime, actor: Actor) -> WebhookDelivery:
    """A given-up delivery is sent again, under the same id. Locks: endpoint, delivery.

    Raises `DeadRowNotFound`, `NotDead`, `EndpointPaused`.
    """
    row = _locked(row_id)
    if row.endpoint.state != EndpointState.ACTIVE:
        raise EndpointPaused
    replay(endpoint_id=row.endpoint_id, delivery_id=row.pk, actor=actor)
    ring("webhooks.carry", current_cooperative().pk)
    return row


@transaction.atomic
def drop(row_id: UUID) -> WebhookDelivery:
    """A given-up delivery is never sent, nor with others when an endpoint is replayed. Locks: endpoint,
    delivery. Raises `DeadRowNotFound`, `NotDead`.
    """
    row = _locked(row_id)
    row.state = DeliveryState.DROPPED
    row.save(update_fields=["state"])
    return row


def _locked(row_id: UUID) -> WebhookDelivery:
    holder = WebhookDelivery.objects.filter(pk=row_id).values("endpoint_id")
    list(for_update(WebhookEndpoint.objects.filter(pk__in=holder)))
    return dead_for_update(WebhookDelivery, row_id, DeliveryState.DEAD)


DELIVERIES = DeadRows(
    "webhook",
    gettext_lazy("Webhook delivery"),
    WebhookDelivery,
    lambda: WebhookDelivery.objects.filter(state=DeliveryState.DEAD).count(),
    _find,
    retry,
    drop,
)
