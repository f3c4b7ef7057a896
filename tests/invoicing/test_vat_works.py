"""Works on a building: the client who pays VAT accounts for it (Royal Decree no. 1, article 20)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import Cooperative
from invoicing.errors import VatCodeNotAllowed
from invoicing.models import Invoice, IssuedDocument
from invoicing.vat.suggestion import Supply, suggest_code
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.factories import load_cooperative

DAY = date(2026, 11, 10)
FRENCH = {"country": "FR", "vat_number": "FR40303265045", "enterprise_number": ""}


@pytest.fixture(autouse=True)
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


@pytest.mark.parametrize(
    ("language", "words"),
    [
        (
            "fr",
            ("Autoliquidation. En l’absence de contestation par écrit", "des intérêts et des amendes"),
        ),
        ("nl", ("Verlegging van heffing. Bij gebrek aan schriftelijke betwisting", "periodieke aangiften")),
        ("de", ("Steuerschuldnerschaft des Leistungsempfängers", "binnen einem Monat")),
        ("en", ("Reverse charge", "within one month")),
    ],
)
def test_the_document_says_the_mention_of_the_law_whole(language: str, words: tuple[str, ...]) -> None:
    activity = make_activity()

    invoice = make_invoice(activity, make_client(activity, language=language), flat("300.00", "cocontractor"))

    document = IssuedDocument.objects.get(invoice=invoice)
    (part,) = document.content["vat"]
    assert (invoice.vat, part["category"], part["reason_code"]) == (Decimal("0.00"), "AE", "VATEX-EU-AE")
    (mention,) = [text for text in document.content["mentions"] if text == part["reason"]]
    assert all(text in mention for text in words)


def test_it_is_for_payers_of_vat_of_this_country_alone() -> None:
    activity = make_activity()
    private = make_client(kind="consumer", name="Anna", vat_number="", enterprise_number="")
    before = Invoice.objects.count()

    for client, code in (
        (private, "cocontractor"),
        (make_client(**FRENCH), "cocontractor"),
        (make_client(activity), "reverse_charge"),
    ):
        with pytest.raises(VatCodeNotAllowed):
            make_invoice(activity, client, flat("300.00", code))

    assert not IssuedDocument.objects.exists()
    assert Invoice.objects.exclude(state="draft").count() == before


@pytest.mark.parametrize(
    ("country", "kind", "number", "wanted"),
    [
        ("BE", "business", "BE0403019261", "cocontractor"),
        ("BE", "public_body", "BE0403019261", "cocontractor"),
        ("BE", "business", "", "standard"),
        ("BE", "consumer", "", "standard"),
        ("FR", "business", "FR40303265045", "standard"),
        ("US", "business", "", "standard"),
    ],
)
def test_the_code_that_fits_works_is_chosen(country: str, kind: str, number: str, wanted: str) -> None:
    found = suggest_code(
        seller_country="BE",
        seller_exempt=False,
        buyer_country=country,
        buyer_kind=kind,
        buyer_vat_number=number,
        supply=Supply.WORKS,
        on=DAY,
    )

    assert found.code == wanted
