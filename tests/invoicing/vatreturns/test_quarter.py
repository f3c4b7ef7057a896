"""A quarter of business to the cent: every grid by hand, and the books that agree."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from activities.services import approve_expense, submit_expense
from invoicing.services import credit_invoice
from invoicing.vatreturns.figures import compute
from invoicing.vatreturns.grids import form_of
from invoicing.vatreturns.periods import parse_period
from invoicing.vatreturns.types import Figures
from ledger.enums import Fund
from ledger.models import LegalEntity
from ledger.services import post_entry
from ledger.types import Entry, cr, dr
from tests.activities.builders import flat, fund, make_activity, make_client, make_invoice
from tests.factories import SYSTEM, make_person
from tests.invoicing.vatreturns.builders import Buy, find, lose

QUARTER = parse_period("2026-Q4")
SEPTEMBER, OCTOBER, NOVEMBER, DECEMBER = (
    date(2026, 9, 9),
    date(2026, 10, 8),
    date(2026, 11, 12),
    date(2026, 12, 3),
)
FRENCH = {"vat_number": "FR40303265045", "enterprise_number": "", "country": "FR"}
DUTCH = {"vat_number": "NL4495445B01", "enterprise_number": "", "country": "NL"}
SWISS = {"vat_number": "", "enterprise_number": "", "country": "CH"}


def euro(text: str) -> Decimal:
    return Decimal(text)


def figures_of(entity: LegalEntity) -> Figures:
    return compute(entity, form_of("BE"), QUARTER)


@pytest.fixture
def business(pa: LegalEntity, buy: Buy) -> None:
    """A quarter with every case of the return."""
    member = make_person()
    activity = make_activity(member)
    make_invoice(activity, lines=flat("9999.00"), issued_on=SEPTEMBER)
    lost = make_invoice(activity, lines=flat("1000.00"), issued_on=SEPTEMBER)
    belgian, french = make_client(activity), make_client(activity, **FRENCH)
    dutch, swiss = make_client(activity, **DUTCH), make_client(activity, **SWISS)
    mixed = make_invoice(activity, belgian, flat("1000.00") + flat("200.00", "6"), issued_on=OCTOBER)
    make_invoice(activity, belgian, flat("500.00", "12"), issued_on=NOVEMBER)
    make_invoice(activity, belgian, flat("70.00", "0"), issued_on=NOVEMBER)
    make_invoice(activity, belgian, flat("300.00", "cocontractor"), issued_on=NOVEMBER)
    services = make_invoice(activity, french, flat("800.00", "reverse_charge"), issued_on=NOVEMBER)
    make_invoice(activity, dutch, flat("400.00", "intra_eu"), issued_on=DECEMBER)
    make_invoice(activity, swiss, flat("150.00", "export"), issued_on=DECEMBER)
    make_invoice(activity, swiss, flat("250.00", "out_of_scope"), issued_on=DECEMBER)
    for invoice, amounts in ((mixed, {"standard": euro("100.00")}), (services, euro("50.00"))):
        credit_invoice(invoice_id=invoice.pk, on=DECEMBER, actor=SYSTEM, reason="Geste", amounts=amounts)
    for category in ("office", "car"):
        expense = submit_expense(
            activity_id=activity.pk, person=member, category=category, text="Achat", incurred_on=NOVEMBER,
            amount_incl_vat=euro("121.00"), vat_amount=euro("21.00"), receipt=None, today=NOVEMBER,
            actor=SYSTEM,
        )  # fmt: skip
        approve_expense(expense_id=expense.pk, on=NOVEMBER, actor=SYSTEM)
    buy(NOVEMBER, "eu_services", "services", "600.00", "126.00", "126.00")
    buy(NOVEMBER, "eu_goods", "goods", "50.00", "10.50", "10.50")
    buy(NOVEMBER, "import", "goods", "40.00", "8.40", "8.40")
    buy(NOVEMBER, "cocontractor", "services", "100.00", "21.00", "21.00")
    buy(NOVEMBER, "domestic", "investment", "2000.00", "420.00")
    buy(DECEMBER, "domestic", "investment", "500.00", "105.00", credit_note=True)
    buy(DECEMBER, "eu_services", "services", "60.00", "12.60", "12.60", credit_note=True)
    lose(pa, lost, NOVEMBER)


@pytest.mark.usefixtures("business")
def test_the_grids_of_a_quarter_by_hand(pa: LegalEntity) -> None:
    figures = figures_of(pa)

    assert figures.grids == {
        "00": euro("70.00"),
        "01": euro("200.00"),
        "02": euro("500.00"),
        "03": euro("1000.00"),
        "44": euro("800.00"),
        "45": euro("300.00"),
        "46": euro("400.00"),
        "47": euro("400.00"),  # export 150, out of scope 250
        "48": euro("50.00"),
        "49": euro("100.00"),
        "54": euro("282.00"),  # 210 + 12 + 60
        "55": euro("136.50"),
        "56": euro("21.00"),
        "57": euro("8.40"),
        "59": euro("617.40"),  # 21 + 10.50 + 126 + 10.50 + 8.40 + 21 + 420
        "62": euro("222.60"),  # VAT lost 210, VAT that we owed ourselves 12.60
        "63": euro("117.60"),
        "64": euro("21.00"),
        "72": euro("295.50"),
        "81": euro("190.00"),  # office 100, Union 50, import 40
        "82": euro("750.50"),  # car 110.50 with the half that is not deducted, 600 + 100 − 60
        "83": euro("1500.00"),
        "84": euro("60.00"),
        "85": euro("500.00"),
        "86": euro("50.00"),
        "87": euro("140.00"),
        "88": euro("600.00"),
    }


@pytest.mark.usefixtures("business")
def test_the_books_say_the_same_on_each_account(pa: LegalEntity) -> None:
    figures = figures_of(pa)

    assert figures.difference == 0
    assert figures.booked == {"451": euro("414.30"), "411": euro("-499.80"), "4118": euro("-210.00")}
    assert sum(figures.booked.values()) == euro("-295.50")
    assert figures.unknown == figures.strays == ()


def test_a_lost_invoice_that_is_paid_after_all_goes_back_to_the_state(pa: LegalEntity) -> None:
    invoice = fund(make_activity())
    lose(pa, invoice, OCTOBER)
    find(pa, invoice, DECEMBER)

    grids = figures_of(pa).grids

    assert (grids["61"], grids["62"]) == (euro("210.00"), euro("210.00"))


def test_an_entry_that_no_document_explains_is_shown_as_the_difference(pa: LegalEntity) -> None:
    post_entry(
        Entry(pa.pk, NOVEMBER, "VAR", "test.unknown", uuid4(), "x", "Erreur",
              (dr("6124", euro("5.00"), fund=Fund.POT), cr("451", euro("5.00"))))
    )  # fmt: skip

    figures = figures_of(pa)

    assert figures.difference == euro("5.00")
    assert [(row.text, row.account, row.amount) for row in figures.strays] == [
        ("Erreur", "451", euro("5.00"))
    ]
    assert figures.grids == {"71": euro("0.00")}


def test_other_entities_and_other_days_stay_out(pa: LegalEntity) -> None:
    make_invoice(make_activity(), issued_on=SEPTEMBER)
    other = LegalEntity.objects.get(code="FA")

    assert figures_of(pa).grids == {"71": euro("0.00")}
    assert compute(other, form_of("BE"), QUARTER).grids == {"71": euro("0.00")}
