"""Statements enter in their order, whatever order, format and number of times they come in."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError
from core.money import ZERO
from ledger.models import LegalEntity
from ledger.selectors import account_balance
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.camt_simulator import write_camt
from ledger.treasury.checks import check_bank, check_statements
from ledger.treasury.models import BankStatement as Known
from ledger.treasury.models import BankTransaction, WaitingStatement
from ledger.treasury.services import forget_waiting, take_statements
from ledger.treasury.services.statements import Taken
from tests.factories import SYSTEM

DAY = date(2026, 11, 23)


def days(entity: LegalEntity, count: int, *, first: int = 1, start: date = DAY) -> list[BankStatement]:
    """A statement a day, each with one receipt of its number in euro."""
    found: list[BankStatement] = []
    balance = ZERO
    for place in range(count):
        movement = BankMovement(Decimal(first + place), communication=f"jour {place}")
        found.append(
            BankStatement(entity.iban, first + place, start + timedelta(days=place), balance, (movement,))
        )
        balance = found[-1].closing
    return found


def take(content: bytes, **options: Any) -> Taken:
    return take_statements(content=content, filename="bank.cod", today=DAY, actor=SYSTEM, **options)


def numbers() -> list[tuple[int, int]]:
    return list(Known.objects.order_by("year", "number").values_list("year", "number"))


def clean() -> bool:
    return not [*check_bank(), *check_statements()]


def refusal(content: bytes, **options: Any) -> DomainError:
    before = numbers()
    with pytest.raises(DomainError) as error:
        take(content, **options)
    assert numbers() == before and not WaitingStatement.objects.exists()
    return error.value


def test_what_came_early_waits_and_enters_by_itself(books: LegalEntity) -> None:
    one, two, three = days(books, 3)
    take(write_coda([one]))

    early = take(write_coda([three]))
    again = take(write_coda([three]))

    [row] = early.waiting
    assert again.waiting == [row] and row.expected == "2026/002" and not early.entered
    assert account_balance("550", books) == Decimal("1.00")

    arrived = take(write_coda([two]))

    assert [statement.number for statement in arrived.entered] == [2, 3]
    row.refresh_from_db()
    assert row.entered == arrived.entered[1]
    assert account_balance("550", books) == three.closing and clean()


def test_without_that_wish_the_missing_one_is_named(books: LegalEntity) -> None:
    one, _, three = days(books, 3)
    take(write_coda([one]))

    gap = refusal(write_coda([three]), keep_early=False)

    assert (gap.code, gap.params["expected"]) == ("statement_gap", "2026/002")


def test_a_file_may_hold_its_statements_in_any_order(books: LegalEntity) -> None:
    one, two, three = days(books, 3)

    taken = take(write_coda([three, one, two]), keep_early=False)

    assert [statement.number for statement in taken.entered] == [1, 2, 3] and clean()


def test_two_statements_of_one_day_follow_each_other(books: LegalEntity) -> None:
    one, two = days(books, 2)
    take(write_camt([replace(two, day=DAY), one], numbered=False))

    assert [s.opening for s in Known.objects.order_by("number")] == [one.opening, two.opening] and clean()


@pytest.mark.parametrize("second", ["same file", "duplicate", "camt", "camt without number", "old camt"])
def test_the_same_movements_count_once(books: LegalEntity, second: str) -> None:
    [one] = days(books, 1)
    first = write_coda([one])
    take(first)
    others = {
        "same file": first,
        "duplicate": first[:16] + b"D" + first[17:],
        "camt": write_camt([one]),
        "camt without number": write_camt([one], numbered=False),
        "old camt": write_camt([replace(one, number=12312)], version="camt.053.001.02"),
    }

    taken = take(others[second])

    assert [statement.number for statement in taken.entered] == [1]
    assert BankTransaction.objects.count() == 1 and account_balance("550", books) == Decimal("1.00")


def test_a_total_and_its_parts_are_the_same_statement(books: LegalEntity) -> None:
    parts = tuple(BankMovement(Decimal(amount), communication="x") for amount in ("1.00", "2.00"))
    whole = BankStatement(
        books.iban, 1, DAY, ZERO, (BankMovement(Decimal("3.00"), communication="x", details=parts),)
    )
    take(write_coda([whole]))

    take(write_camt([replace(whole, movements=(BankMovement(Decimal("3.00")),))]))

    assert Known.objects.count() == 1 and BankTransaction.objects.count() == 2


def test_a_number_used_again_with_other_figures_is_refused(books: LegalEntity) -> None:
    one, two = days(books, 2)
    take(write_coda([one]))

    other = replace(one, movements=(BankMovement(Decimal("9.00"), communication="x"),))
    assert refusal(write_coda([other])).code == "statement_differs"
    assert refusal(write_coda([replace(two, opening=Decimal("50.00"))])).code == "opening_balance_differs"
    before = replace(one, number=9, day=DAY - timedelta(days=3))
    assert refusal(write_coda([before])).code == "statement_too_old"


def test_the_year_changes(books: LegalEntity) -> None:
    one, two = days(books, 2, first=251, start=date(2026, 12, 31))
    take(write_coda([one]))

    assert refusal(write_coda([replace(two, number=3)]), keep_early=False).params["expected"] == "2027/001"
    take(write_coda([replace(two, number=1)]))

    assert numbers() == [(2026, 251), (2027, 1)] and clean()


def test_a_bank_that_counts_on_over_the_year(books: LegalEntity) -> None:
    one, two = days(books, 2, first=251, start=date(2026, 12, 31))
    take(write_camt([one]))
    take(write_camt([two]))

    assert numbers() == [(2026, 251), (2027, 252)] and clean()


def test_a_bank_that_starts_counting_anew(books: LegalEntity) -> None:
    one, two, three = days(books, 3, first=40)
    for statement in (one, replace(two, number=1), replace(three, number=2)):
        take(write_coda([statement]))

    assert [(s.number, s.number_of_bank) for s in Known.objects.order_by("number")] == [
        (40, 40),
        (41, 1),
        (42, 2),
    ]
    assert clean()
    take(write_coda([replace(two, number=1)]))
    assert Known.objects.count() == 3, "and its second coming is known"


def test_a_bank_that_counts_high_or_not_at_all(books: LegalEntity) -> None:
    one, two, three = days(books, 3, first=900001)
    take(write_camt([one]))
    take(write_camt([two]))
    take(write_camt([three], numbered=False))

    assert [s.name for s in Known.objects.order_by("number")] == ["2026/900001", "2026/900002", "25/11/2026"]
    assert [s.number for s in Known.objects.order_by("number")] == [1, 2, 3] and clean()


def test_without_numbers_the_balances_tell_what_is_missing(books: LegalEntity) -> None:
    one, two, three = days(books, 3)
    take(write_camt([one], numbered=False))

    early = take(write_camt([three], numbered=False))
    assert early.waiting and not early.entered
    take(write_camt([two], numbered=False))

    assert Known.objects.count() == 3 and clean()


def test_tolerance_needs_a_reason_and_keeps_it(books: LegalEntity) -> None:
    [one] = days(books, 1)
    miscounted = write_coda([one])
    place = miscounted.rindex(b"\n9") + 17 if b"\n9" in miscounted else miscounted.index(b"\r\n9") + 18
    miscounted = miscounted[:place] + b"000077" + miscounted[place + 6 :]

    assert refusal(miscounted).params["code"] == "record_count"
    assert refusal(miscounted, tolerate=" ").code == "tolerance_needs_reason"
    [statement] = take(miscounted, tolerate="la banque compte mal, confirmé au téléphone").entered

    assert statement.tolerated.startswith("la banque compte mal") and clean()


def test_tolerance_never_books_what_does_not_add_up(books: LegalEntity) -> None:
    [one] = days(books, 1)
    content = write_camt([one])
    place = content.index(b">1.00<", content.index(b"CLBD"))
    wrong = content[:place] + b">2.00<" + content[place + 6 :]

    assert refusal(wrong).params["code"] == "balance"
    assert refusal(wrong, tolerate="je le veux").params["code"] == "balance"


def test_a_skipped_number_is_tolerated_where_the_balances_join(books: LegalEntity) -> None:
    one, two = days(books, 2)
    take(write_coda([one]))
    skipped = write_coda([replace(two, number=5)])

    assert refusal(skipped, keep_early=False).code == "statement_gap"
    take(skipped, tolerate="la banque a sauté des numéros", keep_early=False)

    assert numbers() == [(2026, 1), (2026, 5)] and clean()


def test_a_waiting_statement_is_given_up(books: LegalEntity) -> None:
    one, _, three = days(books, 3)
    take(write_coda([one]))
    [row] = take(write_coda([three])).waiting

    forget_waiting(waiting_id=row.pk, actor=SYSTEM)

    assert not WaitingStatement.objects.exists()
