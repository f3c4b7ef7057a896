"""Issuing: the moment from which an invoice is a fact."""

from __future__ import annotations

from datetime import date, timedelta
from uuid import UUID

from django.db import transaction

from activities.enums import ActivityState
from activities.errors import ActivityNotOpen
from core import audit
from core.documents import request_documents
from core.identifiers import make_structured_communication
from core.outbox import publish
from core.rates import policy
from core.types import Actor
from core.uuid7 import uuid7
from invoicing import selectors, ubl
from invoicing.content import Content, content_of, digest_of, line_of, ubl_document
from invoicing.enums import DocumentKind, InvoiceState
from invoicing.errors import DocumentRefused, EmptyInvoice, InvoiceNotDraft
from invoicing.models import Client, Invoice, IssuedDocument
from invoicing.services.drafts import keep_totals
from invoicing.types import Totals, levy_of
from invoicing.ubl.writer import check_document
from invoicing.vat import check_code, totals_of, vat_code
from ledger.enums import Fund, Journal, VatRegime
from ledger.models import LegalEntity
from ledger.services import post_entry, take_number
from ledger.types import Entry, cr, dr, without_zeros

INVOICE = "invoicing.invoice"
"""Source type of invoices in entries, statement lines and payouts."""

INVOICES, CREDIT_NOTES = "INV", "CRN"
"""Number series: one per entity, journal and year."""


@transaction.atomic
def issue_invoice(*, invoice_id: UUID, issued_on: date, actor: Actor) -> Invoice:
    """Number, freeze and post a draft invoice.

    Becomes true: a gap-free number and structured communication; the document as issued, for ever; the entry
    `Dr 400 / Cr 700 [Activity], Cr 451; Dr 6190 [Activity] / Cr 748 [pot]`, VAT and levy at the rates of
    `issued_on`; PDF and UBL asked for. The term runs from the later of issue and delivery. Locks: invoice,
    budget, number series, in that order. Raises `InvoiceNotDraft`, `EmptyInvoice`, `ActivityNotOpen`,
    `NoRateInForce`, `VatCodeNotInForce`, `VatCodeNotAllowed`, `DocumentRefused`; on any of them nothing is
    written. A second call raises `InvoiceNotDraft`.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state != InvoiceState.DRAFT:
        raise InvoiceNotDraft
    activity, entity, client = invoice.activity, invoice.entity, invoice.client
    if activity.state != ActivityState.OPEN:
        raise ActivityNotOpen(name=activity.name)
    levy_rate = policy("levy.rate", on=issued_on).rate
    content, totals, due_on = content_on(invoice, issued_on)
    if totals.net <= 0 or any(part.base < 0 for part in totals.parts):
        raise EmptyInvoice
    for part in totals.parts:
        check_vat_code(entity, client, part.code, issued_on)
    check_content(content)
    levy = levy_of(totals.net, levy_rate)
    post_entry(
        Entry(
            entity=entity.pk,
            date=issued_on,
            journal=Journal.SALES,
            source_type=INVOICE,
            source_id=invoice.pk,
            kind="issue",
            text=client.name,
            lines=without_zeros(
                dr("400", totals.total, party=client.party_id),
                cr("700", totals.net, budget=activity.budget_id),
                cr("451", totals.vat),
                dr("6190", levy, budget=activity.budget_id),
                cr("748", levy, fund=Fund.POT),
            ),
        )
    )
    document_id = uuid7()
    request_documents("invoice_pdf", [document_id])
    request_documents("invoice_ubl", [document_id])
    keep_totals(invoice, totals)
    invoice.state = InvoiceState.ISSUED
    invoice.issued_on, invoice.due_on = issued_on, due_on
    invoice.levy_rate, invoice.levy = levy_rate, levy
    publish("invoice.issued", invoice, activity=str(activity.pk))
    audit.record(actor, "invoice.issued", invoice, total=str(totals.total), levy=str(levy))
    sequence = take_number(entity_id=entity.pk, journal=INVOICES, year=issued_on.year)
    invoice.number = f"{entity.code}-{issued_on.year}-{sequence:06}"
    invoice.communication = make_structured_communication(
        communication_base(entity, issued_on.year, sequence)
    )
    content |= {"number": invoice.number, "communication": invoice.communication}
    IssuedDocument.objects.create(
        id=document_id,
        kind=DocumentKind.INVOICE,
        invoice=invoice,
        entity=entity,
        client=client,
        journal=INVOICES,
        year=issued_on.year,
        sequence=sequence,
        number=invoice.number,
        issued_on=issued_on,
        net=totals.net,
        vat=totals.vat,
        total=totals.total,
        levy=levy,
        content=content,
        digest=digest_of(content),
    )
    invoice.save(
        update_fields=[
            "state", "number", "communication", "issued_on", "due_on", "levy_rate", "levy",
            "net", "vat", "total", "total_cents",
        ]
    )  # fmt: skip
    return invoice


def content_on(invoice: Invoice, on: date) -> tuple[Content, Totals, date]:
    """What the document would say if it were issued on a day, without number; its totals and due date.

    Raises `VatCodeNotInForce`, `NoRateInForce`.
    """
    entity, client = invoice.entity, invoice.client
    rows = list(invoice.lines.order_by("position"))
    totals = totals_of(
        entity.country, [(row.vat_code, row.net) for row in rows], on=on, language=client.language
    )
    parts = {part.code: part for part in totals.parts}
    term = term_of(client, on)
    due_on = max(on, invoice.delivery_date) + timedelta(days=term)
    content = content_of(
        kind=DocumentKind.INVOICE,
        entity=entity,
        client=client,
        issued_on=on,
        due_on=due_on,
        delivered_on=invoice.delivery_date,
        lines=[line_of(row, parts[row.vat_code]) for row in rows],
        totals=totals,
        buyer_reference=invoice.buyer_reference,
        notes=(invoice.note,),
        term_days=term,
    )
    return content, totals, due_on


def check_vat_code(entity: LegalEntity, client: Client, code: str, on: date) -> None:
    """Raise `VatCodeNotInForce` or `VatCodeNotAllowed` where the code cannot stand on the document."""
    check_code(
        vat_code(entity.country, code, on=on),
        seller_country=entity.country,
        seller_exempt=entity.vat_regime != VatRegime.NORMAL,
        buyer_country=client.country,
        buyer_vat_number=client.vat_number,
    )


def term_of(client: Client, on: date) -> int:
    """Days until an invoice of that day is due: the client's own term, or the cooperative's policy."""
    if client.payment_term_days is not None:
        return int(client.payment_term_days)
    return int(policy("payment_term_days", on=on).rate)


def check_content(content: Content) -> None:
    """Raise `DocumentRefused` where the public rules would refuse the document, before a number is spent on
    it.
    """
    try:
        check_document(ubl_document({**content, "number": "0"}))
    except ubl.UblError as error:
        raise DocumentRefused(rule=error.code, why=str(error)) from error


def communication_base(entity: LegalEntity, year: int, sequence: int) -> int:
    """Ten digits that no other invoice of the cooperative has: year, entity, number in the series.

    Entities are counted in the order in which they were founded in the books: a new one comes last, none goes
    away.
    """
    place = LegalEntity.objects.filter(pk__lte=entity.pk).count()
    return (year % 100) * 10**8 + place * 10**6 + sequence
