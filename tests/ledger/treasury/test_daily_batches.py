"""The batches of the day: proposed once, by the house's policy, never to an account that failed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest

from core.types import Actor

DAY = date(2026, 11, 18)
HOUSE = Actor.system("daily batches")


@pytest.fixture
def owed(tenant: Any) -> Any:
    """Books with a bank account, and a way to owe: `owed("wage", "10.00")`."""
    from core.reference import published
    from ledger.loaders import load_books
    from ledger.selectors import entity_by_code
    from ledger.services import create_party
    from ledger.treasury.loaders import load_bank_accounts
    from ledger.treasury.services import request_payout

    load_books(published("be"))
    load_bank_accounts(published("be"))
    ada = create_party(kind="person", name="Ada")

    def owe(
        kind: str, amount: str, due_on: date = DAY, party: Any = None, iban: str = "BE68539007547034"
    ) -> Any:
        return request_payout(
            entity_id=entity_by_code("PA").pk, kind=kind, party_id=(party or ada).pk, payee_name="Ada",
            iban=iban, amount=Decimal(amount), communication="x", due_on=due_on, source_type="test",
            source_id=uuid4(), settles_account="455",
        )  # fmt: skip

    owe.ada = ada  # type: ignore[attr-defined]
    return owe


def switch(value: Any) -> None:
    from core.models import PolicyRate

    PolicyRate.objects.create(
        key="daily_batches", valid_from=date(2026, 1, 1), value=value, status="to_confirm", source="test"
    )


def propose() -> list[tuple[str, Decimal, int]]:
    from ledger.treasury.services import propose_batches

    return [(row.kind, row.total, row.payments) for row in propose_batches(on=DAY, actor=HOUSE)]


def test_what_is_due_is_proposed_once_by_kind(owed: Any) -> None:
    """Wages, expenses and refunds of today; tomorrow's, bodies and suppliers stay."""
    from ledger.treasury.models import PayoutBatch

    switch(True)
    owed("wage", "10.00")
    owed("wage", "20.00", date(2026, 11, 16))
    owed("wage", "40.00", date(2026, 11, 19))
    owed("expense", "5.00")
    owed("refund", "6.00")
    owed("supplier", "7.00")
    owed("contribution", "8.00")

    assert sorted(propose()) == [
        ("expense", Decimal("5.00"), 1),
        ("refund", Decimal("6.00"), 1),
        ("wage", Decimal("30.00"), 2),
    ]
    assert propose() == []
    assert set(PayoutBatch.objects.values_list("state", flat=True)) == {"draft"}


@pytest.mark.parametrize("value", [None, False])
def test_only_where_the_house_wants_it(owed: Any, value: Any) -> None:
    from ledger.treasury.models import PayoutBatch

    if value is not None:
        switch(value)
    owed("wage", "10.00")
    assert propose() == []
    assert not PayoutBatch.objects.exists()


def test_nothing_goes_to_an_account_that_failed(owed: Any) -> None:
    """One payment to this account came back: the next one of the same payee waits too, others do not."""
    from ledger.services import create_party
    from ledger.treasury.models import Payout

    switch(True)
    came_back = owed("wage", "10.00")
    Payout.objects.filter(pk=came_back.pk).update(state="held")
    waits = owed("wage", "20.00")
    owed("wage", "30.00", iban="BE71096123456769")
    owed("wage", "40.00", party=create_party(kind="person", name="Grace"))

    assert propose() == [("wage", Decimal("70.00"), 2)]
    waits.refresh_from_db()
    assert waits.state == "open"


def test_a_program_proposes_and_a_person_releases_once(owed: Any) -> None:
    from core.errors import DomainError
    from ledger.treasury.models import PayoutBatch
    from ledger.treasury.services import release_batch

    switch(True)
    owed("wage", "10.00")
    propose()
    batch = PayoutBatch.objects.get()
    with pytest.raises(DomainError) as refusal:
        release_batch(batch_id=batch.pk, on=DAY, actor=HOUSE)
    assert refusal.value.code == "second_person_needed"
    person = Actor(kind="user", label="Ada", user_id=7)
    assert release_batch(batch_id=batch.pk, on=DAY, actor=person).state == "released"
    with pytest.raises(DomainError) as refusal:
        release_batch(batch_id=batch.pk, on=DAY, actor=person)
    assert refusal.value.code == "batch_not_draft"
