"""From a debt to the bank and back: payouts, batches, statements, returns."""

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, ProgrammingError, connection, transaction
from lxml import etree

from core import registry
from core.files import read_file
from core.models import OutboxMessage
from core.types import Actor
from ledger.errors import PeriodClosed
from ledger.models import JournalLine, LegalEntity, Party
from ledger.selectors import account_balance, party_balance
from ledger.services import close_period, post_entry
from ledger.treasury import bank_simulator as bank
from ledger.treasury.enums import BatchState, MatchState, PayoutState
from ledger.treasury.errors import (
    AlreadyIdentified,
    BatchCannotBePaid,
    BatchNotDraft,
    InvalidIdentification,
    InvalidPayout,
    NothingToPay,
    OpeningBalanceDiffers,
    OwnPayment,
    PayoutDiffers,
    PayoutNotHeld,
    SecondPersonNeeded,
    StatementDiffers,
    StatementGap,
    UnknownBankAccount,
    UnreadableStatement,
)
from ledger.treasury.matching import Claim
from ledger.treasury.models import BankStatement, BankTransaction, Payout, PayoutBatch
from ledger.treasury.selectors import batch_payouts
from ledger.treasury.services import (
    cancel_batch,
    create_batch,
    identify_transaction,
    import_statement,
    mend_payout,
    payouts,
    release_batch,
    request_payout,
)
from ledger.types import Entry, cr, dr

NET = Decimal("434.65")
IBAN = "BE68539007547034"
OTHER_IBAN = "BE71096123456769"
DAY = date(2026, 11, 18)
NEXT = date(2026, 11, 19)


@pytest.fixture
def news() -> list[registry.Message]:
    """Listen to what the treasury publishes."""
    heard: list[registry.Message] = []
    for topic in ("payout.paid", "payout.returned"):
        registry.subscribe(topic, heard.append)
    return heard


def owe(entity: LegalEntity, party: Party, amount: Decimal = NET) -> None:
    """A net wage of the amount is owed to the worker."""
    post_entry(
        Entry(entity.pk, date(2026, 11, 6), "PAY", "payroll.payitem", uuid4(), "settled", "Décompte",
              (dr("453", amount), cr("455", amount, party=party.pk)))
    )  # fmt: skip


def ask(entity: LegalEntity, party: Party, amount: Decimal = NET, **more: Any) -> Payout:
    """Queue the net wage."""
    arguments = {
        "entity_id": entity.pk, "kind": "wage", "party_id": party.pk, "payee_name": "Ada Lovelace",
        "iban": IBAN, "amount": amount, "communication": "Salaire 11/2026", "due_on": DAY,
        "source_type": "payroll.payitem", "source_id": uuid4(), "settles_account": "455", **more,
    }  # fmt: skip
    return request_payout(**arguments)


def statement(
    entity: LegalEntity, number: int, opening: str, *movements: bank.BankMovement, day: date = NEXT
) -> bytes:
    """A day of the entity's account, as the bank writes it."""
    return bank.write_coda(
        [bank.BankStatement(entity.iban, number, day, Decimal(opening), movements, holder=entity.name)]
    )


def receive(content: bytes, actor: Actor) -> list[BankStatement]:
    """Import a file."""
    return import_statement(content=content, filename="../coda.txt", today=NEXT, actor=actor)


def released(
    entity: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> tuple[Payout, PayoutBatch]:
    """A wage in a released batch."""
    owe(entity, worker)
    payout = ask(entity, worker)
    batch = create_batch(entity_id=entity.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)
    batch = release_batch(batch_id=batch.pk, on=DAY, actor=treasurer)
    payout.refresh_from_db()
    return payout, batch


def test_a_wage_goes_from_debt_to_bank(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor, news: list[registry.Message]
) -> None:
    payout, batch = released(books, worker, clerk, treasurer)

    assert (payout.state, batch.state, batch.number) == ("released", "released", "SMART-PA-2026-00001")
    assert account_balance("455") == 0
    assert account_balance("580") == -NET
    assert batch.file is not None
    text = etree.fromstring(read_file(batch.file))
    namespace = {"p": "urn:iso:std:iso:20022:tech:xsd:pain.001.001.09"}
    assert text.xpath("string(//p:CtgyPurp/p:Cd)", namespaces=namespace) == "SALA"
    assert text.xpath("string(//p:CtrlSum)", namespaces=namespace) == "434.65"
    assert text.xpath("string(//p:EndToEndId)", namespaces=namespace) == f"P{payout.pk.hex}"

    debit = bank.batch_debit(total=NET, message_id=batch.number, transfers=1)
    receipt = bank.BankMovement(Decimal("1000.00"), communication="avance", counterparty_name="Inconnu")
    receive(statement(books, 1, "0.00", receipt, debit), clerk)

    payout.refresh_from_db()
    batch.refresh_from_db()
    assert (payout.state, payout.paid_on, batch.state, batch.executed_on) == ("paid", NEXT, "executed", NEXT)
    assert account_balance("580") == 0
    assert account_balance("550", books) == Decimal("565.35")
    assert account_balance("499") == -Decimal("1000.00")
    message = OutboxMessage.objects.get(topic="payout.paid")
    assert message.subject_id == payout.pk
    assert message.payload["source_id"] == str(payout.source_id)
    assert message.payload["source_type"] == "payroll.payitem"


def test_nobody_releases_the_batch_they_made(
    books: LegalEntity, worker: Party, clerk: Actor, snapshot: Any
) -> None:
    owe(books, worker)
    ask(books, worker)
    batch = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)
    before = snapshot()

    same_person = Actor(kind="user", label="Clara", user_id=999, person_id=clerk.person_id)
    for actor in (clerk, same_person, Actor.system("night"), Actor(kind="user", label="nobody")):
        with pytest.raises(SecondPersonNeeded):
            release_batch(batch_id=batch.pk, on=DAY, actor=actor)

    batch.refresh_from_db()
    assert batch.state == BatchState.DRAFT
    assert snapshot() == before


def test_the_database_wants_two_persons_too(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> None:
    _, batch = released(books, worker, clerk, treasurer)

    for column, value in (("released_by_user", 101), ("released_by_person", UUID(int=101))):
        with pytest.raises(IntegrityError), transaction.atomic():
            PayoutBatch.objects.filter(pk=batch.pk).update(**{column: value})
    with pytest.raises(IntegrityError), transaction.atomic():
        PayoutBatch.objects.filter(pk=batch.pk).update(released_by_user=None, released_by_person=None)


def test_a_batch_is_released_once_and_a_payout_stands_in_one(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor, snapshot: Any
) -> None:
    payout, batch = released(books, worker, clerk, treasurer)
    before = snapshot()

    with pytest.raises(BatchNotDraft):
        release_batch(batch_id=batch.pk, on=DAY, actor=treasurer)
    with pytest.raises(BatchNotDraft):
        cancel_batch(batch_id=batch.pk, actor=clerk)
    with pytest.raises(NothingToPay):
        create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)

    assert snapshot() == before
    assert Payout.objects.get().batch_id == batch.pk
    assert payout.state == PayoutState.RELEASED


def test_a_cancelled_batch_gives_its_payouts_back(books: LegalEntity, worker: Party, clerk: Actor) -> None:
    payout = ask(books, worker)
    batch = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)

    cancel_batch(batch_id=batch.pk, actor=clerk)

    payout.refresh_from_db()
    assert (payout.state, payout.batch_id) == ("open", None)
    again = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)
    assert again.number == "SMART-PA-2026-00002"


def test_only_what_is_due_of_that_kind_is_batched(books: LegalEntity, worker: Party, clerk: Actor) -> None:
    due = ask(books, worker)
    ask(books, worker, due_on=date(2026, 11, 19))
    ask(books, worker, kind="expense", settles_account="440")

    batch = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)

    assert [payout.pk for payout in batch.payouts.all()] == [due.pk]
    assert batch.total == NET


def test_the_same_payout_is_asked_for_once(books: LegalEntity, worker: Party) -> None:
    source = uuid4()
    first = ask(books, worker, source_id=source)

    assert ask(books, worker, source_id=source).pk == first.pk
    with pytest.raises(PayoutDiffers):
        ask(books, worker, Decimal("434.66"), source_id=source)
    assert Payout.objects.count() == 1


@pytest.mark.parametrize(
    "wrong",
    [{"amount": Decimal("0.00")}, {"amount": Decimal("-5.00")}, {"amount": Decimal("1.005")},
     {"iban": "BE68539007547035"}, {"iban": ""}, {"payee_name": " - "}],
)  # fmt: skip
def test_what_the_bank_could_not_pay_is_refused(
    books: LegalEntity, worker: Party, wrong: dict[str, Any]
) -> None:
    with pytest.raises(InvalidPayout):
        ask(books, worker, **wrong)
    assert not Payout.objects.exists()


def test_a_file_that_the_bank_would_refuse_is_not_released(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor, snapshot: Any
) -> None:
    owe(books, worker)
    ask(books, worker, payee_name="李")
    batch = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)
    before = snapshot()

    with pytest.raises(BatchCannotBePaid):
        release_batch(batch_id=batch.pk, on=DAY, actor=treasurer)

    assert snapshot() == before


def test_a_returned_wage_is_owed_again_and_waits_for_a_right_account(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor, news: list[registry.Message]
) -> None:
    payout, batch = released(books, worker, clerk, treasurer)
    debit = bank.batch_debit(total=NET, message_id=batch.number, transfers=1)
    back = bank.BankMovement(NET, end_to_end_id=payout.end_to_end_id, return_reason="AC04")

    receive(statement(books, 1, "0.00", debit, back), clerk)

    payout.refresh_from_db()
    assert (payout.state, payout.return_reason) == ("returned", "AC04")
    assert (account_balance("550"), account_balance("580"), account_balance("455")) == (0, 0, -NET)
    assert party_balance("455", worker.pk) == -NET
    held = Payout.objects.get(state="held")
    assert (held.attempt, held.amount, held.source_id) == (2, NET, payout.source_id)
    assert OutboxMessage.objects.filter(topic="payout.returned").get().payload["reason"] == "AC04"
    with pytest.raises(NothingToPay):
        create_batch(entity_id=books.pk, kind="wage", due_until=NEXT, on=NEXT, actor=clerk)

    mended = mend_payout(
        payout_id=held.pk, iban=OTHER_IBAN, payee_name="Ada Lovelace", due_on=NEXT, actor=clerk
    )
    assert (mended.state, mended.iban) == ("open", OTHER_IBAN)
    with pytest.raises(PayoutNotHeld):
        mend_payout(payout_id=held.pk, iban=IBAN, payee_name="Ada Lovelace", due_on=NEXT, actor=clerk)
    assert ask(books, worker, source_id=payout.source_id).pk == held.pk
    again = create_batch(entity_id=books.pk, kind="wage", due_until=NEXT, on=NEXT, actor=clerk)
    release_batch(batch_id=again.pk, on=NEXT, actor=treasurer)
    assert (account_balance("455"), account_balance("580")) == (0, -NET)


def test_a_batch_debited_payment_by_payment_is_executed_with_the_last(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> None:
    owe(books, worker, NET * 2)
    payouts = [ask(books, worker), ask(books, worker)]
    batch = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)
    release_batch(batch_id=batch.pk, on=DAY, actor=treasurer)
    lines = [bank.BankMovement(-NET, end_to_end_id=payout.end_to_end_id) for payout in payouts]

    receive(statement(books, 1, "0.00", lines[0]), clerk)
    batch.refresh_from_db()
    assert batch.state == BatchState.RELEASED
    receive(statement(books, 2, "-434.65", lines[1]), clerk)

    batch.refresh_from_db()
    assert batch.state == BatchState.EXECUTED
    assert account_balance("580") == 0


def test_a_debit_of_another_amount_waits_for_a_person(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> None:
    _, batch = released(books, worker, clerk, treasurer)
    debit = bank.batch_debit(total=Decimal("434.60"), message_id=batch.number, transfers=1)

    receive(statement(books, 1, "0.00", debit), clerk)

    assert BankTransaction.objects.get().state == MatchState.UNIDENTIFIED
    assert account_balance("499") == Decimal("434.60")
    assert Payout.objects.get().state == PayoutState.RELEASED


def test_the_same_statement_twice_changes_nothing(books: LegalEntity, clerk: Actor, snapshot: Any) -> None:
    receipt = bank.BankMovement(Decimal("1210.00"), communication="facture")
    file = statement(books, 1, "0.00", receipt)
    first = receive(file, clerk)
    before = snapshot()

    assert receive(file, clerk) == first
    assert snapshot() == before
    assert BankTransaction.objects.count() == 1


def test_the_same_number_with_other_figures_is_refused(
    books: LegalEntity, clerk: Actor, snapshot: Any
) -> None:
    receive(statement(books, 1, "0.00", bank.BankMovement(Decimal("1210.00"))), clerk)
    before = snapshot()

    parts = (bank.BankMovement(Decimal("1200.00")), bank.BankMovement(Decimal("10.00")))
    for other in (statement(books, 1, "0.00", *parts), statement(books, 1, "1.00", parts[0])):
        with pytest.raises(StatementDiffers):
            receive(other, clerk)
    assert snapshot() == before


def test_a_missing_statement_is_named(books: LegalEntity, clerk: Actor, snapshot: Any) -> None:
    receive(statement(books, 7, "0.00", bank.BankMovement(Decimal("10.00"))), clerk)
    before = snapshot()

    with pytest.raises(StatementGap) as refusal:
        receive(statement(books, 9, "10.00", bank.BankMovement(Decimal("5.00"))), clerk)
    assert refusal.value.params["expected"] == "2026/008"
    with pytest.raises(OpeningBalanceDiffers):
        receive(statement(books, 8, "10.01", bank.BankMovement(Decimal("5.00"))), clerk)
    assert snapshot() == before

    receive(statement(books, 8, "10.00", bank.BankMovement(Decimal("5.00"))), clerk)
    new_year = statement(books, 1, "15.00", bank.BankMovement(Decimal("1.00")), day=date(2027, 1, 4))
    receive(new_year, clerk)
    assert account_balance("550") == Decimal("16.00")


def test_what_is_no_statement_of_ours_is_refused(books: LegalEntity, clerk: Actor, snapshot: Any) -> None:
    before = snapshot()
    foreign = bank.write_coda(
        [bank.BankStatement(IBAN, 1, NEXT, Decimal("0.00"), (bank.BankMovement(Decimal("1.00")),))]
    )
    with pytest.raises(UnknownBankAccount):
        receive(foreign, clerk)
    with pytest.raises(UnreadableStatement):
        receive(b"%PDF-1.7 hello", clerk)
    broken = statement(books, 1, "0.00", bank.BankMovement(Decimal("1.00"))).replace(
        b"000001000", b"000002000", 1
    )
    with pytest.raises(UnreadableStatement):
        receive(broken, clerk)
    assert snapshot() == before


def test_a_closed_month_takes_no_statement(books: LegalEntity, clerk: Actor, snapshot: Any) -> None:
    close_period(entity=books, year=2026, month=11, actor=clerk)
    before = snapshot()

    with pytest.raises(PeriodClosed), transaction.atomic():
        receive(statement(books, 1, "0.00", bank.BankMovement(Decimal("1.00"))), clerk)

    assert snapshot() == before


def test_the_first_statement_brings_its_balance_along(books: LegalEntity, clerk: Actor) -> None:
    receive(statement(books, 41, "250000.00", bank.BankMovement(Decimal("-100.00"))), clerk)

    assert account_balance("550", books) == Decimal("249900.00")
    brought = BankTransaction.objects.get(sequence=0)
    identify_transaction(
        transaction_id=brought.pk, claim=Claim("4894", text="Solde repris"), actor=clerk, today=NEXT
    )
    assert account_balance("4894") == -Decimal("250000.00")
    assert account_balance("499") == Decimal("100.00")


def test_an_unidentified_receipt_is_identified_once(
    books: LegalEntity, client: Party, clerk: Actor, snapshot: Any
) -> None:
    receive(statement(books, 1, "0.00", bank.BankMovement(Decimal("1210.00"), communication="??")), clerk)
    line = BankTransaction.objects.get()

    for account in ("550", "499", "700", "6121", "4199", "999", "110", "400", "455", "4560"):
        with pytest.raises(InvalidIdentification):
            identify_transaction(transaction_id=line.pk, claim=Claim(account), actor=clerk, today=NEXT)
    identify_transaction(
        transaction_id=line.pk, claim=Claim("400", client.pk, text="Facture 12"), actor=clerk, today=NEXT
    )

    line.refresh_from_db()
    assert (line.state, line.account_code, line.party_id) == ("identified", "400", client.pk)
    assert account_balance("499") == 0
    assert party_balance("400", client.pk) == -Decimal("1210.00")
    before = snapshot()
    with pytest.raises(AlreadyIdentified):
        identify_transaction(transaction_id=line.pk, claim=Claim("400", client.pk), actor=clerk, today=NEXT)
    assert snapshot() == before


def test_a_line_identified_as_a_batch_pays_it(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> None:
    from ledger.treasury.matching import candidates_for

    payout, batch = released(books, worker, clerk, treasurer)
    receive(statement(books, 1, "0.00", bank.BankMovement(-NET, communication="VIREMENTS")), clerk)
    line = BankTransaction.objects.get()
    assert line.state == MatchState.UNIDENTIFIED

    ((claim,),) = candidates_for(line)
    identify_transaction(transaction_id=line.pk, claim=claim, actor=clerk, today=NEXT)

    payout.refresh_from_db()
    batch.refresh_from_db()
    assert (payout.state, batch.state) == ("paid", "executed")
    assert account_balance("580") == account_balance("499") == 0


@pytest.mark.parametrize(
    "statement_",
    [
        "UPDATE treasury_banktransaction SET amount = amount + 1",
        "UPDATE treasury_banktransaction SET communication = 'x'",
        "DELETE FROM treasury_banktransaction",
        "UPDATE treasury_bankstatement SET closing = closing + 1",
        "DELETE FROM treasury_bankstatement",
        "DELETE FROM treasury_payout",
        "TRUNCATE treasury_banktransaction",
    ],
)
def test_what_the_bank_said_cannot_be_rewritten(
    books: LegalEntity, clerk: Actor, snapshot: Any, statement_: str
) -> None:
    receive(statement(books, 1, "0.00", bank.BankMovement(Decimal("1210.00"), communication="??")), clerk)
    before = snapshot(), list(BankTransaction.objects.values()), list(BankStatement.objects.values())

    with (
        pytest.raises(ProgrammingError, match=r"permission denied|never"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement_)

    assert before == (
        snapshot(), list(BankTransaction.objects.values()), list(BankStatement.objects.values()),
    )  # fmt: skip


def test_only_statement_lines_post_to_the_bank(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> None:
    released(books, worker, clerk, treasurer)
    receive(statement(books, 1, "5.00", bank.BankMovement(Decimal("1210.00"))), clerk)

    sources = JournalLine.objects.filter(account="550").values_list("entry__source_type", flat=True)
    assert set(sources) == {"treasury.banktransaction"}


def test_who_is_paid_by_a_batch_does_not_release_it(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor, snapshot: Any,
    monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    monkeypatch.setattr(
        payouts, "own_money", lambda person: {worker.pk} if person == treasurer.person_id else set()
    )
    owe(books, worker)
    ask(books, worker, kind="expense")
    batch = create_batch(entity_id=books.pk, kind="expense", due_until=DAY, on=DAY, actor=clerk)
    before = snapshot()

    with pytest.raises(OwnPayment):
        release_batch(batch_id=batch.pk, on=DAY, actor=treasurer)
    assert snapshot() == before

    ask(books, worker)
    wages = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)
    assert release_batch(batch_id=wages.pk, on=DAY, actor=treasurer).state == BatchState.RELEASED


def test_an_account_that_changed_since_the_last_payment_comes_first(
    books: LegalEntity, worker: Party, clerk: Actor, treasurer: Actor
) -> None:
    released(books, worker, clerk, treasurer)
    stranger = Party.objects.create(kind="person", name="Grace Hopper")
    for party, more in (
        (worker, {}),
        (worker, {"iban": "BE71096123456769"}),
        (stranger, {"payee_name": "Grace Hopper"}),
    ):
        owe(books, party)
        ask(books, party, **more)
    batch = create_batch(entity_id=books.pk, kind="wage", due_until=DAY, on=DAY, actor=clerk)

    assert [(row.payee_name, row.iban[-4:], row.account_is) for row in batch_payouts(batch)] == [
        ("Ada Lovelace", "6769", "changed"),
        ("Ada Lovelace", IBAN[-4:], "known"),
        ("Grace Hopper", IBAN[-4:], "new"),
    ]
