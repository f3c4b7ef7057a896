"""From the contract to the pay item: example B of the domain, the two-contract month, what is refused or waits."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

SYSTEM = Actor.system("settlement")
D = Decimal


def settle(on: date = date(2026, 12, 1)) -> Any:
    from payroll.services import settle_due

    return settle_due(on=on, actor=SYSTEM)


@pytest.mark.parametrize(
    ("kind", "budget", "lines", "net"),
    [
        (
            "employee",
            "775.00",
            [
                ("620", D("500.00"), D(0), "A"),
                ("621", D("227.05"), D(0), "A"),
                ("6218", D("47.95"), D(0), "A"),
                ("4540", D(0), D("200.35"), ""),
                ("455", D(0), D("434.65"), ""),
                ("4560", D(0), D("87.05"), ""),
                ("4590", D(0), D("5.00"), ""),
                ("749", D(0), D("47.95"), "pot"),
            ],
            "434.65",
        ),
        (
            "artistic",
            "785.00",
            [
                ("620", D("500.00"), D(0), "A"),
                ("621", D("236.34"), D(0), "A"),
                ("6218", D("48.66"), D(0), "A"),
                ("4540", D(0), D("246.46"), ""),
                ("4541", D(0), D("55.46"), ""),
                ("455", D(0), D("429.42"), ""),
                ("4590", D(0), D("5.00"), ""),
                ("749", D(0), D("48.66"), "pot"),
            ],
            "429.42",
        ),
        (
            "student",
            "545.00",
            [
                ("620", D("500.00"), D(0), "A"),
                ("621", D("32.15"), D(0), "A"),
                ("6218", D("12.85"), D(0), "A"),
                ("4540", D(0), D("40.70"), ""),
                ("455", D(0), D("486.45"), ""),
                ("4590", D(0), D("5.00"), ""),
                ("749", D(0), D("12.85"), "pot"),
            ],
            "486.45",
        ),
    ],
)
def test_example_b_is_posted_to_the_cent(
    world: Any, kind: str, budget: str, lines: list[Any], net: str
) -> None:
    contract = world.submit(world.contract(contract_type=kind))
    assert world.budget() == (D("10000.00"), D(budget))

    done = settle()

    assert len(done.items) == 1
    assert world.lines(source_type="payroll.payitem") == lines
    assert world.budget() == (D("10000.00") - D(budget), D("0.00"))
    contract.refresh_from_db()
    assert contract.state == "settled"
    assert contract.items.get().net == D(net)


def test_the_two_contracts_of_november_add_up_to_the_exact_month(world: Any) -> None:
    """DOMAIN §7: 1,200.00 for 76.0 h nets 1,157.59; then 1,100.00 for 53.2 h nets 779.97."""
    from ledger.treasury.models import Payout
    from payroll.models import PayItem

    first = world.contract(
        "1200.00", starts_on=date(2026, 11, 3), ends_on=date(2026, 11, 13), hours=D("76.0")
    )
    second = world.contract(
        "1100.00", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 24), hours=D("53.2")
    )
    world.submit(first)
    world.submit(second)

    settle(date(2026, 11, 14))
    settle(date(2026, 11, 25))

    one, two = PayItem.objects.order_by("settled_at", "id")
    assert (one.onss, one.work_bonus_a, one.work_bonus_b) == (D("156.84"), D("60.73"), D("53.70"))
    assert (one.withholding_tax, one.net) == (D("0.00"), D("1157.59"))
    assert one.onss + two.onss == D("300.61")
    assert one.work_bonus_a + two.work_bonus_a == D("103.25")
    assert one.work_bonus_b + two.work_bonus_b == D("21.12")
    assert one.withholding_tax + two.withholding_tax == D("174.66")
    assert one.special_contribution + two.special_contribution == D("11.54")
    assert two.net == D("779.97")
    assert two.totals["tax_after"]["withholding_tax"] == "174.66"
    assert [(p.amount, p.due_on) for p in Payout.objects.order_by("due_on")] == [
        (D("1157.59"), date(2026, 11, 24)),
        (D("779.97"), date(2026, 12, 3)),
    ]
    net_wages = [
        credit - debit
        for account, debit, credit, _ in world.lines(source_type="payroll.payitem")
        if account == "455"
    ]
    assert sum(net_wages) == D("1937.56")


def test_pay_is_due_seven_working_days_after_the_last_day(world: Any) -> None:
    from ledger.treasury.models import Payout

    world.submit(world.contract())
    settle(date(2026, 11, 7))
    assert Payout.objects.get().due_on == date(2026, 11, 18)


def test_settled_twice_changes_nothing(world: Any, snapshot: Any) -> None:
    world.submit(world.contract())
    settle()
    before = snapshot()
    again = settle()
    assert again.items == ()
    assert snapshot() == before


def test_nothing_is_settled_before_the_last_day_is_over(world: Any, snapshot: Any) -> None:
    world.submit(world.contract())
    before = snapshot()
    assert settle(date(2026, 11, 6)).items == ()
    assert snapshot() == before
