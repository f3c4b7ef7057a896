"""What a body says against the books: matched, explained or made a due; every cent is accounted for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

import pytest

from core.models import Cooperative
from ledger.models import LegalEntity
from ledger.treasury.dues.enums import BodyLineState
from ledger.treasury.dues.errors import (
    BodyLineSettled,
    BodyStatementKnown,
    BodyStatementWrong,
    DueNeedsColleague,
    DueReasonMissing,
    NotAClaim,
)
from ledger.treasury.dues.models import BodyLine, BodyStatement, Due
from ledger.treasury.dues.proof import Proof, proof_of
from ledger.treasury.dues.reading import ReadLine, read_lines
from ledger.treasury.dues.services import (
    agree_due,
    claim_line,
    enter_statement,
    explain_line,
    make_batch,
    raise_dues,
)
from ledger.treasury.models import PayoutBatch
from ledger.treasury.services import release_batch
from tests.factories import SYSTEM, actor
from tests.ledger.dues.papers import agree_all, financier, open_books, owe, tell_terms

PAID, SAID = date(2026, 11, 5), date(2026, 11, 30)


@pytest.fixture
def pa(tenant: Cooperative) -> LegalEntity:
    """October's 200.35 is owed and paid; November's 50.00 is booked."""
    entity = open_books()
    owe(entity, date(2026, 10, 16), "200.35")
    tell_terms(entity)
    raise_dues(today=PAID, actor=SYSTEM)
    one, two = financier(), financier()
    agree_all(one, PAID)
    batch: PayoutBatch = make_batch(
        entity_id=entity.pk, kind="contribution", until=PAID, today=PAID, actor=actor(one)
    )
    release_batch(batch_id=batch.pk, on=PAID, actor=actor(two))
    owe(entity, date(2026, 11, 13), "50.00")
    return entity


def say(entity: LegalEntity, closing: str, text: str) -> BodyStatement:
    return enter_statement(
        entity=entity, creditor="onss", on=SAID, closing=Decimal(closing), lines=read_lines(text),
        file=None, actor=SYSTEM,
    )  # fmt: skip


def accounted(proof: Proof) -> bool:
    return proof.books == proof.body + sum((d.amount for d in proof.differences), Decimal(0))


def test_a_statement_that_agrees_leaves_only_what_is_not_due_yet(pa: LegalEntity) -> None:
    statement = say(
        pa, "0.00", "date;text;montant;reference\n05/11/2026;Provision 10/2026;200,35\n"
        "05/11/2026;Versement;-200,35;+++000/0000/16366+++\n",
    )  # fmt: skip

    proof = proof_of(statement)

    assert {line.state for line in BodyLine.objects.all()} == {"matched"}
    assert [(d.amount, d.settled) for d in proof.differences] == [(Decimal("50.00"), True)]
    assert (proof.books, proof.holds, accounted(proof)) == (Decimal("50.00"), True, True)


def test_what_they_claim_more_becomes_a_due_that_a_colleague_agrees(pa: LegalEntity) -> None:
    statement = say(
        pa, "37.20", "05/11/2026;Provision 10/2026;200.35\n05/11/2026;Versement;-200.35\n"
        "30/11/2026;Majoration;37.20\n",
    )  # fmt: skip
    line = BodyLine.objects.get(text="Majoration")
    assert line.state == BodyLineState.OPEN
    assert not proof_of(statement).holds
    assert accounted(proof_of(statement))
    one, two = actor(financier()), actor(financier())
    with pytest.raises(DueReasonMissing):
        claim_line(line_id=line.pk, explanation=" ", today=SAID, actor=one)
    assert Due.objects.count() == 1

    due = claim_line(line_id=line.pk, explanation="late in May", today=SAID, actor=one)

    assert (due.amount, due.account, due.state) == (Decimal("37.20"), "4540", "to_check")
    with pytest.raises(DueNeedsColleague):
        agree_due(due_id=due.pk, today=SAID, actor=one)
    agree_due(due_id=due.pk, today=SAID, actor=two)
    with pytest.raises(BodyLineSettled):
        explain_line(line_id=line.pk, explanation="again", actor=one)
    assert proof_of(statement).holds
    assert accounted(proof_of(statement))


def test_another_amount_and_a_payment_they_lost_are_explained_one_by_one(pa: LegalEntity) -> None:
    statement = say(pa, "199.00", "05/11/2026;Provision 10/2026;199.00\n")

    proof = proof_of(statement)

    assert accounted(proof)
    assert sorted(d.amount for d in proof.differences) == [
        Decimal("-200.35"), Decimal("1.35"), Decimal("50.00"),
    ]  # fmt: skip
    line = BodyLine.objects.get()
    with pytest.raises(NotAClaim):
        claim_line(line_id=line.pk, explanation="less", today=SAID, actor=SYSTEM)
    explain_line(line_id=line.pk, explanation="rounded by them", actor=SYSTEM)
    line.refresh_from_db()
    assert (line.state, line.explanation) == ("explained", "rounded by them")
    assert Due.objects.count() == 1


def test_a_balance_without_lines_names_what_nobody_can_name(pa: LegalEntity) -> None:
    proof = proof_of(say(pa, "1000.00", ""))

    assert accounted(proof)
    assert not proof.holds


def test_the_same_day_is_entered_once_and_bad_lines_change_nothing(pa: LegalEntity) -> None:
    say(pa, "0.00", "")
    with pytest.raises(BodyStatementKnown):
        say(pa, "1.00", "")
    for text in ("yesterday;x;1.00", "05/11/2026;x;one", "05/11/2026;x", "05/11/2026;x;0.00"):
        with pytest.raises(BodyStatementWrong) as refusal:
            read_lines("01/11/2026;first;1.00\n" + text)
        assert refusal.value.params["line"] == 2
    assert BodyStatement.objects.count() == 1


def test_lines_are_read_as_people_write_them() -> None:
    assert read_lines("2026-11-05\tProvision\t1.250,00\t+++000/0000/16366+++\n\n") == [
        ReadLine(date(2026, 11, 5), "Provision", Decimal("1250.00"), "000000016366")
    ]
