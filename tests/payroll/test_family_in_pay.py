"""The people whom a worker has in charge, in the tax of real pay (BELGIUM §4.1, §4.3–4.5), from their day on.

4,500.00 in November 2026 is 3,911.85 taxable; `T(N) − q` is 12,431.78 a year for scale I. From it go 1,656.00
(one disabled child counts as two), 624.00 for each other person, 1,740.00 for a partner with little, …
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

SYSTEM = Actor.system("family")
D = Decimal
TWO_INCOMES: dict[str, Any] = {"status": "married_two_incomes"}


def say(world: Any, since: date = date(2026, 11, 1), **family: Any) -> None:
    """Nora's situation from a day on."""
    from members.services import set_family_situation

    set_family_situation(person=world.worker, valid_from=since, actor=SYSTEM, **family)


def november(world: Any, **changes: Any) -> Any:
    """The pay of a November at 4,500.00, due on 9 December."""
    from payroll.models import PayItem
    from payroll.services import settle_due

    given = {"starts_on": date(2026, 11, 3), "ends_on": date(2026, 11, 30), "hours": D("152.00")}
    world.submit(world.contract("4500.00", **(given | changes)))
    settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    return PayItem.objects.get()


def explained(item: Any) -> dict[str, Decimal]:
    """What the pay says of the reductions, by their line."""
    rows = item.lines.filter(code__startswith="reduction_")
    return {row.code.removeprefix("reduction_"): row.amount for row in rows}


def test_a_disabled_child_a_parent_of_70_and_a_partner_with_little_lower_the_tax(world: Any) -> None:
    """(12,431.78 − 1,656 − 624 − 1,740) / 12 = 700.98 instead of 1,035.98."""
    say(
        world,
        **TWO_INCOMES,
        children=1,
        disabled_children=1,
        aged_dependants=1,
        spouse_income="income",
        spouse_net=D("250.00"),
    )

    item = november(world)

    assert explained(item) == {
        "children": D("1656.00"),
        "spouse_low_income": D("1740.00"),
        "other_dependant": D("624.00"),
    }
    assert item.taxable == D("3911.85")
    assert item.withholding_tax == D("700.98")
    assert item.special_contribution == D("39.85")
    assert item.net == D("3171.02")
    assert (item.family["disabled_children"], item.family["other_dependants"]) == (1, 1)


@pytest.mark.parametrize(
    ("family", "tax"),
    [
        (TWO_INCOMES, "1035.98"),
        ({"status": "single", "disabled": True}, "983.98"),
        (TWO_INCOMES | {"disabled": True, "spouse_disabled": True}, "931.98"),
        ({"status": "single", "other_dependants": 2, "aged_dependants": 1}, "879.98"),
        (TWO_INCOMES | {"spouse_income": "income", "spouse_net": D("290.00")}, "890.98"),
        (TWO_INCOMES | {"spouse_income": "income", "spouse_net": D("290.01")}, "1035.98"),
        (TWO_INCOMES | {"spouse_income": "pension", "spouse_net": D("579.00")}, "746.48"),
        (TWO_INCOMES | {"spouse_income": "pension", "spouse_net": D("579.01")}, "1035.98"),
        (TWO_INCOMES | {"spouse_income": "pension", "spouse_net": D("174.01")}, "746.48"),
    ],
)
def test_each_of_them_counts_to_the_cent(world: Any, family: dict[str, Any], tax: str) -> None:
    say(world, **family)

    assert november(world).withholding_tax == D(tax)


def test_the_smallest_pension_is_as_no_income_at_all(world: Any) -> None:
    """Scale II: Q = min(30 % × 40,872.20; 13,790) = 12,261.66; (3,279.99 + 9,563.36 − 5,975.96) / 12."""
    say(world, **TWO_INCOMES, spouse_income="pension", spouse_net=D("174.00"))

    item = november(world)

    assert item.withholding_tax == D("572.28")
    assert item.family["status"] == "married_one_income"


@pytest.mark.parametrize(("since", "tax"), [(date(2026, 12, 9), "931.98"), (date(2026, 12, 10), "1035.98")])
def test_a_change_counts_from_its_day_the_day_of_payment(world: Any, since: date, tax: str) -> None:
    say(world, **TWO_INCOMES)
    say(world, since, **TWO_INCOMES, aged_dependants=2)

    assert november(world).withholding_tax == D(tax)
