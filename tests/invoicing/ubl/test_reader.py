"""A supplier's document is read whole, or refused by name with its line; nothing in between."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from invoicing.ubl.intake import LARGEST, MOST_PARTS
from invoicing.ubl.reader import examine_document, read_document
from invoicing.ubl.received import Severity
from invoicing.ubl.refusals import (
    UblCurrency,
    UblDoctype,
    UblDoesNotAddUp,
    UblEmpty,
    UblEncoding,
    UblMissing,
    UblNotUbl,
    UblNotXml,
    UblRefused,
    UblRepeated,
    UblTooDeep,
    UblTooLarge,
    UblValue,
)
from invoicing.ubl.types import DocumentKind
from tests.conformance import CONFORMANCE

INVOICE = b"""<?xml version="1.0" encoding="UTF-8"?>
<Invoice xmlns="urn:oasis:names:specification:ubl:schema:xsd:Invoice-2"
 xmlns:cac="urn:oasis:names:specification:ubl:schema:xsd:CommonAggregateComponents-2"
 xmlns:cbc="urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2">
<cbc:CustomizationID>urn:cen.eu:en16931:2017#conformant#urn:UBL.BE:1.0.0.20180214</cbc:CustomizationID>
<cbc:ID>F-77</cbc:ID>
<cbc:IssueDate>2026-11-02</cbc:IssueDate>
<cbc:InvoiceTypeCode>380</cbc:InvoiceTypeCode>
<cbc:DocumentCurrencyCode>EUR</cbc:DocumentCurrencyCode>
<cac:AccountingSupplierParty><cac:Party><cac:PartyName><cbc:Name>Papeterie Lune</cbc:Name></cac:PartyName>
</cac:Party></cac:AccountingSupplierParty>
<cac:AccountingCustomerParty><cac:Party><cac:PartyName><cbc:Name>Nous</cbc:Name></cac:PartyName></cac:Party>
</cac:AccountingCustomerParty>
<cac:TaxTotal><cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount>
<cac:TaxSubtotal><cbc:TaxableAmount currencyID="EUR">100.00</cbc:TaxableAmount>
<cbc:TaxAmount currencyID="EUR">21.00</cbc:TaxAmount>
<cac:TaxCategory><cbc:ID>S</cbc:ID><cbc:Name>03</cbc:Name><cbc:Percent>21.00</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:TaxCategory></cac:TaxSubtotal></cac:TaxTotal>
<cac:LegalMonetaryTotal><cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
<cbc:TaxExclusiveAmount currencyID="EUR">100.00</cbc:TaxExclusiveAmount>
<cbc:TaxInclusiveAmount currencyID="EUR">121.00</cbc:TaxInclusiveAmount>
<cbc:PayableAmount currencyID="EUR">121.00</cbc:PayableAmount></cac:LegalMonetaryTotal>
<cac:InvoiceLine><cbc:ID>1</cbc:ID><cbc:InvoicedQuantity unitCode="C62">4</cbc:InvoicedQuantity>
<cbc:LineExtensionAmount currencyID="EUR">100.00</cbc:LineExtensionAmount>
<cac:Item><cbc:Name>Papier</cbc:Name><cac:ClassifiedTaxCategory><cbc:ID>S</cbc:ID><cbc:Percent>21</cbc:Percent>
<cac:TaxScheme><cbc:ID>VAT</cbc:ID></cac:TaxScheme></cac:ClassifiedTaxCategory></cac:Item>
<cac:Price><cbc:PriceAmount currencyID="EUR">25.00</cbc:PriceAmount></cac:Price></cac:InvoiceLine>
</Invoice>
"""


def changed(old: str, new: str) -> bytes:
    """The invoice with one thing changed."""
    assert INVOICE.count(old.encode()) >= 1
    return INVOICE.replace(old.encode(), new.encode(), 1)


SAMPLES = sorted((CONFORMANCE / "peppol").glob("*.xml"))


@pytest.mark.conformance
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_every_official_example_adds_up(path: Path) -> None:
    document = read_document(path.read_bytes())

    assert document.findings == ()
    assert document.totals.gross == document.totals.net + document.totals.vat
    assert document.supplier.name and document.customer.name and document.number and document.lines


@pytest.mark.conformance
def test_an_official_credit_note_names_what_it_corrects() -> None:
    document = read_document((CONFORMANCE / "peppol" / "base-creditnote-correction.xml").read_bytes())

    assert document.kind is DocumentKind.CREDIT_NOTE
    assert document.totals.payable == Decimal("1656.25")
    assert [reference.number for reference in document.corrects] == ["Snippet1"]


@pytest.mark.conformance
def test_discounts_surcharges_prepayment_and_a_second_currency_are_read() -> None:
    document = read_document((CONFORMANCE / "peppol" / "Allowance-example.xml").read_bytes())

    assert [(part.charge, part.amount) for part in document.allowances] == [
        (True, Decimal("200.00")),
        (False, Decimal("200.00")),
    ]
    assert document.totals.prepaid == Decimal("1000.00")
    assert (document.tax_currency, document.totals.vat_accounting) == ("SEK", Decimal("9324.00"))
    assert document.lines[1].base_quantity == 2
    assert document.delivered_on == date(2017, 11, 1)


def test_a_legacy_belgian_invoice_is_read() -> None:
    document = read_document(INVOICE)

    assert (document.number, document.issued_on, document.currency) == ("F-77", date(2026, 11, 2), "EUR")
    assert (document.totals.net, document.totals.vat, document.totals.gross) == (100, 21, 121)
    assert document.vat[0].rate == 21
    assert document.supplier.name == "Papeterie Lune"


@pytest.mark.parametrize(
    ("content", "refusal", "line"),
    [
        (b"", UblEmpty, None),
        (b"\n \n", UblEmpty, None),
        (b"x" * (LARGEST + 1), UblTooLarge, None),
        (b"<a>" + b"<b/>" * MOST_PARTS + b"</a>", UblTooLarge, None),
        (INVOICE[:900], UblNotXml, INVOICE[:900].count(b"\n") + 1),
        (b"%PDF-1.7", UblNotXml, 1),
        (INVOICE.replace(b"121.00", b"1000000000000.00"), UblValue, 21),
        (b"<?xml version='1.0' encoding='a\0b'?><a/>", UblEncoding, 1),
        (b"<a " + b"b='' " * 300_001 + b"/>", UblTooLarge, None),
        (b"\0\1\2\3", UblNotXml, 1),
        (changed("Papeterie", "Papeterie \xe9"), None, None),
        (INVOICE.replace(b"Lune", b"Lune \xe9"), UblEncoding, 10),
        (changed('encoding="UTF-8"', 'encoding="utf-7"'), UblEncoding, 1),
        (changed('encoding="UTF-8"', 'encoding="rot13"'), UblEncoding, 1),
        (changed('encoding="UTF-8"?>', 'encoding="UTF-8"?><!DOCTYPE Invoice>'), UblDoctype, 1),
        (
            changed('encoding="UTF-8"?>\n', 'encoding="UTF-8"?>\n<!-- a -->\n<!DOCTYPE x [<!ENTITY a "b">]>'),
            UblDoctype,
            3,
        ),
        (b"<html><body>404</body></html>", UblNotUbl, 1),
        (changed("xsd:Invoice-2", "xsd:Invoice-3"), UblNotUbl, 4),
        (changed("xsd:CommonBasicComponents-2", "xsd:CommonBasicComponents-1"), UblMissing, 4),
        (b"<a>" * 300 + b"</a>" * 300, UblTooDeep, 1),
        (changed("<cbc:ID>F-77</cbc:ID>", ""), UblMissing, 4),
        (changed("<cbc:ID>F-77</cbc:ID>", "<cbc:ID> </cbc:ID>"), UblMissing, 4),
        (changed("<cbc:ID>F-77</cbc:ID>", "<cbc:ID>F-77</cbc:ID>\n<cbc:ID>F-78</cbc:ID>"), UblRepeated, 7),
        (changed("2026-11-02", "2026-02-30"), UblValue, 7),
        (changed("2026-11-02", "0026-11-02"), UblValue, 7),
        (changed("2026-11-02", "02/11/2026"), UblValue, 7),
        (changed(">EUR<", ">euro<"), UblValue, 4),
        (
            changed(
                '<cbc:PayableAmount currencyID="EUR">121.00', '<cbc:PayableAmount currencyID="USD">121.00'
            ),
            UblCurrency,
            22,
        ),
        (
            changed(
                '<cbc:PayableAmount currencyID="EUR">121.00', '<cbc:PayableAmount currencyID="EUR">1.21E2'
            ),
            UblValue,
            22,
        ),
        (
            changed(
                '<cbc:PayableAmount currencyID="EUR">121.00', '<cbc:PayableAmount currencyID="EUR">121.005'
            ),
            UblValue,
            22,
        ),
        (
            changed('<cbc:PayableAmount currencyID="EUR">121.00', '<cbc:PayableAmount currencyID="EUR">NaN'),
            UblValue,
            22,
        ),
        (
            changed(
                '<cbc:PayableAmount currencyID="EUR">121.00', '<cbc:PayableAmount currencyID="EUR">121.01'
            ),
            UblDoesNotAddUp,
            19,
        ),
        (
            changed(
                '<cbc:TaxInclusiveAmount currencyID="EUR">121.00',
                '<cbc:TaxInclusiveAmount currencyID="EUR">120.00',
            ),
            UblDoesNotAddUp,
            19,
        ),
        (
            changed('<cbc:InvoicedQuantity unitCode="C62">4<', '<cbc:InvoicedQuantity unitCode="C62">four<'),
            UblValue,
            23,
        ),
        (changed("<cbc:Percent>21<", "<cbc:Percent>2100<"), UblValue, 25),
        (changed("<cbc:Percent>21<", "<cbc:Percent>12<"), UblDoesNotAddUp, 15),
    ],
)
def test_what_cannot_be_taken_is_refused_with_its_line(
    content: bytes, refusal: type[UblRefused] | None, line: int | None
) -> None:
    if refusal is None:
        assert read_document(content).supplier.name == "Papeterie \xe9 Lune"
        return
    with pytest.raises(refusal) as refused:
        read_document(content)

    assert refused.value.line == line
    assert refused.value.detail  # every place of the text is filled


@pytest.mark.parametrize(
    "encoding", ["utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "iso-8859-1", "cp1252"]
)
def test_every_honest_encoding_is_read_alike(encoding: str) -> None:
    named = encoding.removesuffix("-sig").removesuffix("-le").removesuffix("-be")
    text = INVOICE.decode().replace("UTF-8", named).replace("Lune", "L'été")

    assert read_document(text.encode(encoding)).supplier.name == "Papeterie L'été"


def test_order_prefixes_extensions_and_unknown_parts_do_not_matter() -> None:
    text = INVOICE.decode().replace("cbc:", "x:").replace("xmlns:cbc", "xmlns:x")
    number = "<x:ID>F-77</x:ID>\n"
    strange = (
        '<ext:UBLExtensions xmlns:ext="urn:oasis:names:specification:ubl:schema:xsd'
        ':CommonExtensionComponents-2">'
        "<ext:UBLExtension><x:ID>F-99</x:ID></ext:UBLExtension></ext:UBLExtensions><y:Z xmlns:y='urn:y'/>"
    )
    moved = text.replace(number, strange, 1).replace("</Invoice>", f"{number}</Invoice>")

    plain = replace(read_document(INVOICE), lines=(), vat=(), totals=None)  # type: ignore[arg-type]
    read = replace(read_document(moved.encode()), lines=(), vat=(), totals=None)  # type: ignore[arg-type]
    assert read == plain


def test_a_cent_of_rounding_in_the_tax_of_a_rate_is_shown_not_refused() -> None:
    text = (
        INVOICE.decode()
        .replace(">21.00</cbc:TaxAmount>", ">21.02</cbc:TaxAmount>")
        .replace("121.00", "121.02")
    )

    document = read_document(text.encode())

    assert [(f.rule, f.severity) for f in document.findings] == [("BR-CO-17", Severity.WARNING)]


def test_a_line_that_is_not_its_price_is_shown_outside_peppol_and_refused_inside() -> None:
    odd = changed('<cbc:PriceAmount currencyID="EUR">25.00', '<cbc:PriceAmount currencyID="EUR">26.00')
    inside = odd.replace(
        b"conformant#urn:UBL.BE:1.0.0.20180214", b"compliant#urn:fdc:peppol.eu:2017:poacc:billing:3.0"
    )

    assert [f.rule for f in examine_document(odd).findings] == ["PEPPOL-EN16931-R120"]
    assert read_document(odd).number == "F-77"
    with pytest.raises(UblDoesNotAddUp):
        read_document(inside)


def test_a_negative_invoice_and_a_payable_rounding_are_read() -> None:
    negative = INVOICE.replace(b">100.00<", b">-100.00<").replace(
        b">21.00</cbc:TaxAmount>", b">-21.00</cbc:TaxAmount>"
    )
    negative = negative.replace(b">121.00<", b">-121.00<").replace(b'"C62">4<', b'"C62">-4<')
    rounded = changed(
        '<cbc:PayableAmount currencyID="EUR">121.00',
        '<cbc:PayableRoundingAmount currencyID="EUR">0.02</cbc:PayableRoundingAmount>'
        '<cbc:PayableAmount currencyID="EUR">121.02',
    )

    assert read_document(negative).totals.payable == Decimal("-121.00")
    assert read_document(rounded).totals.payable == Decimal("121.02")


def test_an_attachment_is_decoded_and_a_broken_one_is_said() -> None:
    def inside(text: str) -> bytes:
        return changed(
            "<cac:AccountingSupplierParty>",
            "<cac:AdditionalDocumentReference><cbc:ID>7</cbc:ID><cac:Attachment>"
            f'<cbc:EmbeddedDocumentBinaryObject mimeCode="application/pdf" filename="f.pdf">{text}'
            "</cbc:EmbeddedDocumentBinaryObject></cac:Attachment></cac:AdditionalDocumentReference>"
            "<cac:AccountingSupplierParty>",
        )

    assert [a.content for a in read_document(inside("JVBE\nRi0=")).attachments] == [b"%PDF-"]
    broken = read_document(inside("%%%"))
    assert broken.attachments == ()
    assert [finding.rule for finding in broken.findings] == ["attachment"]
