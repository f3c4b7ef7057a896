"""Between entities: opposite and equal in both books, whatever passes and whenever the bank says so."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import Cooperative
from core.types import Actor
from ledger.models import JournalEntry, LegalEntity
from ledger.selectors import account_balance, entity_by_code
from ledger.treasury import bank_simulator as bank
from ledger.treasury.dues.checks import check_between_entities
from ledger.treasury.dues.current import owed_between
from ledger.treasury.dues.enums import TransferState
from ledger.treasury.dues.errors import (
    CostAccountWrong,
    SameEntity,
    TransferAmountWrong,
    TransferDecided,
    TransferNeedsColleague,
)
from ledger.treasury.dues.models import EntityTransfer
from ledger.treasury.dues.services import agree_transfer, propose_transfer, refuse_transfer
from ledger.treasury.models import BankAccount, BankTransaction, Payout
from ledger.treasury.services import create_batch, import_statement, release_batch
from tests.factories import SYSTEM, actor
from tests.ledger.dues.papers import financier, open_books

DAY = date(2026, 11, 12)


@pytest.fixture
def pa(tenant: Cooperative) -> LegalEntity:
    return open_books()


@pytest.fixture
def sc(pa: LegalEntity) -> LegalEntity:
    return entity_by_code("SC")


def pass_on(
    kind: str, giver: LegalEntity, taker: LegalEntity, amount: str, who: Actor, account: str = "6125"
):
    return propose_transfer(
        kind=kind, giver_id=giver.pk, taker_id=taker.pk, amount=Decimal(amount), account=account, on=DAY,
        reason="Loyer d'octobre", document=None, actor=who,
    )  # fmt: skip


def test_a_cost_stands_in_both_books_once_a_colleague_agrees(pa: LegalEntity, sc: LegalEntity) -> None:
    one, two = actor(financier()), actor(financier())
    transfer = pass_on("cost", sc, pa, "1234.56", one)
    assert transfer.state == TransferState.PROPOSED
    assert not JournalEntry.objects.exists()
    for somebody in (one, SYSTEM):
        with pytest.raises(TransferNeedsColleague):
            agree_transfer(transfer_id=transfer.pk, today=DAY, actor=somebody)
    assert not JournalEntry.objects.exists()

    agree_transfer(transfer_id=transfer.pk, today=DAY, actor=two)

    assert account_balance("4168", sc) == Decimal("1234.56") == -account_balance("4838", pa)
    assert account_balance("6125", pa) == Decimal("1234.56") == -account_balance("6125", sc)
    assert list(check_between_entities()) == []
    with pytest.raises(TransferDecided):
        agree_transfer(transfer_id=transfer.pk, today=DAY, actor=two)
    assert JournalEntry.objects.count() == 2


def test_small_ones_are_written_at_once(pa: LegalEntity, sc: LegalEntity) -> None:
    assert pass_on("cost", sc, pa, "499.99", actor(financier())).state == TransferState.AGREED
    assert owed_between(sc, pa) == Decimal("499.99")


def test_what_cannot_pass_is_refused(pa: LegalEntity, sc: LegalEntity) -> None:
    who = actor(financier())
    for kind, giver, taker, amount, account, refusal in (
        ("cost", pa, pa, "1.00", "6125", SameEntity),
        ("cost", pa, sc, "0.00", "6125", TransferAmountWrong),
        ("cost", pa, sc, "1.00", "6190", CostAccountWrong),
        ("cost", pa, sc, "1.00", "550", CostAccountWrong),
        ("settlement", pa, sc, "1.00", "", TransferAmountWrong),
    ):
        with pytest.raises(refusal):
            pass_on(kind, giver, taker, amount, who, account)
    assert not EntityTransfer.objects.exists()
    assert not JournalEntry.objects.exists()


def test_a_refused_transfer_posts_nothing(pa: LegalEntity, sc: LegalEntity) -> None:
    one = actor(financier())
    transfer = pass_on("cost", sc, pa, "1234.56", one)

    refuse_transfer(transfer_id=transfer.pk, actor=one)

    assert not JournalEntry.objects.exists()
    assert owed_between(sc, pa) == 0


def released(payer: LegalEntity) -> Payout:
    one, two = actor(financier()), actor(financier())
    batch = create_batch(entity_id=payer.pk, kind="internal", due_until=DAY, on=DAY, actor=one)
    release_batch(batch_id=batch.pk, on=DAY, actor=two)
    return Payout.objects.get(batch=batch)


def bank_says(entity: LegalEntity, number: int, opening: str, movement: bank.BankMovement) -> None:
    account = BankAccount.objects.get(entity=entity)
    statement = bank.BankStatement(
        iban=account.iban, number=number, day=date(2026, 11, 13), opening=Decimal(opening),
        movements=(movement,), holder=entity.name, bic=account.bic,
    )  # fmt: skip
    import_statement(
        content=bank.write_coda([statement]), filename="x.cod", today=date(2026, 11, 13), actor=SYSTEM
    )


def moved(payout: Payout, sign: int, reason: str = "") -> bank.BankMovement:
    return bank.BankMovement(
        amount=sign * payout.amount, communication=payout.communication, counterparty_name="Smart",
        end_to_end_id=payout.end_to_end_id, return_reason=reason,
    )  # fmt: skip


def test_money_lent_and_paid_back_is_on_both_statements_once(pa: LegalEntity, sc: LegalEntity) -> None:
    pass_on("money", sc, pa, "400.00", actor(financier()))
    assert owed_between(sc, pa) == 0
    lent = released(sc)
    assert account_balance("4168", sc) == Decimal("400.00") == -account_balance("4838", pa)
    assert account_balance("580", sc) == Decimal("-400.00") == -account_balance("580", pa)
    bank_says(sc, 1, "1000.00", moved(lent, -1))
    bank_says(pa, 1, "0.00", moved(lent, 1))

    assert account_balance("580", sc) == account_balance("580", pa) == 0
    assert account_balance("550", pa) == Decimal("400.00")
    received = BankTransaction.objects.get(amount=Decimal("400.00"))
    assert (received.account_code, received.state) == ("580", "matched")
    assert list(check_between_entities()) == []

    pass_on("settlement", sc, pa, "300.00", actor(financier()))
    with pytest.raises(TransferAmountWrong):
        pass_on("settlement", sc, pa, "100.01", actor(financier()))
    back = released(pa)

    assert owed_between(sc, pa) == Decimal("100.00")
    assert list(check_between_entities()) == []
    bank_says(pa, 2, "400.00", moved(back, -1))
    bank_says(sc, 2, "600.00", moved(back, 1))
    assert account_balance("580", sc) == account_balance("580", pa) == 0


def test_a_transfer_that_comes_back_is_taken_back_in_both_books(pa: LegalEntity, sc: LegalEntity) -> None:
    pass_on("money", sc, pa, "400.00", actor(financier()))
    lent = released(sc)
    bank_says(sc, 1, "1000.00", moved(lent, -1))

    lent.refresh_from_db()
    bank_says(sc, 2, "600.00", moved(lent, 1, "AC04"))

    assert owed_between(sc, pa) == 0
    assert account_balance("580", sc) == account_balance("580", pa) == 0
    assert list(check_between_entities()) == []
