"""Letters to clients: written as rows in the transaction of the act, sent apart."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from django.core.mail import EmailMessage
from django.db import transaction

from core import audit
from core.documents import finished_file
from core.doorbell import ring
from core.files import read_file
from core.identifiers import format_iban, format_structured_communication
from core.mailing import send_waiting
from core.models import Cooperative
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing import selectors
from invoicing.enums import InvoiceState, MessageKind, MessageState
from invoicing.errors import InvoiceNotIssued, NoEmailAddress
from invoicing.models import Client, ClientMessage, Invoice
from invoicing.wording import wording


@transaction.atomic
def send_invoice(*, invoice_id: UUID, on: date, actor: Actor) -> ClientMessage:
    """Write an issued invoice to its client; the letter leaves with the PDF. Locks the invoice.

    Raises `InvoiceNotIssued`, `NoEmailAddress`. Every call writes another letter.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state == InvoiceState.DRAFT or invoice.due_on is None:
        raise InvoiceNotIssued
    if not invoice.client.email:
        raise NoEmailAddress
    words = wording(invoice.client.language)
    values = {
        "number": invoice.number,
        "total": written_amount(invoice.total, invoice.client.language),
        "due_on": written_day(invoice.due_on, invoice.client.language),
        "seller": invoice.entity.name,
        "payment": payment_sentence(invoice),
    }
    message = write_message(
        client=invoice.client,
        kind=MessageKind.INVOICE,
        subject=words["invoice_subject"] % values,
        body=words["invoice_body"] % values,
        on=on,
        document_ids=[row.pk for row in selectors.documents_of(invoice)[:1]],
    )
    invoice.sent_on = invoice.sent_on or on
    invoice.save(update_fields=["sent_on"])
    audit.record(actor, "invoice.sent", invoice, message=str(message.pk))
    return message


def write_message(
    *, client: Client, kind: str, subject: str, body: str, on: date, document_ids: Sequence[UUID] = ()
) -> ClientMessage:
    """The row of a letter in the client's language, and a knock at the sender's door once it is committed."""
    message = ClientMessage.objects.create(
        client=client,
        kind=MessageKind(kind),
        language=client.language,
        recipient=client.email,
        subject=subject[:200],
        body=body,
        document_ids=[str(pk) for pk in document_ids],
        written_on=on,
        state=MessageState.PENDING if client.email else MessageState.NO_ADDRESS,
    )
    if client.email:
        ring("invoicing.send_messages", current_cooperative().pk)
    return message


def send_waiting_messages(cooperative: Cooperative, *, most: int = 100) -> int:
    """Send what waits, each letter with its documents once they are made; answers how many left."""
    return send_waiting(ClientMessage, cooperative, attach=_enclose, most=most)


def _enclose(message: ClientMessage, email: EmailMessage) -> bool:
    for document_id in message.document_ids:
        file = finished_file("invoice_pdf", UUID(document_id))
        if file is None:
            return False
        email.attach(file.name, read_file(file), file.content_type)
    return True


def payment_sentence(invoice: Invoice) -> str:
    """How to pay an invoice, in the client's language."""
    return wording(invoice.client.language)["payment"] % {
        "iban": format_iban(invoice.entity.iban),
        "seller": invoice.entity.name,
        "communication": format_structured_communication(invoice.communication),
    }


def written_amount(amount: Decimal, language: str) -> str:
    """An amount as the client's language writes it, without the sign."""
    return (
        format_decimal(amount, format="#,##0.00", locale=language).replace("\u202f", " ").replace("\xa0", " ")
    )


def written_day(day: date, language: str) -> str:
    """A day as numbers, as the client's language writes it."""
    return format_date(day, format="dd/MM/yyyy" if language != "de" else "dd.MM.yyyy", locale=language)
