"""A month whose pay was computed is corrected by one more part, the last of its month."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError

D = Decimal


@pytest.fixture
def settled(world: Any) -> Any:
    """Three days of November, 500.00 for 22.8 hours, settled on the 10th."""
    from payroll.services import settle_due

    contract = world.submit(world.contract())
    settle_due(on=date(2026, 11, 10), actor=world.member)
    contract.refresh_from_db()
    return contract


@pytest.fixture
def correct(world: Any) -> Any:
    """A payroll administrator corrects the first month of a contract."""

    def do(contract: Any, hours: str, gross: str, **more: Any) -> Any:
        from payroll.services import correct_month

        given = {"reason": "Heures du 6 novembre oubliées", "actor": world.actor(world.clerk)} | more
        return correct_month(
            contract_month_id=contract.months.get(number=0).pk, hours=D(hours), gross=D(gross), **given
        )

    return do


def clean() -> bool:
    """Whether pay and books agree."""
    from payroll import checks

    return not [
        *checks.owed_equals_books(),
        *checks.unpaid_wages_equal_account(),
        *checks.reservations_equal_open_contracts(),
    ]


def test_hours_forgotten_are_reserved_then_paid_as_the_last_item(
    world: Any, settled: Any, correct: Any
) -> None:
    """7.6 h and 150.00 more: 232.50 of budget; the month is then that of 650.00 for 30.4 h, to the cent."""
    from payroll.services import settle_due

    before = list(settled.items.values())
    row = correct(settled, "7.6", "150.00")
    assert (row.number, row.budget, row.settled) == (1, D("232.50"), False)
    assert world.budget()[1] == D("232.50")
    assert clean()
    settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk))
    first, second = settled.items.all()
    assert list(settled.items.filter(pk=first.pk).values()) == before, "what was settled never changes"
    assert (second.gross, second.hours, second.employment_budget) == (D("150.00"), D("7.60"), D("232.50"))
    assert second.totals["social_after"]["gross"] == "650.00"
    assert second.payable == second.net > 0
    assert world.budget()[1] == D("0.00")
    settled.refresh_from_db()
    assert settled.state == "settled"
    assert clean()


def test_one_by_one_or_corrected_the_month_is_the_same(world: Any, settled: Any, correct: Any) -> None:
    from payroll.services import settle_due

    correct(settled, "7.6", "150.00")
    settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk))
    items = list(settled.items.all())
    onss = sum((item.onss for item in items), D(0))
    assert onss == D("84.96"), "13.07 % of 650.00"


def test_too_much_paid_is_taken_back_from_what_comes(world: Any, settled: Any, correct: Any) -> None:
    """−100.00: the budget gets its 155.00 back (gross, contributions, margin), the net below zero waits."""
    from payroll.services import settle_due

    balance = world.budget()[0]
    row = correct(settled, "-4", "-100.00")
    assert (row.budget, world.budget()) == (D("-155.00"), (balance, D("0.00")))
    settle_due(on=date(2026, 11, 12), actor=world.actor(world.clerk))
    item = settled.items.get(contract_month=row)
    assert item.net < 0
    assert (item.payable, item.carried_out) == (D("0.00"), item.net)
    assert world.budget() == (balance + D("155.00"), D("0.00"))
    assert clean()


@pytest.mark.parametrize(
    ("hours", "gross", "more", "code"),
    [
        ("-30", "-100.00", {}, "correction_too_large"),
        ("-22.8", "-100.00", {}, "correction_too_large"),
        ("4", "0.00", {}, "correction_empty"),
        ("4", "100.00", {"reason": ""}, "reason_missing"),
        ("4", "9000.00", {}, "budget_exceeded"),
    ],
)
def test_refused(
    settled: Any,
    correct: Any,
    snapshot: Any,
    hours: str,
    gross: str,
    more: dict[str, Any],
    code: str,
) -> None:
    before = snapshot()
    with pytest.raises(DomainError) as error:
        correct(settled, hours, gross, **more)
    assert error.value.code == code
    assert snapshot() == before


def test_nobody_corrects_their_own_pay(world: Any, settled: Any, correct: Any, snapshot: Any) -> None:
    from payroll.contract_errors import OwnPay

    before = snapshot()
    with pytest.raises(OwnPay):
        correct(settled, "4", "100.00", actor=world.member)
    assert snapshot() == before


def test_a_month_that_is_not_computed_is_amended_instead(world: Any, correct: Any, snapshot: Any) -> None:
    from payroll.contract_errors import MonthNotSettled

    contract = world.submit(world.contract())
    before = snapshot()
    with pytest.raises(MonthNotSettled):
        correct(contract, "4", "100.00")
    assert snapshot() == before


def test_one_correction_after_the_other(settled: Any, correct: Any, snapshot: Any) -> None:
    from payroll.contract_errors import CorrectionPending

    correct(settled, "4", "100.00")
    before = snapshot()
    with pytest.raises(CorrectionPending):
        correct(settled, "4", "100.00")
    assert snapshot() == before


def test_hours_corrected_later_change_nothing_of_what_was_declared_of_a_student(
    world: Any, correct: Any, moment: Any
) -> None:
    """The declaration tells the hours planned (22.8, rounded up); the quarter's return tells those paid."""
    from payroll.services import settle_due
    from payroll.services.reconciliation import reconcile_contracts

    contract = world.submit(world.contract(contract_type="student"))
    settle_due(on=date(2026, 11, 10), actor=world.member)
    correct(contract, "7.6", "150.00")
    reconcile_contracts([contract.pk], at=moment(2026, 11, 12))
    assert [(row.kind, row.planned_hours) for row in contract.declarations.all()] == [("in", 23)]
