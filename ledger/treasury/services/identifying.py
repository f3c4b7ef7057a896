"""What a person says of a line of the bank: identify it, in parts too, undo that, and teach a rule."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.identifiers import InvalidIdentifier, normalise_iban
from core.locks import for_update
from core.types import Actor
from ledger.enums import Fund, Journal
from ledger.models import Account
from ledger.services import post_entry
from ledger.treasury.enums import MatchedBy, MatchState
from ledger.treasury.errors import (
    AlreadyIdentified,
    CannotUndo,
    InvalidIdentification,
    RuleNotAllowed,
)
from ledger.treasury.matching import Claim, Claims, tell_settled, tell_undone, with_amounts
from ledger.treasury.models import BankTransaction, LineRule
from ledger.treasury.services.lines import (
    BANK,
    KEPT,
    UNIDENTIFIED,
    keep,
    keep_parts,
    parts_of,
    post_lines,
)
from ledger.types import KEPT_APART, Entry, cr, dr

OWN_COSTS = frozenset({"659"})
"""Costs that a line of the bank may be itself: what the bank charges, borne by the pot."""


@transaction.atomic
def identify_transaction(
    *, transaction_id: UUID, claim: Claim | Sequence[Claim], actor: Actor, today: date
) -> BankTransaction:
    """Say what an unidentified line is, whole or in parts: `499` is cleared against the claims' accounts,
    dated today.

    Locks: the line, then what the matchers of the claims' sources need; those are told. Raises
    `AlreadyIdentified` (also on a second call), `InvalidIdentification`, `PartsDiffer`.
    """
    line = _line_for_update(transaction_id)
    if line.state != MatchState.UNIDENTIFIED:
        raise AlreadyIdentified
    claims = with_amounts(line.amount, [claim] if isinstance(claim, Claim) else claim)
    _check_accounts(claims)
    keep(line, claims, MatchState.IDENTIFIED)
    post_lines(
        [line],
        {line.pk: claims},
        against=UNIDENTIFIED,
        on=max(today, line.entry_date),
        kind=f"identified:{line.turn}" if line.turn else "identified",
    )
    line.save(update_fields=KEPT)
    keep_parts([(line, claims)])
    audit.record(
        actor,
        "treasury.line_identified",
        line,
        parts=[
            {"account": part.account, "source": part.source_type, "amount": str(part.amount)}
            for part in claims
        ],
    )
    tell_settled([(line, part) for part in claims], actor)
    return line


@transaction.atomic
def identify_transactions(
    *, choices: Sequence[tuple[UUID, Claims]], actor: Actor, today: date
) -> list[BankTransaction]:
    """Say what several lines are, all or none; see `identify_transaction`."""
    return [
        identify_transaction(transaction_id=pk, claim=claims, actor=actor, today=today)
        for pk, claims in sorted(choices, key=lambda choice: choice[0])
    ]


@transaction.atomic
def undo_identification(*, transaction_id: UUID, today: date, actor: Actor) -> BankTransaction:
    """Take back what a line was said to be, by a person or by itself: it waits on 499 again.

    Imposed: the opposite of its entry is posted today (`Dr claim / Cr 499` for what came in) and whoever was
    told draws the consequences back: a paid invoice is open again. Locks: the line, then what the matchers
    need. Raises `CannotUndo`, also on a second call.
    """
    line = _line_for_update(transaction_id)
    claims = parts_of(line)
    if not claims:
        raise CannotUndo
    amount_came_in = line.amount > 0
    ours, theirs = (cr, dr) if amount_came_in else (dr, cr)
    post_entry(
        Entry(
            line.statement.account.entity_id,
            max(today, line.entry_date),
            Journal.BANK,
            "treasury.banktransaction",
            line.pk,
            f"undone:{line.turn}",
            line.matched_text or line.text or "Banque",
            (
                *(
                    theirs(part.account, abs(part.amount), party=part.party_id, fund=part.fund or None)
                    for part in claims
                    if part.amount is not None
                ),
                ours(UNIDENTIFIED, abs(line.amount)),
            ),
            imposed=True,
        )
    )
    tell_undone([(line, part) for part in claims], actor)
    line.parts.all().delete()
    line.turn += 1
    keep(line, (), MatchState.UNIDENTIFIED)
    line.save(update_fields=KEPT)
    audit.record(actor, "treasury.line_undone", line, turn=line.turn)
    return line


@transaction.atomic
def remember_rule(
    *, iban: str, incoming: bool, name: str, account: str, text: str, actor: Actor, fund: str = ""
) -> LineRule:
    """Teach that lines of this counterparty, in this direction, go to an account from now on.

    A second rule for the same counterparty replaces the first. Raises `RuleNotAllowed`.
    """
    try:
        normal = normalise_iban(iban)
    except InvalidIdentifier as error:
        raise RuleNotAllowed from error
    known = Account.objects.filter(code=account, internal=False).exists()
    if not known or not _takes_lines(Claim(account, fund=fund)):
        raise RuleNotAllowed
    rule, _ = LineRule.objects.update_or_create(
        iban=normal,
        incoming=incoming,
        defaults={
            "name": name[:120],
            "account_code": account,
            "fund": fund,
            "text": text[:140],
            "made_by": actor.label[:120],
        },
    )
    audit.record(actor, "treasury.rule_taught", rule, account=account)
    return rule


@transaction.atomic
def forget_rule(*, rule_id: UUID, actor: Actor) -> None:
    """Forget a rule; what went by it stays where it is. A second call changes nothing."""
    rule = for_update(LineRule.objects.filter(pk=rule_id)).first()
    if rule is not None:
        audit.record(actor, "treasury.rule_forgotten", rule, account=rule.account_code)
        rule.delete()


def account_claim(account: str, text: str) -> Claim:
    """What a person means by an account of the chart: a cost of the bank is borne by the pot."""
    fund = Fund.POT if account in OWN_COSTS else ""
    return Claim(account, text=text, fund=fund, matched_by=MatchedBy.HAND)


def _line_for_update(transaction_id: UUID) -> BankTransaction:
    rows = BankTransaction.objects.filter(pk=transaction_id).select_related("statement__account")
    return for_update(rows).get()


def _check_accounts(claims: Claims) -> None:
    codes = {claim.account for claim in claims}
    known = set(Account.objects.filter(code__in=codes, internal=False).values_list("code", flat=True))
    for claim in claims:
        if claim.account not in known or not _takes_lines(claim):
            raise InvalidIdentification(account=claim.account)


def _takes_lines(claim: Claim) -> bool:
    """Whether a line may go there: not the bank itself, not bare to accounts kept per person, and to costs
    only where they are the bank's own, with their fund.
    """
    if claim.account in (BANK, UNIDENTIFIED):
        return False
    if claim.account in KEPT_APART and not claim.source_type and claim.party_id is None:
        return False
    if claim.account[:1] in ("6", "7"):
        return claim.account in OWN_COSTS and bool(claim.fund)
    return not claim.fund
