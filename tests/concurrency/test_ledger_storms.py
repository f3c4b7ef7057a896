"""Many at once: nobody spends what is not there, nobody gets a number twice, nothing is posted twice."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest

from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.checks import check_books
from ledger.loaders import load_books
from ledger.models import Budget, JournalEntry
from ledger.selectors import account_balance, entity_by_code
from ledger.services import close_period, open_budget, post_entries, post_entry, reserve, take_number
from ledger.types import Entry, cr, dr

DAY = date(2026, 11, 2)


@pytest.fixture
def be(fresh_database: Any) -> Cooperative:
    """Belgium with its books, committed."""
    cooperative = Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    with tenant_scope(cooperative):
        load_books(published("be"))
    return cooperative


def funded(cooperative: Cooperative, amount: str) -> tuple[UUID, UUID]:
    """A budget that holds the amount."""
    with tenant_scope(cooperative):
        entity = entity_by_code("PA")
        budget = open_budget(entity=entity, name="A")
        lines = (dr("416", Decimal(amount)), cr("4894", Decimal(amount), budget=budget.pk))
        post_entry(Entry(entity.pk, DAY, "VAR", "test", uuid4(), "funded", "Apport", lines))
        return entity.pk, budget.pk


def spend(cooperative: Cooperative, entity: UUID, budget: UUID, source: UUID) -> UUID:
    """Spend 10.00."""
    ten = Decimal("10.00")
    lines = (dr("6121", ten, budget=budget), cr("440", ten))
    with tenant_scope(cooperative):
        return post_entry(Entry(entity, DAY, "PUR", "test", source, "spent", "Frais", lines))


def spend_again_and_again(cooperative: Cooperative, entity: UUID, budget: UUID) -> tuple[int, int]:
    """Try three times; how often it worked, how often it was refused for lack of budget."""
    from ledger.errors import BudgetExceeded

    done = refused = 0
    for _ in range(3):
        try:
            spend(cooperative, entity, budget, uuid4())
            done += 1
        except BudgetExceeded:
            refused += 1
    return done, refused


def test_sixteen_processes_spend_one_hundred_euro(be: Cooperative, fresh_database: Any) -> None:
    entity, budget = funded(be, "100.00")

    outcomes = fresh_database.in_processes(spend_again_and_again, *[(be, entity, budget)] * 16)

    assert all(outcome.ok for outcome in outcomes), outcomes
    assert sum(outcome.value[0] for outcome in outcomes) == 10
    assert sum(outcome.value[1] for outcome in outcomes) == 38
    with tenant_scope(be):
        assert Budget.objects.get(pk=budget).balance == 0
        assert account_balance("440") == Decimal("-100.00")
    assert check_books().ok


def commit_some(cooperative: Cooperative, budget: UUID) -> None:
    """Reserve 10.00."""
    with tenant_scope(cooperative):
        reserve(budget_id=budget, amount=Decimal("10.00"), source_type="t", source_id=uuid4(), text="t")


def test_reservations_never_pass_the_budget(be: Cooperative, fresh_database: Any) -> None:
    _, budget = funded(be, "100.00")

    outcomes = fresh_database.in_threads(commit_some, *[(be, budget)] * 16)

    assert sum(outcome.ok for outcome in outcomes) == 10
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"budget_exceeded"}
    assert check_books().ok


def number(cooperative: Cooperative, entity: UUID) -> int:
    """Take a number."""
    with tenant_scope(cooperative):
        return take_number(entity_id=entity, journal="SAL", year=2026)


def test_thirty_two_take_consecutive_numbers(be: Cooperative, fresh_database: Any) -> None:
    entity, _ = funded(be, "1.00")

    outcomes = fresh_database.in_processes(number, *[(be, entity)] * 32)

    assert sorted(outcome.value for outcome in outcomes) == list(range(1, 33))


def test_the_same_act_from_eight_sides_is_posted_once(be: Cooperative, fresh_database: Any) -> None:
    entity, budget = funded(be, "10.00")
    source = uuid4()

    outcomes = fresh_database.in_processes(spend, *[(be, entity, budget, source)] * 8)

    assert all(outcome.ok for outcome in outcomes), outcomes
    assert len({outcome.value for outcome in outcomes}) == 1
    with tenant_scope(be):
        assert JournalEntry.objects.filter(kind="spent").count() == 1
        assert Budget.objects.get(pk=budget).balance == 0


def trade(cooperative: Cooperative, entity: UUID, one: UUID, other: UUID) -> None:
    """Move money between two budgets, both ways, in one batch."""
    amount = Decimal("1.00")
    there = (dr("6199", amount, budget=one), cr("7099", amount, budget=other))
    back = (dr("6199", amount, budget=other), cr("7099", amount, budget=one))
    for lines in (there, back):
        with tenant_scope(cooperative):
            post_entries([Entry(entity, DAY, "VAR", "test", uuid4(), "traded", "Échange", lines)])


def test_trades_in_both_directions_do_not_deadlock(be: Cooperative, fresh_database: Any) -> None:
    entity, one = funded(be, "50.00")
    _, other = funded(be, "50.00")

    outcomes = fresh_database.in_processes(trade, *[(be, entity, one, other), (be, entity, other, one)] * 6)

    assert all(outcome.ok for outcome in outcomes), outcomes
    with tenant_scope(be):
        assert {budget.balance for budget in Budget.objects.all()} == {Decimal("50.00")}
    assert check_books().ok


def close(cooperative: Cooperative) -> UUID | None:
    """Close November."""
    with tenant_scope(cooperative):
        close_period(entity=entity_by_code("PA"), year=2026, month=11, actor=Actor.system("test"))
    return None


def spend_or_close(cooperative: Cooperative, entity: UUID, budget: UUID, closes: bool) -> UUID | None:
    """One of them closes the month while the others post."""
    return close(cooperative) if closes else spend(cooperative, entity, budget, uuid4())


def test_no_entry_slips_into_a_month_being_closed(be: Cooperative, fresh_database: Any) -> None:
    entity, budget = funded(be, "500.00")
    callers = [(be, entity, budget, place == 4) for place in range(10)]

    outcomes = fresh_database.in_processes(spend_or_close, *callers)

    assert outcomes[4].ok
    assert {outcome.code for outcome in outcomes if not outcome.ok} <= {"period_closed"}
    from ledger.models import Period

    with tenant_scope(be):
        closed_at = Period.objects.get().closed_at
        assert closed_at is not None
        posted = JournalEntry.objects.filter(kind="spent").count()
    assert posted == sum(outcome.ok for outcome in outcomes) - 1
