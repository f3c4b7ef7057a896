"""What the calendar of banks, laws and people does to late invoices: each case to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from activities.models import Activity
from core.models import Cooperative, PolicyRate
from core.outbox import drain
from invoicing.checks import invoices_equal_books, invoices_equal_payments
from invoicing.collection import selectors
from invoicing.collection.enums import PlanState
from invoicing.collection.errors import NothingToClaim
from invoicing.collection.models import Charge, Plan
from invoicing.collection.services import (
    agree_plan,
    claim_charges,
    credit_surcharges_back,
    follow_plans,
    note_contact,
    remind_now,
    run_reminders,
)
from invoicing.enums import MessageState
from invoicing.models import ClientMessage, Invoice, Reminder
from invoicing.services import credit_invoice, merge_clients
from ledger.models import JournalEntry
from tests.activities.builders import flat, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import DUE, ISSUED, Pay, books

D = Decimal
ON = date(2026, 11, 16)


def clean() -> list[object]:
    return [*invoices_equal_books(), *invoices_equal_payments()]


def open_charges() -> dict[str, Decimal]:
    return {row.kind: row.open_amount for row in Charge.objects.all() if row.open_amount}


def consumer(activity: Activity, amount: str = "300.00", **fields: str) -> Invoice:
    values = {"vat_number": "", "enterprise_number": "", "name": "Anna Dubois"} | fields
    return make_invoice(
        activity, make_client(activity, kind="consumer", **values), flat(amount), issued_on=ISSUED
    )


# --- paid in time, claimed all the same -------------------------------------------------------------------


def test_who_paid_on_the_due_date_owes_nothing(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    pay(invoice, "1210.00", DUE)

    with pytest.raises(NothingToClaim):
        claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=21), actor=SYSTEM)
    assert not Charge.objects.exists()
    assert books(invoice) == {}


def test_who_paid_a_day_late_owes_a_day_and_forty_euro(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    pay(invoice, "1210.00", DUE + timedelta(days=1))

    claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=21), actor=SYSTEM)
    # 1,210.00 × 10.5 % × 1 / 365
    assert open_charges() == {"interest": D("0.35"), "indemnity": D("40.00")}


def test_a_payment_in_time_that_came_back_is_late_from_the_day_after(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    pay(invoice, "1210.00", DUE)
    pay(invoice, "-1210.00", DUE + timedelta(days=10))

    claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=20), actor=SYSTEM)
    # 1,210.00 × 10.5 % × 10 / 365
    assert open_charges() == {"interest": D("3.48"), "indemnity": D("40.00")}


@pytest.mark.parametrize(
    ("paid_after", "interest", "indemnity"),
    [
        (0, "0", "0"),  # in time: neither is owed
        (5, "1.74", "40.00"),  # 1,210.00 × 10.5 % × 5 / 365
        (21, "7.31", "40.00"),  # on the day of the claim: all of it
        (25, "7.31", "40.00"),
    ],
)
def test_a_statement_that_arrives_after_the_claim_takes_back_what_was_not_owed(
    activity: Activity, pay: Pay, paid_after: int, interest: str, indemnity: str
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=21), actor=SYSTEM)
    assert open_charges() == {"interest": D("7.31"), "indemnity": D("40.00")}

    pay(invoice, "1210.00", DUE + timedelta(days=paid_after))

    expected = {"interest": D(interest), "indemnity": D(indemnity)}
    assert open_charges() == {kind: amount for kind, amount in expected.items() if amount}
    owed = sum(expected.values())
    assert books(invoice) == ({"400": owed, "7560": -owed} if owed else {})
    assert clean() == []


def test_a_consumer_who_had_paid_part_before_the_claim_owes_the_cap_of_the_rest(
    activity: Activity, pay: Pay
) -> None:
    invoice = consumer(activity)
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)
    claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=22), actor=SYSTEM)
    assert open_charges() == {"interest": D("0.10"), "indemnity": D("51.30")}

    pay(invoice, "263.00", DUE + timedelta(days=15))  # 100.00 was left: 20 €

    # 100.00 × 10.5 % × 1 / 365
    assert open_charges() == {"interest": D("0.03"), "indemnity": D("20.00")}
    assert clean() == []


def test_charges_of_an_invoice_that_is_credited_whole_are_given_up(
    activity: Activity, be: Cooperative
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=21), actor=SYSTEM)

    credit_invoice(invoice_id=invoice.pk, on=ON, reason="Erreur", actor=SYSTEM)
    drain(be)

    assert open_charges() == {}
    assert books(invoice) == {}
    assert clean() == []


# --- consumers ---------------------------------------------------------------------------------------------


def test_when_the_first_letter_did_not_arrive_the_next_one_is_the_first(activity: Activity) -> None:
    invoice = consumer(activity)
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)
    ClientMessage.objects.update(state=MessageState.FAILED)

    remind_now(client_id=invoice.client_id, on=DUE + timedelta(days=30), actor=SYSTEM)

    letter = ClientMessage.objects.exclude(state=MessageState.FAILED).get()
    assert "Ce rappel est gratuit" in letter.body
    assert invoice.entity.enterprise_number in letter.body
    assert not Charge.objects.exists()
    debt = selectors.debts_of([invoice], DUE + timedelta(days=31))[invoice.pk]
    assert debt.reminded_until == DUE + timedelta(days=44)


def test_a_country_without_a_table_for_consumers_stops_no_run(activity: Activity) -> None:
    invoice = consumer(activity)
    firm = make_invoice(activity, make_client(activity), issued_on=ISSUED)
    invoice.entity.country = "FR"
    invoice.entity.save(update_fields=["country"])
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)

    for days in (8, 30, 60, 90):
        run_reminders(on=DUE + timedelta(days=days), actor=SYSTEM)

    assert Reminder.objects.filter(invoice=firm).count() > 1
    assert not Charge.objects.exists()


# --- plans -------------------------------------------------------------------------------------------------


def test_an_instalment_paid_under_the_communication_of_one_invoice_counts_for_the_plan(
    activity: Activity, pay: Pay, be: Cooperative
) -> None:
    client = make_client(activity)
    first, second = (make_invoice(activity, client, issued_on=ISSUED) for _ in range(2))
    plan = agree_plan(
        client_id=client.pk,
        invoice_ids=[first.pk, second.pk],
        instalments=[(date(2026, 12, day), D("605.00")) for day in (1, 8, 15, 22)],
        interest_free=True,
        on=ON,
        actor=SYSTEM,
    )
    for day in (1, 8, 15):
        pay(first, "605.00", date(2026, 12, day))

    [progress] = selectors.progress_of([plan]).values()
    assert progress.left == D("605.00")
    follow_plans(on=date(2026, 12, 21), actor=SYSTEM)
    assert Plan.objects.get().state == PlanState.ACTIVE
    first.refresh_from_db()
    second.refresh_from_db()
    assert (first.open_amount, second.open_amount) == (D("0.00"), D("605.00"))

    pay(first, "605.00", date(2026, 12, 22))

    assert Plan.objects.get().state == PlanState.KEPT
    second.refresh_from_db()
    assert second.open_amount == 0
    assert books(first) == {}
    assert clean() == []


# --- surcharges given back ---------------------------------------------------------------------------------


def test_an_invoice_that_is_late_now_keeps_the_surcharge(activity: Activity, pay: Pay) -> None:
    PolicyRate.objects.create(
        key="surcharge_credit_back", valid_from=date(2026, 1, 1), value="1", source="test", status="confirmed"
    )
    client = make_client(activity)
    late = make_invoice(activity, client, issued_on=ISSUED)
    claim_charges(invoice_id=late.pk, on=date(2026, 10, 22), actor=SYSTEM)
    pay(late, "1257.31", date(2026, 10, 22))
    good, open_one = (make_invoice(activity, client, issued_on=date(2026, 10, 23)) for _ in range(2))
    pay(good, "1210.00", date(2026, 10, 30))

    assert open_one.due_on is not None
    assert credit_surcharges_back(on=open_one.due_on + timedelta(days=1), actor=SYSTEM) == 0
    assert credit_surcharges_back(on=open_one.due_on, actor=SYSTEM) == 2


def test_what_was_said_with_a_client_goes_with_it(activity: Activity) -> None:
    merged = make_client(activity, vat_number="", enterprise_number="")
    survivor = make_client(activity)
    note_contact(client_id=merged.pk, kind="phone", text="Paie demain", on=ON, actor=SYSTEM)

    merge_clients(survivor_id=survivor.pk, merged_id=merged.pk, on=ON, actor=SYSTEM)

    assert [row.text for row in selectors.contacts_of(survivor)] == ["Paie demain"]


def test_entries_of_collection_name_no_day_before_their_act(activity: Activity, pay: Pay) -> None:
    """What is taken back is posted on the day on which the house hears of it, never into the past."""
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim_charges(invoice_id=invoice.pk, on=DUE + timedelta(days=21), actor=SYSTEM)
    pay(invoice, "1210.00", DUE)

    days = JournalEntry.objects.filter(source_type="collection.charge", kind__startswith="waive")
    assert min(days.values_list("date", flat=True)) >= DUE + timedelta(days=21)
