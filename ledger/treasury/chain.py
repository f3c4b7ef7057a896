"""The statements of an account follow each other: which one comes next, and which one stands already."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from django.db.models import Q

from core.money import ZERO
from ledger.treasury.errors import (
    OpeningBalanceDiffers,
    StatementDiffers,
    StatementGap,
    StatementTooOld,
)
from ledger.treasury.models import BankAccount, BankStatement, BankTransaction
from ledger.treasury.reading import Statement

MOST = 32767
"""The highest number that a year's count takes; what the bank counts beyond it stands beside our own."""


@dataclass(frozen=True, slots=True)
class Place:
    """Where a new statement stands: our count in the year; `bank_number` None when it is the bank's own, 0
    when the bank gives none.
    """

    year: int
    number: int
    bank_number: int | None


def place_of(
    account: BankAccount, read: Statement, *, tolerant: bool = False
) -> tuple[BankStatement | None, Place | None]:
    """The statement that stands already, or the place of the new one after the last.

    Raises `StatementDiffers` (the same one with other figures), `StatementTooOld`, `StatementGap` (one is
    missing before it), `OpeningBalanceDiffers`. `tolerant`: a number may be skipped where the balances join.
    """
    last = last_statement(account)
    known = _standing(account, read, last)
    if known is not None:
        return known, None
    if last is not None:
        _check_follows(account, read, last, tolerant=tolerant)
    return None, _place(read, last)


def last_statement(account: BankAccount) -> BankStatement | None:
    """The newest statement of an account."""
    return BankStatement.objects.filter(account=account).order_by("-year", "-number").first()


def _standing(account: BankAccount, read: Statement, last: BankStatement | None) -> BankStatement | None:
    """The same statement as imported before: by its number, or under the other format by what it says.

    A number that was used before, on a statement that goes on from the last one, is the bank counting anew.
    """
    known = BankStatement.objects.filter(account=account)
    if read.number is not None:
        numbered = Q(bank_number=read.number) | Q(bank_number=None, number=read.number)
        same = list(known.filter(numbered, year=read.date.year, format=read.format).order_by("number"))
        for statement in same:
            if _says_the_same(statement, read, by_place=True):
                return statement
        if same and not (
            last is not None and read.opening == last.closing and read.date > last.date >= same[-1].date
        ):
            raise StatementDiffers(iban=account.iban, number=read.name)
    others = known.filter(date=read.date, opening=read.opening, closing=read.closing)
    if read.number is not None:
        others = others.filter(~Q(format=read.format) | Q(bank_number=0))
    for statement in others.order_by("number"):
        if _says_the_same(statement, read, by_place=statement.format == read.format):
            return statement
    return None


def _says_the_same(statement: BankStatement, read: Statement, *, by_place: bool) -> bool:
    """Same day, balances and movements; between formats the places differ, and one may book the parts of what
    the other books whole.
    """
    if (statement.date, statement.opening, statement.closing) != (read.date, read.opening, read.closing):
        return False
    lines = BankTransaction.objects.filter(statement=statement, sequence__gt=0)
    if by_place:
        return {(line.sequence, line.detail, line.amount) for line in lines} == {
            (line.sequence, line.detail, line.amount) for line in read.transactions
        }
    ours = Counter(line.amount for line in lines)
    if ours == Counter(line.amount for line in read.transactions):
        return True
    whole: Counter[object] = Counter()
    for sequence, amount in _by_sequence(list(lines)).items():
        del sequence
        whole[amount] += 1
    return whole == Counter(movement.amount for movement in read.movements)


def _by_sequence(lines: list[BankTransaction]) -> dict[int, object]:
    sums: dict[int, object] = {}
    for line in lines:
        sums[line.sequence] = sums.get(line.sequence, ZERO) + line.amount  # type: ignore[operator]
    return sums


def _check_follows(account: BankAccount, read: Statement, last: BankStatement, *, tolerant: bool) -> None:
    if read.date < last.date:
        raise StatementTooOld(iban=account.iban, number=read.name)
    joins = read.opening == last.closing
    number, before = read.number, last.number_of_bank
    comparable = number is not None and before is not None and last.format == read.format
    if comparable and number is not None and before is not None:
        expected = {before + 1} if read.date.year == last.year else {before + 1, 1}
        counts_anew = number == 1 and joins and read.date > last.date
        if number not in expected and not counts_anew and not (tolerant and joins):
            first = 1 if read.date.year != last.year else before + 1
            raise StatementGap(iban=account.iban, number=read.name, expected=f"{read.date.year}/{first:03}")
    if joins:
        return
    if not comparable:
        # Without numbers to compare, only the balances tell that something is missing in between.
        raise StatementGap(iban=account.iban, number=read.name, expected=f"{last.closing} €")
    raise OpeningBalanceDiffers(
        iban=account.iban, number=read.name, opening=read.opening, closing=last.closing
    )


def _place(read: Statement, last: BankStatement | None) -> Place:
    year = read.date.year
    after = last.number if last is not None and last.year == year else 0
    if read.number is not None and after < read.number <= MOST:
        return Place(year, read.number, None)
    return Place(year, after + 1, read.number or 0)
