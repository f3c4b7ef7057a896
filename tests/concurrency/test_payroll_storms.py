"""Many at once: contracts on one budget, settlement by several workers, one run worked on by several."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.types import Actor
from tests.cluster import FreshDatabase

D = Decimal
SYSTEM = Actor.system("settlement")


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


@pytest.fixture
def studio(fresh_database: FreshDatabase) -> dict[str, Any]:
    """A member whose Activity has 4,000.00, committed."""
    from activities.services import approve_activity, request_activity
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from core.uuid7 import uuid7
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr
    from members.enums import Role
    from tests.factories import actor, load_cooperative, make_person

    Cooperative.objects.get_or_create(
        slug="be", defaults={"id": 1, "name": "Smart Belgique", "country": "BE", "languages": ["fr"]}
    )
    with tenant_scope(belgium()):
        load_cooperative()
        adviser, worker = make_person(Role.ADVISER), make_person()
        activity = request_activity(
            person=worker,
            name="Studio",
            tool="activity",
            function_code="informatique_graphisme",
            entity_code="PA",
            requested_on=date(2026, 9, 1),
            actor=actor(worker),
        )
        approve_activity(activity_id=activity.pk, on=date(2026, 9, 1), actor=actor(adviser))
        lines = (dr("400", D("4000.00")), cr("700", D("4000.00"), budget=activity.budget_id))
        post_entry(
            Entry(activity.entity_id, date(2026, 9, 1), "SAL", "test.income", uuid7(), "issue", "x", lines)
        )
        return {"activity": activity.pk, "worker": worker.pk}


def draft(studio: dict[str, Any], day: int, gross: str, hours: str = "7.6") -> UUID:
    from core.tenancy import tenant_scope
    from payroll.services import create_contract

    with tenant_scope(belgium()):
        contract = create_contract(
            activity_id=studio["activity"],
            person_id=studio["worker"],
            contract_type="employee",
            starts_on=date(2026, 11, day),
            ends_on=date(2026, 11, day),
            hours=D(hours),
            gross=D(gross),
            place="Bruxelles",
            actor=SYSTEM,
        )
        return contract.pk


def submit(contract_id: UUID) -> str:
    from core.clock import ZONE
    from core.tenancy import tenant_scope
    from payroll.services import submit_contract

    with tenant_scope(belgium()):
        return submit_contract(
            contract_id=contract_id, on=datetime(2026, 11, 1, 9, tzinfo=ZONE), actor=SYSTEM
        ).state


def settle() -> int:
    from core.tenancy import tenant_scope
    from payroll.services import settle_due

    with tenant_scope(belgium()):
        return len(settle_due(on=date(2026, 12, 1), actor=SYSTEM).items)


def test_eight_contracts_want_the_same_money_and_exactly_five_get_it(
    fresh_database: FreshDatabase, studio: dict[str, Any]
) -> None:
    """775.00 each out of 4,000.00, all at once: five reservations, never a cent more."""
    from core.tenancy import tenant_scope
    from ledger.models import Budget

    drafts = [draft(studio, day, "500.00") for day in (3, 4, 5, 6, 9, 10, 12, 13)]
    outcomes = fresh_database.in_processes(submit, *[(key,) for key in drafts])
    assert sorted(outcome.code for outcome in outcomes) == [""] * 5 + ["budget_exceeded"] * 3
    with tenant_scope(belgium()):
        assert Budget.objects.get(name="Studio").reserved == D("3875.00")


def test_the_same_day_is_given_once(fresh_database: FreshDatabase, studio: dict[str, Any]) -> None:
    drafts = [draft(studio, 3, "200.00") for _ in range(6)]
    outcomes = fresh_database.in_processes(submit, *[(key,) for key in drafts])
    assert sorted(outcome.code for outcome in outcomes) == [""] + ["contract_overlap"] * 5


def test_settled_by_four_workers_at_once_each_contract_is_paid_once_and_the_month_is_exact(
    fresh_database: FreshDatabase, studio: dict[str, Any]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.treasury.models import Payout
    from payroll import checks
    from payroll.models import PayItem

    for day in (3, 4, 5, 6, 9):
        submit(draft(studio, day, "300.00"))
    outcomes = fresh_database.in_processes(settle, (), (), (), ())
    assert [outcome.error for outcome in outcomes] == [""] * 4
    assert sum(outcome.value for outcome in outcomes) == 5
    with tenant_scope(belgium()):
        items = list(PayItem.objects.order_by("settled_at", "id"))
        assert sum(item.onss for item in items) == D("196.05"), "13.07 % of 1,500.00"
        befores = [D(item.totals["social_before"]["gross"]) for item in items]
        assert befores == [D(n * 300) for n in range(5)], "each came after the one before"
        assert Payout.objects.count() == 5
        assert [*checks.owed_equals_books(), *checks.unpaid_wages_equal_account()] == []
