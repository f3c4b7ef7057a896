"""Holiday that was taken and paid as salary: what was set aside for it goes back to the Activity."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

from tests.payroll.cdi.conftest import WEEK, moment_of

D = Decimal


def test_days_taken_give_their_share_back_once(staff: Any, world: Any, books: Callable[[], Any]) -> None:
    """November and December 2025 set 555.20 simple holiday pay aside. In 2026 there are twenty days; five are
    taken: a quarter of the simple part and of the contribution on it is the Activity's again.
    """
    from payroll.cdi.models import HolidayDraw
    from payroll.cdi.services import ask_absence, decide_absence, give_back_taken
    from payroll.services.holidays import held_of

    contract = _salary_of_two_months(staff, world)
    key = (contract.person_id, contract.entity_id)
    before, budget = held_of([contract.person_id])[key].parts, world.budget()[0]
    given: dict[str, Any] = {
        "contract_id": contract.pk, "year": 2026, "on": date(2027, 1, 4), "actor": world.actor(world.clerk),
    }  # fmt: skip
    assert give_back_taken(**given) is None  # nothing was taken
    assert world.budget()[0] == budget
    holiday = ask_absence(
        contract_id=contract.pk, kind="paid_holiday", first_day=date(2026, 7, 6), last_day=date(2026, 7, 10),
        actor=world.actor(contract.person),
    )  # fmt: skip
    decide_absence(absence_id=holiday.pk, approve=True, on=date(2026, 6, 1), actor=world.actor(world.clerk))

    row = give_back_taken(**given)

    assert row is not None
    assert (row.days, row.simple) == (D(5), D("138.80"))
    assert row.employer_onss == (before.employer_onss / 4).quantize(D("0.01"))
    back = row.simple + row.employer_onss
    assert [line[:3] for line in world.lines(source_id=row.pk, source_type="cdi.holidaydraw")] == [
        ("4560", back, D("0.00")),
        ("621", D("0.00"), back),
    ]
    assert world.budget()[0] == budget + back
    left = held_of([contract.person_id])[key].parts
    assert (left.simple, left.double) == (before.simple - row.simple, before.double)
    again = give_back_taken(**given)
    assert again is not None and again.pk == row.pk
    assert (HolidayDraw.objects.count(), world.budget()[0]) == (1, budget + back)
    assert books() == []


def _salary_of_two_months(staff: Any, world: Any) -> Any:
    """A salary from November 2025 on, of which two months are paid."""
    from core.types import Actor
    from members.enums import Role
    from payroll.cdi.models import OpenEndedTerms, SalaryProposal
    from payroll.cdi.services import grant_holiday, plan_salary_month
    from payroll.services import settle_due
    from payroll.services.open_ended import conclude_open_ended
    from tests.factories import make_person

    robot, start = Actor.system("cdi"), date(2025, 11, 1)
    world.earn("20000.00")
    contract = conclude_open_ended(
        activity_id=world.activity.pk, person_id=make_person(Role.MEMBER, joined_on=date(2025, 1, 1)).pk,
        starts_on=start, hours=D("164.67"), gross=D("3619.35"), category="B", seniority=0,
        joint_committee="200", description="Studio", place="Bruxelles", function_code="",
        on=moment_of(date(2025, 10, 20)), actor=robot,
    )  # fmt: skip
    terms = {
        "hours_by_day": [str(hours) for hours in WEEK], "weekly_hours": D(38), "gross": D("3619.35"),
        "category": "B", "valid_from": start,
    }  # fmt: skip
    proposal = SalaryProposal.objects.create(
        contract=contract, activity=world.activity, person=contract.person, multiplier=D("1.55"),
        state="agreed", **terms,
    )  # fmt: skip
    OpenEndedTerms.objects.create(contract=contract, proposal=proposal, **terms)
    for month in (start, date(2025, 12, 1)):
        plan_salary_month(contract_id=contract.pk, month=month, on=start, actor=robot)
    settle_due(on=date(2026, 1, 2), actor=robot)
    _fill_up(contract, world, grant_holiday)
    return contract


def _fill_up(contract: Any, world: Any, grant_holiday: Any) -> None:
    """Twenty days in 2026: those of two months, the others by an attestation."""
    from payroll.cdi import selectors

    missing = D(20) - selectors.holiday_balance(contract, 2026).right
    grant_holiday(
        contract_id=contract.pk, year=2026, days=missing, reason="employeur précédent",
        actor=world.actor(world.clerk),
    )  # fmt: skip
