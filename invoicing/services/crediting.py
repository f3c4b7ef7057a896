"""Credit notes: an invoice given back, whole or in part, to the cent."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.documents import request_documents
from core.money import ZERO, r
from core.outbox import publish
from core.types import Actor
from core.uuid7 import uuid7
from invoicing import selectors
from invoicing.content import Content, content_of, digest_of
from invoicing.enums import DocumentKind, InvoiceState
from invoicing.errors import CreditReasonMissing, CreditTooLarge, InvoiceNotIssued, NothingToCredit
from invoicing.models import Invoice, IssuedDocument
from invoicing.services.issuing import CREDIT_NOTES, INVOICE, check_content
from invoicing.services.receipts import settle_state
from invoicing.types import Totals, VatPart, levy_of, sum_by_code, tax_of
from invoicing.wording import wording
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
) -> IssuedDocument:
    """Issue a credit note on an issued invoice.

    `amounts`: what is given back without VAT, per VAT code (or one amount when the invoice has one code);
    None gives back all that is left. VAT and levy = f(total credited after) − f(total credited before) at the
    invoice's own rates, so that any split gives back exactly what the invoice took. Imposed: never refused
    for lack of budget (the pot lends). What the client paid already becomes its credit on 400. Locks:
    invoice, budget, number series. Raises `InvoiceNotIssued`, `CreditReasonMissing`, `NothingToCredit`,
    `CreditTooLarge`, `DocumentRefused`. Every call gives back more, until nothing is left.
    """
    invoice = selectors.invoice_for_update(invoice_id)
    if invoice.state == InvoiceState.DRAFT or invoice.levy_rate is None or invoice.issued_on is None:
        raise InvoiceNotIssued
    if not reason.strip():
        raise CreditReasonMissing
    documents = list(selectors.documents_of(invoice))
    original = next(row for row in documents if row.kind == DocumentKind.INVOICE)
    before = sum_by_code(
        (part["code"], Decimal(part["base"]))
        for row in documents
        if row.kind == DocumentKind.CREDIT_NOTE
        for part in row.content["vat"]
    )
    wanted = _wanted(original, before, amounts)
    parts = tuple(
        _difference(part, before.get(part["code"], ZERO), wanted) for part in original.content["vat"]
    )
    totals = Totals(tuple(part for part in parts if part.base))
    net_before = sum(before.values(), ZERO)
    levy = levy_of(net_before + totals.net, invoice.levy_rate) - levy_of(net_before, invoice.levy_rate)
    whole = not before and totals.net == original.net
    content = content_of(
        kind=DocumentKind.CREDIT_NOTE,
        entity=invoice.entity,
        client=invoice.client,
        issued_on=on,
        due_on=None,
        delivered_on=invoice.delivery_date,
        lines=original.content["lines"] if whole else _lines(totals, invoice),
        totals=totals,
        buyer_reference=invoice.buyer_reference,
        corrects=[{"number": invoice.number, "issued_on": invoice.issued_on.isoformat()}],
        notes=(reason.strip(),),
    )
    content["buyer"] = original.content["buyer"]
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


def left_to_credit(invoice: Invoice) -> dict[str, Decimal]:
    """What can still be credited without VAT, per VAT code, in euro."""
    documents = list(selectors.documents_of(invoice))
    left: dict[str, Decimal] = {}
    for row in documents:
        sign = 1 if row.kind == DocumentKind.INVOICE else -1
        for part in row.content["vat"]:
            left[part["code"]] = left.get(part["code"], ZERO) + sign * Decimal(part["base"])
    return left


def _wanted(
    original: IssuedDocument, before: Mapping[str, Decimal], amounts: Mapping[str, Decimal] | Decimal | None
) -> dict[str, Decimal]:
    """What is given back per code, checked against what is left."""
    left = {
        part["code"]: Decimal(part["base"]) - before.get(part["code"], ZERO)
        for part in original.content["vat"]
    }
    if isinstance(amounts, Decimal):
        open_codes = [code for code, amount in left.items() if amount]
        if len(open_codes) != 1:
            raise NothingToCredit if not open_codes else CreditTooLarge(most=ZERO, vat_code="*")
        amounts = {open_codes[0]: amounts}
    wanted = (
        dict(left) if amounts is None else {code: r(amount) for code, amount in amounts.items() if amount}
    )
    for code, amount in wanted.items():
        if amount < 0 or amount > left.get(code, ZERO):
            raise CreditTooLarge(most=left.get(code, ZERO), vat_code=code)
    if not any(wanted.values()):
        raise NothingToCredit
    return wanted


def _difference(part: Content, before: Decimal, wanted: Mapping[str, Decimal]) -> VatPart:
    """One code of the credit note: VAT = f(after) − f(before) at the invoice's own rate."""
    base, rate = wanted.get(part["code"], ZERO), Decimal(part["rate"])
    return VatPart(
        code=part["code"],
        category=part["category"],
        rate=rate,
        base=base,
        tax=tax_of(before + base, rate) - tax_of(before, rate),
        reason_code=part["reason_code"],
        reason=part["reason"],
    )


def _lines(totals: Totals, invoice: Invoice) -> list[Content]:
    """A partial credit has one line per VAT code."""
    text = wording(invoice.client.language)["partial_credit"] % {"number": invoice.number}
    return [
        {
            "description": text,
            "quantity": "1",
            "unit": "flat",
            "unit_price": str(part.base),
            "net": str(part.base),
            "vat_code": part.code,
            "category": part.category,
            "rate": f"{part.rate.normalize():f}",
        }
        for part in totals.parts
    ]
