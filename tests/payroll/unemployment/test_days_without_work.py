"""Days of temporary unemployment: what the contract loses and what the solidarity fund gives, to the cent."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from core.errors import DomainError
from tests.payroll.conftest import at
from tests.payroll.unemployment.conftest import breaks


@pytest.fixture
def contract(world: Any) -> Any:
    """Wednesday 4 to Friday 6 November 2026, 22.8 hours, 500.00: 775.00 are reserved."""
    return world.submit(world.contract())


def code_of(act: Callable[[], Any]) -> str:
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.detail
    return refusal.value.code


def test_one_of_three_days_is_lost(world: Any, contract: Any, lose: Any) -> None:
    from ledger.treasury.models import Payout

    spell = lose(contract, 5)

    contract.refresh_from_db()
    assert (contract.hours, contract.gross, contract.employment_budget) == (
        D("15.20"),
        D("333.33"),
        D("516.66"),
    )
    assert contract.ends_on == date(2026, 11, 6)  # still employed on all three days
    assert world.budget()[1] == D("516.66")
    assert (spell.days, spell.hours, spell.work_code, spell.whole) == (1, D("7.60"), 71, False)
    assert (spell.top_up, spell.withholding_tax, spell.net) == (D("7.00"), D("0.00"), D("7.00"))
    assert world.lines(source_id=spell.pk) == [
        ("6209", D("7.00"), D("0.00"), "solidarity"),
        ("455", D("0.00"), D("7.00"), ""),
    ]
    payout = Payout.objects.get(source_id=spell.pk)
    # seven working days after Thursday 5 November; the 11th is a holiday
    assert (payout.amount, payout.due_on, payout.kind) == (D("7.00"), date(2026, 11, 17), "wage")
    assert breaks() == []


def test_the_pay_that_is_left_is_settled_and_the_books_agree(world: Any, contract: Any, lose: Any) -> None:
    from payroll.models import PayItem
    from payroll.services import settle_due

    lose(contract, 5, 6)
    settle_due(on=date(2026, 11, 10), actor=world.member)

    item = PayItem.objects.get(contract=contract)
    assert (item.gross, item.hours) == (D("166.67"), D("7.60"))
    assert breaks() == []


def test_a_contract_of_which_nothing_is_left_is_withdrawn(world: Any, contract: Any, lose: Any) -> None:
    spell = lose(contract, 4, 5, 6)

    contract.refresh_from_db()
    assert (contract.state, spell.whole, spell.net) == ("cancelled", True, D("21.00"))
    assert contract.end_reason == "less_work"
    assert world.budget() == (D("10000.00"), D("0.00"))
    assert breaks() == []


def test_once_the_work_has_begun_it_was_not_performed(contract: Any, lose: Any) -> None:
    spell = lose(contract, 4, 5, 6, on=at(2026, 11, 7), reason="force_majeure")

    contract.refresh_from_db()
    assert (contract.state, contract.end_reason) == ("no_show", "force_majeure")
    assert (spell.work_code, spell.paid_on) == (77, date(2026, 11, 18))


def test_day_by_day_or_together_the_contract_loses_the_same(world: Any, lose: Any) -> None:
    one_by_one = world.submit(world.contract(hours=D("22.81"), gross="500.01"))
    lose(one_by_one, 4)
    lose(one_by_one, 5)
    together = world.submit(
        world.contract(
            hours=D("22.81"), gross="500.01", starts_on=date(2026, 11, 18), ends_on=date(2026, 11, 20)
        )
    )
    lose(together, 18, 19)

    for row in (one_by_one, together):
        row.refresh_from_db()
    assert abs(one_by_one.hours - together.hours) <= D("0.01")
    assert abs(one_by_one.gross - together.gross) <= D("0.25")  # a hundredth of an hour of pay
    assert breaks() == []


def test_a_settled_day_is_taken_back_by_a_correction(world: Any, contract: Any, lose: Any) -> None:
    from payroll.models import PayItem
    from payroll.services import settle_due

    settle_due(on=date(2026, 11, 10), actor=world.member)
    spell = lose(contract, 6, on=at(2026, 11, 12))
    settle_due(on=date(2026, 11, 13), actor=world.member)

    items = PayItem.objects.filter(contract=contract).order_by("settled_at")
    assert [(row.hours, row.gross) for row in items] == [
        (D("22.80"), D("500.00")),
        (D("-7.60"), D("-166.67")),
    ]
    assert spell.hours == D("7.60")
    assert breaks() == []


def test_a_day_of_two_contracts_is_topped_up_once(world: Any, contract: Any, lose: Any) -> None:
    from datetime import time

    other = world.contract(day_starts=time(18), day_ends=time(22), hours=D("12.0"))
    from payroll.models import EmploymentContract

    EmploymentContract.objects.filter(pk=contract.pk).update(day_starts=time(8), day_ends=time(16))
    world.submit(other)

    first, second = lose(contract, 5), lose(other, 5, 6)

    assert (first.top_up, second.top_up, second.days, second.top_up_days) == (D("7.00"), D("7.00"), 2, 1)
    assert breaks() == []


def test_the_amount_of_a_day_is_the_policy_of_that_day(world: Any, contract: Any, lose: Any) -> None:
    from core.models import PolicyRate

    PolicyRate.objects.create(
        key="unemployment_top_up_per_day",
        valid_from=date(2026, 11, 6),
        value="8.50",
        source="general meeting",
        status="confirmed",
    )
    assert lose(contract, 5).net == D("7.00")
    assert lose(contract, 6).net == D("8.50")


def test_the_day_stands_on_the_payslip_and_in_the_quarter(world: Any, contract: Any, lose: Any) -> None:
    from payroll.extras import extras_of
    from payroll.worktime import work_times

    lose(contract, 5)

    [extra] = extras_of([world.worker.pk], date(2026, 11, 1), date(2026, 11, 1))
    assert (extra.gross, extra.net, extra.owed) == (D("7.00"), D("7.00"), {"455": D("7.00")})
    assert [(line.code, line.base, line.rate, line.status) for line in extra.lines] == [
        ("unemployment_top_up", D(1), D("7.00"), "confirmed")
    ]
    times = work_times(contract.entity_id, date(2026, 10, 1), date(2026, 12, 31), [world.worker.pk])
    assert {time.code for time in times} == {71}
    assert (sum(time.days for time in times), sum(time.hours for time in times)) == (1, D("7.60"))


@pytest.mark.parametrize(
    ("days", "code"),
    [
        ((), "days_missing"),
        ((3,), "day_not_planned"),
        ((4, 7), "day_not_planned"),
    ],
)
def test_days_that_are_none_of_the_contract(
    contract: Any, lose: Any, snapshot: Any, days: tuple[int, ...], code: str
) -> None:
    before = snapshot()
    assert code_of(lambda: lose(contract, *days)) == code
    assert snapshot() == before


def test_refusals_change_nothing(world: Any, contract: Any, lose: Any, snapshot: Any) -> None:
    from core.uuid7 import uuid7
    from payroll.unemployment.models import UnemployedDay

    lose(contract, 5)
    draft = world.contract(starts_on=date(2026, 11, 24), ends_on=date(2026, 11, 26))
    before = snapshot()

    assert code_of(lambda: lose(contract, 5, 6)) == "day_already_unemployed"
    assert code_of(lambda: lose(contract, 6, actor=world.member)) == "own_pay"
    assert code_of(lambda: lose(draft, 24)) == "contract_not_open"
    assert code_of(lambda: lose(contract, 6, days=[date(2026, 11, 6), date(2026, 12, 1)])) == (
        "days_of_two_months"
    )
    assert code_of(lambda: lose(contract, 6, contract_id=uuid7())) == "contract_not_found"

    assert snapshot() == before
    assert UnemployedDay.objects.count() == 1


def test_students_have_none(world: Any, lose: Any, snapshot: Any) -> None:
    student = world.submit(world.contract(contract_type="student", gross="400.00"))
    before = snapshot()
    assert code_of(lambda: lose(student, 5)) == "student_unemployment"
    assert snapshot() == before
