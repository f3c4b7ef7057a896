"""From the invoice to the net, and back."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from payroll.engine.errors import BudgetTooSmall, InvalidAmount, NetOutOfReach
from payroll.engine.statutory import figures_of
from payroll.engine.types import FamilyStatus, LineKind, Situation, WorkerType
from payroll.engine.waterfall import Terms, invoice_to_net, net_to_invoice

BE = figures_of("be")
NOVEMBER = date(2026, 11, 2)
MULTIPLIERS = {WorkerType.EMPLOYEE: "1.55", WorkerType.ARTISTIC: "1.57", WorkerType.STUDENT: "1.09"}


def terms(kind: WorkerType = WorkerType.EMPLOYEE, hours: str = "7.6", vat: str | None = None) -> Terms:
    return Terms(
        levy_rate=D("0.065"),
        multiplier=D(MULTIPLIERS[kind]),
        worker_type=kind,
        hours=D(hours),
        work_month=NOVEMBER,
        paid_on=NOVEMBER,
        vat_rate=None if vat is None else D(vat),
    )


def test_1000_invoiced_with_100_of_expenses_gives_468_30() -> None:
    fall = invoice_to_net(D("1000.00"), D("100.00"), terms(), BE)

    assert (fall.levy, fall.budget, fall.expenses) == (D("65.00"), D("935.00"), D("100.00"))
    assert (fall.employment_budget, fall.gross, fall.net) == (D("835.00"), D("538.71"), D("468.30"))
    assert fall.left_over == 0


def test_what_the_client_paid_is_shown_with_its_vat() -> None:
    steps = {
        step.code: step.amount for step in invoice_to_net(D("1000.00"), D(0), terms(vat="0.21"), BE).steps
    }
    assert (steps["paid_by_client"], steps["vat"], steps["amount"]) == (
        D("1210.00"),
        D("210.00"),
        D("1000.00"),
    )


@settings(max_examples=150, deadline=None)
@given(
    st.decimals("50.00", "20000.00", places=2),
    st.decimals("0.00", "40.00", places=2),
    st.sampled_from(list(MULTIPLIERS)),
    st.sampled_from(["3.8", "7.6", "22.8", "159.6"]),
)
def test_nothing_is_lost_on_the_way_down(amount: D, expenses: D, kind: WorkerType, hours: str) -> None:
    fall = invoice_to_net(amount, expenses, terms(kind, hours), BE)

    assert amount == fall.levy + expenses + fall.left_over + fall.employment_budget
    assert fall.employment_budget == fall.gross + fall.pay.employer_total + fall.margin
    assert 0 <= fall.left_over < D("0.03")
    # from level to level the steps taken away explain the difference
    taken = sum(step.amount for step in fall.steps if step.kind is LineKind.WITHHELD)
    given_back = sum(step.amount for step in fall.steps if step.kind is LineKind.ADDS)
    assert amount - taken + given_back == fall.net


@settings(max_examples=40, deadline=None)
@given(
    st.decimals("20.00", "6000.00", places=2),
    st.sampled_from(list(MULTIPLIERS)),
    st.sampled_from(["7.6", "76.0", "159.6"]),
)
def test_the_way_back_finds_the_first_invoice_that_gives_the_net(
    net: D, kind: WorkerType, hours: str
) -> None:
    found = net_to_invoice(net, D("10.00"), terms(kind, hours), BE)

    assert found.net >= net
    assert invoice_to_net(found.amount - D("0.01"), D("10.00"), terms(kind, hours), BE).net < net


def test_the_way_back_of_the_example() -> None:
    found = net_to_invoice(D("468.30"), D("100.00"), terms(), BE)
    assert found.net == D("468.30")
    assert D("999.90") < found.amount <= D("1000.00")


def test_the_way_back_looks_before_a_step() -> None:
    """A couple has a net of 1,092.00 from a gross of 1,092.00 and again from 1,097.15: the smaller counts."""
    couple = replace(terms(hours="159.6"), situation=Situation(FamilyStatus.MARRIED_TWO_INCOMES))
    found = net_to_invoice(D("1092.00"), D(0), couple, BE)
    assert (found.gross, found.net) == (D("1092.00"), D("1092.00"))


def test_refusals() -> None:
    for amount, expenses in (("0.00", "0.00"), ("-1.00", "0.00"), ("1.00", "-1.00")):
        with pytest.raises(InvalidAmount):
            invoice_to_net(D(amount), D(expenses), terms(), BE)
    with pytest.raises(BudgetTooSmall):
        invoice_to_net(D("1000.00"), D("935.00"), terms(), BE)
    with pytest.raises(InvalidAmount):
        net_to_invoice(D(0), D(0), terms(), BE)
    with pytest.raises(NetOutOfReach):
        net_to_invoice(D("9000000.00"), D(0), terms(), BE)
