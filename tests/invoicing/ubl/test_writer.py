"""Every kind of document that a shared enterprise issues is accepted by the public rules,
without a warning.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from core.identifiers import enterprise_number_from, make_structured_communication
from core.money import r
from invoicing.ubl import (
    Address,
    Attachment,
    Document,
    DocumentKind,
    DocumentReference,
    Endpoint,
    Line,
    Party,
    Payment,
    UblError,
    Unit,
    VatCategory,
    VatSubtotal,
    belgian_endpoint,
    vat_endpoint,
    write_document,
)
from invoicing.ubl.codes import COUNTRIES
from tests.conformance import (
    en16931_stylesheet,
    failed_assertions,
    peppol_stylesheets,
    schema_errors,
    ubl_schema,
)

COOP = Party(
    name="Productions Associées SC",
    address=Address("BE", "Rue Émile Féron 70", "1060", "Bruxelles"),
    vat_number="BE0000000196",
    legal_id="0000000196",
    legal_id_scheme="0208",
    endpoint=belgian_endpoint("0000000196"),
    trade_name="Smart",
    email="facturation@example.org",
)
FIRM = Party(
    name="Théâtre de la Place ASBL",
    address=Address("BE", "Place de l'Yser 1", "4020", "Liège"),
    vat_number="BE0000000295",
    legal_id="0000000295",
    legal_id_scheme="0208",
    endpoint=belgian_endpoint("0000000295"),
)
COMMUNE = Party(
    name="Commune d'Ixelles & C°",
    address=Address("BE", "Chaussée d'Ixelles 168", "1050", "Ixelles"),
    legal_id=enterprise_number_from(2073730),
    legal_id_scheme="0208",
    endpoint=belgian_endpoint(enterprise_number_from(2073730)),
)
CONSUMER = Party(
    name="Zoé Müller",
    address=Address("BE", "Rue Haute 3", "1000", "Bruxelles"),
    email="zoe@example.org",
)
PAYMENT = Payment(
    "BE68539007547034", "NICABEBB", "Productions Associées", make_structured_communication(202600001)
)


def buyer_with_vat(vat_number: str, country: str) -> Party:
    return Party(
        name=f"Client {country}",
        address=Address(country, "1 Street", "10000", "City"),
        vat_number=vat_number,
        endpoint=vat_endpoint(vat_number),
    )


def line(
    net: str = "1000.00",
    category: VatCategory = VatCategory.STANDARD,
    rate: str = "21",
    quantity: str = "2",
    price: str | None = None,
    unit: Unit = Unit.DAY,
) -> Line:
    unit_price = Decimal(price) if price else Decimal(net) / Decimal(quantity)
    return Line("Graphisme", Decimal(quantity), unit, unit_price, Decimal(net), category, Decimal(rate))


def breakdown(lines: tuple[Line, ...], reason: str = "") -> tuple[VatSubtotal, ...]:
    bases: dict[tuple[VatCategory, Decimal], Decimal] = {}
    for item in lines:
        bases[item.category, item.rate] = bases.get((item.category, item.rate), Decimal("0.00")) + item.net
    return tuple(
        VatSubtotal(
            category,
            rate,
            base,
            r(base * rate / 100),
            reason=reason if category not in (VatCategory.STANDARD, VatCategory.ZERO) else "",
        )
        for (category, rate), base in bases.items()
    )


def document(
    *lines: Line, buyer: Party = FIRM, seller: Party = COOP, reason: str = "", **changes: object
) -> Document:
    chosen = lines or (line(),)
    base = Document(
        kind=DocumentKind.INVOICE,
        number="PA-2026-000123",
        issued_on=date(2026, 11, 20),
        due_on=date(2026, 12, 20),
        delivered_on=date(2026, 11, 15),
        seller=seller,
        buyer=buyer,
        lines=chosen,
        vat=breakdown(chosen, reason),
        payment=PAYMENT,
        payment_terms="30 jours",
        buyer_reference="PO-778",
    )
    return replace(base, **changes)  # type: ignore[arg-type]


def credit_note_of(invoice: Document) -> Document:
    return replace(
        invoice,
        kind=DocumentKind.CREDIT_NOTE,
        number="NC-2026-000007",
        corrects=(DocumentReference(invoice.number, invoice.issued_on),),
        mentions=("TVA à reverser à l'État dans la mesure où elle a été initialement déduite",),
    )


EXEMPT_LAW = "Exempté de TVA, article 44, § 2, 4° du Code de la TVA"
MATRIX: dict[str, Document] = {
    "21 % by day": document(),
    "12 %": document(line(rate="12")),
    "6 %": document(line("333.33", rate="6", quantity="1", unit=Unit.FLAT)),
    "0 %": document(line(category=VatCategory.ZERO, rate="0", unit=Unit.PIECE)),
    "three rates": document(
        line("10.05"),
        line("20.10", rate="6"),
        line("30.15", rate="12", quantity="3"),
        line("0.05", quantity="1"),
    ),
    "hours with a price of three decimals": document(
        line("171.23", quantity="7.6", price="22.531", unit=Unit.HOUR)
    ),
    "exempt training": document(line(category=VatCategory.EXEMPT, rate="0"), reason=EXEMPT_LAW),
    "exempt beside taxed": document(line(), line(category=VatCategory.EXEMPT, rate="0"), reason=EXEMPT_LAW),
    "exempt seller without VAT number": document(
        line(category=VatCategory.EXEMPT, rate="0"),
        seller=replace(COOP, vat_number=None, tax_registration="0000000196"),
        reason=EXEMPT_LAW,
    ),
    "domestic reverse charge": document(
        line(category=VatCategory.REVERSE_CHARGE, rate="0"), reason="Autoliquidation"
    ),
    "out of scope": document(
        line(category=VatCategory.OUT_OF_SCOPE, rate="0"), reason="Hors champ de la TVA", buyer=CONSUMER
    ),
    "out of scope between firms": document(
        line(category=VatCategory.OUT_OF_SCOPE, rate="0"), reason="Hors champ de la TVA"
    ),
    "consumer": document(buyer=CONSUMER, buyer_reference=""),
    "public body": document(buyer=COMMUNE, buyer_reference="BDC 2026/114", order_reference="BDC 2026/114"),
    "export": document(
        line(category=VatCategory.EXPORT, rate="0"),
        buyer=Party(
            "Gallery Inc.", Address("US", "5th Avenue 1", "10001", "New York"), email="a@example.com"
        ),
        reason="Exportation, article 39 du Code de la TVA",
    ),
    "Swiss client": document(
        line(category=VatCategory.OUT_OF_SCOPE, rate="0"),
        buyer=Party("Théâtre de Vidy", Address("CH", "", "1007", "Lausanne")),
        reason="Prestation hors UE, article 21, § 2 du Code de la TVA",
    ),
    "already paid in part": document(prepaid=Decimal("400.00")),
    "wholly paid": document(prepaid=Decimal("1210.00"), due_on=None, payment_terms=""),
    "final statement after an advance": document(
        line("1000.00"), line("-300.00", quantity="-1", price="300.00", unit=Unit.FLAT)
    ),
    "without payment means": document(payment=None),
    "free reference": document(
        payment=replace(PAYMENT, reference="RF18539007547034", bic="", account_name="")
    ),
    "texts that need care": document(
        replace(line(), name="Décor <b>& lumières</b>", description="a\x00b\nc"),
        mentions=("Première mention", "", "Seconde & dernière"),
        contract_reference="C-12",
        corrects=(DocumentReference("PA-2026-000001"),),
    ),
    "attached file": document(
        attachments=(Attachment("1", "facture.pdf", "application/pdf", b"%PDF-1.7", "Copie"),)
    ),
    "period on the line": document(replace(line(), starts_on=date(2026, 11, 1), ends_on=date(2026, 11, 15))),
}
for vat, country in (
    ("FR40303265045", "FR"),
    ("NL004495445B01", "NL"),
    ("DE136695976", "DE"),
    ("LU15027442", "LU"),
    ("IT00743110157", "IT"),
    ("ESB58378431", "ES"),
    ("ATU13585627", "AT"),
    ("EL094259216", "GR"),
    ("SE556188840401", "SE"),
    ("DK13585628", "DK"),
    ("FI20774740", "FI"),
    ("PL8567346215", "PL"),
    ("PT501964843", "PT"),
    ("IE6433435F", "IE"),
):
    MATRIX[f"services to {country}"] = document(
        line(category=VatCategory.REVERSE_CHARGE, rate="0"),
        buyer=buyer_with_vat(vat, country),
        reason="Autoliquidation, article 21, § 2 du Code de la TVA",
    )
    MATRIX[f"goods to {country}"] = document(
        line(category=VatCategory.INTRA_COMMUNITY, rate="0"),
        buyer=buyer_with_vat(vat, country),
        reason="Livraison intracommunautaire, article 39bis",
    )
MATRIX |= {f"credit note: {name}": credit_note_of(found) for name, found in list(MATRIX.items())}


@pytest.mark.parametrize("name", MATRIX)
def test_every_document_meets_the_ubl_schema(name: str) -> None:
    content = write_document(MATRIX[name])
    assert schema_errors(content, ubl_schema(content)) == []


@pytest.mark.parametrize("name", MATRIX)
def test_every_document_meets_the_european_standard(name: str) -> None:
    assert failed_assertions(write_document(MATRIX[name]), [en16931_stylesheet()]) == []


@pytest.mark.conformance
@pytest.mark.parametrize("name", MATRIX)
def test_every_document_meets_peppol_without_a_warning(name: str) -> None:
    assert failed_assertions(write_document(MATRIX[name]), peppol_stylesheets()) == []


amounts = st.decimals("0.01", "20000", places=2)
quantities = st.decimals("0.25", "40", places=2)
rates = st.sampled_from(
    [
        (VatCategory.STANDARD, "21"),
        (VatCategory.STANDARD, "12"),
        (VatCategory.STANDARD, "6"),
        (VatCategory.ZERO, "0"),
        (VatCategory.EXEMPT, "0"),
    ]
)


@st.composite
def any_line(draw: st.DrawFn) -> Line:
    category, rate = draw(rates)
    quantity, price = draw(quantities), draw(st.decimals("0", "3000", places=3))
    name = draw(st.text(st.characters(exclude_categories=["C", "Z"]), min_size=1, max_size=40))
    unit = draw(st.sampled_from(list(Unit)))
    return Line(name, quantity, unit, price, r(quantity * price), category, Decimal(rate))


@st.composite
def any_document(draw: st.DrawFn) -> Document:
    lines = tuple(draw(st.lists(any_line(), min_size=1, max_size=6)))
    issued = draw(st.dates(date(2025, 1, 1), date(2030, 12, 31)))
    made = document(
        *lines,
        buyer=draw(st.sampled_from([FIRM, COMMUNE, CONSUMER])),
        reason=EXEMPT_LAW,
        issued_on=issued,
        due_on=issued + timedelta(days=draw(st.integers(0, 60))),
        mentions=tuple(draw(st.lists(st.text(max_size=40), max_size=3))),
        buyer_reference=draw(st.text(max_size=20)),
    )
    return credit_note_of(made) if draw(st.booleans()) else made


@pytest.mark.conformance
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(any_document())
def test_whatever_is_invoiced_the_rules_agree(made: Document) -> None:
    content = write_document(made)
    assert schema_errors(content, ubl_schema(content)) == []
    assert failed_assertions(content, peppol_stylesheets()) == []


def test_the_same_document_gives_the_same_bytes() -> None:
    made = MATRIX["three rates"]
    assert write_document(made) == write_document(replace(made, vat=tuple(reversed(made.vat))))


def test_amounts_and_communication_are_those_of_the_issued_copy() -> None:
    root = etree.fromstring(write_document(document()))
    found = {etree.QName(element).localname: element.text for element in root.iter() if element.text}
    assert found["TaxInclusiveAmount"] == found["PayableAmount"] == "1210.00"
    assert found["PriceAmount"] == "500.00"
    assert found["PaymentID"] == "+++020/2600/00178+++"


def test_a_credit_note_may_give_back_a_vat_that_is_one_cent_away() -> None:
    """What a credit note gives back is a difference of two rounded totals, so it may be a cent from base ×
    rate.
    """
    note = credit_note_of(document(line("0.09", rate="6", quantity="1")))
    moved = replace(note, vat=(replace(note.vat[0], tax=note.vat[0].tax + Decimal("0.01")),))
    assert failed_assertions(write_document(moved), [en16931_stylesheet()]) == []
    with pytest.raises(UblError) as refusal:
        write_document(replace(moved, kind=DocumentKind.INVOICE))
    assert refusal.value.code == "vat_amount"


def test_a_buyer_without_electronic_address_is_known_not_to_be_deliverable() -> None:
    assert not document(buyer=CONSUMER).is_deliverable
    assert document(buyer=FIRM).is_deliverable


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"lines": ()}, "no_lines"),
        ({"number": " "}, "no_number"),
        ({"seller": replace(COOP, endpoint=None)}, "no_seller_endpoint"),
        ({"seller": replace(COOP, vat_number=None)}, "no_seller_vat"),
        ({"seller": replace(COOP, vat_number=None, legal_id=None)}, "seller_unidentified"),
        ({"buyer": replace(FIRM, name="\x00")}, "no_name"),
        ({"buyer": replace(FIRM, address=Address("Belgium"))}, "no_country"),
        ({"buyer": replace(FIRM, address=Address("UK"))}, "no_country"),
        ({"buyer": replace(FIRM, vat_number="0000000295")}, "vat_number"),
        ({"buyer": replace(FIRM, legal_id="0000.000.295")}, "enterprise_number"),
        ({"buyer": replace(FIRM, endpoint=Endpoint("0208", "0000000296"))}, "enterprise_number"),
        ({"vat": ()}, "vat_breakdown"),
        ({"due_on": None, "payment_terms": ""}, "no_due_date"),
        ({"due_on": date(2026, 11, 1)}, "due_before_issue"),
        ({"prepaid": Decimal("0.001")}, "too_many_decimals"),
        ({"lines": (line("999.00", price="500.00"),)}, "line_amount"),
        ({"lines": (line("-1000.00", quantity="2", price="-500.00"),)}, "negative_price"),
        ({"lines": (replace(line(), name=" "),)}, "no_line_name"),
        ({"attachments": (Attachment("1", "x.svg", "image/svg+xml", b"<svg/>"),)}, "attachment_type"),
    ],
)
def test_what_nobody_would_accept_is_refused_by_name(changes: dict[str, object], code: str) -> None:
    with pytest.raises(UblError) as refusal:
        write_document(replace(document(), **changes))  # type: ignore[arg-type]
    assert refusal.value.code == code


@pytest.mark.parametrize(
    ("made", "code"),
    [
        (document(line(category=VatCategory.EXEMPT, rate="0")), "no_exemption_reason"),
        (document(line(category=VatCategory.EXEMPT, rate="21"), reason="x"), "vat_rate"),
        (document(line(rate="0")), "vat_rate"),
        (document(line(), line(category=VatCategory.OUT_OF_SCOPE, rate="0")), "mixed_scope"),
        (document(line(category=VatCategory.REVERSE_CHARGE, rate="0"), buyer=CONSUMER), "no_buyer_vat"),
        (document(line(category=VatCategory.INTRA_COMMUNITY, rate="0"), buyer=CONSUMER), "no_buyer_vat"),
        (
            document(line(category=VatCategory.INTRA_COMMUNITY, rate="0"), delivered_on=None),
            "no_delivery_date",
        ),
    ],
)
def test_a_vat_treatment_without_its_conditions_is_refused(made: Document, code: str) -> None:
    with pytest.raises(UblError) as refusal:
        write_document(made)
    assert refusal.value.code == code


@pytest.mark.conformance
def test_the_measure_itself_finds_faults() -> None:
    content = write_document(document())
    wrong_sum = content.replace(b">1210.00</cbc:TaxInclusiveAmount>", b">1211.00</cbc:TaxInclusiveAmount>")
    assert any("BR-CO-15" in message for message in failed_assertions(wrong_sum, peppol_stylesheets()))
    wrong_address = content.replace(
        b'schemeID="0208">0000000295</cbc:EndpointID', b'schemeID="EM">a@b.be</cbc:EndpointID'
    )
    assert any("CL008" in message for message in failed_assertions(wrong_address, peppol_stylesheets()))


def test_a_client_may_live_in_any_country() -> None:
    for country in sorted(COUNTRIES):
        content = write_document(document(buyer=replace(CONSUMER, address=Address(country))))
        assert failed_assertions(content, [en16931_stylesheet()]) == [], country
