"""Letters to clients: written as rows in the transaction of the act, sent apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from babel.dates import format_date
from babel.numbers import format_decimal
from django.core.mail import EmailMultiAlternatives
from django.db import transaction
from django.template.loader import render_to_string

from activities.enums import HolderRole
from activities.models import ActivityHolder
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
from invoicing.content import attached_to
from invoicing.enums import DocumentKind, InvoiceState, MessageKind, MessageState
from invoicing.errors import InvoiceNotIssued, NoEmailAddress
from invoicing.models import Client, ClientMessage, Invoice, IssuedDocument
from invoicing.sending import sender
from invoicing.wording import wording

PURPOSES = {
    MessageKind.INVOICE: "invoices",
    MessageKind.REMINDER: "reminders",
    MessageKind.QUOTE: "quotes",
    MessageKind.TIME_SHEET: "invoices",
}
"""What the contacts of a client are named for, by the kind of letter."""

ENCLOSED = {MessageKind.QUOTE: "quote_pdf"}
"""The kind of document that the letter's keys name; where none is named, an issued document."""


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter as it would leave: to whom, what it says, the names of what goes with it."""

    recipient: str
    subject: str
    body: str
    attachments: tuple[str, ...]


def send_invoice(*, invoice_id: UUID, on: date, actor: Actor, channel: str = "", sentence: str = "") -> None:
    """Send an issued invoice and its credit notes to the client: those that were never sent, or, when all
    were, the invoice once more.

    `channel`: empty, the policy of the day chooses. `sentence`: a personal word in the e-mail. Raises
    `InvoiceNotFound`, `InvoiceNotIssued`, `NoEmailAddress`, and what the sender of the house refuses.
    """
    sender()(invoice_id=invoice_id, on=on, actor=actor, channel=channel, sentence=sentence)


@transaction.atomic
def write_document_letter(
    *, document: IssuedDocument, on: date, actor: Actor, sentence: str = ""
) -> ClientMessage:
    """Write a document to its client; the letter leaves with the PDF. The invoice counts as sent.

    Locks the invoice. Raises `NoEmailAddress`. Every call writes another letter.
    """
    letter = document_letter(document, sentence)
    message = write_message(
        client=document.invoice.client,
        kind=MessageKind.INVOICE,
        subject=letter.subject,
        body=letter.body,
        on=on,
        document_ids=[document.pk],
    )
    note_sent(invoice_id=document.invoice_id, on=on, actor=actor, message=str(message.pk))
    return message


@transaction.atomic
def note_sent(*, invoice_id: UUID, on: date, actor: Actor, **how: str) -> Invoice:
    """The client was sent the invoice; the first day stays. Locks the invoice. Raises `InvoiceNotIssued`."""
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state == InvoiceState.DRAFT:
        raise InvoiceNotIssued
    invoice.sent_on = invoice.sent_on or on
    invoice.save(update_fields=["sent_on"])
    audit.record(actor, "invoice.sent", invoice, **how)
    return invoice


def document_letter(document: IssuedDocument, sentence: str = "") -> Letter:
    """What a document's letter says, in the client's language. Raises `NoEmailAddress`."""
    invoice = document.invoice
    client = invoice.client  # a client that was merged since then is written to as the one that it is now
    addresses = selectors.addresses_for(client, "invoices")
    if not addresses:
        raise NoEmailAddress
    words, language = wording(client.language), client.language
    values = {
        "number": document.number,
        "total": written_amount(document.total, language),
        "due_on": written_day(invoice.due_on, language) if invoice.due_on else "",
        "seller": invoice.entity.name,
        "payment": payment_sentence(invoice),
        "corrects": invoice.number,
    }
    what = "invoice" if document.kind == DocumentKind.INVOICE else "credit"
    greeting, _, rest = (words[f"{what}_body"] % values).partition("\n\n")
    personal = [" ".join(sentence.split())] if sentence.strip() else []
    return Letter(
        recipient=addresses[0],
        subject=words[f"{what}_subject"] % values,
        body="\n\n".join([greeting, *personal, rest]),
        attachments=(
            f"{document.number}.pdf",
            *(row["name"] for row in document.content.get("attachments", ())),
        ),
    )


def write_message(
    *, client: Client, kind: str, subject: str, body: str, on: date, document_ids: Sequence[UUID] = ()
) -> ClientMessage:
    """The row of a letter in the client's language, and a knock at the sender's door once it is committed."""
    addresses = selectors.addresses_for(client, PURPOSES[MessageKind(kind)])
    message = ClientMessage.objects.create(
        client=client,
        kind=MessageKind(kind),
        language=client.language,
        recipient=addresses[0] if addresses else "",
        subject=subject[:200],
        body=body,
        document_ids=[str(pk) for pk in document_ids],
        written_on=on,
        state=MessageState.PENDING if addresses else MessageState.NO_ADDRESS,
    )
    if addresses:
        ring("invoicing.send_messages", current_cooperative().pk)
    return message


def send_waiting_messages(cooperative: Cooperative, *, most: int = 100) -> int:
    """Send what waits, each letter with its documents once they are made; answers how many left."""
    return send_waiting(ClientMessage, cooperative, attach=_enclose, most=most)


def _enclose(message: ClientMessage, email: EmailMultiAlternatives) -> bool:
    """What goes with a letter: its look for who reads with pictures and colours, where an answer goes, the
    documents.
    """
    named = selectors.addresses_for(message.client, PURPOSES[MessageKind(message.kind)])
    if message.recipient in named:
        email.to = named
    email.attach_alternative(letter_html(message.subject, message.body, message.language), "text/html")
    for document_id in message.document_ids:
        file = finished_file(ENCLOSED.get(MessageKind(message.kind), "invoice_pdf"), UUID(document_id))
        if file is None:
            return False
        email.attach(file.name, read_file(file), file.content_type)
        if message.kind == MessageKind.INVOICE:
            for beside in attached_to(IssuedDocument.objects.get(pk=document_id).content):
                email.attach(beside.file_name, beside.content, beside.media_type)
    email.reply_to = _answers_to(message)
    return True


def _answers_to(message: ClientMessage) -> list[str]:
    """An invoice is answered to whoever did the work; other letters to the house."""
    if message.kind != MessageKind.INVOICE or not message.document_ids:
        return []
    documents = IssuedDocument.objects.filter(pk=message.document_ids[0])
    worked = ActivityHolder.objects.filter(
        activity__in=documents.values("invoice__activity"), role=HolderRole.HOLDER
    ).select_related("person")
    return [holder.person.email for holder in worked.order_by("pk")[:1] if holder.person.email]


def letter_html(subject: str, body: str, language: str) -> str:
    """The same letter as a small page that any mail program shows, on a phone too."""
    paragraphs = [part.split("\n") for part in body.split("\n\n")]
    values = {"subject": subject, "paragraphs": paragraphs, "language": language}
    return render_to_string("invoicing/letter.html", values)


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
