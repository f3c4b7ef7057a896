"""What nobody would accept in an outgoing document, refused by name before a number is spent on it."""

from __future__ import annotations

import re
from decimal import Decimal

from core.identifiers import InvalidIdentifier, normalise_enterprise_number
from core.money import CENT, ZERO, r
from invoicing.ubl.codes import BELGIAN_ENTERPRISE, COUNTRIES
from invoicing.ubl.types import Document, UblError, VatCategory

_NOT_XML = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_MEDIA_TYPES = {
    "application/pdf",
    "image/png",
    "image/jpeg",
    "text/csv",
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "application/vnd.oasis.opendocument.spreadsheet",
}
UNTAXED = {
    VatCategory.ZERO,
    VatCategory.EXEMPT,
    VatCategory.REVERSE_CHARGE,
    VatCategory.INTRA_COMMUNITY,
    VatCategory.EXPORT,
    VatCategory.OUT_OF_SCOPE,
}

"""Categories without tax."""


def clean(text: str) -> str:
    """Text that XML can carry, without blank ends."""
    return _NOT_XML.sub("", text).strip()


def check_document(document: Document) -> None:
    """Raise `UblError` for what no reader of the profile would accept; say nothing otherwise."""
    if not document.lines:
        raise UblError("no_lines", "A document needs at least one line.")
    if not clean(document.number):
        raise UblError("no_number", "A document needs its number.")
    if document.seller.endpoint is None:
        raise UblError("no_seller_endpoint", "The seller needs an electronic address.")
    for role, party in (("seller", document.seller), ("buyer", document.buyer)):
        if not clean(party.name):
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
    amounts += [part.amount for part in document.allowances]
    amounts += [line.discount.amount for line in document.lines if line.discount is not None]
    amounts += [amount for subtotal in document.vat for amount in (subtotal.base, subtotal.tax)]
    if any(amount != amount.quantize(CENT) for amount in amounts):
        raise UblError("too_many_decimals", "Amounts have two decimals.")
    for line in document.lines:
        if not clean(line.name):
            raise UblError("no_line_name", "Each line needs a name.")
        if line.unit_price < 0:
            raise UblError("negative_price", "A price cannot be negative; make the quantity negative.")
        if line.quantity == 0 and line.net != 0:
            raise UblError("line_amount", "A line without quantity has no amount.")
        off = line.discount.amount if line.discount is not None else ZERO
        if abs(r(line.quantity * line.unit_price) - off - line.net) > CENT:
            raise UblError(
                "line_amount", "The amount of a line is its quantity times its price, less its discount."
            )
        if line.starts_on is not None and line.ends_on is not None and line.ends_on < line.starts_on:
            raise UblError("period", "A period ends after it starts.")
    if any(part.amount < 0 for part in document.allowances):
        raise UblError("negative_allowance", "A discount on the document is not negative.")
    undated = document.due_on is None and not clean(document.payment_terms)
    if not document.is_credit_note and document.payable > 0 and undated:
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
    for allowance in document.allowances:
        key = (allowance.category, allowance.rate.normalize())
        amount = allowance.amount if allowance.charge else -allowance.amount
        wanted[key] = wanted.get(key, ZERO) + amount
    found = {(part.category, part.rate.normalize()): part.base for part in document.vat}
    if len(found) != len(document.vat) or wanted != found:
        raise UblError(
            "vat_breakdown", "There is one VAT subtotal per category and rate, on the sum of its lines."
        )
    tolerance = CENT if document.is_credit_note else ZERO
    seller, buyer = document.seller, document.buyer
    categories = {part.category for part in document.vat}
    for part in document.vat:
        if part.category in UNTAXED:
            if part.rate != 0 or part.tax != 0:
                raise UblError("vat_rate", f"Category {part.category.value} has rate and tax zero.")
        elif part.rate <= 0:
            raise UblError("vat_rate", "The standard category needs a rate above zero.")
        # The tax of a credit note is a difference of two rounded totals: it may be one cent away (DOMAIN §4).
        if abs(r(part.base * part.rate / 100) - part.tax) > tolerance:
            raise UblError("vat_amount", "The tax of a rate is its base times the rate, rounded once.")
        if part.category is VatCategory.EXEMPT and not (clean(part.reason) or part.reason_code):
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
