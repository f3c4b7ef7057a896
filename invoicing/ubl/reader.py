"""Read an invoice or credit note of a supplier: UBL 2.1 of any profile of EN 16931, legacy UBL.BE too.

Strict about what is booked (numbers, dates, currency, totals that add up), tolerant about the rest (order,
prefixes, extensions, parts unknown here). Nothing is guessed: what the document does not say is absent.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import replace
from datetime import date
from decimal import Decimal

from invoicing.ubl.arithmetic import findings_of, summary
from invoicing.ubl.elements import Node
from invoicing.ubl.intake import parse_ubl
from invoicing.ubl.received import (
    AllowanceCharge,
    Finding,
    Period,
    ReceivedDocument,
    ReceivedLine,
    ReceivedVat,
    Severity,
    Totals,
)
from invoicing.ubl.refusals import UblDoesNotAddUp, UblMissing, UblRepeated, UblValue
from invoicing.ubl.types import Address, Attachment, DocumentKind, DocumentReference, Endpoint, Party, Payment

MOST_LINES = 20_000
MOST_ATTACHMENTS = 50
LARGEST_ATTACHMENTS = 15 * 1024 * 1024
"""Bytes of all attachments of one document, decoded."""

_CREDIT_NOTES = frozenset({"81", "83", "261", "262", "296", "308", "381", "396", "420", "458", "532"})
"""UNTDID 1001, as far as EN 16931 takes them for credit notes."""


def read_document(content: bytes) -> ReceivedDocument:
    """Read a document whose figures add up. Raises `UblRefused` of any kind, with the line; keeps nothing."""
    document = examine_document(content)
    errors = [finding for finding in document.findings if finding.severity is Severity.ERROR]
    if errors:
        raise UblDoesNotAddUp(detail=summary(errors), line=errors[0].line)
    return document


def examine_document(content: bytes) -> ReceivedDocument:
    """As `read_document`, but figures that do not add up are findings, not a refusal."""
    element, kind = parse_ubl(content)
    root = Node(element, element.tag.rpartition("}")[2])
    root.currency = _currency(root)
    if kind is DocumentKind.INVOICE:
        type_code = root.text("InvoiceTypeCode", most=10) or "380"
        kind = DocumentKind.CREDIT_NOTE if type_code in _CREDIT_NOTES else kind
    else:
        type_code = root.text("CreditNoteTypeCode", most=10) or "381"
    issued_on = root.day("IssueDate")
    if issued_on is None:
        raise UblMissing(what="cbc:IssueDate", line=root.line)
    tax_currency = root.text("TaxCurrencyCode", most=3)
    attachments, findings = _attachments(root)
    read = ReceivedDocument(
        kind=kind,
        type_code=type_code,
        customization=root.text("CustomizationID", most=300),
        profile=root.text("ProfileID", most=300),
        number=root.needed("ID", most=100),
        issued_on=issued_on,
        due_on=_due_on(root),
        currency=root.currency,
        supplier=_party(root, "AccountingSupplierParty"),
        customer=_party(root, "AccountingCustomerParty"),
        totals=_totals(root, tax_currency),
        vat=_vat(root),
        lines=_lines(root),
        notes=root.texts("Note"),
        tax_currency=tax_currency,
        tax_point=root.day("TaxPointDate"),
        period=_period(root),
        delivered_on=root.first("Delivery").day("ActualDeliveryDate"),
        buyer_reference=root.text("BuyerReference", most=200),
        order_reference=root.first("OrderReference").text("ID", most=200),
        contract_reference=root.first("ContractDocumentReference").text("ID", most=200),
        project_reference=root.first("ProjectReference").text("ID", most=200),
        accounting_cost=root.text("AccountingCost", most=200),
        payee_name=root.group("PayeeParty").first("PartyName").text("Name", most=200),
        payment_terms=" ".join(note for terms in root.groups("PaymentTerms") for note in terms.texts("Note")),
        payment_code=root.first("PaymentMeans").text("PaymentMeansCode", most=10),
        payments=_payments(root),
        corrects=_corrects(root),
        allowances=tuple(_allowance(part) for part in root.groups("AllowanceCharge")),
        attachments=attachments,
    )
    return replace(read, findings=(*findings_of(read), *findings))


def _currency(root: Node) -> str:
    currency = root.needed("DocumentCurrencyCode", most=20)
    if len(currency) != 3 or not currency.isascii() or not currency.isalpha() or not currency.isupper():
        raise UblValue(what="cbc:DocumentCurrencyCode", value=currency, line=root.line)
    return currency


def _due_on(root: Node) -> date | None:
    """On an invoice its own, on a credit note that of the payment; several instalments: the first day."""
    own = root.day("DueDate")
    days = [day for means in root.groups("PaymentMeans") if (day := means.day("PaymentDueDate"))]
    days += [day for terms in root.groups("PaymentTerms") if (day := terms.day("PaymentDueDate"))]
    return own or min(days, default=None)


def _period(node: Node) -> Period | None:
    period = node.first("InvoicePeriod")
    starts_on, ends_on = period.day("StartDate"), period.day("EndDate")
    return Period(starts_on, ends_on) if starts_on or ends_on else None


def _party(root: Node, role: str) -> Party:
    holder = root.group(role)
    party = holder.group("Party")
    if not party.exists:
        raise UblMissing(what=f"cac:{role}/cac:Party", line=holder.line or root.line)
    legal = party.first("PartyLegalEntity")
    trade_name = party.first("PartyName").text("Name", most=200)
    name = legal.text("RegistrationName", most=200) or trade_name
    if not name:
        raise UblMissing(what=f"cac:{role}//cbc:RegistrationName", line=party.line)
    contact, postal = party.first("Contact"), party.first("PostalAddress")
    vat_number = registration = ""
    for scheme in party.groups("PartyTaxScheme"):
        if scheme.group("TaxScheme").text("ID").upper() == "VAT":
            vat_number = vat_number or scheme.text("CompanyID", most=40)
        else:
            registration = registration or scheme.text("CompanyID", most=80)
    endpoint = party.text("EndpointID", most=200)
    return Party(
        name=name,
        trade_name=trade_name,
        address=Address(
            country=postal.group("Country").text("IdentificationCode", most=2),
            street=postal.text("StreetName", most=200),
            additional=postal.text("AdditionalStreetName", most=200),
            postal_code=postal.text("PostalZone", most=30),
            city=postal.text("CityName", most=120),
        ),
        vat_number=vat_number or None,
        legal_id=legal.text("CompanyID", most=80) or None,
        legal_id_scheme=legal.attribute("CompanyID", "schemeID") or None,
        tax_registration=registration or None,
        endpoint=Endpoint(party.attribute("EndpointID", "schemeID"), endpoint) if endpoint else None,
        contact_name=contact.text("Name", most=200),
        email=contact.text("ElectronicMail", most=254),
        phone=contact.text("Telephone", most=60),
    )


def _totals(root: Node, tax_currency: str) -> Totals:
    totals = root.group("LegalMonetaryTotal")
    if not totals.exists:
        raise UblMissing(what="cac:LegalMonetaryTotal", line=root.line)
    vat, accounting = _tax_amounts(root, tax_currency)
    net = totals.needed_amount("TaxExclusiveAmount")
    gross = totals.needed_amount("TaxInclusiveAmount")
    return Totals(
        lines=totals.needed_amount("LineExtensionAmount"),
        net=net,
        gross=gross,
        payable=totals.needed_amount("PayableAmount"),
        vat=vat,
        allowances=totals.amount("AllowanceTotalAmount"),
        charges=totals.amount("ChargeTotalAmount"),
        prepaid=totals.amount("PrepaidAmount"),
        rounding=totals.amount("PayableRoundingAmount"),
        vat_accounting=accounting,
        source_line=totals.line,
    )


def _tax_amounts(root: Node, tax_currency: str) -> tuple[Decimal, Decimal | None]:
    """VAT in the currency of the document, and in that of the accounts where it is given apart."""
    own: list[Decimal] = []
    accounting: Decimal | None = None
    for total in root.groups("TaxTotal"):
        currency = total.attribute("TaxAmount", "currencyID") or root.currency
        if currency != root.currency and currency == tax_currency:
            total.currency = currency
            accounting = total.needed_amount("TaxAmount")
            continue
        own.append(total.needed_amount("TaxAmount"))
        if len(own) > 1:
            raise UblRepeated(what=f"cac:TaxTotal ({root.currency})", line=total.line)
    if not own:
        raise UblMissing(what="cac:TaxTotal", line=root.line)
    return own[0], accounting


def _vat(root: Node) -> tuple[ReceivedVat, ...]:
    parts = []
    for total in root.groups("TaxTotal"):
        if (total.attribute("TaxAmount", "currencyID") or root.currency) != root.currency:
            continue
        for subtotal in total.groups("TaxSubtotal"):
            category = subtotal.group("TaxCategory")
            parts.append(
                ReceivedVat(
                    category=category.needed("ID", most=10),
                    rate=_rate(category),
                    base=subtotal.needed_amount("TaxableAmount"),
                    tax=subtotal.needed_amount("TaxAmount"),
                    reason=category.first_text("TaxExemptionReason"),
                    reason_code=category.text("TaxExemptionReasonCode", most=40),
                    source_line=subtotal.line,
                )
            )
    if not parts:
        raise UblMissing(what="cac:TaxSubtotal", line=root.line)
    return tuple(parts)


def _rate(category: Node) -> Decimal | None:
    rate = category.number("Percent")
    if rate is not None and not 0 <= rate <= 100:
        raise UblValue(what="cbc:Percent", value=f"{rate}", line=category.line)
    return rate


def _lines(root: Node) -> tuple[ReceivedLine, ...]:
    name = f"{root.path}Line"
    lines: list[ReceivedLine] = []
    for group in root.groups(name):
        if len(lines) >= MOST_LINES:
            raise UblValue(what=f"cac:{name}", value=f"> {MOST_LINES}", line=group.line)
        lines.append(_line(group, "CreditedQuantity" if name == "CreditNoteLine" else "InvoicedQuantity"))
    if not lines:
        raise UblMissing(what=f"cac:{name}", line=root.line)
    return tuple(lines)


def _line(group: Node, quantity: str) -> ReceivedLine:
    item, price = group.group("Item"), group.group("Price")
    category = item.first("ClassifiedTaxCategory")
    counted = group.number(quantity)
    each = price.price("PriceAmount")
    net = group.needed_amount("LineExtensionAmount")
    base = price.number("BaseQuantity")
    if base is not None and base <= 0:
        raise UblValue(what="cbc:BaseQuantity", value=f"{base}", line=price.line)
    return ReceivedLine(
        id=group.needed("ID", most=100),
        name=item.text("Name", most=300) or item.first_text("Description")[:300],
        description=item.first_text("Description"),
        quantity=Decimal(1) if counted is None else counted,
        unit=group.attribute(quantity, "unitCode"),
        price=net if each is None and counted is None else (each or Decimal(0)),
        base_quantity=base or Decimal(1),
        net=net,
        category=category.text("ID", most=10),
        rate=_rate(category),
        note=" ".join(group.texts("Note"))[:1000],
        order_line=group.first("OrderLineReference").text("LineID", most=100),
        period=_period(group),
        allowances=tuple(_allowance(part) for part in group.groups("AllowanceCharge")),
        source_line=group.line,
    )


def _allowance(part: Node) -> AllowanceCharge:
    category = part.first("TaxCategory")
    return AllowanceCharge(
        charge=part.yes("ChargeIndicator"),
        amount=part.needed_amount("Amount"),
        reason=part.first_text("AllowanceChargeReason")[:300],
        reason_code=part.text("AllowanceChargeReasonCode", most=20),
        percent=part.number("MultiplierFactorNumeric"),
        base=part.amount("BaseAmount"),
        category=category.text("ID", most=10),
        rate=_rate(category),
    )


def _payments(root: Node) -> tuple[Payment, ...]:
    """Every account that may be paid, once, in the order of the document, with the reference to give."""
    found: dict[tuple[str, str], Payment] = {}
    for means in root.groups("PaymentMeans"):
        reference = next(iter(means.texts("PaymentID")), "")[:140]
        account = means.first("PayeeFinancialAccount")
        iban = account.text("ID", most=60)
        if iban or reference:
            found.setdefault(
                (iban, reference),
                Payment(
                    iban=iban,
                    bic=account.first("FinancialInstitutionBranch").text("ID", most=20),
                    account_name=account.text("Name", most=140),
                    reference=reference,
                ),
            )
    return tuple(found.values())[:20]


def _corrects(root: Node) -> tuple[DocumentReference, ...]:
    found = []
    for group in root.groups("BillingReference"):
        reference = group.first("InvoiceDocumentReference")
        if not reference.exists:
            reference = group.first("CreditNoteDocumentReference")
        number = reference.text("ID", most=100)
        if number:
            found.append(DocumentReference(number, reference.day("IssueDate")))
    return tuple(found)[:200]


def _attachments(root: Node) -> tuple[tuple[Attachment, ...], tuple[Finding, ...]]:
    """The files inside, decoded; one that cannot be is a finding: the invoice itself is whole without it."""
    kept: list[Attachment] = []
    findings: list[Finding] = []
    size = 0
    for group in root.groups("AdditionalDocumentReference"):
        attachment = group.first("Attachment")
        found = next(iter(attachment.leaves("EmbeddedDocumentBinaryObject")), None)
        if found is None:
            continue
        text, leaf = found
        identifier = group.text("ID", most=100)
        size += len(text) * 3 // 4
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            content = b""
        if not content or size > LARGEST_ATTACHMENTS or len(kept) >= MOST_ATTACHMENTS:
            findings.append(Finding("attachment", Severity.WARNING, identifier, leaf.sourceline))
            continue
        kept.append(
            Attachment(
                identifier=identifier,
                file_name=(leaf.get("filename") or identifier or "file").strip()[:200],
                media_type=(leaf.get("mimeCode") or "").strip()[:100],
                content=content,
                description=group.first_text("DocumentDescription")[:300],
            )
        )
    return tuple(kept), tuple(findings)
