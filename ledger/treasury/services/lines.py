"""Lines of the bank on their way into the books: posted in one batch, kept in parts, their matchers told."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from uuid import UUID

from core import audit
from core.rows import update_rows
from core.types import Actor
from ledger.enums import Journal
from ledger.services import post_entries
from ledger.treasury.enums import MatchState
from ledger.treasury.matching import Claim, Claims, Settled, claims_of, tell_settled, with_amounts
from ledger.treasury.models import BankTransaction, TransactionPart
from ledger.types import Entry, Line, cr, dr

BANK = "550"
UNIDENTIFIED = "499"

KEPT = (
    "state", "account_code", "party", "fund", "source_type", "source_id", "matched_text", "matched_by",
    "confidence", "turn",
)  # fmt: skip
"""What an identification changes of a line."""

MOST_ROUNDS = 3
"""A payment of ours may leave and come back on one statement: the second line is recognised when the first
is settled."""


def book_lines(lines: Sequence[BankTransaction], actor: Actor) -> None:
    """Save the lines of a new statement, match them, post each of them once; in as many statements for a
    thousand lines as for one.
    """
    claims = claims_of(lines)
    for line in lines:
        keep(line, claims.get(line.pk, ()), MatchState.MATCHED)
    BankTransaction.objects.bulk_create(lines)
    keep_parts([(line, claims[line.pk]) for line in lines if line.pk in claims])
    posted: set[UUID] = set()
    for _ in range(MOST_ROUNDS):
        now = [line for line in lines if line.pk in claims and line.pk not in posted]
        if not now:
            break
        post_lines(now, claims, against=BANK)
        posted |= {line.pk for line in now}
        tell_settled(parts_of_all(now, claims), actor)
        later = claims_of([line for line in lines if line.pk not in claims])
        found = [line for line in lines if line.pk in later]
        for line in found:
            keep(line, later[line.pk], MatchState.MATCHED)
        update_rows(found, KEPT)
        keep_parts([(line, later[line.pk]) for line in found])
        claims |= later
    post_lines([line for line in lines if line.pk not in posted], claims, against=BANK)
    audit.note_changed(lines)


def keep(line: BankTransaction, claims: Claims, state: MatchState) -> None:
    """Write on the (unsaved) line where it went; nowhere means that it waits on 499."""
    first = claims[0] if claims else Claim(UNIDENTIFIED, text=line.text, matched_by="", confidence=0)
    several = len(claims) > 1
    parties = {claim.party_id for claim in claims}
    line.state = state if claims else MatchState.UNIDENTIFIED
    line.account_code = first.account
    line.party_id = first.party_id if len(parties) <= 1 else None
    line.fund = "" if several else first.fund
    line.source_type = BankTransaction.SPLIT if several else first.source_type
    line.source_id = None if several else first.source_id
    line.matched_text = " · ".join(claim.text for claim in claims)[:140] if claims else first.text[:140]
    line.matched_by = first.matched_by
    line.confidence = min((claim.confidence for claim in claims), default=0)


def keep_parts(found: Iterable[tuple[BankTransaction, Claims]]) -> None:
    """Save the parts of the lines that have several."""
    TransactionPart.objects.bulk_create(
        [
            TransactionPart(
                transaction=line,
                position=position,
                amount=claim.amount,
                account_code=claim.account,
                fund=claim.fund,
                party_id=claim.party_id,
                source_type=claim.source_type,
                source_id=claim.source_id,
                text=claim.text[:140],
            )
            for line, claims in found
            if len(claims) > 1
            for position, claim in enumerate(claims)
            if claim.amount is not None
        ]
    )


def parts_of(line: BankTransaction) -> Claims:
    """Where an identified line went, in parts with their amounts; nothing while it waits."""
    if line.state == MatchState.UNIDENTIFIED:
        return ()
    if line.source_type == BankTransaction.SPLIT:
        return tuple(
            Claim(
                part.account_code,
                part.party_id,
                part.source_type,
                part.source_id,
                part.text,
                part.amount,
                part.fund,
                line.confidence,
                line.matched_by,
            )
            for part in line.parts.order_by("position")
        )
    return (
        Claim(
            line.account_code,
            line.party_id,
            line.source_type,
            line.source_id,
            line.matched_text,
            line.amount,
            line.fund,
            line.confidence,
            line.matched_by,
        ),
    )


def parts_of_all(lines: Iterable[BankTransaction], claims: Mapping[UUID, Claims]) -> list[Settled]:
    """The parts of the lines, each beside its line."""
    return [(line, claim) for line in lines for claim in claims.get(line.pk, ())]


def post_lines(
    lines: Sequence[BankTransaction],
    claims: Mapping[UUID, Claims],
    *,
    against: str,
    on: date | None = None,
    kind: str = "booked",
) -> None:
    """Post `Dr 550 / Cr claim` for what came in, the opposite for what left; against 499 when a line is
    identified later. `on`: the day, else each line's own.
    """
    post_entries(
        [
            Entry(
                line.statement.account.entity_id,
                on or line.entry_date,
                Journal.BANK,
                "treasury.banktransaction",
                line.pk,
                kind,
                (line.matched_text or line.text or line.counterparty_name or "Banque")[:140],
                _entry_lines(line, claims.get(line.pk) or (Claim(UNIDENTIFIED),), against),
            )
            for line in lines
        ]
    )


def _entry_lines(line: BankTransaction, claims: Claims, against: str) -> tuple[Line, ...]:
    sides = []
    bank = dr if line.amount > 0 else cr
    other = cr if line.amount > 0 else dr
    for claim in with_amounts(line.amount, claims):
        if claim.amount is not None:
            sides.append(
                other(claim.account, abs(claim.amount), party=claim.party_id, fund=claim.fund or None)
            )
    return (bank(against, abs(line.amount)), *sides)
