"""Loans of the pot whose reason is gone: what is freed is the pot's, nobody spends it (DOMAIN §4)."""

from __future__ import annotations

from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import transaction

from ledger.errors import BudgetExceeded
from ledger.models import Budget
from ledger.selectors import account_balance
from ledger.services import post_entry, release, reserve
from ledger.types import Release
from tests.ledger.test_posting import DAY, invoice, now, spend

D = Decimal


@pytest.fixture
def freed(budget: Budget) -> tuple[Budget, UUID]:
    """935.00 earned and all but 35.00 promised, then taken away again: lent 900.00; the promise is off."""
    source = uuid4()
    post_entry(invoice(budget))
    reserve(budget_id=budget.pk, amount=D("900.00"), source_type="c", source_id=source, text="Contrat")
    post_entry(spend(budget, "935.00", imposed=True))
    assert now(budget) == (D("900.00"), D("900.00"), D("900.00"))
    release(budget_id=budget.pk, source_type="c", source_id=source)
    budget.refresh_from_db()
    return budget, source


def test_what_the_pot_lent_for_a_promise_that_is_off_is_not_spent(freed: Any, at_commit: Any) -> None:
    budget, _ = freed
    assert (budget.available, budget.shortfall) == (D("0.00"), D("900.00"))
    with pytest.raises(BudgetExceeded):
        reserve(budget_id=budget.pk, amount=D("0.01"), source_type="c", source_id=uuid4(), text="Autre")
    with pytest.raises(BudgetExceeded), transaction.atomic():
        post_entry(spend(budget, "0.01"))
    at_commit()
    assert now(budget) == (D("900.00"), D("0.00"), D("900.00"))


def test_the_next_entry_gives_it_back(freed: Any, at_commit: Any) -> None:
    """Income: all of it and the income are free of the loan; an imposed cost: only what is still needed."""
    budget, _ = freed
    post_entry(spend(budget, "100.00", imposed=True))
    assert now(budget) == (D("0.00"), D("0.00"), D("100.00"))
    post_entry(invoice(budget, net="200.00"))  # 187.00
    at_commit()
    assert now(budget) == (D("87.00"), D("0.00"), D("0.00"))
    assert (account_balance("4199"), account_balance("4899")) == (D(0), D(0))


def test_what_is_set_aside_still_becomes_its_entry(budget: Budget, at_commit: Any) -> None:
    """A promise that stands is kept, whatever the pot lent for it; what it leaves goes back to the pot."""
    source = uuid4()
    post_entry(invoice(budget))
    reserve(budget_id=budget.pk, amount=D("900.00"), source_type="c", source_id=source, text="Contrat")
    post_entry(spend(budget, "935.00", imposed=True))
    post_entry(spend(budget, "850.00", releases=(Release(budget.pk, "c", source),)))
    at_commit()

    assert now(budget) == (D("0.00"), D("0.00"), D("850.00"))
    assert account_balance("4199") == D("850.00")


def test_own_money_that_is_freed_is_free(budget: Budget) -> None:
    """Of 900.00 that were promised the pot lent 400.00: 500.00 are the Activity's own."""
    source = uuid4()
    post_entry(invoice(budget))
    reserve(budget_id=budget.pk, amount=D("900.00"), source_type="c", source_id=source, text="Contrat")
    post_entry(spend(budget, "435.00", imposed=True))
    release(budget_id=budget.pk, source_type="c", source_id=source)
    budget.refresh_from_db()
    assert budget.available == D("500.00")
    with pytest.raises(BudgetExceeded), transaction.atomic():
        post_entry(spend(budget, "500.01"))
    post_entry(spend(budget, "500.00"))
    assert now(budget) == (D("0.00"), D("0.00"), D("0.00"))


def test_freed_on_a_day_the_loan_goes_back_that_day(budget: Budget, at_commit: Any) -> None:
    source = uuid4()
    post_entry(invoice(budget))
    reserve(budget_id=budget.pk, amount=D("900.00"), source_type="c", source_id=source, text="Contrat")
    post_entry(spend(budget, "435.00", imposed=True))
    for part in (D("300.00"), D("200.00"), None):
        release(budget_id=budget.pk, source_type="c", source_id=source, amount=part, on=DAY)
    at_commit()

    assert now(budget) == (D("500.00"), D("0.00"), D("0.00"))
    assert (account_balance("4199"), account_balance("4899")) == (D(0), D(0))
