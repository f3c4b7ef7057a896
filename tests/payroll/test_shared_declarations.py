"""Two contracts of one worker on the same days: the office knows one period, and both are declared by it."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any

import pytest

MORNING = {"day_starts": time(8), "day_ends": time(12)}
AFTERNOON = {"day_starts": time(13), "day_ends": time(17)}
D = Decimal


@pytest.fixture
def carry(world: Any, office: Any) -> Any:
    """Send what waits to the office, answer after answer, until nothing is left to say."""
    from payroll.services.declarations import carry_due

    def all_of_it() -> None:
        for _ in range(6):
            carry_due(world.cooperative, gateway=office)

    return all_of_it


def november(first: int, last: int, **more: Any) -> dict[str, Any]:
    return {"starts_on": date(2026, 11, first), "ends_on": date(2026, 11, last), "hours": D("7.6")} | more


@pytest.fixture
def held(world: Any, office: Any) -> Any:
    """The periods that the office holds of the worker."""
    from members.services import reveal_national_number
    from payroll.services.reconciliation import SYSTEM

    number = reveal_national_number(person=world.worker, actor=SYSTEM, purpose="test")
    return lambda: [period for period in office.periods_of(number) if not period.is_cancelled]


def days(periods: list[Any]) -> list[tuple[int, int]]:
    """First and last days in November."""
    return sorted((period.starts_on.day, period.ends_on.day) for period in periods)


def states(*contracts: Any) -> list[str]:
    for contract in contracts:
        contract.refresh_from_db()
    return [contract.state for contract in contracts]


def test_the_same_days_are_declared_once(world: Any, carry: Any, held: Any) -> None:
    first = world.submit(world.contract("200.00", **november(16, 16), **MORNING))
    second = world.submit(world.contract("200.00", **november(16, 16), **AFTERNOON))
    carry()

    assert days(held()) == [(16, 16)]
    assert states(first, second) == ["declared", "declared"]
    assert [row.state for row in second.declared_rows] == ["accepted"]
    assert second.declared_by == first


def test_a_longer_contract_widens_the_period(world: Any, carry: Any, held: Any) -> None:
    first = world.submit(world.contract("200.00", **november(16, 17), **MORNING))
    carry()
    second = world.submit(world.contract("300.00", **november(17, 20), **AFTERNOON))
    assert states(first, second) == ["declared", "submitted"]
    carry()

    assert days(held()) == [(16, 20)]
    assert states(first, second) == ["declared", "declared"]
    assert [row.kind for row in first.declared_rows] == ["in", "update"]


def test_the_period_stays_when_its_first_contract_is_cancelled(
    world: Any, carry: Any, held: Any, moment: Any
) -> None:
    from payroll.services.contracts import cancel_contract

    first = world.submit(world.contract("200.00", **november(16, 18), **MORNING))
    second = world.submit(world.contract("300.00", **november(18, 20), **AFTERNOON))
    carry()
    (before,) = [period.period_id for period in held()]
    cancel_contract(contract_id=first.pk, on=moment(2026, 11, 2), actor=world.member)
    carry()

    assert days(held()) == [(18, 20)]
    assert [period.period_id for period in held()] == [before]
    assert states(first, second) == ["cancelled", "declared"]


def test_a_contract_that_joins_two_periods_first_frees_the_days_of_the_second(
    world: Any, carry: Any, held: Any, moment: Any
) -> None:
    from payroll.services.contracts import cancel_contract

    first = world.submit(world.contract("200.00", **november(16, 17), **MORNING))
    third = world.submit(world.contract("200.00", **november(19, 20), **MORNING))
    carry()
    assert days(held()) == [(16, 17), (19, 20)]

    bridge = world.submit(world.contract("400.00", **november(17, 19), **AFTERNOON))
    carry()
    assert days(held()) == [(16, 20)]
    assert states(first, bridge, third) == ["declared"] * 3

    cancel_contract(contract_id=bridge.pk, on=moment(2026, 11, 2), actor=world.member)
    carry()
    assert days(held()) == [(16, 17), (19, 20)]
    assert third.declared_rows[-1].state == "accepted"


def move(world: Any, moment: Any, contract: Any, first: int, last: int) -> None:
    """Other days in November, agreed on the 2nd."""
    from payroll.services.contracts import amend_contract

    amend_contract(
        contract_id=contract.pk,
        reason="Planning",
        on=moment(2026, 11, 2),
        actor=world.member,
        starts_on=date(2026, 11, first),
        ends_on=date(2026, 11, last),
    )


def test_a_contract_that_moves_away_takes_its_days_out_of_the_shared_period(
    world: Any, carry: Any, held: Any, moment: Any
) -> None:
    first = world.submit(world.contract("200.00", **november(16, 18), **MORNING))
    second = world.submit(world.contract("300.00", **november(18, 20), **AFTERNOON))
    carry()
    assert days(held()) == [(16, 20)]

    move(world, moment, second, 24, 26)
    carry()

    assert days(held()) == [(16, 18), (24, 26)]
    assert states(first, second) == ["declared", "declared"]
    assert second.declared_by is None


def test_nothing_is_left_of_a_period_whose_last_contract_moves_away(
    world: Any, carry: Any, held: Any, moment: Any
) -> None:
    from payroll.services.contracts import cancel_contract

    first = world.submit(world.contract("200.00", **november(16, 18), **MORNING))
    second = world.submit(world.contract("300.00", **november(18, 18), **AFTERNOON))
    carry()
    cancel_contract(contract_id=first.pk, on=moment(2026, 11, 2), actor=world.member)
    carry()
    assert days(held()) == [(18, 18)]

    move(world, moment, second, 24, 24)
    carry()

    assert days(held()) == [(24, 24)]
    assert states(first, second) == ["cancelled", "declared"]
    assert second.declared_by is None


def test_what_a_moved_contract_joined_is_declared_apart_though_the_office_is_slow(
    world: Any, office: Any, carry: Any, held: Any, moment: Any
) -> None:
    from payroll.models import Declaration

    first = world.submit(world.contract("200.00", **november(16, 17), **MORNING))
    office.latency_polls = 3
    carry()
    bridge = world.submit(world.contract("400.00", **november(17, 19), **AFTERNOON))
    last = world.submit(world.contract("200.00", **november(19, 20), **MORNING))
    last.refresh_from_db()
    assert last.declared_by == first

    move(world, moment, bridge, 11, 13)
    last.refresh_from_db()
    assert last.declared_by is None
    office.latency_polls = 0
    Declaration.objects.update(next_attempt_at=moment(2026, 11, 2))
    carry()

    assert days(held()) == [(11, 13), (16, 17), (19, 20)]
    assert states(first, bridge, last) == ["declared"] * 3


def test_students_of_two_contracts_add_up_their_hours(world: Any, carry: Any, held: Any) -> None:
    first = world.submit(
        world.contract("120.00", contract_type="student", **november(16, 17, hours=D("7.5")), **MORNING)
    )
    second = world.submit(
        world.contract("120.00", contract_type="student", **november(17, 18, hours=D("7.2")), **AFTERNOON)
    )
    carry()

    (period,) = held()
    assert (period.starts_on.day, period.ends_on.day, period.planned_hours) == (16, 18, 15)
    assert states(first, second) == ["declared", "declared"]


def test_an_employee_and_a_student_on_one_day_have_a_period_each(world: Any, carry: Any, held: Any) -> None:
    world.submit(world.contract("200.00", **november(16, 16), **MORNING))
    world.submit(
        world.contract("120.00", contract_type="student", **november(16, 16, hours=D(4)), **AFTERNOON)
    )
    carry()

    assert days(held()) == [(16, 16), (16, 16)]


def test_nothing_is_refused_for_sharing_days(world: Any, carry: Any, held: Any) -> None:
    from payroll.models import Declaration

    for first, last, hours in (
        (16, 20, MORNING),
        (18, 24, AFTERNOON),
        (23, 27, MORNING),
        (27, 27, AFTERNOON),
    ):
        world.submit(world.contract("400.00", **november(first, last), **hours))
    carry()

    assert days(held()) == [(16, 27)]
    assert set(Declaration.objects.values_list("state", flat=True)) == {"accepted"}


def test_only_what_is_not_plain_is_worked_out_again(world: Any, carry: Any) -> None:
    from payroll.models import EmploymentContract
    from payroll.services.reconciliation.agreement import in_doubt

    plain = world.submit(world.contract("200.00", **november(3, 4)))
    longer = world.submit(world.contract("200.00", **november(6, 7)))
    morning = world.submit(world.contract("200.00", **november(16, 16), **MORNING))
    afternoon = world.submit(world.contract("200.00", **november(16, 17), **AFTERNOON))
    student = world.submit(world.contract("120.00", contract_type="student", **november(24, 25)))
    everybody = [plain.pk, longer.pk, morning.pk, afternoon.pk, student.pk]
    assert in_doubt(everybody) == set(everybody)  # nothing is marked as declared yet

    carry()
    assert in_doubt(everybody) == {morning.pk, afternoon.pk, student.pk}

    EmploymentContract.objects.filter(pk=longer.pk).update(ends_on=date(2026, 11, 10))
    assert in_doubt(everybody) == {longer.pk, morning.pk, afternoon.pk, student.pk}
    EmploymentContract.objects.filter(pk=longer.pk).update(ends_on=date(2026, 11, 7), declared_by=plain)
    assert in_doubt([longer.pk]) == {longer.pk}
    EmploymentContract.objects.filter(pk=longer.pk).update(declared_by=None)
    longer.declarations.update(state="refused")
    assert in_doubt([plain.pk, longer.pk]) == {longer.pk}
