"""Charges claimed: posted to the guarantee fund, settled by what comes in too much, waived, never twice."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from activities.models import Activity
from core.errors import NoRateInForce
from invoicing.checks import invoices_equal_books
from invoicing.collection.enums import ChargeKind
from invoicing.collection.errors import (
    ChargeNotOpen,
    ChargesNotYet,
    CostsNotAllowed,
    InvoiceHeld,
    NothingToClaim,
    ReasonMissing,
)
from invoicing.collection.models import Charge
from invoicing.collection.services import (
    claim_charges,
    claim_costs,
    dispute_invoice,
    run_reminders,
    waive_charge,
)
from invoicing.errors import InvoiceNotIssued
from invoicing.models import Invoice
from invoicing.services import credit_invoice
from ledger.models import Budget, JournalLine
from ledger.selectors import account_balance
from tests.activities.builders import flat, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import DUE, ISSUED, Pay, books

D = Decimal


def claim(invoice: Invoice, days_late: int) -> list[tuple[str, Decimal]]:
    rows = claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=days_late), actor=SYSTEM)
    return [(row.kind, row.amount) for row in rows]


def consumer(activity: Activity, **fields: str) -> Invoice:
    values = {"vat_number": "", "enterprise_number": "", "name": "Anna Dubois"} | fields
    return make_invoice(
        activity, make_client(activity, kind="consumer", **values), flat("300.00"), issued_on=ISSUED
    )


def test_a_firm_owes_interest_and_forty_euro_posted_to_the_guarantee_fund(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    before = Budget.objects.get(pk=activity.budget_id).balance

    # 1,210.00 × 10.5 % × 21 / 365
    assert claim(invoice, 21) == [("interest", D("7.31")), ("indemnity", D("40.00"))]

    lines = JournalLine.objects.filter(account="7560").values_list("credit", "fund", "budget")
    assert sorted(lines) == [(D("7.31"), "guarantee", None), (D("40.00"), "guarantee", None)]
    assert account_balance("400", invoice.entity) == D("1257.31")
    assert Budget.objects.get(pk=activity.budget_id).balance == before
    invoice.refresh_from_db()
    assert invoice.total == D("1210.00")
    interest = Charge.objects.get(kind=ChargeKind.INTEREST)
    assert interest.law == "L. 2/8/2002, 10.5 %"
    [line] = interest.basis
    assert (line["first"], line["last"], line["days"], line["base"], line["rate"], line["amount"]) == (
        "2026-10-02", "2026-10-22", 21, "1210.00", "0.105", "7.31",
    )  # fmt: skip


def test_a_second_claim_goes_on_where_the_first_stopped(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim(invoice, 21)

    with pytest.raises(NothingToClaim):
        claim(invoice, 21)
    # Ten more days, no second indemnity: 1,210.00 × 10.5 % × 10 / 365
    assert claim(invoice, 31) == [("interest", D("3.48"))]
    assert Charge.objects.count() == 3


def test_nothing_is_claimed_before_the_day_after_the_due_date(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)

    for days in (-5, 0):
        with pytest.raises(NothingToClaim):
            claim(invoice, days)
    assert not Charge.objects.exists()
    assert claim(invoice, 1) == [("interest", D("0.35")), ("indemnity", D("40.00"))]


def test_a_semester_without_rate_refuses_the_claim(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)

    with pytest.raises(NoRateInForce):
        claim_charges(invoice_id=invoice.pk, on=date(2027, 1, 1), actor=SYSTEM)
    assert not Charge.objects.exists()
    assert account_balance("400", invoice.entity) == D("1210.00")


def test_a_consumer_owes_nothing_before_the_free_days_are_over(activity: Activity) -> None:
    invoice = consumer(activity)

    with pytest.raises(ChargesNotYet):  # no reminder yet
        claim(invoice, 30)
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)
    with pytest.raises(ChargesNotYet):  # the fourteenth day
        claim(invoice, 21)
    assert not Charge.objects.exists()

    # 363.00: 30 + 10 % of 213.00; interest of the first day after the free ones.
    assert claim(invoice, 22) == [("interest", D("0.10")), ("indemnity", D("51.30"))]


def test_a_consumer_without_address_owes_nothing_until_the_letter_was_posted(activity: Activity) -> None:
    invoice = consumer(activity, email="")
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)

    with pytest.raises(ChargesNotYet):
        claim(invoice, 80)
    with pytest.raises(CostsNotAllowed):
        claim_costs(invoice_id=invoice.pk, amount=D(50), text="Huissier", on=DUE, actor=SYSTEM)
    assert not Charge.objects.exists()


def test_a_charge_is_waived_by_the_opposite_entry_and_never_claimed_again(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim(invoice, 21)
    charge = Charge.objects.get(kind=ChargeKind.INDEMNITY)

    with pytest.raises(ReasonMissing):
        waive_charge(charge_id=charge.pk, on=DUE, reason=" ", actor=SYSTEM)
    waive_charge(charge_id=charge.pk, on=date(2026, 11, 2), reason="Geste commercial", actor=SYSTEM)

    assert account_balance("7560", invoice.entity) == D("-7.31")
    assert account_balance("400", invoice.entity) == D("1217.31")
    with pytest.raises(ChargeNotOpen):
        waive_charge(charge_id=charge.pk, on=DUE, reason="Encore", actor=SYSTEM)
    assert claim(invoice, 31) == [("interest", D("3.48"))]


def test_costs_beyond_the_forty_euro_are_claimed_from_firms_with_a_reason(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)

    charge = claim_costs(invoice_id=invoice.pk, amount=D("85.00"), text="Sommation", on=DUE, actor=SYSTEM)

    assert (charge.kind, charge.amount) == ("costs", D("85.00"))
    assert account_balance("7560", invoice.entity) == D("-85.00")


def test_a_disputed_or_credited_invoice_bears_no_charge(activity: Activity) -> None:
    disputed, credited = (make_invoice(activity, issued_on=ISSUED) for _ in range(2))
    dispute_invoice(invoice_id=disputed.pk, on=DUE, reason="x", actor=SYSTEM)
    credit_invoice(invoice_id=credited.pk, on=DUE, reason="x", actor=SYSTEM)

    with pytest.raises(InvoiceHeld):
        claim(disputed, 21)
    with pytest.raises(InvoiceNotIssued):
        claim(credited, 21)
    assert not Charge.objects.exists()


def test_what_comes_in_too_much_settles_the_charges_and_a_return_takes_it_back(
    activity: Activity, pay: Pay
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim(invoice, 21)

    pay(invoice, "1220.00", date(2026, 10, 23))
    assert list(Charge.objects.order_by("pk").values_list("kind", "paid")) == [
        ("interest", D("7.31")),
        ("indemnity", D("2.69")),
    ]
    assert list(invoices_equal_books()) == []
    pay(invoice, "37.31", date(2026, 11, 3))
    assert [row.open_amount for row in Charge.objects.all()] == [0, 0]
    assert {row.paid_on for row in Charge.objects.all()} == {date(2026, 10, 23), date(2026, 11, 3)}
    assert books(invoice) == {"7560": D("-47.31")}

    pay(invoice, "-1220.00", date(2026, 11, 5))
    assert [row.paid for row in Charge.objects.all()] == [0, 0]
    invoice.refresh_from_db()
    assert (invoice.open_amount, invoice.state) == (D("1172.69"), "partly_paid")
    assert list(invoices_equal_books()) == []


def test_receivables_equal_the_open_items_with_their_charges(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim(invoice, 21)
    pay(invoice, "1212.00", date(2026, 10, 23))
    first = Charge.objects.order_by("pk")[0]
    waive_charge(charge_id=first.pk, on=DUE, reason="x", actor=SYSTEM)

    assert list(invoices_equal_books()) == []
    Charge.objects.filter(pk=first.pk).update(waived=0)
    assert [found.code for found in invoices_equal_books()] == ["receivables"]
