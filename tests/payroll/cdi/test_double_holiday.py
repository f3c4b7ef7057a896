"""The double holiday pay of a year after the first: it comes from what the salaries set aside."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from tests.payroll.cdi.conftest import WEEK, moment_of

D = Decimal


def test_two_months_of_the_year_before_are_paid_from_account_4560(staff: Any, world: Any, books: Any) -> None:
    """November and December 2025 at 3,619.35: 92 % × 2/12 = 554.97; the salaries set aside 492.24 double and
    62.98 supplement: the Activity pays nothing, and the exit holiday keeps 0.25 and the simple part.
    """
    from core.types import Actor
    from members.enums import Role
    from payroll.cdi.models import OpenEndedTerms, SalaryProposal
    from payroll.cdi.services import pay_allowance, plan_salary_month
    from payroll.services import settle_due
    from payroll.services.holidays import held_of
    from payroll.services.open_ended import conclude_open_ended
    from tests.factories import make_person

    robot, start = Actor.system("cdi"), date(2025, 11, 1)
    person = make_person(Role.MEMBER, joined_on=date(2025, 1, 1))
    world.earn("10000.00")
    contract = conclude_open_ended(
        activity_id=world.activity.pk, person_id=person.pk, starts_on=start, hours=D("164.67"),
        gross=D("3619.35"), category="B", seniority=0, joint_committee="200", description="Studio",
        place="Bruxelles", function_code="", on=moment_of(date(2025, 10, 20)), actor=robot,
    )  # fmt: skip
    terms = {
        "hours_by_day": [str(hours) for hours in WEEK], "weekly_hours": D(38), "gross": D("3619.35"),
        "category": "B", "valid_from": start,
    }  # fmt: skip
    proposal = SalaryProposal.objects.create(
        contract=contract,
        activity=world.activity,
        person=person,
        multiplier=D("1.55"),
        state="agreed",
        **terms,
    )
    OpenEndedTerms.objects.create(contract=contract, proposal=proposal, **terms)
    for month in (start, date(2025, 12, 1)):
        plan_salary_month(contract_id=contract.pk, month=month, on=start, actor=robot)
    settle_due(on=date(2026, 1, 2), actor=robot)
    assert contract.items.count() == 2
    before = world.budget()[0]

    paid = pay_allowance(
        contract_id=contract.pk, kind="double_holiday", year=2026, on=date(2026, 6, 15),
        actor=world.actor(world.clerk),
    )  # fmt: skip

    assert (paid.months, paid.gross, paid.from_holiday, paid.cost) == (
        D(2), D("554.97"), D("554.97"), D("0.00")
    )  # fmt: skip
    assert (paid.onss, paid.employer_onss) == (D("67.02"), D("0.00"))
    lines = world.lines(source_id=paid.pk, source_type="cdi.allowance")
    assert lines[0] == ("4560", D("554.97"), D("0.00"), "")
    assert world.budget()[0] == before
    left = held_of([person.pk])[(person.pk, contract.entity_id)].parts
    assert (left.double, left.supplement, left.simple) == (D("0.00"), D("0.25"), D("555.20"))
    assert books() == []
