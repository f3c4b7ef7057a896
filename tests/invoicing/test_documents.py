"""PDF and UBL of issued documents: valid for every kind of client, the same bytes each time."""

from __future__ import annotations

import io
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command

from core.documents import finished_file, render_one
from core.files import read_file
from core.identifiers import format_structured_communication
from core.models import Cooperative, DocumentJob
from core.tenancy import tenant_scope
from invoicing.content import ubl_of
from invoicing.errors import DocumentNotFound
from invoicing.models import Invoice, IssuedDocument
from invoicing.rendering import epc_payload, pdf_of
from invoicing.services import credit_invoice
from invoicing.types import LineInput
from tests.activities.builders import flat, make_activity, make_client, make_invoice, two_days
from tests.conformance import (
    en16931_stylesheet,
    failed_assertions,
    peppol_stylesheets,
    schema_errors,
    ubl_schema,
)
from tests.factories import SYSTEM, load_cooperative

NO_NUMBERS = {"vat_number": "", "enterprise_number": ""}
CLIENTS: dict[str, tuple[dict[str, Any], str]] = {
    "Belgian firm": ({}, "standard"),
    "Belgian association without VAT": ({"vat_number": ""}, "standard"),
    "Belgian firm with its VAT number alone": ({"enterprise_number": ""}, "6"),
    "Belgian consumer": ({**NO_NUMBERS, "kind": "consumer", "name": "Anna Dubois"}, "standard"),
    "Belgian public body": ({"kind": "public_body", "name": "Commune d'Ixelles", "reference": "BC-1"}, "12"),
    "Dutch firm": (
        {"country": "NL", "vat_number": "NL004495445B01", "enterprise_number": ""},
        "reverse_charge",
    ),
    "French firm, goods": (
        {"country": "FR", "vat_number": "FR83404833048", "enterprise_number": "404833048"},
        "intra_eu",
    ),
    "German consumer": ({**NO_NUMBERS, "country": "DE", "kind": "consumer", "language": "de"}, "standard"),
    "Greek firm": ({"country": "GR", "vat_number": "EL094259216", "enterprise_number": ""}, "reverse_charge"),
    "American firm": ({**NO_NUMBERS, "country": "US", "language": "en"}, "out_of_scope"),
    "Swiss firm, goods": ({"country": "CH", "vat_number": "CHE107787577", "enterprise_number": ""}, "export"),
    "zero rate": ({}, "0"),
    "Belgian firm, works on its building": ({}, "cocontractor"),
    "bare address": ({"street": "", "postal_code": "", "city": "", "email": ""}, "standard"),
}


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def faults(content: bytes) -> list[str]:
    return schema_errors(content, ubl_schema(content)) + failed_assertions(
        content, [en16931_stylesheet(), *peppol_stylesheets()]
    )


@pytest.mark.conformance
@pytest.mark.parametrize("kind", CLIENTS)
def test_the_ubl_of_every_kind_of_client_passes_every_rule(be: Cooperative, kind: str) -> None:
    fields, code = CLIENTS[kind]
    activity = make_activity()
    lines = [
        *two_days(vat_code=code),
        LineInput("Frais & dépens < 5", Decimal("3"), "hour", Decimal("33.3333"), code),
    ]
    invoice = make_invoice(activity, make_client(activity, **fields), lines)
    credit_invoice(
        invoice_id=invoice.pk, on=invoice.issued_on, actor=SYSTEM, reason="Erreur", amounts=Decimal("0.33")
    )
    credit_invoice(invoice_id=invoice.pk, on=invoice.issued_on, actor=SYSTEM, reason="Annulé")

    found = {row.number: faults(ubl_of(row)) for row in IssuedDocument.objects.all()}

    assert len(found) == 3
    assert not any(found.values()), found


@pytest.mark.conformance
def test_the_ubl_of_the_exempt_entity_and_of_several_rates_passes_every_rule(be: Cooperative) -> None:
    trainer = make_activity(entity_code="FA", function_code="formation")
    make_invoice(trainer, make_client(trainer), flat("400.00", "exempt_training"))
    make_invoice(make_activity(), lines=[*flat("10.01"), *flat("10.03", "6"), *flat("0.09", "12")])

    assert not any(faults(ubl_of(row)) for row in IssuedDocument.objects.all())


def pdf_text(pdf: bytes) -> str:
    import pikepdf

    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return " ".join(_text(page) for page in opened.pages)


def _text(page: Any) -> str:
    """The text of a page, by the ToUnicode maps of its fonts."""
    import pikepdf

    maps = {}
    for name, font in page.Resources.Font.items():
        table: dict[int, str] = {}
        stream = bytes(font.ToUnicode.read_bytes()).decode("ascii")
        block = ""
        for line in stream.splitlines():
            if line.endswith(("beginbfchar", "beginbfrange")):
                block = line.split()[-1]
            elif line.startswith("end"):
                block = ""
            elif block == "beginbfchar":
                code, text = line.replace("><", "> <").split()[:2]
                table[int(code.strip("<>"), 16)] = bytes.fromhex(text.strip("<>")).decode("utf-16-be")
        maps[str(name)] = table
    words, table = [], {}
    for operands, operator in pikepdf.parse_content_stream(page):
        if str(operator) == "Tf":
            table = maps[str(operands[0])]
        elif str(operator) in {"Tj", "TJ"}:
            parts = operands[0] if str(operator) == "TJ" else [operands[0]]
            codes = b"".join(bytes(part) for part in parts if isinstance(part, pikepdf.String))
            words.append(
                "".join(
                    table.get(int.from_bytes(codes[i : i + 2], "big"), "?") for i in range(0, len(codes), 2)
                )
            )
    return " ".join(words).replace("\xa0", " ")


@pytest.mark.parametrize(
    ("language", "title"), [("fr", "Facture"), ("nl", "Factuur"), ("de", "Rechnung"), ("en", "Invoice")]
)
def test_the_pdf_names_number_totals_and_communication(be: Cooperative, language: str, title: str) -> None:
    activity = make_activity()
    invoice = make_invoice(activity, make_client(activity, language=language))

    text = pdf_text(pdf_of(IssuedDocument.objects.get(invoice=invoice).content))

    flat_text = text.replace(" ", "")
    for expected in (
        title,
        invoice.number,
        format_structured_communication(invoice.communication),
        "Graphisme",
    ):
        assert expected.replace(" ", "") in flat_text
    amount = {"fr": "1210,00", "nl": "1.210,00", "de": "1.210,00", "en": "1,210.00"}[language]
    assert amount in flat_text


def test_the_pdf_is_the_same_each_time_and_carries_a_payment_code(be: Cooperative) -> None:
    invoice = make_invoice(make_activity())
    content = IssuedDocument.objects.get(invoice=invoice).content

    assert pdf_of(content) == pdf_of(content)
    assert epc_payload(content).split("\n") == [
        "BCD",
        "002",
        "1",
        "SCT",
        "BBRUBEBB",
        "Productions Associées",
        "BE85363123400006",
        "EUR1210.00",
        "",
        "",
        format_structured_communication(invoice.communication),
    ]


def test_documents_are_rendered_once_and_kept(cooperative_be: Cooperative) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        invoice = make_invoice(make_activity())
        document = IssuedDocument.objects.get(invoice=invoice)
        assert DocumentJob.objects.count() == 2

    while render_one(cooperative_be):
        pass

    with tenant_scope(cooperative_be):
        pdf, xml = (finished_file(kind, document.pk) for kind in ("invoice_pdf", "invoice_ubl"))
        assert pdf and read_file(pdf).startswith(b"%PDF-") and pdf.name == f"{invoice.number}.pdf"
        assert xml and read_file(xml) == ubl_of(document)


def test_export_ubl_writes_what_was_issued_rendered_or_not(
    cooperative_be: Cooperative, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        activity = make_activity()
        numbers = [make_invoice(activity).number for _ in range(2)]

    call_command("export_ubl", "--all", "--cooperative=be", f"--out={tmp_path}")
    assert sorted(file.name for file in tmp_path.iterdir()) == [f"{number}.xml" for number in numbers]
    capsys.readouterr()

    call_command("export_ubl", numbers[0], "--cooperative=be")
    printed = capsys.readouterr().out
    assert printed.strip().encode() == (tmp_path / f"{numbers[0]}.xml").read_bytes().strip()
    with pytest.raises(DocumentNotFound):
        call_command("export_ubl", "PA-2026-999999", "--cooperative=be")


def test_the_ubl_holds_the_figures_of_the_books(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), issued_on=date(2026, 11, 2))

    xml = ubl_of(IssuedDocument.objects.get(invoice=invoice)).decode()

    assert f"<cbc:ID>{invoice.number}</cbc:ID>" in xml
    assert '<cbc:PayableAmount currencyID="EUR">1210.00</cbc:PayableAmount>' in xml
    assert f"<cbc:PaymentID>{format_structured_communication(invoice.communication)}</cbc:PaymentID>" in xml
    assert Invoice.objects.get().total == Decimal("1210.00")
