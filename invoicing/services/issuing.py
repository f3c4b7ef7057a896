"""Issuing: the moment from which an invoice is a fact."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from activities.enums import ActivityState
from activities.errors import ActivityNotOpen
from core import audit
from core.calendar import check_days
from core.documents import request_documents
from core.identifiers import make_structured_communication
from core.outbox import publish_all
from core.rates import policy
from core.rows import update_rows
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from invoicing import origins, selectors, ubl
from invoicing.advances import advances_of, check_deductions
from invoicing.composing import early_until, more_of
from invoicing.content import Content, content_of, digest_of, line_of, ubl_document
from invoicing.enums import DocumentKind, InvoiceKind, InvoiceState
from invoicing.errors import (
    DocumentRefused,
    EarlyPaymentInvalid,
    EmptyInvoice,
    InvoiceNotDraft,
    MixedScope,
    NegativeVatBase,
)
from invoicing.models import Client, Invoice, InvoiceAttachment, InvoiceLine, IssuedDocument
from invoicing.services.buyers import check_buyer
from invoicing.services.drafts import keep_totals, totals_on
from invoicing.terms import check_term
from invoicing.types import Totals, levy_of
from invoicing.ubl.rules import check_document
from invoicing.vat import check_code, vat_code
from ledger.enums import Fund, Journal, VatRegime
from ledger.models import LegalEntity
from ledger.services import post_entries, take_numbers
from ledger.types import Entry, cr, dr, without_zeros

INVOICE = "invoicing.invoice"
"""Source type of invoices in entries, statement lines and payouts."""

INVOICES, CREDIT_NOTES = "INV", "CRN"
"""Number series: one per entity, journal and year."""


def issue_invoice(*, invoice_id: UUID, issued_on: date, actor: Actor) -> Invoice:
    """Number, freeze and post a draft invoice: a batch of one. A second call raises `InvoiceNotDraft`."""
    return issue_invoices(invoice_ids=[invoice_id], issued_on=issued_on, actor=actor)[0]


@transaction.atomic
def issue_invoices(*, invoice_ids: Sequence[UUID], issued_on: date, actor: Actor) -> list[Invoice]:
    """Number, freeze and post draft invoices, all of them or none; in the order of the keys given.

    Becomes true of each: a gap-free number and structured communication; the document as issued, for ever;
    the entry `Dr 400 / Cr 700 [Activity], Cr 451; Dr 6190 [Activity] / Cr 748 [pot]`, VAT and levy at the
    rates of `issued_on`; PDF and UBL asked for. The term runs from the later of issue and delivery. Locks:
    invoices in order of their keys, budgets, number series, in that order; a number of statements that does
    not grow with the invoices. Raises `InvoiceNotFound`, `InvoiceNotDraft`, `EmptyInvoice`,
    `ActivityNotOpen`, `NoRateInForce`, `VatCodeNotInForce`, `VatCodeNotAllowed`, `DocumentRefused`,
    `PaymentTermTooLong`, `DayOutOfReach`; on any of them nothing is written.
    """
    invoices = selectors.invoices_for_update(invoice_ids)
    for invoice in invoices:
        if invoice.state != InvoiceState.DRAFT:
            raise InvoiceNotDraft
        if invoice.activity.state != ActivityState.OPEN:
            raise ActivityNotOpen(name=invoice.activity.name)
        check_days(invoice.delivery_date)
    lines = selectors.lines_of(invoices)
    files = selectors.attachments_of(invoices)
    levy_rate = policy("levy.rate", on=issued_on).rate
    terms = terms_of([invoice.client for invoice in invoices], issued_on)
    ready = [
        _ready(invoice, lines[invoice.pk], files[invoice.pk], term, levy_rate, issued_on)
        for invoice, term in zip(invoices, terms, strict=True)
    ]
    origins.about_to_issue(invoices)
    post_entries([_sale(invoice, totals, issued_on) for invoice, _said, totals in ready])
    documents = [uuid7() for _ in ready]
    request_documents("invoice_pdf", documents)
    request_documents("invoice_ubl", documents)
    publish_all([("invoice.issued", row, {"activity": str(row.activity_id)}) for row in invoices])
    audit.record_all(
        actor,
        [("invoice.issued", row, {"total": str(row.total), "levy": str(row.levy)}) for row in invoices],
    )
    _number(invoices, issued_on.year)
    IssuedDocument.objects.bulk_create(
        [
            _document(document_id, invoice, content, totals)
            for document_id, (invoice, content, totals) in zip(documents, ready, strict=True)
        ]
    )
    update_rows(
        invoices,
        (
            "state", "number", "communication", "issued_on", "due_on", "levy_rate", "levy",
            "net", "vat", "total", "total_cents", "early_until", "early_amount",
        ),
    )  # fmt: skip
    return invoices


def _ready(
    invoice: Invoice,
    lines: Sequence[InvoiceLine],
    files: Sequence[InvoiceAttachment],
    term: int,
    levy_rate: Decimal,
    on: date,
) -> tuple[Invoice, Content, Totals]:
    """The (unsaved) invoice as issued but for its number, what its document says, and its totals."""
    advances = advances_of(invoice, [line.advance_id for line in lines if line.advance_id], lock=True)
    content, totals, due_on = _content(invoice, lines, files, advances, term, on)
    for part in totals.parts:
        if part.base < 0:
            raise NegativeVatBase(vat_code=vat_code(invoice.entity.country, part.code, on=on).label)
    if totals.net <= 0:
        raise EmptyInvoice
    categories = {part.category for part in totals.parts}
    if "O" in categories and len(categories) > 1:
        raise MixedScope
    check_deductions(advances, lines)
    if invoice.early_percent:
        invoice.early_until, invoice.early_amount = early_until(invoice, on), totals.early
        if invoice.early_until >= due_on:
            raise EarlyPaymentInvalid(why=_("its days end when the invoice is due anyway."))
    for part in totals.parts:
        check_vat_code(invoice.entity, invoice.client, part.code, on)
    check_buyer(invoice.client, buyer_reference=invoice.buyer_reference, parts=totals.parts)
    check_content(content)
    keep_totals(invoice, totals)
    invoice.state = InvoiceState.ISSUED
    invoice.issued_on, invoice.due_on = on, due_on
    invoice.levy_rate, invoice.levy = levy_rate, levy_of(totals.net, levy_rate)
    return invoice, content, totals


def _sale(invoice: Invoice, totals: Totals, on: date) -> Entry:
    """The entry of an invoice: example A of the domain."""
    budget = invoice.activity.budget_id
    return Entry(
        entity=invoice.entity_id,
        date=on,
        journal=Journal.SALES,
        source_type=INVOICE,
        source_id=invoice.pk,
        kind="issue",
        text=invoice.client.name,
        lines=without_zeros(
            dr("400", totals.total, party=invoice.client.party_id),
            cr("700", totals.net, budget=budget),
            cr("451", totals.vat),
            dr("6190", invoice.levy, budget=budget),
            cr("748", invoice.levy, fund=Fund.POT),
        ),
    )


def _number(invoices: Sequence[Invoice], year: int) -> None:
    """Numbers and communications, the series locked last and in order of the entities."""
    by_entity: dict[UUID, list[Invoice]] = {}
    for invoice in invoices:
        by_entity.setdefault(invoice.entity_id, []).append(invoice)
    for entity_id in sorted(by_entity):
        rows = by_entity[entity_id]
        entity = rows[0].entity
        last = take_numbers(entity_id=entity_id, journal=INVOICES, year=year, count=len(rows))
        base = communication_base(entity, year)
        for sequence, invoice in enumerate(rows, last - len(rows) + 1):
            invoice.number = f"{entity.code}-{year}-{sequence:06}"
            invoice.communication = make_structured_communication(base + sequence)


def _document(document_id: UUID, invoice: Invoice, content: Content, totals: Totals) -> IssuedDocument:
    """The (unsaved) document of a numbered invoice."""
    content |= {"number": invoice.number, "communication": invoice.communication}
    issued_on = invoice.issued_on or date.min
    return IssuedDocument(
        id=document_id,
        kind=DocumentKind.INVOICE,
        invoice=invoice,
        entity=invoice.entity,
        client=invoice.client,
        journal=INVOICES,
        year=issued_on.year,
        sequence=int(invoice.number[-6:]),
        number=invoice.number,
        issued_on=issued_on,
        net=totals.net,
        vat=totals.vat,
        total=totals.total,
        levy=invoice.levy,
        content=content,
        digest=digest_of(content),
    )


def content_on(invoice: Invoice, on: date) -> tuple[Content, Totals, date]:
    """What the document would say if it were issued on a day, without number; its totals and due date.

    Raises `VatCodeNotInForce`, `NoRateInForce`.
    """
    (term,) = terms_of([invoice.client], on)
    rows = selectors.lines_of([invoice])[invoice.pk]
    files = selectors.attachments_of([invoice])[invoice.pk]
    advances = advances_of(invoice, [row.advance_id for row in rows if row.advance_id])
    return _content(invoice, rows, files, advances, term, on)


def _content(
    invoice: Invoice,
    rows: Sequence[InvoiceLine],
    files: Sequence[InvoiceAttachment],
    advances: Mapping[UUID, Invoice],
    term: int,
    on: date,
) -> tuple[Content, Totals, date]:
    entity, client = invoice.entity, invoice.client
    totals = totals_on(invoice, rows, on)
    parts = {part.code: part for part in totals.parts}
    in_advance = invoice.kind == InvoiceKind.ADVANCE
    due_on = (on if in_advance else max(on, invoice.delivery_date)) + timedelta(days=term)
    content = content_of(
        kind=DocumentKind.INVOICE,
        entity=entity,
        client=client,
        issued_on=on,
        due_on=due_on,
        delivered_on=None if in_advance else invoice.delivery_date,
        lines=[
            line_of(row, parts[row.vat_code], advances[row.advance_id] if row.advance_id else None)
            for row in rows
        ],
        totals=totals,
        buyer_reference=invoice.buyer_reference,
        notes=(invoice.note,),
        term_days=term,
        more=more_of(invoice, totals, on=on, advances=advances.values(), attachments=files),
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
        buyer_postal_code=client.postal_code,
        on=on,
    )


def terms_of(clients: Sequence[Client], on: date) -> list[int]:
    """Days until an invoice of that day is due, for each: the client's own term, or the cooperative's policy,
    read once. Raises `PaymentTermTooLong` where that is more than the law of the day gives.
    """
    own = [client.payment_term_days for client in clients]
    usual = int(policy("payment_term_days", on=on).rate) if None in own else 0
    terms = [usual if term is None else int(term) for term in own]
    house = current_cooperative().country
    for client, term in zip(clients, terms, strict=True):
        check_term(term, country=house, kind=client.kind, on=on)
    return terms


def check_content(content: Content) -> None:
    """Raise `DocumentRefused` where the public rules would refuse the document, before a number is spent on
    it.
    """
    try:
        check_document(ubl_document({**content, "number": "0"}))
    except ubl.UblError as error:
        raise DocumentRefused(rule=error.code, why=str(error)) from error


def communication_base(entity: LegalEntity, year: int) -> int:
    """The first of the ten digits that no other invoice of the cooperative has: year, entity; the number in
    the series is added to them.

    Entities are counted in the order in which they were founded in the books: a new one comes last, none goes
    away.
    """
    place = LegalEntity.objects.filter(pk__lte=entity.pk).count()
    return (year % 100) * 10**8 + place * 10**6
