"""Sendings over the network that were given up, as the operations page shows them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.clock import ZONE
from core.links import link
from core.operations.errors import NotDead
from core.operations.given_up import dead_for_update
from core.registry import DeadRow, DeadRows
from core.types import Actor
from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.services import send_document, set_aside
from invoicing.einvoicing.services.sending import SYSTEM
from invoicing.einvoicing.words import why

DEAD = {"channel": Channel.PEPPOL, "state": SendingState.FAILED, "handled": False}


def _count() -> int:
    return Delivery.objects.filter(**DEAD).count()


def _find(limit: int) -> Sequence[DeadRow]:
    rows = Delivery.objects.filter(**DEAD).select_related("document").order_by("-pk")[:limit]
    return [
        DeadRow(
            id=row.pk,
            subject=_("Sending of %(number)s") % {"number": row.document.number},
            attempts=row.attempt,
            since=row.sent_at or row.created_at,
            error=why(row),
            code=row.reason_code,
            link=link("invoicing:invoice", pk=row.document.invoice_id),
        )
        for row in rows
    ]


def _locked(row_id: UUID) -> Delivery:
    row = dead_for_update(Delivery, row_id, SendingState.FAILED)
    if row.handled or row.channel != Channel.PEPPOL:
        raise NotDead
    return row


@transaction.atomic
def _retry(row_id: UUID, at: datetime, actor: Actor) -> Delivery:
    """The document is sent over the network once more, as a new round. Locks the sending. Raises
    `DeadRowNotFound`, `NotDead` (also on a second call).
    """
    row = _locked(row_id)
    return send_document(
        document_id=row.document_id, on=at.astimezone(ZONE).date(), actor=actor, channel=Channel.PEPPOL
    )


@transaction.atomic
def _drop(row_id: UUID) -> Delivery:
    """Nothing more is done about it. Locks the sending. Raises `DeadRowNotFound`, `NotDead`."""
    return set_aside(delivery_id=_locked(row_id).pk, actor=SYSTEM)


SENDINGS = DeadRows("delivery", gettext_lazy("Sending by Peppol"), Delivery, _count, _find, _retry, _drop)


def delivery_links(keys: Iterable[UUID]) -> Mapping[UUID, str]:
    """Sendings → pages of their invoices."""
    rows = Delivery.objects.filter(pk__in=list(keys)).values_list("pk", "document__invoice")
    return {key: link("invoicing:invoice", pk=invoice) for key, invoice in rows}
