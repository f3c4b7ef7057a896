"""Reads of sending."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db.models import Max, OuterRef, Q, QuerySet, Subquery

from activities.models import ActivityHolder
from activities.selectors import holds
from core.locks import for_update
from invoicing.einvoicing.enums import UNDELIVERED, Channel, SendingState
from invoicing.einvoicing.errors import DeliveryNotFound
from invoicing.einvoicing.models import Delivery
from invoicing.enums import OPEN_STATES
from invoicing.errors import InvoiceNotFound
from invoicing.models import Invoice, IssuedDocument
from invoicing.roles import CONTROLLERS
from members.models import Person

OPEN = Q(handled=False) & (Q(state__in=UNDELIVERED) | Q(channel=Channel.PAPER, state=SendingState.PENDING))
"""Somebody has to look: it did not arrive, or has to be printed."""


def deliveries_of(invoice: Invoice) -> QuerySet[Delivery]:
    """Every sending of an invoice and its credit notes, the latest first."""
    return (
        Delivery.objects.filter(document__invoice=invoice)
        .select_related("document", "letter")
        .prefetch_related("answers")
        .order_by("-pk")
    )


def next_round(document: IssuedDocument) -> int:
    """The number of the next sending of a document; the document is locked."""
    last: int | None = Delivery.objects.filter(document=document).aggregate(last=Max("round"))["last"]
    return (last or 0) + 1


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


# --- who may send ---


def may_send(person: Person | None, roles: frozenset[str], invoice: Invoice) -> bool:
    """Whether a person may send an invoice: its own people, and whoever watches over all invoices."""
    if person is None:
        return False
    return bool(roles & set(CONTROLLERS)) or holds(person.pk, invoice.activity_id)


def document_to_send(person: Person, roles: frozenset[str], document_id: UUID) -> IssuedDocument:
    """A document that the person may send. Raises `InvoiceNotFound`."""
    rows = IssuedDocument.objects.select_related("invoice__client", "invoice__entity", "invoice__activity")
    found = rows.filter(pk=document_id).first()
    if found is None or not may_send(person, roles, found.invoice):
        raise InvoiceNotFound
    return found


def sending_to_note(person: Person, roles: frozenset[str], delivery_id: UUID) -> Delivery:
    """A sending about which the person may note something. Raises `DeliveryNotFound`."""
    found = Delivery.objects.select_related("document__invoice").filter(pk=delivery_id).first()
    if found is None or not may_send(person, roles, found.document.invoice):
        raise DeliveryNotFound
    return found


def sendings_of(document: IssuedDocument) -> QuerySet[Delivery]:
    """Every sending of a document, the latest first."""
    return Delivery.objects.filter(document=document).prefetch_related("answers").order_by("-round")


def desk_of(person: Person, roles: frozenset[str]) -> QuerySet[Delivery]:
    """What did not arrive and what is to be printed: of all for controllers, else of one's own invoices."""
    rows = open_deliveries().prefetch_related("answers")
    return rows if roles & set(CONTROLLERS) else rows.filter(document__invoice__in=_own(person).values("pk"))


def unsent(person: Person, roles: frozenset[str]) -> QuerySet[Invoice]:
    """Open invoices that nobody sent, the oldest first: of all for controllers, else one's own."""
    rows = Invoice.objects.all() if roles & set(CONTROLLERS) else _own(person)
    return (
        rows.filter(state__in=OPEN_STATES, sent_on=None)
        .select_related("client", "activity")
        .order_by("due_on", "pk")
    )


def _own(person: Person) -> QuerySet[Invoice]:
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    return Invoice.objects.filter(activity__in=held)
