"""One act or ten thousand: the same rows together, and rounding half-up to the cent."""

from datetime import date
from decimal import Decimal
from uuid import UUID, uuid4

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.money import in_cents, r
from ledger.errors import BudgetExceeded
from ledger.models import Budget, JournalEntry, JournalLine, LegalEntity
from ledger.services import open_budget, post_entries, post_entry
from ledger.types import Entry, cr, dr

DAY = date(2026, 11, 2)

cents = st.integers(min_value=1, max_value=200_000).map(lambda n: Decimal(n) / 100)
acts = st.lists(
    st.tuples(st.sampled_from(["income", "cost", "imposed", "trade"]), st.integers(0, 2), cents),
    min_size=1,
    max_size=12,
)


def entry_of(kind: str, budget: Budget, other: Budget, amount: Decimal, text: str) -> Entry:
    """An act on a budget."""
    levy = r(amount * Decimal("0.065"))
    lines = {
        "income": (dr("400", amount), cr("700", amount, budget=budget.pk)),
        "cost": (dr("6121", amount, budget=budget.pk), cr("440", amount)),
        "imposed": (dr("700", amount, budget=budget.pk), cr("400", amount)),
        "trade": (dr("6199", amount, budget=budget.pk), cr("7099", amount, budget=other.pk)),
    }[kind]
    if kind == "income" and levy:
        lines += (dr("6190", levy, budget=budget.pk), cr("748", levy, fund="pot"))
    return Entry(
        budget.entity_id,
        date(2026, 11, 2),
        "VAR",
        "test",
        uuid4(),
        kind,
        text,
        lines,
        imposed=kind == "imposed",
    )


def books_of(budgets: list[Budget]) -> list[object]:
    """Lines and balances without identifiers."""
    places: dict[UUID | None, int | None] = {budget.pk: place for place, budget in enumerate(budgets)}
    lines = JournalLine.objects.filter(entry__entity=budgets[0].entity).order_by("entry_id", "position")
    shape: list[object] = sorted(
        (line.entry.text, line.position, line.account, line.debit, line.credit,
         places.get(line.budget_id, -1), line.fund or "")
        for line in lines.select_related("entry")
    )  # fmt: skip
    for budget in budgets:
        budget.refresh_from_db()
        shape.append((budget.balance, budget.reserved, budget.shortfall))
    return shape


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(acts=acts)
def test_one_by_one_or_all_at_once_leave_the_same_books(
    books: LegalEntity, acts: list[tuple[str, int, Decimal]]
) -> None:
    shapes = []
    for together in (False, True):
        point = transaction.savepoint()
        budgets = [open_budget(entity=books, name=str(i)) for i in range(3)]
        entries = [
            entry_of(kind, budgets[i], budgets[(i + 1) % 3], amount, f"{n:03}")
            for n, (kind, i, amount) in enumerate(acts)
        ]
        refused = False
        try:
            with transaction.atomic():
                if together:
                    post_entries(entries)
                else:
                    for entry in entries:
                        post_entry(entry)
        except BudgetExceeded:
            refused = True
        shapes.append((refused, books_of(budgets)))
        transaction.savepoint_rollback(point)
    assert shapes[0] == shapes[1]


def test_five_hundred_entries_at_once(books: LegalEntity) -> None:
    budgets = [open_budget(entity=books, name=str(i)) for i in range(7)]
    entries = [
        entry_of("income", budgets[i % 7], budgets[0], Decimal("10.00"), f"n° {i}\tâ\\N") for i in range(500)
    ]

    ids = post_entries(entries)

    assert [JournalEntry.objects.get(pk=pk).text for pk in ids[:2]] == ["n° 0\tâ\\N", "n° 1\tâ\\N"]
    assert JournalEntry.objects.count() == 500
    assert JournalLine.objects.count() == 2000
    assert sum(in_cents(b.balance) for b in Budget.objects.all()) == 500 * 935
    assert post_entries(entries) == ids
    assert JournalLine.objects.count() == 2000


@pytest.mark.parametrize(
    ("amount", "levy"),
    [("10.00", "0.65"), ("3.33", "0.22"), ("0.07", "0.00"), ("0.08", "0.01"), ("1.00", "0.07"),
     ("7.00", "0.46"), ("1000.00", "65.00"), ("12345.67", "802.47")],
)  # fmt: skip
def test_levies_are_rounded_half_up(amount: str, levy: str) -> None:
    assert r(Decimal(amount) * Decimal("0.065")) == Decimal(levy)
