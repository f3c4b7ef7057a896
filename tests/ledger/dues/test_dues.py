"""From wages to public bodies: dues raised once, agreed by two, paid, and equal to the books to the cent."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from core.files import read_file
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.models import JournalEntry, LegalEntity
from ledger.selectors import account_balance
from ledger.treasury import bank_simulator as bank
from ledger.treasury.dues import selectors
from ledger.treasury.dues.checks import check_dues
from ledger.treasury.dues.enums import DueState
from ledger.treasury.dues.errors import (
    DueNeedsColleague,
    DueNotToCheck,
    DueReasonMissing,
    NothingAgreed,
    ReferenceWrong,
    TermsMissing,
)
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.rules import rules_of
from ledger.treasury.dues.services import agree_due, correct_due, enter_terms, make_batch, raise_dues
from ledger.treasury.models import BankAccount, Payout, PayoutBatch
from ledger.treasury.services import import_statement, release_batch
from tests.conformance import CONFORMANCE, schema_errors
from tests.factories import SYSTEM, actor
from tests.ledger.dues.papers import REFERENCES, agree_all, financier, open_books, owe, tell_terms

OCTOBER, NOVEMBER, DECEMBER = date(2026, 10, 16), date(2026, 11, 13), date(2026, 12, 11)


@pytest.fixture
def pa(tenant: Cooperative) -> LegalEntity:
    return open_books()


def raised(today: date) -> list[tuple[str, date, date, str]]:
    return [
        (due.kind, due.first, due.due_on, str(due.amount)) for due in raise_dues(today=today, actor=SYSTEM)
    ]


def pay(entity: LegalEntity, until: date, today: date) -> PayoutBatch:
    """Agreed by one, batched by the same, released by another, executed by the bank the next day."""
    one, two = financier(), financier()
    agree_all(one, today)
    batch = make_batch(entity_id=entity.pk, kind="contribution", until=until, today=today, actor=actor(one))
    return release_batch(batch_id=batch.pk, on=today, actor=actor(two))


def test_a_quarter_of_charges_is_the_quarter_of_dues(pa: LegalEntity) -> None:
    for day, charge, tax in (
        (OCTOBER, "200.35", "11.54"),
        (NOVEMBER, "310.10", "0.01"),
        (DECEMBER, "99.99", "5.00"),
    ):
        owe(pa, day, charge)
        owe(pa, day, tax, "453")

    october = raised(date(2026, 11, 5))
    november = raised(date(2026, 12, 6))
    december = raised(date(2027, 1, 5))
    owe(pa, date(2026, 12, 31), "7.77")
    balance = raised(date(2027, 1, 25))

    assert october == [
        ("onss_advance", date(2026, 10, 1), date(2026, 11, 5), "200.35"),
        ("withholding_tax", date(2026, 10, 1), date(2026, 11, 16), "11.54"),
    ]
    assert [row[3] for row in november] == ["310.10", "0.01"]
    assert [row[3] for row in december] == ["99.99", "5.00"]
    assert balance == [("onss_balance", date(2026, 10, 1), date(2027, 1, 29), "7.77")]
    assert sum(due.amount for due in Due.objects.filter(account="4540")) == Decimal("618.21")
    assert account_balance("4540", pa) == Decimal("-618.21")
    assert selectors.dues_to_pay().count() == 7
    assert selectors.overdue_count(date(2027, 1, 1)) == 4


def test_days_off_move_the_due_day() -> None:
    days = {rule.kind: rule.due_on for rule in rules_of("BE")}

    assert days["onss_advance"](date(2026, 11, 30)) == date(2026, 12, 4)
    assert days["withholding_tax"](date(2026, 10, 31)) == date(2026, 11, 16)
    assert days["onss_balance"](date(2026, 12, 31)) == date(2027, 1, 29)


def test_raising_again_raises_nothing_and_late_charges_go_to_the_next_due(pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "100.00")
    raised(date(2026, 11, 3))
    owe(pa, date(2026, 10, 30), "5.00")

    again = raised(date(2026, 11, 4))
    owe(pa, NOVEMBER, "10.00")

    assert again == []
    assert [row[3] for row in raised(date(2026, 12, 4))] == ["15.00"]


def test_a_country_without_rules_raises_nothing(tenant: Cooperative, pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "100.00")
    LegalEntity.objects.filter(pk=pa.pk).update(country="FR")

    assert raised(date(2026, 11, 5)) == []


def test_what_is_agreed_is_paid_with_its_reference_and_leaves_the_books_at_zero(pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "200.35")
    owe(pa, OCTOBER, "11.54", "453")
    tell_terms(pa)
    raise_dues(today=date(2026, 11, 5), actor=SYSTEM)
    entries = JournalEntry.objects.count()

    batch = pay(pa, date(2026, 11, 16), date(2026, 11, 5))

    assert batch.file is not None
    file = etree.fromstring(read_file(batch.file))
    values = {name: [e.text for e in file.iter(f"{{*}}{name}")] for name in ("Ref", "InstdAmt", "Issr")}
    purposes = [e.findtext("{*}Cd") for e in file.iter("{*}CtgyPurp")]
    assert sorted(values["Ref"]) == sorted((REFERENCES["onss"], REFERENCES["tax"]))
    assert sorted(values["InstdAmt"]) == ["11.54", "200.35"]
    assert values["Issr"].count("BBA") == 2
    assert purposes == ["TAXS"]
    assert JournalEntry.objects.count() == entries + 2
    assert account_balance("4540", pa) == account_balance("453", pa) == 0
    assert account_balance("580", pa) == Decimal("-211.89")

    execute(pa, batch, date(2026, 11, 6))

    assert account_balance("580", pa) == 0
    assert {selectors.standing(due)[0] for due in selectors.dues()} == {"paid"}
    assert selectors.overdue_count(date(2026, 12, 31)) == 0
    assert list(check_dues()) == []


@pytest.mark.conformance
def test_the_file_of_dues_holds_before_the_official_schema(pa: LegalEntity) -> None:
    """A structured reference each, the purpose of taxes, several creditors: as banks check it."""
    for account, amount in (("4540", "200.35"), ("453", "11.54"), ("4541", "7.70")):
        owe(pa, OCTOBER, amount, account)
    tell_terms(pa)
    raise_dues(today=date(2026, 11, 5), actor=SYSTEM)

    batch = pay(pa, date(2027, 12, 31), date(2026, 11, 5))

    assert batch.file is not None
    assert batch.payments >= 2
    assert schema_errors(read_file(batch.file), CONFORMANCE / "sepa" / "pain.001.001.09.xsd") == []


def execute(pa: LegalEntity, batch: PayoutBatch, day: date) -> None:
    movements = (bank.batch_debit(total=batch.total, message_id=batch.number, transfers=batch.payments),)
    give(pa, day, 1, Decimal("1000.00"), *movements)


def give(pa: LegalEntity, day: date, number: int, opening: Decimal, *movements: bank.BankMovement) -> None:
    account = BankAccount.objects.get(entity=pa)
    statement = bank.BankStatement(
        iban=account.iban, number=number, day=day, opening=opening, movements=movements,
        holder=pa.name, bic=account.bic,
    )  # fmt: skip
    import_statement(content=bank.write_coda([statement]), filename=f"{number}.cod", today=day, actor=SYSTEM)


def test_a_payment_that_comes_back_is_to_pay_again(pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "200.35")
    tell_terms(pa)
    raise_dues(today=date(2026, 11, 5), actor=SYSTEM)
    batch = pay(pa, date(2026, 11, 5), date(2026, 11, 5))
    execute(pa, batch, date(2026, 11, 6))
    payout = Payout.objects.get()

    back = bank.BankMovement(
        amount=payout.amount, communication="RETOUR", counterparty_name=payout.payee_name,
        end_to_end_id=payout.end_to_end_id, return_reason="AC04", value_date=date(2026, 11, 9),
    )  # fmt: skip
    give(pa, date(2026, 11, 9), 2, Decimal("799.65"), back)

    due = selectors.dues().get()
    assert selectors.standing(due)[0] == "held"
    assert list(selectors.dues_to_pay()) == [due]
    assert selectors.overdue_count(date(2026, 11, 10)) == 1
    assert account_balance("4540", pa) == Decimal("-200.35")
    assert raise_dues(today=date(2026, 11, 10), actor=SYSTEM) == []
    assert list(check_dues()) == []


def test_nothing_is_agreed_while_the_reference_is_not_known(pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "200.35")
    (due,) = raise_dues(today=date(2026, 11, 5), actor=SYSTEM)

    with pytest.raises(TermsMissing) as refusal:
        agree_due(due_id=due.pk, today=date(2026, 11, 5), actor=actor(financier()))

    assert "ONSS" in str(refusal.value.detail)
    due.refresh_from_db()
    assert due.state == DueState.TO_CHECK
    with pytest.raises(ReferenceWrong):
        enter_terms(
            entity=pa, creditor="onss", valid_from=OCTOBER, iban="", reference="+++000/0000/00000+++",
            source="notice", actor=SYSTEM,
        )  # fmt: skip
    assert not selectors.terms().exists()


def test_an_amount_is_corrected_with_a_reason_and_agreed_by_a_colleague(pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "200.35")
    tell_terms(pa)
    (due,) = raise_dues(today=date(2026, 11, 5), actor=SYSTEM)
    one, two = financier(), financier()

    def correct(reason: str) -> Due:
        return correct_due(
            due_id=due.pk, amount=Decimal("150.00"), reason=reason, reference="", actor=actor(one)
        )

    with pytest.raises(DueReasonMissing):
        correct(" ")
    due.refresh_from_db()
    assert due.amount == Decimal("200.35")
    correct("notice 2026/11")
    for somebody in (actor(one), SYSTEM):
        with pytest.raises(DueNeedsColleague):
            agree_due(due_id=due.pk, today=date(2026, 11, 5), actor=somebody)
    due.refresh_from_db()
    assert due.state == DueState.TO_CHECK
    agree_due(due_id=due.pk, today=date(2026, 11, 5), actor=actor(two))
    with pytest.raises(DueNotToCheck):
        agree_due(due_id=due.pk, today=date(2026, 11, 5), actor=actor(two))

    assert due.booked == Decimal("200.35")
    assert [row[3] for row in raised(date(2026, 12, 5))] == ["50.35"]


def test_a_due_of_nothing_is_withdrawn_and_its_amount_waits(pa: LegalEntity) -> None:
    owe(pa, OCTOBER, "20.00")
    (due,) = raise_dues(today=date(2026, 11, 5), actor=SYSTEM)

    correct_due(
        due_id=due.pk,
        amount=Decimal("0.00"),
        reason="no advance asked",
        reference="",
        actor=actor(financier()),
    )

    assert not selectors.dues_to_pay().exists()
    with pytest.raises(NothingAgreed):
        make_batch(
            entity_id=pa.pk, kind="contribution", until=date(2026, 12, 31), today=date(2026, 11, 5),
            actor=actor(financier()),
        )  # fmt: skip
    assert [row[3] for row in raised(date(2026, 12, 5))] == ["20.00"]


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    charges=st.lists(st.tuples(st.integers(0, 91), st.integers(1, 9999)), min_size=1, max_size=8),
    looks=st.lists(st.integers(20, 130), max_size=5),
)
def test_dues_and_what_is_open_are_the_account(
    tenant: Cooperative, charges: list[tuple[int, int]], looks: list[int]
) -> None:
    """Whenever somebody looks, no cent is raised twice, and in the end each is raised once."""
    start = date(2026, 10, 1)
    with transaction.atomic():
        entity = open_books()
        waiting, booked = sorted(charges), Decimal(0)
        for look in [*sorted(looks), 150]:
            while waiting and waiting[0][0] < look:
                day, cents = waiting.pop(0)
                owe(entity, start + timedelta(days=day), str(Decimal(cents) / 100))
                booked += Decimal(cents) / 100
            raise_dues(today=start + timedelta(days=look), actor=SYSTEM)
            raised_now = sum((due.amount for due in Due.objects.all()), Decimal(0))
            left = selectors.owed_until(entity, "4540", start + timedelta(days=look)) - raised_now
            assert raised_now + left == booked == -account_balance("4540", entity)
            assert left >= 0
        assert left == 0
        transaction.set_rollback(True)


def run_task(who: Actor) -> int:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return len(raise_dues(today=date(2026, 11, 5), actor=who))


def agree(who: Actor) -> str:
    with tenant_scope(Cooperative.objects.get(slug="be")):
        return agree_due(due_id=Due.objects.get().pk, today=date(2026, 11, 5), actor=who).state


def test_eight_tasks_raise_once_and_eight_people_agree_once(fresh_database: Any) -> None:
    cooperative = Cooperative.objects.create(
        id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr", "nl", "de", "en"]
    )
    with tenant_scope(cooperative):
        entity = open_books()
        owe(entity, OCTOBER, "200.35")
        tell_terms(entity)
        people = [actor(financier()) for _ in range(8)]

    runs = fresh_database.in_threads(run_task, *[(SYSTEM,) for _ in range(8)])
    agreed = fresh_database.in_threads(agree, *[(who,) for who in people])

    assert sum(outcome.value for outcome in runs) == 1
    assert [outcome.value for outcome in agreed if outcome.ok] == ["agreed"]
    assert {outcome.code for outcome in agreed if not outcome.ok} == {"due_not_to_check"}
