"""Sending: one act that chooses the channel, writes the row, and lets the work happen apart."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from core import audit
from core.documents import request_document
from core.doorbell import ring
from core.errors import DomainError
from core.locks import for_update
from core.outbox import publish
from core.registry import Message
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing import selectors as invoices
from invoicing.einvoicing import selectors
from invoicing.einvoicing.enums import Channel, SendingState
from invoicing.einvoicing.errors import ChannelClosed, DeliveryUnderWay
from invoicing.einvoicing.models import Delivery
from invoicing.einvoicing.policy import sending_policy
from invoicing.einvoicing.reach import channel_for, is_open, mail_addresses, receiver_of
from invoicing.enums import InvoiceState
from invoicing.errors import DocumentNotFound, InvoiceNotIssued, NoEmailAddress
from invoicing.models import Invoice, IssuedDocument
from invoicing.services.messages import note_sent, write_document_letter

SYSTEM = Actor.system("einvoicing")


@transaction.atomic
def send_invoice(*, invoice_id: UUID, on: date, actor: Actor, channel: str = "", sentence: str = "") -> None:
    """Send the documents of an invoice that were never sent; when all were, the invoice once more.

    Locks: deliveries, invoice. Raises what `send_document` raises; then nothing of it was written.
    """
    invoice = Invoice.objects.filter(pk=invoice_id).first()
    documents = selectors.never_sent(invoice) if invoice else []
    if invoice is not None and not documents:
        documents = list(invoices.documents_of(invoice)[:1])
    if not documents:
        raise InvoiceNotIssued
    for document in documents:
        send_document(document_id=document.pk, on=on, actor=actor, channel=channel, sentence=sentence)


@transaction.atomic
def send_document(
    *,
    document_id: UUID,
    on: date,
    actor: Actor,
    channel: str = "",
    sentence: str = "",
    follows: Delivery | None = None,
) -> Delivery:
    """Send a document to its client, by the channel of the policy of the day or the one that is named.

    Becomes true: a row of the sending; earlier ones of the document need nobody's look any more. Over the
    network it is carried apart, once its electronic copy is made; by e-mail a letter waits with it; on paper
    it waits to be printed. But on paper the invoice counts as sent from now on. `follows`: the sending that
    did not arrive (locked). Locks: deliveries of the document, invoice. Raises `DocumentNotFound`,
    `InvoiceNotIssued`, `NoEmailAddress`, `ChannelClosed`, `DeliveryUnderWay`; on any of them nothing is
    written. A second call sends again.
    """
    document = (
        IssuedDocument.objects.filter(pk=document_id).select_related("client", "invoice__entity").first()
    )
    if document is None:
        raise DocumentNotFound(number=str(document_id))
    list(for_update(Delivery.objects.filter(document=document)))
    invoice = invoices.invoice_for_update(document.invoice_id)
    if invoice.state == InvoiceState.DRAFT:
        raise InvoiceNotIssued
    earlier = Delivery.objects.filter(document=document)
    if earlier.filter(channel=Channel.PEPPOL, state=SendingState.PENDING).exists():
        raise DeliveryUnderWay(number=document.number)
    way = Channel(channel) if channel else channel_for(document, invoice.client, on)
    if way == Channel.EMAIL and not mail_addresses(invoice.client):
        raise NoEmailAddress
    if not is_open(way, document, invoice.client):
        raise ChannelClosed(channel=way.label)
    earlier.filter(handled=False).update(handled=True)
    delivery = Delivery(
        document=document,
        round=selectors.next_round(document),
        channel=way,
        follows=follows,
        requested_on=on,
    )
    match way:
        case Channel.PEPPOL:
            delivery.receiver = str(receiver_of(document))
            delivery.next_attempt_at = timezone.now()
            note_sent(invoice_id=invoice.pk, on=on, actor=actor, channel=way.value)
            request_document("invoice_ubl", document.pk)  # urgent are those that somebody looks at
            ring("einvoicing.carry_due", current_cooperative().pk)
        case Channel.EMAIL:
            delivery.letter = write_document_letter(document=document, on=on, actor=actor, sentence=sentence)
            delivery.receiver = delivery.letter.recipient
        case Channel.PAPER:
            delivery.receiver = invoice.client.address[:254]
    delivery.save(force_insert=True)
    audit.record(
        actor, "einvoicing.sent", delivery, document=document.number, channel=way.value, round=delivery.round
    )
    return delivery


@dataclass(frozen=True, slots=True)
class Sent:
    """What came of one invoice of a batch: `code` empty when it is on its way."""

    invoice_id: UUID
    code: str = ""
    detail: str = ""


def send_many(*, invoice_ids: Sequence[UUID], on: date, actor: Actor) -> list[Sent]:
    """Send several invoices, each in a savepoint of its own: one that cannot be sent keeps back no other."""
    done = []
    for invoice_id in invoice_ids:
        try:
            send_invoice(invoice_id=invoice_id, on=on, actor=actor)
        except DomainError as refusal:
            done.append(Sent(invoice_id, refusal.code, refusal.detail))
        else:
            done.append(Sent(invoice_id))
    return done


def send_at_issue(message: Message) -> None:
    """Where the policy says so, an invoice leaves when it is issued. News told twice send once."""
    invoice = Invoice.objects.filter(pk=message.subject_id).first()
    if invoice is None or invoice.issued_on is None or not sending_policy(invoice.issued_on).at_issue:
        return
    for document in selectors.never_sent(invoice):
        send_document(document_id=document.pk, on=invoice.issued_on, actor=SYSTEM)


def send_credit_note(message: Message) -> None:
    """A credit note follows its invoice: to a client who was sent the invoice it leaves by itself."""
    key = message.payload.get("document")
    document = IssuedDocument.objects.filter(pk=key).first() if key else None
    if document is None:
        return
    if document.invoice.sent_on is None or Delivery.objects.filter(document=document).exists():
        return
    send_document(document_id=document.pk, on=document.issued_on, actor=SYSTEM)


def arrived(delivery: Delivery, on: date) -> None:
    """The (locked, unsaved) sending reached its client, as far as the channel can tell."""
    delivery.settled_on = on
    delivery.handled = True
    if delivery.channel == Channel.PAPER:
        note_sent(invoice_id=delivery.document.invoice_id, on=on, actor=SYSTEM, channel=delivery.channel)
    publish(
        "invoice.delivered",
        delivery.document.invoice,
        number=delivery.document.number,
        channel=delivery.channel,
    )
