"""Each source of the treasury's forecast tells its money once, on its day: work, purchases, orders, VAT."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

D = Decimal
ON = date(2026, 11, 16)
YEAR = ON + timedelta(days=365)


def told(source: Any, first: date = ON, last: date = YEAR) -> list[tuple[date, str, Decimal, bool]]:
    """What a source says between two days, by day; another window never tells the same money."""
    flows = list(source(first, last, ON))
    before = list(source(first - timedelta(days=365), first - timedelta(days=1), ON))
    assert before == [], "what is late comes today, not before"
    return sorted((flow.day, str(flow.kind), flow.amount, flow.possible) for flow in flows)


def test_work_that_is_not_settled_costs_net_and_charges(world: Any, moment: Any) -> None:
    from activities.services import approve_activity, request_activity
    from core.calendar import pay_due_date
    from core.money import r
    from core.rates import find_policy
    from payroll.forecast import work_flows
    from payroll.models import ContractMonth
    from payroll.services import quick_job
    from tests.activities.builders import make_client

    activity = request_activity(
        person=world.worker,
        name="Missions",
        tool="contract",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=date(2026, 9, 1),
        actor=world.member,
    )
    approve_activity(activity_id=activity.pk, on=date(2026, 9, 1), actor=world.actor(world.adviser))
    day = date(2026, 11, 20)
    quick_job(
        person=world.worker,
        activity_id=activity.pk,
        client=make_client(activity).pk,
        description="Affiche",
        dates=[day],
        hours=D("7.6"),
        amount=D("1000.00"),
        actor=world.member,
        now=moment(2026, 11, 16),
    )
    flows = told(work_flows)

    delay = find_policy("pay_delay", on=ON)
    assert delay is not None
    wages = [row for row in flows if row[1] == "wages"]
    # 1,000.00 less the levy, as far as a gross in cents reaches: the house's share for the worker is 56 %.
    budget = ContractMonth.objects.get().budget
    assert D("934.00") < budget <= D("935.00")
    assert wages == [(pay_due_date(day, delay.value), "wages", -r(budget * D("0.56")), False)]
    # 38 % go to public bodies, in the parts of their rule.
    assert sum(row[2] for row in flows if row[1] == "charges") == -r(budget * D("0.38"))
    assert list(work_flows(YEAR, YEAR + timedelta(days=30), ON)) == []


def test_a_purchase_that_waits_may_have_to_be_paid_and_an_accepted_one_is_the_treasurys(tenant: Any) -> None:
    from invoicing.purchases.forecast import waiting_purchases
    from invoicing.purchases.services import refuse_purchase
    from tests.factories import SYSTEM, load_cooperative
    from tests.invoicing.purchases.papers import DUE, paper, receive

    load_cooperative()
    receive(paper("100.00"))
    late = receive(paper("50.00", due_on=date(2026, 11, 10)))

    assert told(waiting_purchases) == [
        (ON, "suppliers", D("-60.50"), True),
        (DUE, "suppliers", D("-121.00"), True),
    ]
    refuse_purchase(purchase_id=late.pk, reason="Pas pour nous", on=ON, actor=SYSTEM)
    assert told(waiting_purchases) == [(DUE, "suppliers", D("-121.00"), True)]


def test_an_order_brings_what_is_left_to_invoice_after_its_work_and_term(tenant: Any) -> None:
    from invoicing.quotes.forecast import open_orders
    from tests.factories import load_cooperative
    from tests.invoicing.quotes.builders import make_order

    load_cooperative()
    order = make_order()
    term = order.client.payment_term_days
    day = max(order.planned_to or ON, ON) + timedelta(days=30 if term is None else term)

    assert told(open_orders) == [(day, "receipts", D("1000.00"), True)]


def test_vat_is_paid_with_its_return_and_a_payment_settles_the_oldest_month(tenant: Any) -> None:
    from uuid import uuid4

    from invoicing.vatreturns.forecast import vat_flows
    from ledger.enums import Journal
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr
    from tests.activities.builders import flat, make_activity, make_invoice
    from tests.factories import load_cooperative

    load_cooperative()
    activity = make_activity()
    make_invoice(activity, lines=flat("1000.00"), issued_on=date(2026, 10, 5))
    invoice = make_invoice(activity, lines=flat("500.00"), issued_on=date(2026, 11, 5))
    entity = invoice.entity

    def recover(amount: str, on: date) -> None:
        money = D(amount)
        lines = (dr("411", money), cr("440", money))
        post_entry(Entry(entity.pk, on, Journal.PURCHASES, "test", uuid4(), "vat", "vat", lines))

    recover("10.00", date(2026, 11, 6))
    flows = told(vat_flows)
    assert [(kind, amount) for _, kind, amount, _ in flows] == [
        ("taxes", D("-210.00")),
        ("taxes", D("-95.00")),
    ]
    assert flows[0][0] <= flows[1][0] <= date(2027, 1, 31)

    paid = (dr("451", D("220.00")), cr("580", D("220.00")))
    post_entry(Entry(entity.pk, ON, Journal.VARIOUS, "treasury.payout", uuid4(), "released", "TVA", paid))
    assert [amount for _, _, amount, _ in told(vat_flows)] == [D("-85.00")]
