"""Declarations carried, put into files, answered and withdrawn by several at once: the office hears of each
period once, and what it holds is what is expected.
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from core.types import Actor
from tests.cluster import FreshDatabase

D = Decimal
SYSTEM = Actor.system("test")


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


def at(day: int, hour: int = 9) -> datetime:
    from core.clock import ZONE

    return datetime(2026, 11, day, hour, tzinfo=ZONE)


@pytest.fixture
def house(fresh_database: FreshDatabase, tmp_path: Path) -> dict[str, Any]:
    """A worker with four submitted contracts, nothing sent yet; an office of this test."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from payroll.services import create_contract, submit_contract
    from tests.activities.builders import fund, make_activity
    from tests.factories import actor, load_cooperative, make_person

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    contracts: list[UUID] = []
    with tenant_scope(belgium()):
        load_cooperative()
        worker = make_person()
        activity = make_activity(worker)
        fund(activity, "5000.00")
        for day in (10, 12, 16, 18, 20):
            draft = create_contract(
                activity_id=activity.pk,
                person_id=worker.pk,
                contract_type="employee",
                starts_on=date(2026, 11, day),
                ends_on=date(2026, 11, day),
                hours=D("7.6"),
                gross=D("200.00"),
                description="Graphisme",
                place="Bruxelles",
                actor=actor(worker),
            )
            contracts.append(draft.pk)
        for pk in contracts[:4]:
            submit_contract(contract_id=pk, on=at(2), actor=actor(worker))
    return {"contracts": contracts, "worker": actor(worker), "office": tmp_path / "office.sqlite3"}


def act(what: str, *given: Any) -> Any:
    """One hand, in a scope of its own."""
    from core.tenancy import tenant_scope
    from payroll.dimona.simulator import DimonaSimulator
    from payroll.services import cancel_contract, submit_contract
    from payroll.services.declaration_files import import_answers, make_batches
    from payroll.services.declarations import carry_due

    cooperative = belgium()
    if what == "carry":
        carry_due(cooperative, gateway=DimonaSimulator(given[0], identity_polls=1))
        return None
    with tenant_scope(cooperative):
        match what:
            case "submit":
                return submit_contract(contract_id=given[0], on=at(2), actor=given[1]).state
            case "cancel":
                return cancel_contract(contract_id=given[0], on=at(2, 10), actor=given[1]).state
            case "files":
                return sum(batch.declarations for batch in make_batches(at=at(2), actor=SYSTEM))
            case "answers":
                return import_answers(content=given[0], name="a.xml", at=at(2, 12), actor=SYSTEM).taken
    raise AssertionError(what)


def outcomes_of(outcomes: Any) -> list[str]:
    return sorted(outcome.code or outcome.error or "done" for outcome in outcomes)


def held_and_expected(house: dict[str, Any]) -> tuple[list[date], list[date]]:
    """First days of the periods that the office holds, and of the contracts that stand."""
    from core.tenancy import tenant_scope
    from payroll.models import Declaration, EmploymentContract

    with tenant_scope(belgium()):
        accepted = Declaration.objects.filter(state__in=("accepted", "accepted_with_warning"), kind="in")
        held = sorted(accepted.values_list("starts_on", flat=True))
        stand = EmploymentContract.objects.exclude(state__in=("draft", "cancelled"))
        return held, sorted(stand.values_list("starts_on", flat=True))


def answered_file(house: dict[str, Any]) -> bytes:
    """A file of all that waits, made, handed in and answered."""
    from core.files import read_file
    from core.tenancy import tenant_scope
    from payroll.dimona.simulator import DimonaSimulator
    from payroll.dimona.simulator.files import hand_in
    from payroll.models import DeclarationBatch

    act("files")
    with tenant_scope(belgium()):
        batch = DeclarationBatch.objects.get()
        content = read_file(batch.file)
    _receipt, answers = hand_in(DimonaSimulator(house["office"], identity_polls=1), batch.name, content)
    assert answers is not None
    return answers


def test_one_file_of_answers_read_by_three_at_once_is_read_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from payroll.models import DeclarationAnswer

    answers = answered_file(house)
    outcomes = fresh_database.in_threads(act, *[("answers", answers)] * 3)

    assert outcomes_of(outcomes) == ["answers_read", "answers_read", "done"], outcomes
    with tenant_scope(belgium()):
        assert DeclarationAnswer.objects.count() == 1
    held, expected = held_and_expected(house)
    assert held == expected


def test_a_contract_is_cancelled_while_the_answer_about_it_arrives_twice(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    """Whichever is first, the period is withdrawn at the office too."""
    answers = answered_file(house)
    cancelled = house["contracts"][1]
    outcomes = fresh_database.in_threads(
        act,
        ("answers", answers),
        ("cancel", cancelled, house["worker"]),
        ("answers", answers + b"\n"),
        ("cancel", cancelled, house["worker"]),
    )
    assert set(outcomes_of(outcomes)) <= {"done", "contract_not_open"}, outcomes
    for _ in range(4):
        act("carry", house["office"])
    held, expected = held_and_expected(house)
    assert held == expected
    assert len(expected) == 3


def test_three_carriers_and_a_cancellation(fresh_database: FreshDatabase, house: dict[str, Any]) -> None:
    office = house["office"]
    outcomes = fresh_database.in_threads(
        act,
        ("carry", office),
        ("carry", office),
        ("cancel", house["contracts"][0], house["worker"]),
        ("carry", office),
    )
    assert outcomes_of(outcomes) == ["done"] * 4, outcomes
    for _ in range(4):
        act("carry", office)
    held, expected = held_and_expected(house)
    assert held == expected
    assert len(expected) == 3


def test_files_made_by_two_while_a_contract_is_submitted_hold_each_declaration_once(
    fresh_database: FreshDatabase, house: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from payroll.models import Declaration, DeclarationBatch

    outcomes = fresh_database.in_threads(
        act, ("files",), ("submit", house["contracts"][4], house["worker"]), ("files",), ("files",)
    )
    assert set(outcomes_of(outcomes)) <= {"done", "nothing_to_declare"}, outcomes
    with tenant_scope(belgium()):
        placed = Declaration.objects.exclude(batch=None).count()
        assert placed == sum(batch.declarations for batch in DeclarationBatch.objects.all())
        assert placed in (4, 5)
