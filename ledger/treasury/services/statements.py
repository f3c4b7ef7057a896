"""What the bank says: statements imported once and in order, each line posted and matched; what came early
waits for its predecessor.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from pathlib import PurePath
from uuid import UUID

from django.db import transaction

from core import audit
from core.files import read_file, store_file
from core.locks import for_update
from core.models import StoredFile
from core.types import Actor
from ledger.treasury.chain import Place, place_of
from ledger.treasury.enums import StatementFormat
from ledger.treasury.errors import (
    CurrencyNotKept,
    OpeningBalanceDiffers,
    StatementDiffers,
    StatementGap,
    ToleranceNeedsReason,
    UnknownBankAccount,
    UnreadableStatement,
    reason_of,
)
from ledger.treasury.files import read_statements
from ledger.treasury.models import BankAccount, BankStatement, BankTransaction, WaitingStatement
from ledger.treasury.reading import Movement, Statement, StatementError
from ledger.treasury.services.lines import book_lines

LARGEST_FILE = 10_000_000
"""Bytes of a file of the bank."""

NEVER_BOOKED = {"balance", "account_mismatch", "fraction_of_cent", "currency", "balance_missing"}
"""What tolerant mode shows and nobody books: account 550 could not equal the bank."""


@dataclass(slots=True)
class Taken:
    """What became of a file: statements that stand in the books now (also from before), and those that
    wait.
    """

    entered: list[BankStatement] = field(default_factory=list)
    waiting: list[WaitingStatement] = field(default_factory=list)


@dataclass(slots=True)
class _Candidate:
    """A statement to enter: read from a file now, or waiting since its own file came."""

    position: int
    read: Statement
    file: StoredFile | None
    tolerated: str
    row: WaitingStatement | None = None
    refusal: StatementGap | OpeningBalanceDiffers | None = None


def import_statement(
    *, content: bytes, filename: str, today: date, actor: Actor, tolerate: str | None = None
) -> list[BankStatement]:
    """Enter the statements of a file and refuse one that came too early; see `take_statements`."""
    taken = take_statements(
        content=content, filename=filename, today=today, actor=actor, tolerate=tolerate, keep_early=False
    )
    return taken.entered


@transaction.atomic
def take_statements(
    *,
    content: bytes,
    filename: str,
    today: date,
    actor: Actor,
    tolerate: str | None = None,
    keep_early: bool = True,
) -> Taken:
    """Enter the statements of a CODA or CAMT.053 file: every line is posted on 550 and matched, or waits on
    499.

    All of the file or nothing, whatever order it has inside. A statement that stands already, also under the
    other format, changes nothing and is given back. One that follows a missing one is refused, or with
    `keep_early` kept until that one arrives, and entered then. The first statement of an account brings its
    opening balance along, as line 0, to identify. `tolerate` says why a file is taken that strict reading
    refuses; what does not add up is refused even so. Locks: the bank accounts, then what the matchers need.
    Raises `UnreadableStatement`, `ToleranceNeedsReason`, `UnknownBankAccount`, `CurrencyNotKept`,
    `StatementGap`, `StatementTooOld`, `StatementDiffers`, `OpeningBalanceDiffers`, `PeriodClosed`. `today` is
    written to the audit trail.
    """
    if tolerate is not None and not tolerate.strip():
        raise ToleranceNeedsReason
    read = read_file_of_bank(content, strict=tolerate is None)
    reason = (tolerate or "").strip()[:300]
    _check_bookable(read)
    accounts = _accounts(read)
    taken = Taken()
    # What will be kept is stored by whoever needs it first: a repeated file leaves nothing behind.
    shelf = _Shelf(content, filename)
    for account in sorted(accounts.values(), key=lambda account: account.pk):
        candidates = [
            _Candidate(position, statement, None, reason)
            for position, statement in enumerate(read)
            if statement.account == account.iban
        ]
        _take_account(account, candidates, shelf, taken, today, actor, keep_early=keep_early)
    return taken


def read_file_of_bank(content: bytes, *, strict: bool = True) -> tuple[Statement, ...]:
    """The statements of a file, or the refusal as people read it. Raises `UnreadableStatement`."""
    try:
        return read_statements(content, strict=strict)
    except StatementError as error:
        raise UnreadableStatement(reason=reason_of(error.code), code=error.code, line=error.line) from error


class _Shelf:
    """The bytes of the file, stored once somebody needs them."""

    def __init__(self, content: bytes, filename: str) -> None:
        self._content, self._filename = content, filename
        self._file: StoredFile | None = None

    def file(self, read: Statement) -> StoredFile:
        """The stored file."""
        if self._file is None:
            kind = "text/plain" if read.format == StatementFormat.CODA else "application/xml"
            self._file = store_file(self._content, name=PurePath(self._filename).name, content_type=kind)
        return self._file


def _check_bookable(read: Sequence[Statement]) -> None:
    """Raise `UnreadableStatement` where tolerance shows what no books can take, `CurrencyNotKept` for foreign
    money.
    """
    for statement in read:
        for warning in statement.warnings:
            if warning.code in NEVER_BOOKED:
                raise UnreadableStatement(
                    reason=reason_of(warning.code), code=warning.code, line=warning.line
                )
        if statement.currency != "EUR":
            raise CurrencyNotKept(iban=statement.account, currency=statement.currency)


def _accounts(read: Sequence[Statement]) -> dict[str, BankAccount]:
    """The own accounts of these statements, locked. Raises `UnknownBankAccount`."""
    wanted = {statement.account for statement in read}
    rows = for_update(BankAccount.objects.filter(iban__in=wanted).select_related("entity"))
    found = {row.iban: row for row in rows}
    for statement in read:
        if statement.account not in found:
            raise UnknownBankAccount(iban=statement.account)
    return found


def _take_account(
    account: BankAccount,
    candidates: list[_Candidate],
    shelf: _Shelf,
    taken: Taken,
    today: date,
    actor: Actor,
    *,
    keep_early: bool,
) -> None:
    """Enter what follows, again and again, until nothing more does; keep or refuse the rest."""
    left = _in_order(candidates) + _waiting(account)
    progress = True
    while progress and left:
        progress = False
        early: list[_Candidate] = []
        for item in left:
            try:
                known, place = place_of(account, item.read, tolerant=bool(item.tolerated))
            except (StatementGap, OpeningBalanceDiffers) as error:
                item.refusal = error
                early.append(item)
                continue
            except StatementDiffers:
                if item.row is None:
                    raise
                continue  # it came by another way meanwhile
            progress = True
            if known is None and place is not None:
                file = item.file or shelf.file(item.read)
                known = _enter(account, item.read, place, file, item.tolerated, today, actor)
            if item.row is not None:
                item.row.entered = known
                item.row.save(update_fields=["entered"])
                audit.record(actor, "treasury.waiting_statement_entered", item.row)
            if known is not None and known not in taken.entered:
                taken.entered.append(known)
        left = early
    for item in left:
        if item.row is None:
            taken.waiting.append(_keep_early(account, item, shelf, actor, keep_early=keep_early))


def _in_order(candidates: Sequence[_Candidate]) -> list[_Candidate]:
    """By day and number. Statements of one day that bear none follow each other's balances."""
    closings = {(item.read.date, item.read.closing) for item in candidates if item.read.number is None}
    return sorted(
        candidates,
        key=lambda item: (
            item.read.date,
            item.read.number or 0,
            item.read.number is None and (item.read.date, item.read.opening) in closings,
            item.position,
        ),
    )


def _waiting(account: BankAccount) -> list[_Candidate]:
    """What came early on this account, read again from its file."""
    rows = WaitingStatement.objects.filter(account=account, entered=None).select_related("file")
    found = []
    for row in for_update(rows):
        read = read_statements(read_file(row.file), strict=not row.tolerated)
        found.append(_Candidate(row.position, read[row.position], row.file, row.tolerated, row))
    return sorted(found, key=lambda item: (item.read.date, item.read.number or 0))


def _keep_early(
    account: BankAccount, item: _Candidate, shelf: _Shelf, actor: Actor, *, keep_early: bool
) -> WaitingStatement:
    """Keep a statement whose predecessor is missing, or say that it is. What cannot follow is refused."""
    refusal = item.refusal
    assert refusal is not None  # noqa: S101 - that is why it is here
    if not keep_early or not isinstance(refusal, StatementGap):
        raise refusal
    expected = str(refusal.params["expected"])
    standing = WaitingStatement.objects.filter(
        account=account,
        entered=None,
        number=item.read.number,
        date=item.read.date,
        opening=item.read.opening,
        closing=item.read.closing,
    ).first()
    if standing is not None:
        return standing
    row = WaitingStatement.objects.create(
        account=account,
        file=shelf.file(item.read),
        position=item.position,
        number=item.read.number,
        date=item.read.date,
        opening=item.read.opening,
        closing=item.read.closing,
        expected=expected,
        tolerated=item.tolerated,
    )
    audit.record(actor, "treasury.statement_waits", row, number=item.read.name, expected=expected)
    return row


@transaction.atomic
def forget_waiting(*, waiting_id: UUID, actor: Actor) -> None:
    """Give up a statement that waits: it is not the one that is missing. What was entered stays."""
    row = for_update(WaitingStatement.objects.filter(pk=waiting_id, entered=None)).get()
    audit.record(actor, "treasury.waiting_statement_forgotten", row)
    row.delete()


def _enter(
    account: BankAccount,
    read: Statement,
    place: Place,
    file: StoredFile,
    tolerated: str,
    today: date,
    actor: Actor,
) -> BankStatement:
    first = not BankStatement.objects.filter(account=account).exists()
    statement = BankStatement.objects.create(
        account=account,
        year=place.year,
        number=place.number,
        bank_number=place.bank_number,
        format=read.format,
        date=read.date,
        opening=read.opening,
        closing=read.closing,
        file=file,
        tolerated=tolerated,
    )
    lines = [_line(statement, line) for line in read.transactions]
    if first and read.opening:
        lines.insert(
            0,
            BankTransaction(
                statement=statement,
                sequence=0,
                amount=read.opening,
                entry_date=read.opening_date or read.date,
                communication="Solde d'ouverture",
            ),
        )
    book_lines(lines, actor)
    audit.record(
        actor,
        "treasury.statement_imported",
        statement,
        number=statement.name,
        lines=len(lines),
        on=today.isoformat(),
        **({"tolerated": tolerated, "warnings": [w.code for w in read.warnings]} if tolerated else {}),
    )
    return statement


def _line(statement: BankStatement, line: Movement) -> BankTransaction:
    return BankTransaction(
        statement=statement,
        sequence=line.sequence,
        detail=line.detail,
        amount=line.amount,
        entry_date=line.entry_date,
        value_date=line.value_date,
        bank_reference=line.bank_reference[:40],
        communication=(line.communication or line.written_reference)[:300],
        structured_reference=line.structured_reference or "",
        end_to_end_id=line.end_to_end_id[:35],
        counterparty_name=line.counterparty_name[:120],
        counterparty_iban=(line.counterparty_iban or "")[:34],
        return_reason=(line.return_reason or ("RETN" if line.is_return else ""))[:8],
    )
