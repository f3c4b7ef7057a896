"""What the bank says: statements imported once and in order, each line posted and matched, the rest
identified.
"""

from __future__ import annotations

from datetime import date
from pathlib import PurePath
from uuid import UUID

from django.db import transaction

from core import audit
from core.files import store_file
from core.locks import for_update
from core.models import StoredFile
from core.types import Actor
from ledger.enums import Journal
from ledger.models import Account
from ledger.services import post_entry
from ledger.treasury.enums import MatchState
from ledger.treasury.errors import (
    ANYTHING_ELSE,
    CODA_REASONS,
    AlreadyIdentified,
    InvalidIdentification,
    OpeningBalanceDiffers,
    StatementDiffers,
    StatementGap,
    UnknownBankAccount,
    UnreadableStatement,
)
from ledger.treasury.files import read_statements
from ledger.treasury.matching import Claim, claim_of, tell_settled, with_amounts
from ledger.treasury.models import BankAccount, BankStatement, BankTransaction
from ledger.treasury.reading import Movement, Statement, StatementError
from ledger.types import KEPT_APART, Entry, cr, dr

BANK = "550"
UNIDENTIFIED = "499"


@transaction.atomic
def import_statement(*, content: bytes, filename: str, today: date, actor: Actor) -> list[BankStatement]:
    """Enter the statements of a CODA file: every line is posted on 550 and matched, or waits on 499.

    All of the file or nothing. A statement that stands already changes nothing and is given back. The first
    statement of an account brings its opening balance along, as line 0, to identify. Locks: the bank account,
    then what the matchers need. Raises `UnreadableStatement`, `UnknownBankAccount`, `StatementGap`,
    `StatementDiffers`, `OpeningBalanceDiffers`, `PeriodClosed`. `today` is written to the audit trail.
    """
    try:
        read = read_statements(content)
    except StatementError as error:
        raise UnreadableStatement(
            reason=CODA_REASONS.get(error.code, ANYTHING_ELSE), code=error.code, line=error.line
        ) from error
    file: StoredFile | None = None
    statements = []
    for coda in read:
        account = for_update(BankAccount.objects.filter(iban=coda.account)).first()
        if account is None:
            raise UnknownBankAccount(iban=coda.account)
        standing = _standing(account, coda)
        if standing is not None:
            statements.append(standing)
            continue
        if file is None:
            file = store_file(content, name=PurePath(filename).name, content_type="text/plain")
        statements.append(_enter(account, coda, file, today, actor))
    return statements


@transaction.atomic
def identify_transaction(*, transaction_id: UUID, claim: Claim, actor: Actor, today: date) -> BankTransaction:
    """Say what an unidentified line is: `499` is cleared against the claim's account, dated today.

    Locks: the line, then what the matcher of the claim's source needs; that matcher is told. Raises
    `AlreadyIdentified` (also on a second call), `InvalidIdentification`.
    """
    line = for_update(BankTransaction.objects.filter(pk=transaction_id)).get()
    if line.state != MatchState.UNIDENTIFIED:
        raise AlreadyIdentified
    if (
        claim.account in (BANK, UNIDENTIFIED)
        or (claim.account in KEPT_APART and not claim.source_type and claim.party_id is None)
        or claim.account[:1] in ("6", "7")
        or not Account.objects.filter(code=claim.account, internal=False).exists()
    ):
        raise InvalidIdentification(account=claim.account)
    _post(line, claim, against=UNIDENTIFIED, on=max(today, line.entry_date), kind="identified")
    _keep(line, claim, MatchState.IDENTIFIED)
    line.save(update_fields=["state", "account_code", "party", "source_type", "source_id", "matched_text"])
    audit.record(actor, "treasury.line_identified", line, account=claim.account, source=claim.source_type)
    tell_settled([(line, with_amounts(line.amount, [claim])[0])], actor)
    return line


def _standing(account: BankAccount, coda: Statement) -> BankStatement | None:
    """The statement when it was imported before; refuses one that differs, is missing a predecessor or does
    not join.
    """
    year, number = coda.date.year, coda.number
    known = BankStatement.objects.filter(account=account)
    same = known.filter(year=year, number=number).first()
    if same is not None:
        lines = BankTransaction.objects.filter(statement=same, sequence__gt=0)
        if (
            (same.date, same.opening, same.closing) != (coda.date, coda.opening, coda.closing)
            or {(line.sequence, line.detail, line.amount) for line in lines}
            != {(line.sequence, line.detail, line.amount) for line in coda.transactions}
        ):  # fmt: skip
            raise StatementDiffers(iban=account.iban, number=f"{year}/{number:03}")
        return same
    last = known.order_by("-year", "-number").first()
    if last is None:
        return None
    expected = (last.year, last.number + 1) if year == last.year else (last.year + 1, 1)
    if (year, number) != expected:
        raise StatementGap(
            iban=account.iban, number=f"{year}/{number:03}", expected=f"{expected[0]}/{expected[1]:03}"
        )
    if coda.opening != last.closing:
        raise OpeningBalanceDiffers(
            iban=account.iban, number=f"{year}/{number:03}", opening=coda.opening, closing=last.closing
        )
    return None


def _enter(
    account: BankAccount, coda: Statement, file: StoredFile, today: date, actor: Actor
) -> BankStatement:
    first = not BankStatement.objects.filter(account=account).exists()
    statement = BankStatement.objects.create(
        account=account,
        year=coda.date.year,
        number=coda.number,
        date=coda.date,
        opening=coda.opening,
        closing=coda.closing,
        file=file,
    )
    lines = [_line(statement, line) for line in coda.transactions]
    if first and coda.opening:
        lines.insert(
            0,
            BankTransaction(
                statement=statement,
                sequence=0,
                amount=coda.opening,
                entry_date=coda.opening_date or coda.date,
                communication="Solde d'ouverture",
            ),
        )
    for line in lines:
        found = claim_of(line)
        claim = found[0] if found else Claim(UNIDENTIFIED, text=line.text)
        _keep(line, claim, MatchState.MATCHED if found else MatchState.UNIDENTIFIED)
        line.save(force_insert=True)
        _post(line, claim, against=BANK, on=line.entry_date, kind="booked")
        if found:
            tell_settled([(line, claim)], actor)
    audit.note_changed(lines)
    audit.record(
        actor,
        "treasury.statement_imported",
        statement,
        number=f"{statement.year}/{statement.number:03}",
        lines=len(lines),
        on=today.isoformat(),
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
        communication=line.communication[:300],
        structured_reference=line.structured_reference or "",
        end_to_end_id=line.end_to_end_id[:35],
        counterparty_name=line.counterparty_name[:120],
        counterparty_iban=(line.counterparty_iban or "")[:34],
        return_reason=(line.return_reason or ("RETN" if line.is_return else ""))[:8],
    )


def _keep(line: BankTransaction, claim: Claim, state: MatchState) -> None:
    line.state = state
    line.account_code = claim.account
    line.party_id = claim.party_id
    line.source_type = claim.source_type
    line.source_id = claim.source_id
    line.matched_text = claim.text[:140]


def _post(line: BankTransaction, claim: Claim, *, against: str, on: date, kind: str) -> None:
    """`Dr 550 / Cr claim` for what came in, the opposite for what left; `Dr 499 / Cr claim` when it is
    identified.
    """
    amount = abs(line.amount)
    debit, credit = dr(against, amount), cr(claim.account, amount, party=claim.party_id)
    if line.amount < 0:
        debit, credit = dr(claim.account, amount, party=claim.party_id), cr(against, amount)
    post_entry(
        Entry(
            line.statement.account.entity_id,
            on,
            Journal.BANK,
            "treasury.banktransaction",
            line.pk,
            kind,
            claim.text or line.text or line.counterparty_name or "Banque",
            (debit, credit),
        )
    )
