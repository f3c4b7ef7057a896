"""Files for the tax office: their structure, their sums, and what the desk says of them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest
from lxml import etree

from invoicing.vatreturns.intervat.simulator import IntervatSimulator
from invoicing.vatreturns.intervat.xml import (
    Declarant,
    write_client_listing,
    write_intra_listing,
    write_return,
)
from invoicing.vatreturns.periods import VatPeriod, parse_period
from invoicing.vatreturns.types import Listed

DECLARANT = Declarant(
    "0899000057", "Productions Associées & Cie", "Rue Émile Féron 70", "1060", "Bruxelles", "BE"
)
QUARTER, MONTH, YEAR = parse_period("2026-Q4"), parse_period("2026-10"), parse_period("2026")
GRIDS = {"03": Decimal("1000.00"), "54": Decimal("210.00"), "59": Decimal("0.00"), "71": Decimal("210.00")}

HERE = Path(__file__).parent

FRENCH = Listed("FR40303265045", "Société", Decimal("800.00"), code="S")
CORRECTED = Listed("FR40303265045", "Société", Decimal("-50.00"), code="S", corrects_first=date(2026, 7, 1))
GREEK = Listed("GR094014201", "Εταιρεία", Decimal("10.00"), code="L")
BELGIAN = Listed("BE0403019261", "Firme", Decimal("1000.00"), Decimal("210.00"))


def a_return(period: VatPeriod = QUARTER, grids: dict[str, Decimal] = GRIDS) -> bytes:
    return write_return(DECLARANT, period, grids, reference="PA2026Q4V1", ask_refund=False)


INTRA = [CORRECTED, FRENCH, GREEK]
FILES = [
    ("return", a_return()),
    ("return", a_return(MONTH)),
    ("intra", write_intra_listing(DECLARANT, QUARTER, INTRA, reference="X")),
    ("intra", write_intra_listing(DECLARANT, MONTH, [], reference="X")),
    ("clients", write_client_listing(DECLARANT, YEAR, [BELGIAN], reference="X")),
    ("clients", write_client_listing(DECLARANT, YEAR, [], reference="X")),
]


@pytest.mark.parametrize(("name", "content"), FILES)
def test_each_file_has_the_structure_that_the_office_describes(name: str, content: bytes) -> None:
    schema = etree.XMLSchema(etree.parse(HERE / f"{name}.xsd"))

    schema.assertValid(etree.fromstring(content))


@pytest.mark.parametrize(("name", "content"), FILES)
def test_the_desk_takes_them(name: str, content: bytes) -> None:
    desk = IntervatSimulator()

    answer = desk.submit(name, content)

    assert answer.accepted and answer.reference
    assert desk.submit(name, content) == answer


def test_grids_without_amount_are_left_out_but_the_balance_stays() -> None:
    nothing = a_return(grids={"71": Decimal("0.00")})

    assert b'GridNumber="59"' not in a_return()
    assert b'<ns2:Amount GridNumber="71">0.00</ns2:Amount>' in nothing


def test_corrections_name_the_period_and_greece_its_own_letters() -> None:
    content = write_intra_listing(DECLARANT, QUARTER, [CORRECTED, GREEK], reference="X").decode()

    assert "<ns2:CorrectingPeriod>\n        <ns2:Quarter>3</ns2:Quarter>" in content
    assert '<ns2:CompanyVATNumber issuedBy="EL">094014201</ns2:CompanyVATNumber>' in content
    assert 'ClientsNbr="2"' in content
    assert 'AmountSum="-40.00"' in content


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"<x", "no XML"),
        (b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>', "none that this desk takes"),
        (a_return(grids=GRIDS | {"71": Decimal("1.00")}), "balance"),
        (a_return(grids=GRIDS | {"72": Decimal("1.00")}), "71 and 72"),
        (a_return(grids=GRIDS | {"03": Decimal("-1.00")}), "Negative amount in grid 03"),
        (a_return().replace(b"0899000057", b"0899000058"), "no enterprise number"),
        (a_return().replace(b">1000.00<", b">many<"), "no number"),
        (
            a_return().replace(b"VATDeclaration ", b"Other ").replace(b"VATDeclaration>", b"Other>"),
            "no declaration",
        ),
        (
            write_client_listing(DECLARANT, YEAR, [BELGIAN], reference="X").replace(b">210.00<", b">211.00<"),
            "VATAmountSum",
        ),
        (
            write_client_listing(DECLARANT, YEAR, [BELGIAN], reference="X").replace(
                b'Nbr="1" Decl', b'Nbr="2" Decl'
            ),
            "number of clients",
        ),
    ],
)
def test_the_desk_says_what_is_wrong(content: bytes, reason: str) -> None:
    answer = IntervatSimulator().submit("one", content)

    assert not answer.accepted
    assert reason in answer.reason
