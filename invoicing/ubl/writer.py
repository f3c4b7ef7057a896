"""Write a document as UBL 2.1 under the profile Peppol BIS Billing 3.0.

Same document, same bytes: no clock, no random identifier, fixed order. What the public rules would refuse
is refused here first, with a name, so that a number is never spent on a document that cannot be sent.
"""

from __future__ import annotations

import base64
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from core.identifiers import (
    format_structured_communication,
    is_structured_communication,
)
from core.money import CENT
from invoicing.ubl.codes import EXEMPTION_CODES
from invoicing.ubl.rules import UNTAXED, check_document, clean
from invoicing.ubl.types import (
    Address,
    Allowance,
    Attachment,
    Discount,
    Document,
    Endpoint,
    Line,
    Party,
    Payment,
    VatCategory,
    VatSubtotal,
)

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_CAC = f"{_UBL}:CommonAggregateComponents-2"
_CBC = f"{_UBL}:CommonBasicComponents-2"


def write_document(document: Document) -> bytes:
    """Return the UTF-8 XML of an invoice or credit note.

    A buyer without electronic address gets the seller's own as return address, because the profile
    demands one and allows no e-mail address: such a document travels by mail, never over the network
    (`Document.is_deliverable`). Raises `UblError` when a rule of the profile cannot be met.
    """
    check_document(document)
    invoice = not document.is_credit_note
    name = "Invoice" if invoice else "CreditNote"
    root = etree.Element(
        f"{{{_UBL}:{name}-2}}{name}", nsmap={None: f"{_UBL}:{name}-2", "cac": _CAC, "cbc": _CBC}
    )
    _text(root, "CustomizationID", CUSTOMIZATION)
    _text(root, "ProfileID", PROFILE)
    _text(root, "ID", document.number)
    _text(root, "IssueDate", document.issued_on.isoformat())
    if invoice:
        _date(root, "DueDate", document.due_on)
    _text(root, "InvoiceTypeCode" if invoice else "CreditNoteTypeCode", document.kind.value)
    _text(root, "Note", " — ".join(part for part in map(clean, document.mentions) if part))
    _text(root, "DocumentCurrencyCode", document.currency)
    _text(root, "BuyerReference", clean(document.buyer_reference) or document.number)
    if clean(document.order_reference):
        _text(_group(root, "OrderReference"), "ID", document.order_reference)
    for reference in document.corrects:
        earlier = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
        _text(earlier, "ID", reference.number)
        _date(earlier, "IssueDate", reference.issued_on)
    if clean(document.contract_reference):
        _text(_group(root, "ContractDocumentReference"), "ID", document.contract_reference)
    for attachment in document.attachments:
        _attachment(root, attachment)
    out_of_scope = any(subtotal.category is VatCategory.OUT_OF_SCOPE for subtotal in document.vat)
    fallback = document.seller.endpoint
    _party(root, "AccountingSupplierParty", document.seller, fallback, taxed=not out_of_scope, seller=True)
    _party(root, "AccountingCustomerParty", document.buyer, fallback, taxed=not out_of_scope, seller=False)
    _delivery(root, document)
    if document.payment is not None:
        _payment(root, document.payment, None if invoice else document.due_on)
    if clean(document.payment_terms):
        _text(_group(root, "PaymentTerms"), "Note", document.payment_terms)
    for allowance in document.allowances:
        _document_allowance(root, allowance, document.currency)
    _tax_total(root, document)
    _totals(root, document)
    for position, line in enumerate(document.lines, start=1):
        _line(root, position, line, document, invoice=invoice)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


# --- the parts ---------------------------------------------------------------------------------------


def _group(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """Add a leaf; empty elements are forbidden by the profile (R008), so nothing is added
    for an empty text.
    """
    cleaned = clean(text)
    if cleaned:
        leaf = etree.SubElement(parent, f"{{{_CBC}}}{name}", attributes)
        leaf.text = cleaned


def _date(parent: etree._Element, name: str, day: date | None) -> None:
    if day is not None:
        _text(parent, name, day.isoformat())


def _amount(parent: etree._Element, name: str, value: Decimal, currency: str) -> None:
    _text(parent, name, f"{value.quantize(CENT):f}", currencyID=currency)


def _number(value: Decimal) -> str:
    """A quantity, price or rate without exponent and without useless zeros."""
    text = f"{value:f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def _price(value: Decimal) -> str:
    """At least two decimals, more when the price has them."""
    text = _number(value)
    decimals = len(text.partition(".")[2])
    return text if decimals >= 2 else f"{value.quantize(CENT):f}"


def _address(parent: etree._Element, name: str, address: Address) -> None:
    group = _group(parent, name)
    _text(group, "StreetName", address.street)
    _text(group, "AdditionalStreetName", address.additional)
    _text(group, "CityName", address.city)
    _text(group, "PostalZone", address.postal_code)
    _text(_group(group, "Country"), "IdentificationCode", address.country)


def _party(
    root: etree._Element, role: str, party: Party, fallback: Endpoint | None, *, taxed: bool, seller: bool
) -> None:
    group = _group(_group(root, role), "Party")
    endpoint = party.endpoint or fallback
    if endpoint is not None:
        _text(group, "EndpointID", endpoint.value, schemeID=endpoint.scheme)
    if clean(party.trade_name):
        _text(_group(group, "PartyName"), "Name", party.trade_name)
    _address(group, "PostalAddress", party.address)
    if taxed and party.vat_number:
        _tax_scheme(group, party.vat_number, "VAT")
    elif taxed and seller and party.tax_registration:
        _tax_scheme(group, party.tax_registration, "TAX")
    legal = _group(group, "PartyLegalEntity")
    _text(legal, "RegistrationName", party.name)
    if party.legal_id:
        scheme = {"schemeID": party.legal_id_scheme} if party.legal_id_scheme else {}
        _text(legal, "CompanyID", party.legal_id, **scheme)
    if any(map(clean, (party.contact_name, party.phone, party.email))):
        contact = _group(group, "Contact")
        _text(contact, "Name", party.contact_name)
        _text(contact, "Telephone", party.phone)
        _text(contact, "ElectronicMail", party.email)


def _tax_scheme(party: etree._Element, number: str, scheme: str) -> None:
    group = _group(party, "PartyTaxScheme")
    _text(group, "CompanyID", number)
    _text(_group(group, "TaxScheme"), "ID", scheme)


def _attachment(root: etree._Element, attachment: Attachment) -> None:
    group = _group(root, "AdditionalDocumentReference")
    _text(group, "ID", attachment.identifier)
    _text(group, "DocumentDescription", attachment.description)
    _text(
        _group(group, "Attachment"),
        "EmbeddedDocumentBinaryObject",
        base64.b64encode(attachment.content).decode("ascii"),
        mimeCode=attachment.media_type,
        filename=attachment.file_name,
    )


def _delivery(root: etree._Element, document: Document) -> None:
    country = document.delivery_country
    if not country and any(part.category is VatCategory.INTRA_COMMUNITY for part in document.vat):
        country = document.buyer.address.country
    if document.delivered_on is None and not country:
        return
    group = _group(root, "Delivery")
    _date(group, "ActualDeliveryDate", document.delivered_on)
    if country:
        _address(_group(group, "DeliveryLocation"), "Address", Address(country=country))


def _payment(root: etree._Element, payment: Payment, due_on: date | None) -> None:
    group = _group(root, "PaymentMeans")
    _text(group, "PaymentMeansCode", "30")
    _date(group, "PaymentDueDate", due_on)
    reference = payment.reference
    if is_structured_communication(reference):
        reference = format_structured_communication(reference)
    _text(group, "PaymentID", reference)
    account = _group(group, "PayeeFinancialAccount")
    _text(account, "ID", payment.iban)
    _text(account, "Name", payment.account_name)
    if clean(payment.bic):
        _text(_group(account, "FinancialInstitutionBranch"), "ID", payment.bic)


def _document_allowance(root: etree._Element, allowance: Allowance, currency: str) -> None:
    group = _group(root, "AllowanceCharge")
    _text(group, "ChargeIndicator", "true" if allowance.charge else "false")
    _text(group, "AllowanceChargeReasonCode", allowance.code)
    _text(group, "AllowanceChargeReason", allowance.reason)
    _amount(group, "Amount", allowance.amount, currency)
    category = _group(group, "TaxCategory")
    _text(category, "ID", allowance.category.value)
    if allowance.category is not VatCategory.OUT_OF_SCOPE:
        _text(category, "Percent", _number(allowance.rate))
    _text(_group(category, "TaxScheme"), "ID", "VAT")


def _line_discount(line: etree._Element, discount: Discount, currency: str) -> None:
    """A negative discount is a charge, whose codes are of another list: its text says what it is."""
    group = _group(line, "AllowanceCharge")
    charge = discount.amount < 0
    _text(group, "ChargeIndicator", "true" if charge else "false")
    if not charge:
        _text(group, "AllowanceChargeReasonCode", discount.code)
    _text(group, "AllowanceChargeReason", discount.reason)
    if not charge and discount.percent is not None and discount.base is not None:
        _text(group, "MultiplierFactorNumeric", _number(discount.percent))
    _amount(group, "Amount", abs(discount.amount), currency)
    if not charge and discount.percent is not None and discount.base is not None:
        _amount(group, "BaseAmount", discount.base, currency)


def _tax_total(root: etree._Element, document: Document) -> None:
    total = _group(root, "TaxTotal")
    _amount(total, "TaxAmount", document.tax, document.currency)
    for part in _ordered(document.vat):
        group = _group(total, "TaxSubtotal")
        _amount(group, "TaxableAmount", part.base, document.currency)
        _amount(group, "TaxAmount", part.tax, document.currency)
        category = _group(group, "TaxCategory")
        _text(category, "ID", part.category.value)
        if part.category is not VatCategory.OUT_OF_SCOPE:
            _text(category, "Percent", _number(part.rate))
        if part.category in UNTAXED and part.category is not VatCategory.ZERO:
            _text(
                category, "TaxExemptionReasonCode", part.reason_code or EXEMPTION_CODES.get(part.category, "")
            )
            _text(category, "TaxExemptionReason", part.reason)
        _text(_group(category, "TaxScheme"), "ID", "VAT")


def _ordered(parts: Iterable[VatSubtotal]) -> list[VatSubtotal]:
    """Highest rate first, then by category: the order does not depend on how the caller found them."""
    return sorted(parts, key=lambda part: (-part.rate, part.category.value))


def _totals(root: etree._Element, document: Document) -> None:
    group = _group(root, "LegalMonetaryTotal")
    _amount(group, "LineExtensionAmount", document.sum_of_lines, document.currency)
    _amount(group, "TaxExclusiveAmount", document.net, document.currency)
    _amount(group, "TaxInclusiveAmount", document.total, document.currency)
    if document.taken_off:
        _amount(group, "AllowanceTotalAmount", document.taken_off, document.currency)
    if document.added:
        _amount(group, "ChargeTotalAmount", document.added, document.currency)
    if document.prepaid:
        _amount(group, "PrepaidAmount", document.prepaid, document.currency)
    _amount(group, "PayableAmount", document.payable, document.currency)


def _line(root: etree._Element, position: int, line: Line, document: Document, *, invoice: bool) -> None:
    group = _group(root, "InvoiceLine" if invoice else "CreditNoteLine")
    _text(group, "ID", str(position))
    quantity = "InvoicedQuantity" if invoice else "CreditedQuantity"
    _text(group, quantity, _number(line.quantity), unitCode=line.unit.value)
    _amount(group, "LineExtensionAmount", line.net, document.currency)
    if line.starts_on is not None or line.ends_on is not None:
        period = _group(group, "InvoicePeriod")
        _date(period, "StartDate", line.starts_on)
        _date(period, "EndDate", line.ends_on)
    if line.discount is not None and line.discount.amount:
        _line_discount(group, line.discount, document.currency)
    item = _group(group, "Item")
    _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    category = _group(item, "ClassifiedTaxCategory")
    _text(category, "ID", line.category.value)
    if line.category is not VatCategory.OUT_OF_SCOPE:
        _text(category, "Percent", _number(line.rate))
    _text(_group(category, "TaxScheme"), "ID", "VAT")
    _text(_group(group, "Price"), "PriceAmount", _price(line.unit_price), currencyID=document.currency)
