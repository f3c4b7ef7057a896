"""Letters to clients: written as rows in the transaction of the act, sent apart."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from datetime import date, timedelta
from decimal import Decimal
from smtplib import SMTPException
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from django.core.mail import EmailMessage
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit
from core.documents import finished_file
from core.files import read_file
from core.identifiers import format_iban, format_structured_communication
from core.models import Cooperative
from core.tenancy import current_cooperative, tenant_scope
from core.types import Actor
from invoicing import selectors
from invoicing.enums import InvoiceState, MessageKind, MessageState
from invoicing.errors import InvoiceNotIssued, NoEmailAddress
from invoicing.models import Client, ClientMessage, Invoice
from invoicing.wording import wording

log = logging.getLogger(__name__)

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 5


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
        _ring(current_cooperative().pk)
    return message


def send_waiting_messages(cooperative: Cooperative, *, most: int = 100) -> int:
    """Send what waits; returns how many left. Opens its own scopes: call it outside one.

    Each letter is leased in one transaction, handed to the mail server outside any, and recorded in another;
    a holder whose lease ran out is fenced by the attempt number. A letter whose PDF is not made yet goes
    without it only after its third attempt.
    """
    sent = 0
    for _ in range(most):
        leased = _lease(cooperative)
        if leased is None:
            return sent
        message, email = leased
        error = ""
        try:
            email.send()
        except (SMTPException, OSError) as failure:
            log.warning("message %s did not leave: %s", message.pk, type(failure).__name__)
            error = f"{type(failure).__name__}: {failure}"[:300]
        sent += not error
        with tenant_scope(cooperative):
            mine = ClientMessage.objects.filter(
                pk=message.pk, attempt=message.attempt, state=MessageState.PENDING
            )
            if not error:
                mine.update(state=MessageState.SENT, sent_at=timezone.now(), error="")
            elif message.attempt >= MOST_ATTEMPTS:
                mine.update(state=MessageState.FAILED, error=error)
            else:
                mine.update(error=error)
    return sent


def _lease(cooperative: Cooperative) -> tuple[ClientMessage, EmailMessage] | None:
    with tenant_scope(cooperative):
        moment = timezone.now()
        message = (
            ClientMessage.objects.filter(state=MessageState.PENDING)
            .filter(Q(lease_until=None) | Q(lease_until__lt=moment))
            .order_by("pk")
            .select_for_update(skip_locked=True, of=("self",))
            .first()
        )
        if message is None:
            return None
        message.attempt += 1
        message.lease_until = moment + LEASE
        message.save(update_fields=["attempt", "lease_until"])
        email = EmailMessage(
            subject=message.subject,
            body=message.body,
            to=[message.recipient],
            headers={"Message-ID": f"<{message.pk}@{cooperative.slug}.smart.example>"},
        )
        for document_id in message.document_ids:
            file = finished_file("invoice_pdf", UUID(document_id))
            if file is not None:
                email.attach(file.name, read_file(file), file.content_type)
        return message, email


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


def _ring(cooperative_id: int) -> None:
    from invoicing.tasks import send_messages

    transaction.on_commit(lambda: send_messages.delay(cooperative_id), robust=True)
