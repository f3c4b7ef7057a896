"""Reads of sending."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from activities.selectors import READERS
from core.locks import for_update
from invoicing.einvoicing.enums import UNDELIVERED, Channel, DeliveryState
from invoicing.einvoicing.errors import DeliveryNotFound
from invoicing.einvoicing.models import Delivery
from invoicing.models import Invoice, IssuedDocument
from invoicing.selectors import visible_invoices
from members.models import Person

OPEN = Q(handled=False) & (Q(state__in=UNDELIVERED) | Q(channel=Channel.PAPER, state=DeliveryState.PENDING))
"""Somebody has to look: it did not arrive, or has to be printed."""


def deliveries_of(invoice: Invoice) -> QuerySet[Delivery]:
    """Every sending of an invoice and its credit notes, the latest first."""
    return (
        Delivery.objects.filter(document__invoice=invoice)
        .select_related("document", "letter")
        .prefetch_related("answers")
        .order_by("-pk")
    )


def latest_of(document_ids: Iterable[UUID]) -> dict[UUID, Delivery]:
    """The last sending of each document that has one."""
    rows = Delivery.objects.filter(document__in=list(document_ids)).order_by("round")
    return {row.document_id: row for row in rows}


def next_round(document: IssuedDocument) -> int:
    """The number of the next sending of a document; the document is locked."""
    last: int | None = Delivery.objects.filter(document=document).aggregate(last=Max("round"))["last"]
    return (last or 0) + 1


def visible_deliveries(person: Person, roles: frozenset[str]) -> QuerySet[Delivery]:
    """Sendings of the invoices that the person may see."""
    rows = Delivery.objects.select_related("document__invoice__client", "letter")
    if roles & set(READERS):
        return rows
    return rows.filter(document__invoice__in=visible_invoices(person, roles).values("pk"))


def delivery_for(person: Person, roles: frozenset[str], delivery_id: UUID) -> Delivery:
    """A sending that the person may see. Raises `DeliveryNotFound`."""
    found = visible_deliveries(person, roles).filter(pk=delivery_id).first()
    if found is None:
        raise DeliveryNotFound
    return found


def open_deliveries() -> QuerySet[Delivery]:
    """What did not reach its client and what is to be printed, the oldest first."""
    return (
        Delivery.objects.filter(OPEN)
        .select_related("document__invoice__client", "document__invoice__activity", "letter")
        .order_by("pk")
    )


def due_deliveries(moment: datetime, limit: int = 100) -> list[UUID]:
    """Sendings over the network that a carrier should take now, those that wait longest first; in a scope."""
    rows = Delivery.objects.filter(next_attempt_at__lte=moment)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=moment))
    return list(free.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def delivery_for_update(delivery_id: UUID) -> Delivery:
    """A sending, locked. Raises `DeliveryNotFound`."""
    row = for_update(Delivery.objects.filter(pk=delivery_id)).first()
    if row is None:
        raise DeliveryNotFound
    return row


def never_sent(invoice: Invoice) -> list[IssuedDocument]:
    """Documents of an invoice that were not sent yet, in order."""
    sent = Delivery.objects.filter(document=OuterRef("pk")).values("pk")[:1]
    rows = IssuedDocument.objects.filter(invoice=invoice).annotate(sending=Subquery(sent))
    return list(rows.filter(sending=None).order_by("pk"))
