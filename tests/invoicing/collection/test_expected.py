"""When clients are expected to pay: as they use to, each invoice once."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from invoicing.collection.forecast import receipt_flows, receipt_totals
from invoicing.collection.models import WriteDown
from invoicing.collection.services import agree_plan, declare_lost, dispute_invoice, write_down
from tests.activities.builders import make_client, make_invoice, two_days
from tests.factories import SYSTEM
from tests.invoicing.collection.stories import DUE, ISSUED

D = Decimal
YEAR = timedelta(days=365)


def expected(on: date) -> list[tuple[date, Decimal, bool]]:
    """What is to come, by day; the sums of the database are those of the invoices."""
    flows = list(receipt_flows(on, on + YEAR, on))
    per_day: dict[tuple[date, bool], Decimal] = {}
    for flow in flows:
        key = (flow.day, flow.possible)
        per_day[key] = per_day.get(key, D(0)) + flow.amount
    sums: dict[tuple[date, bool], Decimal] = {}
    for total in receipt_totals(on, on + YEAR, on):
        key = (total.day, total.possible)
        sums[key] = sums.get(key, D(0)) + total.amount
    assert sums == per_day
    return sorted((flow.day, flow.amount, flow.possible) for flow in flows)


def test_a_new_client_is_expected_on_the_due_date(activity: Any) -> None:
    make_invoice(activity, make_client(activity), issued_on=ISSUED)

    assert expected(ISSUED) == [(DUE, D("1210.00"), False)]


def test_a_client_who_pays_ten_days_late_is_expected_ten_days_late(activity: Any, pay: Any) -> None:
    client = make_client(activity)
    before = make_invoice(activity, client, issued_on=date(2026, 5, 1))
    pay(before, "1210.00", before.due_on + timedelta(days=10))
    make_invoice(activity, client, issued_on=ISSUED)

    assert expected(ISSUED) == [(DUE + timedelta(days=10), D("1210.00"), False)]


def test_what_is_late_already_gets_fourteen_days_more(activity: Any) -> None:
    make_invoice(activity, make_client(activity), issued_on=ISSUED)
    on = DUE + timedelta(days=5)

    assert expected(on) == [(on + timedelta(days=14), D("1210.00"), False)]


def test_disputed_and_doubtful_are_possible_planned_comes_by_instalments_and_lost_never(
    activity: Any, pay: Any
) -> None:
    client = make_client(activity)
    disputed, doubtful, planned, lost, part = (
        make_invoice(activity, client, issued_on=ISSUED) for _ in range(5)
    )
    dispute_invoice(invoice_id=disputed.pk, reason="?", on=DUE, actor=SYSTEM)
    small = make_invoice(activity, client, issued_on=ISSUED, lines=two_days("100.00"))
    write_down(invoice_id=small.pk, reason="Faillite", on=DUE, actor=SYSTEM)
    agree_plan(
        client_id=client.pk,
        invoice_ids=[planned.pk],
        instalments=[(date(2026, 11, 1), D("610.00")), (date(2026, 12, 1), D("600.00"))],
        interest_free=True,
        on=DUE,
        actor=SYSTEM,
    )
    gone = make_invoice(activity, client, issued_on=ISSUED, lines=two_days("50.00"))
    write_down(invoice_id=gone.pk, reason="Faillite", on=DUE, actor=SYSTEM)
    declare_lost(write_down_id=WriteDown.objects.get(invoice=gone).pk, reason="Fin", on=DUE, actor=SYSTEM)
    pay(part, "210.00")
    pay(lost, "1210.00", DUE)
    pay(doubtful, "1210.00", DUE)

    assert expected(DUE) == [
        (DUE, D("242.00"), True),
        (DUE, D("1000.00"), False),
        (DUE, D("1210.00"), True),
        (date(2026, 11, 1), D("610.00"), False),
        (date(2026, 12, 1), D("600.00"), False),
    ]


def test_an_instalment_that_is_paid_in_part_brings_the_rest(activity: Any, pay: Any) -> None:
    client = make_client(activity)
    planned = make_invoice(activity, client, issued_on=ISSUED)
    agree_plan(
        client_id=client.pk,
        invoice_ids=[planned.pk],
        instalments=[(date(2026, 11, 1), D("610.00")), (date(2026, 12, 1), D("600.00"))],
        interest_free=True,
        on=DUE,
        actor=SYSTEM,
    )
    pay(planned, "700.00", date(2026, 10, 30))

    assert expected(date(2026, 11, 2)) == [(date(2026, 12, 1), D("510.00"), False)]
