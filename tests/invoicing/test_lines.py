"""Lines and documents with discounts, returns and periods; credit by line; what was issued before these were
known."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.models import Cooperative
from invoicing.checks import documents_are_whole, invoices_equal_books
from invoicing.content import parts_of, ubl_document, ubl_of
from invoicing.credits import everything, given_of
from invoicing.enums import InvoiceState
from invoicing.errors import (
    CreditLineInvalid,
    CreditTooLarge,
    DiscountInvalid,
    NegativeVatBase,
    NothingToCredit,
    PeriodInvalid,
)
from invoicing.models import Invoice, IssuedDocument
from invoicing.rendering import document_html
from invoicing.services import change_draft, credit_invoice, duplicate_invoice
from invoicing.types import CreditLine, DraftTerms, LineInput, spread
from invoicing.ubl import write_document
from ledger.models import JournalEntry
from tests.activities.builders import flat, make_activity, make_client, make_draft, make_invoice
from tests.conformance import en16931_stylesheet, failed_assertions
from tests.factories import SYSTEM, load_cooperative
from tests.invoicing.any_invoice import read

LATER = date(2026, 11, 20)


@pytest.fixture
def be(tenant: Cooperative) -> Cooperative:
    load_cooperative()
    return tenant


def piece(quantity: str, price: str, code: str = "standard", **more: Any) -> LineInput:
    return LineInput("Affiche", Decimal(quantity), "piece", Decimal(price), code, **more)


def document(invoice: Invoice) -> IssuedDocument:
    return IssuedDocument.objects.get(invoice=invoice, kind="invoice")


def credit(invoice: Invoice, *lines: CreditLine) -> IssuedDocument:
    return credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="Retour", lines=lines)


# --- discounts -------------------------------------------------------------------------------------------


def test_a_line_with_a_percentage_and_one_with_an_amount(be: Cooperative) -> None:
    invoice = make_invoice(
        make_activity(),
        lines=[
            piece("3", "33.3333", discount_percent=Decimal("12.5")),
            piece("1", "50.00", discount_amount=Decimal("7.25")),
        ],
    )

    assert [str(line.net) for line in invoice.lines.all()] == ["87.50", "42.75"]
    assert (invoice.net, invoice.vat) == (Decimal("130.25"), Decimal("27.35"))
    first, second = document(invoice).content["lines"]
    assert first["discount"] == {"percent": "12.5", "base": "100.00", "amount": "12.50"}
    assert second["discount"] == {"percent": None, "base": "50.00", "amount": "7.25"}
    html = document_html(document(invoice).content)
    assert "Remise 12,5 % : -12,50 €" in html and "Remise : -7,25 €" in html
    assert read(ubl_of(document(invoice))).complaints == []


def test_a_discount_on_the_whole_is_spread_over_the_rates_before_vat(be: Cooperative) -> None:
    lines = [*flat("100.00"), *flat("50.00", "6")]
    activity = make_activity()

    percent = make_invoice(activity, lines=lines, terms=DraftTerms(discount_percent=Decimal("10")))
    amount = make_invoice(activity, lines=lines, terms=DraftTerms(discount_amount=Decimal("10.00")))

    assert (percent.net, percent.vat) == (Decimal("135.00"), Decimal("21.60"))
    assert [(part.code, part.allowance) for part in parts_of(document(amount).content)] == [
        ("standard", Decimal("6.67")),
        ("6", Decimal("3.33")),
    ]
    assert (amount.net, amount.vat) == (Decimal("140.00"), Decimal("22.40"))
    html = document_html(document(percent).content)
    assert "Remise sur l&#x27;ensemble (10 %)" in html and "Sous-total hors TVA" in html


def test_an_amount_is_spread_to_the_cent() -> None:
    bases = {"a": Decimal("0.01"), "b": Decimal("33.33"), "c": Decimal("66.66"), "d": Decimal("-5.00")}

    for cents in (0, 1, 2, 9_999, 10_000):
        parts = spread(Decimal(cents) / 100, bases)
        assert sum(parts.values()) == Decimal(cents) / 100
        assert all(part <= bases[code] for code, part in parts.items()) and "d" not in parts


def test_a_return_lowers_the_invoice_while_its_rate_stays_above_zero(be: Cooperative) -> None:
    activity = make_activity()

    invoice = make_invoice(activity, lines=[piece("10", "12.00"), piece("-2", "12.00")])

    assert (invoice.net, invoice.vat) == (Decimal("96.00"), Decimal("20.16"))
    with pytest.raises(NegativeVatBase):
        make_invoice(activity, lines=[*flat("500.00", "6"), piece("-2", "12.00")])
    assert JournalEntry.objects.count() == 1


@pytest.mark.parametrize(
    "discount",
    [
        {"discount_percent": Decimal("100.01")},
        {"discount_percent": Decimal("-1")},
        {"discount_amount": Decimal("12.01")},
        {"discount_amount": Decimal("-1")},
        {"discount_percent": Decimal("10"), "discount_amount": Decimal("1")},
    ],
    ids=["above 100 %", "below 0 %", "above the line", "below zero", "both"],
)
def test_what_is_no_discount_is_refused(be: Cooperative, discount: dict[str, Decimal]) -> None:
    activity = make_activity()
    with pytest.raises(DiscountInvalid):
        make_draft(activity, lines=[piece("1", "12.00", **discount)])
    with pytest.raises(DiscountInvalid):
        make_draft(activity, lines=flat("12.00"), terms=DraftTerms(**discount))
    assert not Invoice.objects.exists()


def test_a_period_stands_on_the_line_and_ends_after_it_starts(be: Cooperative) -> None:
    starts, ends = date(2026, 10, 5), date(2026, 10, 9)
    activity = make_activity()

    invoice = make_invoice(activity, lines=[piece("1", "12.00", starts_on=starts, ends_on=ends)])

    assert "du 05/10/2026 au 09/10/2026" in document_html(document(invoice).content)
    line = ubl_document(document(invoice).content).lines[0]
    assert (line.starts_on, line.ends_on) == (starts, ends)
    with pytest.raises(PeriodInvalid):
        make_draft(activity, lines=[piece("1", "12.00", starts_on=ends, ends_on=starts)])


def test_terms_stay_when_a_draft_is_changed_without_them(be: Cooperative) -> None:
    draft = make_draft(make_activity(), terms=DraftTerms(discount_percent=Decimal("5")))

    changed = change_draft(
        invoice_id=draft.pk,
        client_id=draft.client_id,
        lines=flat("200.00"),
        delivery_date=draft.delivery_date,
        actor=SYSTEM,
    )

    assert (changed.discount_percent, changed.net) == (Decimal("5"), Decimal("190.00"))


def test_a_duplicate_is_a_new_draft_with_the_same_lines_and_terms(be: Cooperative) -> None:
    terms = DraftTerms(discount_amount=Decimal("5.00"), early_percent=Decimal("2"), early_days=8)
    line = piece("2", "12.3456", discount_percent=Decimal("3"), starts_on=date(2026, 10, 5))
    invoice = make_invoice(make_activity(), lines=[line], terms=terms)

    copy = duplicate_invoice(invoice_id=invoice.pk, delivery_date=LATER, actor=SYSTEM)

    assert (copy.state, copy.number, copy.delivery_date) == (InvoiceState.DRAFT, "", LATER)
    assert (copy.net, copy.vat, copy.early_percent) == (invoice.net, invoice.vat, invoice.early_percent)
    row = copy.lines.get()
    assert (row.unit_price, row.discount_percent, row.starts_on) == (Decimal("12.3456"), Decimal("3"), None)


# --- credit by line --------------------------------------------------------------------------------------


def test_a_line_is_credited_by_quantity_then_by_amount_then_whole(be: Cooperative) -> None:
    invoice = make_invoice(
        make_activity(),
        lines=[piece("3", "33.3333", discount_percent=Decimal("10")), piece("1", "50.00", "6")],
        terms=DraftTerms(discount_percent=Decimal("5")),
    )
    assert invoice.net == Decimal("133.00")

    one = credit(invoice, CreditLine(1, quantity=Decimal("1")))
    ten = credit(invoice, CreditLine(1, amount=Decimal("10.00")))
    rest = credit(invoice, CreditLine(1), CreditLine(2))

    assert [note.net for note in (one, ten, rest)] == list(map(Decimal, ("28.50", "9.50", "95.00")))
    assert sum(note.total for note in (one, ten, rest)) == invoice.total
    assert sum(note.levy for note in (one, ten, rest)) == invoice.levy
    assert one.content["lines"][0]["quantity"] == "1" and one.content["vat"][0]["allowance"] == "1.50"
    assert Invoice.objects.get().state == InvoiceState.CREDITED
    for note in (one, ten, rest):
        assert failed_assertions(ubl_of(note), [en16931_stylesheet()]) == []
        assert read(ubl_of(note)).complaints == []
    assert not [*invoices_equal_books(), *documents_are_whole()]


@pytest.mark.parametrize(
    ("line", "error"),
    [
        (CreditLine(1, quantity=Decimal("3.001")), CreditLineInvalid),
        (CreditLine(1, quantity=Decimal("-1")), CreditLineInvalid),
        (CreditLine(1, amount=Decimal("30.01")), CreditLineInvalid),
        (CreditLine(1, amount=Decimal("0")), CreditLineInvalid),
        (CreditLine(3), CreditLineInvalid),
        (CreditLine(0), CreditLineInvalid),
        (CreditLine(2), CreditTooLarge),
    ],
    ids=["quantity", "below zero", "amount", "nothing", "no such line", "line zero", "the return alone"],
)
def test_no_more_of_a_line_is_credited_than_is_left(
    be: Cooperative, line: CreditLine, error: type[Exception]
) -> None:
    invoice = make_invoice(make_activity(), lines=[piece("3", "10.00"), piece("-1", "10.00")])

    with pytest.raises(error):
        credit(invoice, line)

    assert IssuedDocument.objects.count() == 1 and JournalEntry.objects.count() == 1


def test_the_same_line_twice_in_one_note_counts_twice(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), lines=[piece("3", "10.00")])

    with pytest.raises(CreditLineInvalid):
        credit(invoice, CreditLine(1, quantity=Decimal("2")), CreditLine(1, quantity=Decimal("2")))
    credit(invoice, CreditLine(1, quantity=Decimal("2")), CreditLine(1, quantity=Decimal("1")))

    with pytest.raises(NothingToCredit):
        credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="Encore")


def test_what_was_credited_by_amount_is_no_longer_left_to_the_lines(be: Cooperative) -> None:
    invoice = make_invoice(make_activity(), lines=[piece("2", "10.00"), piece("1", "10.00")])
    credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="x", amounts=Decimal("15.00"))

    with pytest.raises(CreditTooLarge):
        credit(invoice, CreditLine(1))
    credit(invoice, CreditLine(2))
    last = credit_invoice(invoice_id=invoice.pk, on=LATER, actor=SYSTEM, reason="x")

    assert last.net == Decimal("5.00")


# --- as it was issued ------------------------------------------------------------------------------------

SELLER = {
    "code": "PA", "name": "Productions Associées", "enterprise_number": "0000000196",
    "vat_number": "BE0000000196", "iban": "BE85363123400006", "bic": "BBRUBEBB",
    "street": "Rue Émile Féron 70", "postal_code": "1060", "city": "Bruxelles", "country": "BE",
}  # fmt: skip
BUYER = {
    "kind": "business", "name": "Théâtre de la Rue SC", "vat_number": "BE0000000295",
    "enterprise_number": "0000000295", "street": "Rue de la Loi 16", "postal_code": "1000",
    "city": "Bruxelles", "country": "BE", "email": "compta@theatre.example", "reference": "",
}  # fmt: skip
ISSUED_BEFORE_DISCOUNTS: dict[str, Any] = {
    "kind": "invoice", "language": "fr", "currency": "EUR", "issued_on": "2026-10-05",
    "due_on": "2026-11-04", "delivered_on": "2026-10-05", "seller": SELLER, "buyer": BUYER,
    "buyer_reference": "",
    "lines": [
        {"description": "Graphisme", "quantity": "2", "unit": "day", "unit_price": "500", "net": "1000.00",
         "vat_code": "standard", "category": "S", "rate": "21"},
    ],
    "vat": [
        {"code": "standard", "category": "S", "rate": "21", "base": "1000.00", "tax": "210.00",
         "reason": "", "reason_code": ""},
    ],
    "net": "1000.00", "vat_total": "210.00", "total": "1210.00", "mentions": [],
    "payment_terms": "Paiement à 30 jours", "corrects": [], "number": "PA-2026-000001",
    "communication": "260100000197",
}  # fmt: skip
"""What was frozen by the first version: nothing of discounts, periods, advances."""


def test_a_document_of_the_first_version_still_says_the_same() -> None:
    xml = write_document(ubl_document(ISSUED_BEFORE_DISCOUNTS))

    found = read(xml)
    assert (found.payable, found.complaints) == (Decimal("1210.00"), [])
    assert failed_assertions(xml, [en16931_stylesheet()]) == []
    html = document_html(ISSUED_BEFORE_DISCOUNTS)
    assert "1210,00 €" in html.replace("\u202f", "").replace(" 210", "210") and "Remise" not in html


def test_a_document_of_the_first_version_is_given_back_whole() -> None:
    rows, wanted = everything(ISSUED_BEFORE_DISCOUNTS, given_of(ISSUED_BEFORE_DISCOUNTS, []), "fr")

    assert rows == ISSUED_BEFORE_DISCOUNTS["lines"] and wanted.net == {"standard": Decimal("1000.00")}


def test_an_invoice_without_anything_new_is_frozen_as_before(be: Cooperative) -> None:
    activity = make_activity()
    content = document(make_invoice(activity, make_client(activity))).content

    assert content.keys() == ISSUED_BEFORE_DISCOUNTS.keys()
    assert content["lines"][0].keys() == ISSUED_BEFORE_DISCOUNTS["lines"][0].keys()
    assert content["vat"][0].keys() == ISSUED_BEFORE_DISCOUNTS["vat"][0].keys()
