"""Less is owed than was asked for: what has not left is lowered, or withdrawn."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import uuid4

import pytest

from core.files import read_file
from core.types import Actor
from ledger.models import LegalEntity, Party
from ledger.services import post_entry
from ledger.treasury.enums import PayoutState
from ledger.treasury.errors import InvalidPayout, NothingToPay, PayoutOnItsWay
from ledger.treasury.models import Payout
from ledger.treasury.services import create_batch, lower_payout, release_batch, request_payout
from ledger.types import Entry, cr, dr

DAY = date(2026, 11, 18)


@pytest.fixture
def payout(books: LegalEntity, worker: Party) -> Payout:
    """A supplier's 121.00, owed and asked for."""
    post_entry(
        Entry(books.pk, DAY, "PUR", "test", uuid4(), "booked", "Papier",
              (dr("453", Decimal("121.00")), cr("440", Decimal("121.00"), party=worker.pk)))
    )  # fmt: skip
    return request_payout(
        entity_id=books.pk, kind="supplier", party_id=worker.pk, payee_name="Papeterie",
        iban="BE68539007547034",
        amount=Decimal("121.00"), communication="RF18 5390 0754 7034", due_on=DAY, source_type="test",
        source_id=uuid4(), settles_account="440",
    )  # fmt: skip


def test_what_is_lowered_leaves_lower_with_its_creditor_reference(
    payout: Payout, clerk: Actor, treasurer: Actor
) -> None:
    lower_payout(payout_id=payout.pk, amount=Decimal("100.00"), actor=clerk)
    batch = create_batch(entity_id=payout.entity_id, kind="supplier", due_until=DAY, on=DAY, actor=clerk)
    batch = release_batch(batch_id=batch.pk, on=DAY, actor=treasurer)

    assert batch.total == Decimal("100.00")
    assert batch.file is not None
    content = read_file(batch.file)
    assert b"<Ref>RF18539007547034</Ref>" in content
    assert b"<Issr>ISO</Issr>" in content


def test_what_is_withdrawn_never_leaves(payout: Payout, clerk: Actor) -> None:
    lower_payout(payout_id=payout.pk, amount=Decimal("0.00"), actor=clerk)

    payout.refresh_from_db()
    assert (payout.state, payout.amount) == (PayoutState.WITHDRAWN, Decimal("121.00"))
    with pytest.raises(NothingToPay):
        create_batch(entity_id=payout.entity_id, kind="supplier", due_until=DAY, on=DAY, actor=clerk)


@pytest.mark.parametrize("amount", ["-0.01", "121.01", "0.001"])
def test_it_is_never_raised_nor_turned_around(payout: Payout, clerk: Actor, amount: str) -> None:
    with pytest.raises(InvalidPayout):
        lower_payout(payout_id=payout.pk, amount=Decimal(amount), actor=clerk)

    payout.refresh_from_db()
    assert (payout.state, payout.amount) == (PayoutState.OPEN, Decimal("121.00"))


def test_what_a_file_holds_stays(payout: Payout, clerk: Actor) -> None:
    create_batch(entity_id=payout.entity_id, kind="supplier", due_until=DAY, on=DAY, actor=clerk)

    with pytest.raises(PayoutOnItsWay):
        lower_payout(payout_id=payout.pk, amount=Decimal("0.00"), actor=clerk)

    payout.refresh_from_db()
    assert (payout.state, payout.amount) == (PayoutState.BATCHED, Decimal("121.00"))
