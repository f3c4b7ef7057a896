"""A salary from an estimate, its months set aside ahead, what happens when the budget does not bear it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from tests.payroll.cdi.conftest import moment_of

D = Decimal


def test_the_proposal_is_the_largest_gross_that_twelve_months_bear(staff: Any) -> None:
    """6,000.00 a month less 6.5 % is 5,610.00: at 1.55 that bears 3,619.35 (3,619.36 costs 5,610.01)."""
    proposal = staff.propose()
    assert proposal.average == D("5610.00")
    assert proposal.gross == D("3619.35")
    assert proposal.months.count() == 12
    assert proposal.state == "open"


def test_the_contract_stands_once_both_have_agreed(staff: Any, world: Any) -> None:
    from payroll.cdi.services import agree_salary
    from payroll.models import EmploymentContract

    proposal = staff.propose()
    agree_salary(
        proposal_id=proposal.pk, side="worker", person=world.worker, as_cooperative=False,
        on=moment_of(date(2026, 3, 20)), actor=world.member,
    )  # fmt: skip
    assert not EmploymentContract.objects.exists()

    contract = staff.contract()

    assert contract.open_ended
    assert contract.state == "submitted"
    declared = contract.declarations.get()
    assert (declared.kind, declared.starts_on) == ("in", date(2026, 4, 1))
    assert contract.gross == D("3619.35")
    month = contract.months.get()
    assert (month.month, month.hours, month.budget) == (date(2026, 4, 1), D("167.20"), D("5609.99"))
    assert world.budget() == (D("10000.00"), D("5609.99"))


def test_a_salary_is_planned_a_month_ahead_and_paid_when_the_month_is_over(staff: Any, world: Any) -> None:
    """April 2026: 22 weekdays, 167.2 h. Settled on 1 May, due on the 7th working day."""
    from ledger.treasury.models import Payout

    contract = staff.contract()
    world.earn("10000.00")

    staff.day(date(2026, 4, 20), contract)
    assert [row.month.month for row in contract.salary_months.all()] == [4, 5]
    assert world.budget() == (D("20000.00"), D("11219.98"))

    staff.day(date(2026, 5, 1), contract)

    contract.refresh_from_db()
    assert contract.state == "submitted"  # it goes on
    item = contract.items.get()
    assert (item.gross, item.hours, item.employment_budget) == (D("3619.35"), D("167.20"), D("5609.99"))
    assert item.gross - item.onss + item.work_bonus_a + item.work_bonus_b == item.taxable
    lines = world.lines(source_type="payroll.payitem")
    assert ("620", D("3619.35"), D(0), "A") in lines
    assert sum(debit for _, debit, _, _ in lines) == D("5609.99")
    assert Payout.objects.get().due_on == date(2026, 5, 12)
    # May and June are set aside now.
    assert world.budget() == (D("14390.01"), D("11219.98"))


def test_planned_twice_nothing_changes(staff: Any, snapshot: Any) -> None:
    contract = staff.contract()
    staff.day(date(2026, 4, 2), contract)
    before = snapshot()
    staff.day(date(2026, 4, 2), contract)
    staff.day(date(2026, 4, 3), contract)
    assert snapshot() == before


def test_a_month_that_the_budget_does_not_bear_is_said_by_name(staff: Any, world: Any) -> None:
    """10,000.00 bear April; May lacks 1,219.98. A month ahead: refused and shown, nothing lent."""
    from payroll.models import PayException

    contract = staff.contract()
    staff.day(date(2026, 4, 2), contract)

    may = contract.salary_months.get(month=date(2026, 5, 1))
    assert (may.state, may.missing, may.lent) == ("refused", D("1219.98"), D("0.00"))
    assert "1\xa0219,98 €" in may.detail
    assert not contract.months.filter(month=date(2026, 5, 1)).exists()
    assert PayException.objects.get(resolved_at=None).code == "salary_not_covered"
    assert world.budget() == (D("10000.00"), D("5609.99"))

    world.earn("5000.00")
    staff.day(date(2026, 4, 10), contract)

    may.refresh_from_db()
    assert (may.state, may.missing) == ("planned", D("0.00"))
    assert not PayException.objects.filter(resolved_at=None).exists()


def test_above_the_threshold_two_persons_let_the_pot_lend(
    staff: Any, world: Any, snapshot: Any, books: Any
) -> None:
    from ledger.models import Budget
    from payroll.cdi.errors import LoanNeedsSecondPerson, OwnMatter, SalaryCovered
    from payroll.cdi.services import lend_salary

    contract = staff.contract()
    staff.day(date(2026, 4, 2), contract)
    may = contract.salary_months.get(month=date(2026, 5, 1))
    staff.day(date(2026, 5, 1), contract)  # it has begun: too much for the machine alone
    may.refresh_from_db()
    assert may.state == "refused"

    with pytest.raises(OwnMatter):
        lend_salary(salary_month_id=may.pk, on=date(2026, 5, 2), actor=world.member)
    lend_salary(salary_month_id=may.pk, on=date(2026, 5, 2), actor=world.actor(world.clerk))
    before = snapshot()
    with pytest.raises(LoanNeedsSecondPerson):
        lend_salary(salary_month_id=may.pk, on=date(2026, 5, 2), actor=world.actor(world.clerk))
    assert snapshot() == before
    lent = lend_salary(salary_month_id=may.pk, on=date(2026, 5, 2), actor=world.actor(world.chief))

    assert (lent.state, lent.lent) == ("planned", D("1219.98"))
    assert Budget.objects.get(pk=world.activity.budget_id).shortfall == D("1219.98")
    with pytest.raises(SalaryCovered):
        lend_salary(salary_month_id=may.pk, on=date(2026, 5, 2), actor=world.actor(world.chief))

    world.earn("2000.00")  # income repays the pot first

    assert Budget.objects.get(pk=world.activity.budget_id).shortfall == D("0.00")
    assert books() == []


def test_up_to_the_threshold_the_law_is_enough_once_the_month_has_begun(staff: Any, world: Any) -> None:
    contract = staff.contract()
    world.earn("1000.00")
    staff.day(date(2026, 4, 2), contract)
    may = contract.salary_months.get(month=date(2026, 5, 1))
    assert (may.state, may.missing) == ("refused", D("219.98"))

    staff.day(date(2026, 5, 1), contract)

    may.refresh_from_db()
    assert (may.state, may.lent) == ("planned", D("219.98"))


def test_the_warning_comes_before_the_shortfall(staff: Any, world: Any) -> None:
    """15,000.00 bear April and May; June lacks 1,829.97, and that is said in April."""
    from payroll.cdi.models import SalaryWarning

    contract = staff.contract()
    world.earn("5000.00")

    staff.day(date(2026, 4, 2), contract)

    found = SalaryWarning.objects.get()
    assert (found.month, found.missing, found.resolved_on) == (date(2026, 6, 1), D("1829.97"), None)

    world.earn("20000.00")
    staff.day(date(2026, 4, 3), contract)

    found.refresh_from_db()
    assert found.resolved_on == date(2026, 4, 3)


def test_a_part_month_is_paid_by_hours(staff: Any, world: Any) -> None:
    """From Wednesday 15 April: 12 of 22 weekdays; 3,619.35 × 91.2 / 167.2 = 1,974.19."""
    contract = staff.contract(date(2026, 4, 15))
    april = contract.months.get(month=date(2026, 4, 1))
    assert (april.first_day, april.hours, april.gross) == (date(2026, 4, 15), D("91.20"), D("1974.19"))
    assert april.budget == D("3059.99")


def test_new_terms_begin_with_their_month(staff: Any, world: Any) -> None:
    """Four days a week from June: agreed in April, in force in June, the contract shows them then."""
    world.earn("30000.00")
    contract = staff.contract()
    week = [D("7.6")] * 4 + [D(0)] * 3
    proposal = staff.propose(
        date(2026, 6, 1), income="5000.00", contract=contract, hours_by_day=week, on=date(2026, 4, 20)
    )
    staff.agree(proposal, moment_of(date(2026, 4, 21)))
    contract.refresh_from_db()
    assert contract.gross == D("3619.35")

    staff.day(date(2026, 5, 4), contract)
    june = contract.months.get(month=date(2026, 6, 1))
    assert (june.hours, june.gross) == (D("136.80"), D("3016.13"))  # 18 Mondays to Thursdays

    staff.day(date(2026, 6, 1), contract)
    contract.refresh_from_db()
    assert contract.gross == D("3016.13")


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"income": "3000.00"}, "below_minimum_wage"),
        ({"income": "0.00"}, "salary_not_borne"),
        ({"gross": D("3619.36")}, "salary_above_estimate"),
        ({"estimates": []}, "estimate_months"),
        ({"hours_by_day": [D(9)] * 5 + [D(0)] * 2}, "hours_of_week"),
        ({"hours_by_day": [D("7.6")] * 5}, "hours_of_week"),
    ],
)
def test_what_cannot_be_proposed_is_refused_with_its_reason(
    staff: Any, changes: dict[str, Any], code: str, snapshot: Any
) -> None:
    from core.errors import DomainError
    from payroll.cdi.models import SalaryProposal

    before = snapshot()
    with pytest.raises(DomainError) as refusal:
        staff.propose(**changes)
    assert refusal.value.code == code
    assert snapshot() == before
    assert not SalaryProposal.objects.exists()


def test_nobody_agrees_for_another_side(staff: Any, world: Any, snapshot: Any) -> None:
    from payroll.cdi.errors import NotYourConsent
    from payroll.cdi.models import SalaryConsent
    from payroll.cdi.services import agree_salary

    proposal = staff.propose()
    before = snapshot()
    for person, side, cooperative in (
        (world.worker, "adviser", True),
        (world.adviser, "worker", True),
        (world.clerk, "adviser", False),
        (world.clerk, "holder", True),
    ):
        with pytest.raises(NotYourConsent):
            agree_salary(
                proposal_id=proposal.pk, side=side, person=person, as_cooperative=cooperative,
                on=moment_of(date(2026, 3, 20)), actor=world.actor(person),
            )  # fmt: skip
    assert snapshot() == before
    assert not SalaryConsent.objects.exists()


def test_another_contract_at_the_same_hours_is_refused(staff: Any, world: Any) -> None:
    from payroll.errors import ContractOverlap

    staff.contract()
    draft = world.contract("200.00", starts_on=date(2026, 6, 2), ends_on=date(2026, 6, 2), hours=D("7.6"))
    with pytest.raises(ContractOverlap):
        world.submit(draft, moment_of(date(2026, 5, 20)))


def test_it_is_not_shortened_like_a_contract_of_a_few_days(staff: Any, world: Any, snapshot: Any) -> None:
    from payroll.errors import SalaryGoesOn
    from payroll.services import shorten_contract

    contract = staff.contract()
    before = snapshot()
    with pytest.raises(SalaryGoesOn):
        shorten_contract(
            contract_id=contract.pk, last_day=date(2026, 4, 10), hours=D(60),
            on=moment_of(date(2026, 4, 10)), actor=world.member,
        )  # fmt: skip
    assert snapshot() == before
