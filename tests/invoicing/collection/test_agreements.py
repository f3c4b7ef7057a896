"""Plans that any payment fills, pauses, files given away, surcharges given back."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from activities.models import Activity
from core.models import Cooperative, PolicyRate
from invoicing.checks import invoices_equal_books, invoices_equal_payments
from invoicing.collection import selectors
from invoicing.collection.dossier import dossier_html
from invoicing.collection.enums import HandOverState, PlanState
from invoicing.collection.errors import (
    DayPassed,
    HandOverNotOpen,
    InvoiceHeld,
    PlanNotActive,
    PlanWrong,
    ReasonMissing,
)
from invoicing.collection.instalments import monthly
from invoicing.collection.models import Charge, Pause, Plan
from invoicing.collection.services import (
    agree_plan,
    cancel_plan,
    claim_charges,
    credit_surcharges_back,
    end_pause,
    follow_plans,
    hand_over,
    note_fee,
    pause_invoices,
    run_reminders,
    take_back,
)
from invoicing.errors import InvoiceNotOpen
from invoicing.models import Invoice, Reminder
from tests.activities.builders import make_activity, make_client, make_invoice
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import DUE, ISSUED, Pay, books

D = Decimal
ON = date(2026, 11, 16)


def plan_of(invoice: Invoice, *amounts: str, first_on: date = date(2026, 12, 1), free: bool = True) -> Plan:
    days = [first_on + timedelta(days=30 * place) for place in range(len(amounts))]
    return agree_plan(
        client_id=invoice.client_id,
        invoice_ids=[invoice.pk],
        instalments=[(day, D(amount)) for day, amount in zip(days, amounts, strict=True)],
        interest_free=free,
        on=ON,
        actor=SYSTEM,
    )


def parts(plan: Plan) -> list[Decimal]:
    return [part.paid for part in selectors.progress_of([plan])[plan.pk].parts]


def state(plan: Plan) -> str:
    return Plan.objects.get(pk=plan.pk).state


def test_equal_instalments_leave_the_cents_to_the_last() -> None:
    assert monthly(D("100.00"), 3, date(2026, 12, 31)) == [
        (date(2026, 12, 31), D("33.33")),
        (date(2027, 1, 31), D("33.33")),
        (date(2027, 2, 28), D("33.34")),
    ]


def test_payments_fill_the_instalments_in_order_and_a_kept_plan_closes(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    claim_charges(invoice_id=invoice.pk, on=date(2026, 10, 22), actor=SYSTEM)  # 7.31 and 40.00
    plan = plan_of(invoice, "400.00", "400.00", "457.31")
    assert plan.total == D("1257.31")

    pay(invoice, "500.00", date(2026, 11, 28))
    assert parts(plan) == [D("400.00"), D("100.00"), D("0.00")]
    assert run_reminders(on=date(2026, 12, 20), actor=SYSTEM) == []
    pay(invoice, "757.31", date(2026, 12, 20))

    assert parts(plan) == [D("400.00"), D("400.00"), D("457.31")]
    assert state(plan) == PlanState.KEPT
    assert books(invoice) == {"7560": D("-47.31")}


def test_a_missed_instalment_breaks_the_plan_and_reminders_go_on_where_they_stood(
    activity: Activity, pay: Pay
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)
    plan = plan_of(invoice, "600.00", "610.00")
    pay(invoice, "599.99", date(2026, 11, 30))

    # Due on 1 December, three days of grace.
    assert follow_plans(on=date(2026, 12, 4), actor=SYSTEM) == 0
    assert follow_plans(on=date(2026, 12, 5), actor=SYSTEM) == 1
    assert (state(plan), follow_plans(on=date(2026, 12, 5), actor=SYSTEM)) == (PlanState.BROKEN, 0)

    assert [row.step for row in run_reminders(on=date(2026, 12, 5), actor=SYSTEM)] == [2]
    assert Reminder.objects.count() == 2


def test_interest_of_a_kept_plan_stops_at_the_agreement_and_of_a_broken_one_does_not(
    activity: Activity, pay: Pay
) -> None:
    kept, broken = (make_invoice(activity, issued_on=ISSUED) for _ in range(2))
    plan_of(kept, "1210.00")
    plan_of(broken, "1210.00")
    pay(kept, "1210.00", date(2026, 12, 1))
    follow_plans(on=date(2026, 12, 8), actor=SYSTEM)

    def interest(invoice: Invoice) -> Decimal:
        rows = claim_charges(invoice_id=invoice.pk, on=date(2026, 12, 11), actor=SYSTEM)
        return rows[0].amount

    # 46 days until the agreement of 16 November; 71 days until 11 December.
    assert interest(kept) == D("16.01")
    assert interest(broken) == D("24.71")


@pytest.mark.parametrize(
    "instalments",
    [[], [("2026-12-01", "1000.00")], [("2026-12-01", "1210.00"), ("2026-12-01", "0.00")],
     [("2026-12-02", "600.00"), ("2026-12-01", "610.00")], [("2026-11-15", "1210.00")],
     [("2026-12-01", "-10.00"), ("2026-12-02", "1220.00")]],
)  # fmt: skip
def test_a_plan_that_does_not_add_up_is_refused(
    activity: Activity, instalments: list[tuple[str, str]]
) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    with pytest.raises(PlanWrong):
        agree_plan(
            client_id=invoice.client_id,
            invoice_ids=[invoice.pk],
            instalments=[(date.fromisoformat(day), D(amount)) for day, amount in instalments],
            interest_free=True,
            on=ON,
            actor=SYSTEM,
        )
    assert not Plan.objects.exists()


def test_an_invoice_is_in_one_agreement_at_a_time(activity: Activity, pay: Pay) -> None:
    invoice, other = make_invoice(activity, issued_on=ISSUED), make_invoice(activity, issued_on=ISSUED)
    plan = plan_of(invoice, "1210.00")

    with pytest.raises(InvoiceHeld):
        plan_of(invoice, "1210.00")
    with pytest.raises(InvoiceHeld):
        give(invoice)
    with pytest.raises(InvoiceHeld):
        claim_charges(invoice_id=invoice.pk, on=ON, actor=SYSTEM)
    with pytest.raises(InvoiceNotOpen):
        agree_plan(
            client_id=invoice.client_id, invoice_ids=[other.pk], instalments=[(ON, D("1210.00"))],
            interest_free=True, on=ON, actor=SYSTEM,
        )  # fmt: skip
    with pytest.raises(ReasonMissing):
        cancel_plan(plan_id=plan.pk, reason="", on=ON, actor=SYSTEM)
    assert Plan.objects.get().state == PlanState.ACTIVE
    cancel_plan(plan_id=plan.pk, reason="Le client renonce", on=ON, actor=SYSTEM)
    with pytest.raises(PlanNotActive):
        cancel_plan(plan_id=plan.pk, reason="Encore", on=ON, actor=SYSTEM)
    assert plan_of(invoice, "1210.00").state == PlanState.ACTIVE


@settings(
    max_examples=20,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
    derandomize=True,
)
@given(
    payments=st.lists(
        st.tuples(st.integers(0, 120), st.decimals(min_value="0.01", max_value="700", places=2)), max_size=6
    ),
    count=st.integers(1, 5),
)
def test_whatever_is_paid_a_plan_is_kept_or_broken_as_its_days_say(
    be: Cooperative, pay: Pay, payments: list[tuple[int, Decimal]], count: int
) -> None:
    invoice = make_invoice(make_activity(), issued_on=ISSUED)
    plan = agree_plan(
        client_id=invoice.client_id,
        invoice_ids=[invoice.pk],
        instalments=monthly(D("1210.00"), count, date(2026, 12, 1)),
        interest_free=True,
        on=ON,
        actor=SYSTEM,
    )
    due = [(part.due_on, part.amount) for part in plan.instalments.all()]
    expected, paid = "active", D(0)
    by_day: dict[date, list[Decimal]] = {}
    for days, amount in payments:
        by_day.setdefault(ON + timedelta(days=days), []).append(amount)
    ends = {on + timedelta(days=days) for on, _ in due for days in (3, 4)}
    for day in sorted({*by_day, *ends}):
        for amount in by_day.get(day, []):
            pay(invoice, amount, day)
            paid += amount
        follow_plans(on=day, actor=SYSTEM)
        if expected == "active":
            owed = sum((amount for on, amount in due if on + timedelta(days=3) < day), D(0))
            expected = "kept" if paid >= D("1210.00") else "broken" if paid < owed else "active"
        assert state(plan) == expected
        assert sum(parts(plan)) == min(paid, D("1210.00"))
    assert expected != "active"


# --- pauses ------------------------------------------------------------------------------------------------


def test_a_pause_ends_on_its_day_or_by_hand(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)

    def pause(until: date) -> None:
        pause_invoices(
            client_id=invoice.client_id, invoice_ids=[invoice.pk], until=until, reason="Vacances", on=ON,
            actor=SYSTEM,
        )  # fmt: skip

    with pytest.raises(DayPassed):
        pause(ON - timedelta(days=1))
    assert not Pause.objects.exists()
    pause(date(2026, 12, 1))
    pause(date(2026, 11, 20))
    assert Pause.objects.get().until == date(2026, 11, 20)
    assert run_reminders(on=date(2026, 11, 20), actor=SYSTEM) == []
    assert [row.step for row in run_reminders(on=date(2026, 11, 21), actor=SYSTEM)] == [1]
    pause(date(2027, 6, 1))
    end_pause(invoice_id=invoice.pk, on=ON, actor=SYSTEM)
    assert [row.step for row in run_reminders(on=date(2026, 12, 10), actor=SYSTEM)] == [2]


# --- files given away --------------------------------------------------------------------------------------


def give(invoice: Invoice) -> object:
    return hand_over(
        client_id=invoice.client_id, invoice_ids=[invoice.pk], kind="lawyer", agent="Me Claes", on=ON,
        actor=SYSTEM,
    )  # fmt: skip


def test_a_file_given_away_claims_stops_reminders_and_tells_everything(activity: Activity, pay: Pay) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)

    give(invoice)

    [file] = selectors.files_with(invoice)
    assert (file.reference, file.invoices.get().owed) == ("PA-REC-2026-0001", D("1266.01"))
    assert run_reminders(on=date(2026, 12, 20), actor=SYSTEM) == []
    html = dossier_html(file)
    for told in (
        invoice.number,
        "1 266,01",
        "Rappel : 1 facture",
        "16.01",
        "L. 2/8/2002, art. 6",
        "Me Claes",
    ):
        assert told in html.replace("\u202f", " ").replace("\xa0", " "), told
    note_fee(hand_over_id=file.pk, amount=D("120.00"), text="Mise en demeure", on=ON, actor=SYSTEM)

    pay(invoice, "1266.01")
    file.refresh_from_db()
    assert file.state == HandOverState.RECOVERED
    with pytest.raises(HandOverNotOpen):
        take_back(hand_over_id=file.pk, reason="x", on=ON, actor=SYSTEM)


def test_a_file_taken_back_is_reminded_again_where_it_stood(activity: Activity) -> None:
    invoice = make_invoice(activity, issued_on=ISSUED)
    run_reminders(on=DUE + timedelta(days=7), actor=SYSTEM)
    give(invoice)
    with pytest.raises(InvoiceHeld):
        give(invoice)

    [file] = selectors.files_with(invoice)
    take_back(hand_over_id=file.pk, reason="Prescrit", on=ON, actor=SYSTEM)

    assert [row.step for row in run_reminders(on=ON, actor=SYSTEM)] == [2]


# --- surcharges given back ---------------------------------------------------------------------------------


def test_surcharges_come_back_after_invoices_on_time_once(activity: Activity, pay: Pay) -> None:
    client = make_client(activity)
    late = make_invoice(activity, client, issued_on=ISSUED)
    claim_charges(invoice_id=late.pk, on=date(2026, 10, 22), actor=SYSTEM)
    pay(late, "1257.31", date(2026, 10, 22))

    def on_time(day: date) -> None:
        invoice = make_invoice(activity, client, issued_on=day)
        pay(invoice, "1210.00", day + timedelta(days=20))

    on_time(date(2026, 10, 23))
    on_time(date(2026, 10, 26))
    assert credit_surcharges_back(on=ON, actor=SYSTEM) == 0, "off by default"
    PolicyRate.objects.create(
        key="surcharge_credit_back", valid_from=date(2026, 1, 1), value="3", source="test", status="confirmed"
    )
    assert credit_surcharges_back(on=ON, actor=SYSTEM) == 0
    on_time(date(2026, 10, 27))
    assert credit_surcharges_back(on=ON, actor=SYSTEM) == 2
    assert credit_surcharges_back(on=ON, actor=SYSTEM) == 0
    # The opposite entry: 47.31 are the client's credit.
    assert books(late) == {"400": D("-47.31")}
    assert {row.given_back for row in Charge.objects.all()} == {D("7.31"), D("40.00")}
    late.refresh_from_db()
    assert late.open_amount == D("-47.31"), "to give back or to set off like any other credit"
    assert [*invoices_equal_books(), *invoices_equal_payments()] == []
    pay(late, "-1257.31", ON)
    late.refresh_from_db()
    assert late.open_amount == D("1210.00")
    assert [*invoices_equal_books(), *invoices_equal_payments()] == []


def test_one_late_invoice_between_keeps_the_surcharge(activity: Activity, pay: Pay) -> None:
    client = make_client(activity)
    PolicyRate.objects.create(
        key="surcharge_credit_back", valid_from=date(2026, 1, 1), value="1", source="test", status="confirmed"
    )
    first = make_invoice(activity, client, issued_on=ISSUED)
    claim_charges(invoice_id=first.pk, on=date(2026, 10, 22), actor=SYSTEM)
    pay(first, "1257.31", date(2026, 10, 22))
    again = make_invoice(activity, client, issued_on=date(2026, 10, 23))
    pay(again, "1210.00", date(2026, 12, 24))
    good = make_invoice(activity, client, issued_on=date(2026, 10, 24))
    pay(good, "1210.00", date(2026, 10, 30))

    assert credit_surcharges_back(on=date(2026, 12, 30), actor=SYSTEM) == 0
