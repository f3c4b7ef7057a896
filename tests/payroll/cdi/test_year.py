"""A year of a salary, to the cent, as a bookkeeper reads it, until the exit holiday."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from tests.payroll.cdi.conftest import moment_of

D = Decimal


def firsts(first: date, last: date) -> list[date]:
    """First days of months."""
    found = [first]
    while found[-1] < last:
        found.append((found[-1] + timedelta(days=32)).replace(day=1))
    return found


def test_from_the_first_salary_to_the_exit_holiday(staff: Any, world: Any, books: Callable[[], Any]) -> None:
    """Nora from April to November 2026 at 3,619.35 a month; unpaid leave in July; notice in September. The
    exit holiday is what was set aside, month by month.
    """
    from payroll.cdi.services import ask_absence, decide_absence, end_contract
    from payroll.models import PayItem
    from payroll.services.holidays import held_of

    world.earn("60000.00")
    contract = staff.contract()
    for day in firsts(date(2026, 4, 1), date(2026, 7, 1)):
        staff.day(day, contract)
    leave = ask_absence(
        contract_id=contract.pk, kind="unpaid_leave", first_day=date(2026, 7, 6), last_day=date(2026, 7, 10),
        actor=world.member,
    )  # fmt: skip
    decide_absence(absence_id=leave.pk, approve=True, on=date(2026, 7, 2), actor=world.actor(world.adviser))
    for day in firsts(date(2026, 8, 1), date(2026, 9, 1)):
        staff.day(day, contract)
    end_contract(
        contract_id=contract.pk, last_day=date(2026, 11, 13), reason="resigned", ended_by="worker",
        note="préavis", on=moment_of(date(2026, 9, 10)), actor=world.actor(world.clerk),
    )  # fmt: skip
    for day in (*firsts(date(2026, 10, 1), date(2026, 11, 1)), date(2026, 11, 14), date(2026, 12, 1)):
        staff.day(day, contract)

    items = list(PayItem.objects.order_by("month"))
    assert [(item.month.month, item.hours, item.gross) for item in items] == [
        (4, D("167.20"), D("3619.35")),
        (5, D("159.60"), D("3619.35")),
        (6, D("167.20"), D("3619.35")),
        (7, D("136.80"), D("2832.53")),  # 18 of 23 days
        (8, D("159.60"), D("3619.35")),
        (9, D("167.20"), D("3619.35")),
        (10, D("167.20"), D("3619.35")),
        (11, D("76.00"), D("1723.50")),  # 10 of 21 days
    ]
    contract.refresh_from_db()
    assert (contract.state, contract.ends_on) == ("settled", date(2026, 11, 13))
    spent = sum((item.employment_budget for item in items), D(0))
    balance, reserved = world.budget()
    premium = contract.allowances.get(kind="annual_premium")  # April and May of 330.84, and contributions
    assert (premium.gross, premium.cost) == (D("55.14"), D("70.03"))
    assert (balance, reserved) == (D("70000.00") - spent - D("70.03"), D("0.00"))
    held = held_of([world.worker.pk])[(world.worker.pk, contract.entity_id)]
    assert held.ended_on == date(2026, 11, 13)
    parts = ("exit_holiday_simple", "exit_holiday_double", "exit_holiday_supplement")
    assert held.parts.gross == sum((D(item.employer[part]) for item in items for part in parts), D(0))
    assert books() == []


def test_a_month_after_the_end_is_never_paid(staff: Any, world: Any) -> None:
    from payroll.cdi.services import end_contract

    world.earn("20000.00")
    contract = staff.contract()
    staff.day(date(2026, 4, 20), contract)
    assert world.budget()[1] == D("11219.98")
    end_contract(
        contract_id=contract.pk, last_day=date(2026, 4, 30), reason="agreed", ended_by="both", note="",
        on=moment_of(date(2026, 4, 21)), actor=world.actor(world.clerk),
    )  # fmt: skip
    assert world.budget()[1] == D("5609.99")
    staff.day(date(2026, 5, 1), contract)
    staff.day(date(2026, 5, 2), contract)
    contract.refresh_from_db()
    assert contract.state == "settled"
    assert contract.items.count() == 1
    assert [row.month.month for row in contract.salary_months.filter(state="planned")] == [4]


def test_the_year_end_premium_bears_contributions(staff: Any, world: Any, books: Callable[[], Any]) -> None:
    """Nine months of 3,619.35: 2,714.51; worker 13.07 % = 354.79; 46.44 % of 2,359.72 = 1,095.85; employer
    27 % = 678.63 + 54.29. Once, and never for oneself."""
    from ledger.treasury.models import Payout
    from payroll.cdi.errors import AllowanceNotDue, AllowancePaid, OwnMatter
    from payroll.cdi.services import pay_allowance
    from payroll.extras import extras_of

    world.earn("80000.00")
    contract = staff.contract()
    for day in firsts(date(2026, 4, 1), date(2026, 12, 1)):
        staff.day(day, contract)
    clerk = world.actor(world.clerk)
    with pytest.raises(AllowanceNotDue):
        pay_allowance(contract_id=contract.pk, kind="year_end", year=2026, on=date(2026, 12, 14), actor=clerk)
    with pytest.raises(OwnMatter):
        pay_allowance(
            contract_id=contract.pk, kind="year_end", year=2026, on=date(2026, 12, 15), actor=world.member
        )
    before = world.budget()[0]

    staff.day(date(2026, 12, 15), contract)

    row = contract.allowances.get(kind="year_end")
    assert (row.months, row.gross, row.onss) == (D(9), D("2714.51"), D("354.79"))
    assert (row.taxable, row.withholding_tax, row.net) == (D("2359.72"), D("1095.85"), D("1263.87"))
    assert (row.employer_onss, row.from_holiday, row.cost) == (D("732.92"), D("0.00"), D("3447.43"))
    assert world.lines(source_id=row.pk, source_type="cdi.allowance") == [
        ("620", D("2714.51"), D(0), "A"),
        ("621", D("732.92"), D(0), "A"),
        ("453", D(0), D("1095.85"), ""),
        ("4540", D(0), D("1087.71"), ""),
        ("455", D(0), D("1263.87"), ""),
    ]
    assert world.budget()[0] == before - D("3447.43")
    assert Payout.objects.get(source_id=row.pk).amount == D("1263.87")
    with pytest.raises(AllowancePaid):
        pay_allowance(contract_id=contract.pk, kind="year_end", year=2026, on=date(2026, 12, 16), actor=clerk)
    (extra,) = extras_of([world.worker.pk], date(2026, 12, 1), date(2026, 12, 1))
    assert (extra.gross, extra.net, extra.remuneration_code) == (D("2714.51"), D("1263.87"), "2")
    assert books() == []


def test_below_six_months_there_is_no_premium(staff: Any, world: Any) -> None:
    from payroll.cdi.allowances import due_allowances

    world.earn("40000.00")
    contract = staff.contract(date(2026, 8, 3))
    assert due_allowances(contract, date(2026, 12, 20)) == []


def test_double_holiday_pay_comes_from_what_was_set_aside_first() -> None:
    """2,760.00 of double holiday pay; 4560 holds 1,000.00 double, 200.00 supplement, 1,300.00 simple."""
    from payroll.cdi.allowances import draw
    from payroll.engine.holiday import HolidayHeld

    held = HolidayHeld(D("1300.00"), D("1000.00"), D("200.00"), D("351.00"))
    some = draw(held, D("1100.00"))
    assert (some.double, some.supplement, some.simple) == (D("1000.00"), D("100.00"), D("0.00"))
    most = draw(held, D("2760.00"))
    assert (most.simple, most.employer_onss, most.total) == (D("1300.00"), D("260.00"), D("2760.00"))
