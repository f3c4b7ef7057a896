"""Write a document as UBL 2.1 under the profile Peppol BIS Billing 3.0.

Same document, same bytes: no clock, no random identifier, fixed order. What the public rules would refuse
is refused here first, with a name, so that a number is never spent on a document that cannot be sent.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from lxml import etree

from core.identifiers import (
    InvalidIdentifier,
    format_structured_communication,
    is_structured_communication,
    normalise_enterprise_number,
)
from core.money import CENT, ZERO, r
from invoicing.ubl.codes import BELGIAN_ENTERPRISE, COUNTRIES, EXEMPTION_CODES
from invoicing.ubl.types import (
    Address,
    Attachment,
    Document,
    DocumentKind,
    Endpoint,
    Line,
    Party,
    Payment,
    UblError,
    VatCategory,
    VatSubtotal,
)

CUSTOMIZATION = "urn:cen.eu:en16931:2017#compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
PROFILE = "urn:fdc:peppol.eu:2017:poacc:billing:01:1.0"

_UBL = "urn:oasis:names:specification:ubl:schema:xsd"
_CAC = f"{_UBL}:CommonAggregateComponents-2"
_CBC = f"{_UBL}:CommonBasicComponents-2"

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MEDIA_TYPES = {
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
}
_UNTAXED = {
    VatCategory.ZERO,
    VatCategory.EXEMPT,
    VatCategory.REVERSE_CHARGE,
    VatCategory.INTRA_COMMUNITY,
    VatCategory.EXPORT,
    VatCategory.OUT_OF_SCOPE,
}


def write_document(document: Document) -> bytes:
    """Return the UTF-8 XML of an invoice or credit note.

    A buyer without electronic address gets the seller's own as return address, because the profile
    demands one and allows no e-mail address: such a document travels by mail, never over the network
    (`Document.is_deliverable`). Raises `UblError` when a rule of the profile cannot be met.
    """
    check_document(document)
    invoice = document.kind is DocumentKind.INVOICE
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
    _text(root, "Note", " — ".join(part for part in map(_clean, document.mentions) if part))
    _text(root, "DocumentCurrencyCode", document.currency)
    _text(root, "BuyerReference", _clean(document.buyer_reference) or document.number)
    if _clean(document.order_reference):
        _text(_group(root, "OrderReference"), "ID", document.order_reference)
    for reference in document.corrects:
        earlier = _group(_group(root, "BillingReference"), "InvoiceDocumentReference")
        _text(earlier, "ID", reference.number)
        _date(earlier, "IssueDate", reference.issued_on)
    if _clean(document.contract_reference):
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
    if _clean(document.payment_terms):
        _text(_group(root, "PaymentTerms"), "Note", document.payment_terms)
    _tax_total(root, document)
    _totals(root, document)
    for position, line in enumerate(document.lines, start=1):
        _line(root, position, line, document, invoice=invoice)
    content: bytes = etree.tostring(root, xml_declaration=True, encoding="UTF-8", pretty_print=True)
    return content


# --- what is refused ---------------------------------------------------------------------------------


def check_document(document: Document) -> None:
    """Raise `UblError` for what no reader of the profile would accept; say nothing otherwise."""
    if not document.lines:
        raise UblError("no_lines", "A document needs at least one line.")
    if not _clean(document.number):
        raise UblError("no_number", "A document needs its number.")
    if document.seller.endpoint is None:
        raise UblError("no_seller_endpoint", "The seller needs an electronic address.")
    for role, party in (("seller", document.seller), ("buyer", document.buyer)):
        if not _clean(party.name):
            raise UblError("no_name", f"The {role} needs a name.")
        if party.address.country not in COUNTRIES:
            raise UblError("no_country", f"The {role} needs a country of two letters.")
        if party.vat_number and party.vat_number[:2] not in COUNTRIES | {"EL", "XI"}:
            raise UblError("vat_number", f"The VAT number of the {role} needs its country prefix.")
        identified = [(party.legal_id_scheme, party.legal_id)] if party.legal_id is not None else []
        if party.endpoint is not None:
            identified.append((party.endpoint.scheme, party.endpoint.value))
        for scheme, value in identified:
            if scheme == BELGIAN_ENTERPRISE and not _is_enterprise_number(value):
                raise UblError("enterprise_number", f"The enterprise number of the {role} does not hold.")
    if document.seller.legal_id is None and document.seller.vat_number is None:
        raise UblError("seller_unidentified", "The seller needs a register number or a VAT number.")
    amounts = [line.net for line in document.lines] + [document.prepaid]
    amounts += [amount for subtotal in document.vat for amount in (subtotal.base, subtotal.tax)]
    if any(amount != amount.quantize(CENT) for amount in amounts):
        raise UblError("too_many_decimals", "Amounts have two decimals.")
    for line in document.lines:
        if not _clean(line.name):
            raise UblError("no_line_name", "Each line needs a name.")
        if line.unit_price < 0:
            raise UblError("negative_price", "A price cannot be negative; make the quantity negative.")
        if line.quantity == 0 and line.net != 0:
            raise UblError("line_amount", "A line without quantity has no amount.")
        if abs(r(line.quantity * line.unit_price) - line.net) > CENT:
            raise UblError("line_amount", "The amount of a line is its quantity times its price.")
    undated = document.due_on is None and not _clean(document.payment_terms)
    if document.kind is DocumentKind.INVOICE and document.payable > 0 and undated:
        raise UblError("no_due_date", "An invoice to pay needs a due date or payment terms.")
    if document.due_on is not None and document.due_on < document.issued_on:
        raise UblError("due_before_issue", "The due date cannot come before the date of issue.")
    for attachment in document.attachments:
        if attachment.media_type not in _MEDIA_TYPES:
            raise UblError("attachment_type", "This type of file cannot travel inside an invoice.")
    _check_vat(document)


def _is_enterprise_number(value: str) -> bool:
    """Ten digits, printed without dots, whose check digits hold."""
    try:
        return normalise_enterprise_number(value) == value
    except InvalidIdentifier:
        return False


def _check_vat(document: Document) -> None:
    wanted: dict[tuple[VatCategory, Decimal], Decimal] = {}
    for line in document.lines:
        key = (line.category, line.rate.normalize())
        wanted[key] = wanted.get(key, ZERO) + line.net
    found = {(part.category, part.rate.normalize()): part.base for part in document.vat}
    if len(found) != len(document.vat) or wanted != found:
        raise UblError(
            "vat_breakdown", "There is one VAT subtotal per category and rate, on the sum of its lines."
        )
    tolerance = ZERO if document.kind is DocumentKind.INVOICE else CENT
    seller, buyer = document.seller, document.buyer
    categories = {part.category for part in document.vat}
    for part in document.vat:
        if part.category in _UNTAXED:
            if part.rate != 0 or part.tax != 0:
                raise UblError("vat_rate", f"Category {part.category.value} has rate and tax zero.")
        elif part.rate <= 0:
            raise UblError("vat_rate", "The standard category needs a rate above zero.")
        # The tax of a credit note is a difference of two rounded totals: it may be one cent away (DOMAIN §4).
        if abs(r(part.base * part.rate / 100) - part.tax) > tolerance:
            raise UblError("vat_amount", "The tax of a rate is its base times the rate, rounded once.")
        if part.category is VatCategory.EXEMPT and not (_clean(part.reason) or part.reason_code):
            raise UblError("no_exemption_reason", "An exemption needs its legal reason.")
    if VatCategory.OUT_OF_SCOPE in categories and len(categories) > 1:
        raise UblError("mixed_scope", "What is out of scope cannot share a document with what is taxed.")
    taxed = categories - {VatCategory.OUT_OF_SCOPE}
    if taxed and not (seller.vat_number or seller.tax_registration):
        raise UblError("no_seller_vat", "The seller needs a VAT number or another tax registration.")
    if taxed & {VatCategory.INTRA_COMMUNITY, VatCategory.EXPORT} and not seller.vat_number:
        raise UblError("no_seller_vat", "A delivery abroad needs the seller's VAT number.")
    if VatCategory.REVERSE_CHARGE in categories and not (buyer.vat_number or buyer.legal_id):
        raise UblError("no_buyer_vat", "A reverse charge needs the buyer's VAT number.")
    if VatCategory.INTRA_COMMUNITY in categories:
        if not buyer.vat_number:
            raise UblError("no_buyer_vat", "An intra-Community delivery needs the buyer's VAT number.")
        if document.delivered_on is None:
            raise UblError("no_delivery_date", "An intra-Community delivery needs its date.")


# --- the parts ---------------------------------------------------------------------------------------


def _clean(text: str) -> str:
    """Text that XML can carry, without blank ends."""
    return _NOT_XML.sub("", text).strip()


def _group(parent: etree._Element, name: str) -> etree._Element:
    return etree.SubElement(parent, f"{{{_CAC}}}{name}")


def _text(parent: etree._Element, name: str, text: str, **attributes: str) -> None:
    """Add a leaf; empty elements are forbidden by the profile (R008), so nothing is added
    for an empty text.
    """
    cleaned = _clean(text)
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
    if _clean(party.trade_name):
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
    if any(map(_clean, (party.contact_name, party.phone, party.email))):
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
    if _clean(payment.bic):
        _text(_group(account, "FinancialInstitutionBranch"), "ID", payment.bic)


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
        if part.category in _UNTAXED and part.category is not VatCategory.ZERO:
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
    _amount(group, "LineExtensionAmount", document.net, document.currency)
    _amount(group, "TaxExclusiveAmount", document.net, document.currency)
    _amount(group, "TaxInclusiveAmount", document.total, document.currency)
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
    item = _group(group, "Item")
    _text(item, "Description", line.description)
    _text(item, "Name", line.name)
    category = _group(item, "ClassifiedTaxCategory")
    _text(category, "ID", line.category.value)
    if line.category is not VatCategory.OUT_OF_SCOPE:
        _text(category, "Percent", _number(line.rate))
    _text(_group(category, "TaxScheme"), "ID", "VAT")
    _text(_group(group, "Price"), "PriceAmount", _price(line.unit_price), currencyID=document.currency)
