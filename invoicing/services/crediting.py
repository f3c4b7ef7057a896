"""Credit notes: an invoice given back, whole, by amount or by line, to the cent."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.documents import request_documents
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from core.uuid7 import uuid7
from invoicing import selectors
from invoicing.advances import deducted_of
from invoicing.content import Content, content_of, digest_of
from invoicing.credits import Given, as_parts, by_amount, by_line, everything, given_of
from invoicing.enums import DocumentKind, InvoiceKind, InvoiceState
from invoicing.errors import AdvanceDeducted, CreditReasonMissing, InvoiceNotIssued, NothingToCredit
from invoicing.models import Invoice, IssuedDocument
from invoicing.services.issuing import CREDIT_NOTES, INVOICE, check_content
from invoicing.services.receipts import settle_state
from invoicing.types import CreditLine, Totals, levy_of
from ledger.enums import Fund, Journal
from ledger.services import post_entry, take_number
from ledger.types import Entry, cr, dr, without_zeros


@transaction.atomic
def credit_invoice(
    *,
    invoice_id: UUID,
    on: date,
    actor: Actor,
    reason: str,
    amounts: Mapping[str, Decimal] | Decimal | None = None,
    lines: Sequence[CreditLine] | None = None,
) -> IssuedDocument:
    """Issue a credit note on an issued invoice.

    What is given back: `lines` (a quantity, an amount or the rest of each), or `amounts` without VAT per VAT
    code (or one amount when the invoice has one code), or without both all that is left. VAT, levy and
    discounts = f(total credited after) − f(total credited before) at the invoice's own rates, so that any
    split gives back exactly what the invoice took. Imposed: never refused for lack of budget (the pot lends).
    What the client paid already becomes its credit on 400. An advance is given back as far as no final
    statement deducts it. Locks: invoice, budget, number series. Raises `InvoiceNotIssued`,
    `CreditReasonMissing`, `NothingToCredit`, `CreditTooLarge`, `CreditLineInvalid`, `AdvanceDeducted`,
    `DocumentRefused`. Every call gives back more, until nothing is left.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state == InvoiceState.DRAFT or invoice.levy_rate is None or invoice.issued_on is None:
        raise InvoiceNotIssued
    if not reason.strip():
        raise CreditReasonMissing
    documents = list(selectors.documents_of(invoice))
    original, notes = documents[0].content, [row.content for row in documents[1:]]
    before = given_of(original, notes, early_taken=invoice.early_taken)
    if lines is not None:
        rows, wanted = by_line(original, before, lines, invoice.client.language)
    elif amounts is not None:
        rows, wanted = by_amount(original, before, amounts, invoice.client.language)
    else:
        rows, wanted = everything(original, before, invoice.client.language)
    totals = Totals(as_parts(original, before, wanted))
    if totals.net <= 0:
        raise NothingToCredit
    _check_advance(invoice, before, totals)
    net_before = before.net + invoice.early_taken
    levy = levy_of(net_before + totals.net, invoice.levy_rate) - levy_of(net_before, invoice.levy_rate)
    content = content_of(
        kind=DocumentKind.CREDIT_NOTE,
        entity=invoice.entity,
        client=invoice.client,
        issued_on=on,
        due_on=None,
        delivered_on=None if invoice.kind == InvoiceKind.ADVANCE else invoice.delivery_date,
        lines=rows,
        totals=totals,
        buyer_reference=invoice.buyer_reference,
        corrects=[{"number": invoice.number, "issued_on": invoice.issued_on.isoformat()}],
        notes=(reason.strip(),),
        more=_discount(original, totals),
    )
    content["buyer"] = original["buyer"]
    check_content(content)
    document_id = uuid7()
    post_entry(
        Entry(
            entity=invoice.entity_id,
            date=on,
            journal=Journal.SALES,
            source_type=INVOICE,
            source_id=invoice.pk,
            kind=f"credit:{document_id.hex}"[:40],
            text=f"{invoice.number} {invoice.client.name}",
            lines=without_zeros(
                dr("700", totals.net, budget=invoice.activity.budget_id),
                dr("451", totals.vat),
                cr("400", totals.total, party=invoice.client.party_id),
                dr("748", levy, fund=Fund.POT),
                cr("6190", levy, budget=invoice.activity.budget_id),
            ),
            imposed=True,
        )
    )
    request_documents("invoice_pdf", [document_id])
    request_documents("invoice_ubl", [document_id])
    invoice.credited += totals.total
    settle_state(invoice, on)
    invoice.save(update_fields=["credited", "state", "paid_on"])
    publish(
        "invoice.credited", invoice, document=str(document_id), in_full=invoice.state == InvoiceState.CREDITED
    )
    audit.record(
        actor, "invoice.credited", invoice, total=str(totals.total), levy=str(levy), reason=reason.strip()
    )
    sequence = take_number(entity_id=invoice.entity_id, journal=CREDIT_NOTES, year=on.year)
    content["number"] = f"{invoice.entity.code}-NC-{on.year}-{sequence:06}"
    return IssuedDocument.objects.create(
        id=document_id,
        kind=DocumentKind.CREDIT_NOTE,
        invoice=invoice,
        entity=invoice.entity,
        client=invoice.client,
        journal=CREDIT_NOTES,
        year=on.year,
        sequence=sequence,
        number=content["number"],
        issued_on=on,
        net=totals.net,
        vat=totals.vat,
        total=totals.total,
        levy=levy,
        reason=reason.strip()[:300],
        content=content,
        digest=digest_of(content),
    )


def given_back(invoice: Invoice) -> Given:
    """What was asked and given back of an invoice, per VAT code and line. Raises `InvoiceNotIssued`."""
    documents = list(selectors.documents_of(invoice))
    if not documents:
        raise InvoiceNotIssued
    notes = [row.content for row in documents[1:]]
    return given_of(documents[0].content, notes, early_taken=invoice.early_taken)


def left_to_credit(invoice: Invoice) -> dict[str, Decimal]:
    """What can still be credited without VAT, per VAT code, in euro."""
    return {code: part.left for code, part in given_back(invoice).parts.items()}


def _check_advance(invoice: Invoice, before: Given, totals: Totals) -> None:
    """Raise `AdvanceDeducted` where a final statement needs what would be given back of an advance."""
    if invoice.kind != InvoiceKind.ADVANCE:
        return
    deducted = deducted_of(invoice)
    for part in totals.parts:
        used = deducted.get(part.code, ZERO)
        if part.net > before.parts[part.code].left - used:
            raise AdvanceDeducted(amount=used)


def _discount(original: Content, totals: Totals) -> Content:
    """The note's part of the discount on the whole invoice."""
    if not totals.allowance:
        return {}
    return {"discount": {"percent": original["discount"]["percent"], "amount": str(totals.allowance)}}
