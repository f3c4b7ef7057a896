"""What a contract reserves, and everything for which it is refused, with nothing changed."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError

D = Decimal


@pytest.fixture
def refused(world: Any, snapshot: Any) -> Any:
    """Submit, expect the refusal, and see that nothing changed."""

    def check(contract: Any, code: str, **more: Any) -> DomainError:
        before = snapshot()
        with pytest.raises(DomainError) as error:
            world.submit(contract, **more)
        assert error.value.code == code
        assert error.value.detail
        assert snapshot() == before
        return error.value

    return check


def test_submitting_reserves_the_employment_budget_and_freezes_the_multiplier(world: Any) -> None:
    contract = world.submit(world.contract())
    assert (contract.state, contract.multiplier, contract.employment_budget) == (
        "submitted",
        D("1.55"),
        D("775.00"),
    )
    assert world.budget() == (D("10000.00"), D("775.00"))
    assert [d.kind for d in contract.declarations.all()] == ["in"]


def test_a_budget_becomes_the_largest_gross_that_fits(world: Any) -> None:
    assert world.contract(None, budget=D("835.00")).gross == D("538.71")


def test_cancelled_before_the_start_everything_is_free_again(world: Any, moment: Any) -> None:
    from payroll.services import cancel_contract

    contract = world.submit(world.contract())
    cancel_contract(contract_id=contract.pk, on=moment(2026, 11, 3), actor=world.member)
    contract.refresh_from_db()
    assert contract.state == "cancelled"
    assert world.budget() == (D("10000.00"), D("0.00"))
    assert [d.state for d in contract.declarations.all()] == ["cancelled"], "it never left"


def test_after_the_start_a_contract_is_not_cancelled(world: Any, moment: Any, snapshot: Any) -> None:
    from payroll.errors import ContractAfterStart
    from payroll.services import cancel_contract

    contract = world.submit(world.contract())
    before = snapshot()
    with pytest.raises(ContractAfterStart):
        cancel_contract(contract_id=contract.pk, on=moment(2026, 11, 4), actor=world.member)
    assert snapshot() == before


def test_it_may_be_submitted_on_the_day_itself_before_the_hour_of_the_start(world: Any, moment: Any) -> None:
    contract = world.contract(day_starts=time(14), day_ends=time(18), hours=D("12"))
    assert world.submit(contract, moment(2026, 11, 4, 13)).state == "submitted"


def test_refused_on_the_day_of_the_start(world: Any, refused: Any, moment: Any) -> None:
    refused(world.contract(), "contract_too_late", on=moment(2026, 11, 4, 7))


def test_a_payroll_administrator_may_submit_late_and_it_shows(world: Any, moment: Any) -> None:
    assert world.submit(world.contract(), moment(2026, 11, 5), accept_late=True).late


def test_refused_without_national_number(world: Any, refused: Any) -> None:
    from activities.services import add_holder
    from tests.factories import make_person

    stranger = make_person(national_number="")
    add_holder(activity_id=world.activity.pk, person=stranger, actor=world.member)
    refused(world.contract(person_id=stranger.pk), "worker_national_number_missing")


@pytest.mark.parametrize(
    ("missing", "code"),
    [
        ({"iban": ""}, "worker_iban_missing"),
        ({"street": ""}, "worker_address_missing"),
        ({"family_status": None}, "family_situation_missing"),
    ],
)
def test_refused_without_what_pay_needs(world: Any, refused: Any, missing: dict[str, Any], code: str) -> None:
    from tests.factories import make_person

    refused(world.contract(person_id=make_person(**missing).pk), code)


def test_refused_below_the_minimum_wage_with_the_gross_that_would_do(world: Any, refused: Any) -> None:
    error = refused(world.contract("300.00"), "below_minimum_wage")
    assert "310" in error.detail


def test_refused_over_a_month(world: Any, refused: Any) -> None:
    refused(
        world.contract("3000.00", starts_on=date(2026, 11, 4), ends_on=date(2026, 12, 4), hours=D("160")),
        "contract_too_long",
    )


def test_refused_over_the_hours_that_the_days_hold(world: Any, refused: Any) -> None:
    refused(world.contract("1000.00", hours=D("37")), "too_many_hours")


def test_refused_at_the_same_hours_as_another_contract(world: Any, refused: Any) -> None:
    world.submit(world.contract())
    refused(world.contract(starts_on=date(2026, 11, 6), ends_on=date(2026, 11, 9)), "contract_overlap")


def test_two_contracts_share_a_day_at_other_hours(world: Any) -> None:
    day = {"starts_on": date(2026, 11, 4), "ends_on": date(2026, 11, 4), "hours": D("4")}
    world.submit(world.contract("100.00", day_starts=time(8), day_ends=time(12), **day))
    second = world.contract("100.00", day_starts=time(13), day_ends=time(17), **day)
    assert world.submit(second).state == "submitted"


def test_refused_over_the_students_650_hours_and_says_what_is_left(world: Any, refused: Any) -> None:
    from payroll.models import ContractMonth

    year = world.contract("2000.00", contract_type="student", hours=D("36"))
    world.submit(year)
    ContractMonth.objects.filter(contract=year).update(hours=D("630"))
    later = {"starts_on": date(2026, 11, 9), "ends_on": date(2026, 11, 11)}
    error = refused(
        world.contract("400.00", contract_type="student", hours=D("20.5"), **later), "student_quota_exceeded"
    )
    assert "20" in error.detail
    assert world.submit(world.contract("400.00", contract_type="student", hours=D("20"), **later)).pk


def test_refused_without_a_multiplier(world: Any, refused: Any) -> None:
    refused(world.contract(contract_type="interim"), "no_rate_in_force")


def test_refused_over_the_budget(world: Any, refused: Any) -> None:
    refused(world.contract("6451.62"), "budget_exceeded")


def test_the_whole_budget_may_be_used(world: Any) -> None:
    world.submit(world.contract(None, budget=D("10000.00")))
    balance, reserved = world.budget()
    assert balance - reserved < D("0.02")


def test_refused_for_a_flat_tax_that_is_not_an_artists(world: Any, refused: Any) -> None:
    refused(world.contract(flat_tax=True), "flat_tax_not_allowed")


def test_refused_twice(world: Any, refused: Any) -> None:
    refused(world.submit(world.contract()), "contract_not_draft")


def test_refused_in_a_country_without_a_pay_engine(world: Any, refused: Any, snapshot: Any) -> None:
    draft, before = world.contract(), snapshot()
    world.cooperative.country = "SE"
    with pytest.raises(DomainError) as error:
        world.contract()
    assert error.value.code == "no_payroll_engine"
    assert snapshot() == before, "not even a draft is written"
    refused(draft, "no_payroll_engine")


def test_shortened_the_rest_of_the_money_is_free(world: Any, moment: Any) -> None:
    from payroll.services import shorten_contract

    contract = world.submit(world.contract())
    shorten_contract(
        contract_id=contract.pk,
        last_day=date(2026, 11, 5),
        hours=D("15.2"),
        on=moment(2026, 11, 6),
        actor=world.member,
    )
    contract.refresh_from_db()
    assert (contract.gross, contract.employment_budget) == (D("333.33"), D("516.66"))
    assert world.budget() == (D("10000.00"), D("516.66"))


def test_nobody_came_and_nothing_is_owed(world: Any, moment: Any) -> None:
    from payroll.services import report_no_show, settle_due

    contract = world.submit(world.contract())
    report_no_show(contract_id=contract.pk, on=moment(2026, 11, 7), actor=world.member)
    assert world.budget() == (D("10000.00"), D("0.00"))
    assert settle_due(on=date(2026, 12, 1), actor=world.member).items == ()


def test_a_contract_over_two_months_is_split_by_planned_hours(world: Any) -> None:
    contract = world.submit(
        world.contract("1000.00", starts_on=date(2026, 11, 26), ends_on=date(2026, 12, 4), hours=D("53.2"))
    )
    november, december = contract.months.all()
    assert (november.hours, november.gross, november.budget) == (D("22.80"), D("428.57"), D("664.29"))
    assert (december.hours, december.gross, december.budget) == (D("30.40"), D("571.43"), D("885.71"))


def test_each_side_signs_once_and_the_evidence_is_kept(world: Any, moment: Any) -> None:
    from payroll.errors import AlreadySigned, NotTheWorker
    from payroll.services import sign_contract

    contract = world.submit(world.contract())
    given = {"contract_id": contract.pk, "on": moment(2026, 11, 3), "actor": world.member}
    with pytest.raises(NotTheWorker):
        sign_contract(side="worker", signer=world.adviser, **given)
    signature = sign_contract(side="worker", signer=world.worker, **given)
    assert len(signature.evidence["sha256"]) == 64
    with pytest.raises(AlreadySigned):
        sign_contract(side="worker", signer=world.worker, **given)
