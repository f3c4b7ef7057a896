"""Reads of invoices, of what was issued, paid and written about them."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import F, QuerySet

from activities.models import Activity, ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from core.locks import for_update
from invoicing.enums import OPEN_STATES, InvoiceState
from invoicing.errors import (
    DocumentNotFound,
    InvoiceNotFound,
)
from invoicing.models import (
    Client,
    ClientMessage,
    Invoice,
    InvoiceAttachment,
    InvoiceLine,
    IssuedDocument,
    Payment,
    Reminder,
)
from members.models import Person

OPEN_AMOUNT = F("total") - F("credited") - F("paid")


def invoices() -> QuerySet[Invoice]:
    """Invoices with their client, Activity and entity; `open_now` is what is still to be paid."""
    return Invoice.objects.select_related("client", "activity", "entity").annotate(open_now=OPEN_AMOUNT)


def visible_invoices(person: Person, roles: frozenset[str] = frozenset()) -> QuerySet[Invoice]:
    """Invoices of the Activities that the person may see, newest first; every one for staff who read all."""
    rows = invoices().order_by("-pk")
    if roles & READERS:
        return rows
    return rows.filter(activity__in=own_or_accompanied(person, roles))


def invoice_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Invoice:
    """An invoice that the person may see. Raises `InvoiceNotFound`, as if it did not exist."""
    found = visible_invoices(person, roles).filter(pk=pk).first() if person is not None else None
    if found is None:
        raise InvoiceNotFound
    return found


def own_invoice_for(person: Person | None, pk: UUID) -> Invoice:
    """An invoice of an Activity whose people the person belongs to: who may write. Raises
    `InvoiceNotFound`.
    """
    found = None
    if person is not None:
        held = ActivityHolder.objects.filter(person=person).values("activity_id")
        found = invoices().filter(pk=pk, activity__in=held).first()
    if found is None:
        raise InvoiceNotFound
    return found


def invoice_for_update(invoice_id: UUID) -> Invoice:
    """The invoice, locked. Raises `InvoiceNotFound`."""
    return invoices_for_update([invoice_id])[0]


def invoices_for_update(invoice_ids: Sequence[UUID]) -> list[Invoice]:
    """The invoices, locked in order of their keys, given back as asked. Raises `InvoiceNotFound`."""
    rows = Invoice.objects.filter(pk__in=invoice_ids).select_related("client", "activity", "entity")
    found = {row.pk: row for row in for_update(rows)}
    if len(found) != len(set(invoice_ids)):
        # Whoever we waited for gave the invoice another client: the row that we waited for joins the old one
        # no more, and PostgreSQL leaves it out. A second look sees it.
        found = {row.pk: row for row in for_update(rows.all())}
    if len(found) != len(set(invoice_ids)):
        raise InvoiceNotFound
    return [found[pk] for pk in invoice_ids]


def lines_of(rows: Sequence[Invoice]) -> dict[UUID, list[InvoiceLine]]:
    """The lines of each invoice, in their order, in one query."""
    found: dict[UUID, list[InvoiceLine]] = {row.pk: [] for row in rows}
    for line in InvoiceLine.objects.filter(invoice__in=found).order_by("position"):
        found[line.invoice_id].append(line)
    return found


def attachments_of(rows: Sequence[Invoice]) -> dict[UUID, list[InvoiceAttachment]]:
    """The files that go with each invoice, in their order, in one query."""
    found: dict[UUID, list[InvoiceAttachment]] = {row.pk: [] for row in rows}
    files = InvoiceAttachment.objects.filter(invoice__in=found).select_related("file")
    for attachment in files.order_by("position"):
        found[attachment.invoice_id].append(attachment)
    return found


def attachment(pk: UUID) -> InvoiceAttachment:
    """A file that goes with an invoice; who may see the invoice may see it. Raises `InvoiceNotFound`, as if
    it did not exist.
    """
    found = InvoiceAttachment.objects.filter(pk=pk).select_related("file").first()
    if found is None:
        raise InvoiceNotFound
    return found


def invoices_of_activity(activity: Activity) -> QuerySet[Invoice]:
    """Invoices of an Activity, newest first."""
    return invoices().filter(activity=activity).order_by("-pk")


def open_invoices(activity: Activity | None = None) -> QuerySet[Invoice]:
    """Issued invoices with something still to be paid, the earliest due first; of one Activity or of all."""
    rows = invoices().filter(state__in=OPEN_STATES).order_by("due_on", "pk")
    return rows.filter(activity=activity) if activity is not None else rows


def drafts_of(person: Person) -> QuerySet[Invoice]:
    """Drafts of the person's Activities, oldest first."""
    held = ActivityHolder.objects.filter(person=person).values("activity_id")
    return invoices().filter(activity__in=held, state=InvoiceState.DRAFT).order_by("pk")


def document_by_number(number: str) -> IssuedDocument:
    """The document issued under a number. Raises `DocumentNotFound`."""
    found = IssuedDocument.objects.filter(number=number).first()
    if found is None:
        raise DocumentNotFound(number=number)
    return found


def documents_of(invoice: Invoice) -> QuerySet[IssuedDocument]:
    """The invoice as issued and its credit notes, in order."""
    return IssuedDocument.objects.filter(invoice=invoice).order_by("pk")


def payments_of(invoice: Invoice) -> QuerySet[Payment]:
    """What came in for an invoice, in order."""
    return Payment.objects.filter(invoice=invoice).order_by("pk")


def reminders_of(invoice: Invoice) -> QuerySet[Reminder]:
    """Reminders of an invoice, in order."""
    return Reminder.objects.filter(invoice=invoice).select_related("message").order_by("step")


def messages_to(client: Client) -> QuerySet[ClientMessage]:
    """What a client was written, newest first."""
    return ClientMessage.objects.filter(client=client).order_by("-pk")


def last_delivery(activity_id: UUID) -> Invoice | None:
    """The Activity's latest invoice: what a new one usually looks like."""
    return Invoice.objects.filter(activity_id=activity_id).select_related("client").order_by("-pk").first()
