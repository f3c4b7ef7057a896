"""Two hands on one contract at once: amended twice, amended while its pay is computed, corrected twice."""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
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


def at(month: int, day: int) -> datetime:
    from core.clock import ZONE

    return datetime(2026, month, day, 9, tzinfo=ZONE)


@pytest.fixture
def contract(fresh_database: FreshDatabase) -> UUID:
    """Seven days over November and December, 1,000.00 for 53.2 hours, submitted and committed."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from payroll.services import create_contract, submit_contract
    from tests.activities.builders import fund, make_activity
    from tests.factories import actor, load_cooperative, make_person

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        worker = make_person()
        activity = make_activity(worker)
        fund(activity, "5000.00")
        draft = create_contract(
            activity_id=activity.pk,
            person_id=worker.pk,
            contract_type="employee",
            starts_on=date(2026, 11, 26),
            ends_on=date(2026, 12, 4),
            hours=D("53.2"),
            gross=D("1000.00"),
            description="Graphisme",
            place="Bruxelles",
            actor=actor(worker),
        )
        return submit_contract(contract_id=draft.pk, on=at(11, 24), actor=actor(worker)).pk


@pytest.fixture(autouse=True)
def _clean_books(fresh_database: FreshDatabase) -> Any:
    """Whatever raced, the books hold: reservations, items and accounts agree."""
    yield
    from ledger.checks import check_books

    assert check_books().breaks == ()


def amend(contract_id: UUID, gross: str) -> int:
    from core.tenancy import tenant_scope
    from payroll.services import amend_contract

    with tenant_scope(belgium()):
        amendment = amend_contract(
            contract_id=contract_id, gross=D(gross), reason="Tarif revu", on=at(12, 2), actor=SYSTEM
        )
        return amendment.number


def settle(contract_id: UUID, _nothing: str) -> int:
    from core.tenancy import tenant_scope
    from payroll.services import settle_due

    with tenant_scope(belgium()):
        return len(settle_due(on=date(2026, 12, 2), actor=SYSTEM).items)


def correct(contract_id: UUID, gross: str) -> int:
    from core.tenancy import tenant_scope
    from payroll.models import ContractMonth
    from payroll.services import correct_month

    with tenant_scope(belgium()):
        month = ContractMonth.objects.filter(contract_id=contract_id, number=0).earliest("month")
        return correct_month(
            contract_month_id=month.pk, hours=D("1"), gross=D(gross), reason="Oubli", actor=SYSTEM
        ).number


def test_two_amendments_at_once_are_made_one_after_the_other(
    fresh_database: FreshDatabase, contract: UUID
) -> None:
    from core.tenancy import tenant_scope
    from ledger.models import Reservation
    from payroll.models import EmploymentContract

    outcomes = fresh_database.in_threads(amend, (contract, "1100.00"), (contract, "1200.00"))

    assert sorted(outcome.value for outcome in outcomes if outcome.ok) == [1, 2]
    with tenant_scope(belgium()):
        row = EmploymentContract.objects.get(pk=contract)
        assert (row.version, row.gross) in {(2, D("1100.00")), (2, D("1200.00"))}
        assert sum(month.gross for month in row.months.all()) == row.gross
        assert [held.amount for held in Reservation.objects.all()] == [row.employment_budget]


def race(contract_id: UUID, what: str) -> int:
    return settle(contract_id, "") if what == "settle" else amend(contract_id, what)


def test_an_amendment_and_the_settlement_meet(fresh_database: FreshDatabase, contract: UUID) -> None:
    """Whichever is first, the settled month keeps its pay and the months make the contract's gross."""
    from core.tenancy import tenant_scope
    from payroll.models import EmploymentContract

    outcomes = fresh_database.in_threads(race, (contract, "settle"), (contract, "1100.00"))

    assert all(outcome.ok for outcome in outcomes), outcomes
    settle(contract, "")  # months that were planned anew meanwhile are those of the next settlement
    with tenant_scope(belgium()):
        row = EmploymentContract.objects.get(pk=contract)
        november, december = row.months.all()
        (item,) = row.items.all()
        assert item.gross == november.gross
        assert november.gross in (D("428.57"), D("471.43"))
        assert november.gross + december.gross == row.gross == D("1100.00")


def test_two_corrections_at_once_are_one(fresh_database: FreshDatabase, contract: UUID) -> None:
    from core.tenancy import tenant_scope
    from payroll.models import ContractMonth

    settle(contract, "")
    outcomes = fresh_database.in_threads(correct, *[(contract, "50.00")] * 3)

    assert [outcome.value for outcome in outcomes if outcome.ok] == [1]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"correction_pending"}
    with tenant_scope(belgium()):
        assert ContractMonth.objects.filter(number__gt=0).count() == 1


def end(contract_id: UUID, what: str) -> str:
    """One hand that ends the contract, or computes its pay."""
    from core.tenancy import tenant_scope
    from payroll.services import cancel_contract, report_no_show, shorten_contract

    with tenant_scope(belgium()):
        match what:
            case "settle":
                settle(contract_id, "")
                return "settled"
            case "cancel":
                return cancel_contract(contract_id=contract_id, on=at(11, 25), actor=SYSTEM).state
            case "no show":
                return report_no_show(contract_id=contract_id, on=at(12, 2), actor=SYSTEM).state
            case "shorten":
                return shorten_contract(
                    contract_id=contract_id,
                    last_day=date(2026, 12, 1),
                    hours=D("30.4"),
                    on=at(12, 2),
                    actor=SYSTEM,
                ).state
    raise AssertionError(what)


@pytest.mark.parametrize("what", ["cancel", "no show", "shorten"])
def test_ended_twice_while_its_pay_is_computed(
    fresh_database: FreshDatabase, contract: UUID, what: str
) -> None:
    """Whoever is first: what is computed is paid once, what is not worked is not, and nothing stays reserved
    for nothing.
    """
    from core.tenancy import tenant_scope
    from ledger.models import Reservation
    from ledger.treasury.models import Payout
    from payroll.models import EmploymentContract

    outcomes = fresh_database.in_threads(
        end, (contract, "settle"), (contract, what), (contract, "settle"), (contract, what)
    )

    refused = {outcome.code for outcome in outcomes if not outcome.ok}
    assert refused <= {"contract_not_open", "invalid_shortening"}, outcomes
    with tenant_scope(belgium()):
        row = EmploymentContract.objects.get(pk=contract)
        items = list(row.items.all())
        assert Payout.objects.count() == len(items) <= 1
        if row.state in ("cancelled", "no_show"):
            assert (items, list(row.months.all()), row.state) == (
                [],
                [],
                what.replace(" ", "_").replace("cancel", "cancelled"),
            )
        else:
            assert sum(month.gross for month in row.months.all()) == row.gross
        open_cost = sum(month.budget for month in row.months.filter(settled=False))
        assert sum(held.amount for held in Reservation.objects.all()) == open_cost
