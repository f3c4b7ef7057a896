"""Statement lines of our own making, never claimed by anybody else (batches debited, payments sent back); and
those that nobody awaits: what finance taught, what the bank charges.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from core.types import Actor
from ledger.enums import Fund
from ledger.models import Account
from ledger.treasury.enums import BatchState, MatchedBy, PayoutState
from ledger.treasury.matching import Claim, Claims, LineMatcher, Settled
from ledger.treasury.models import BankTransaction, LineRule, Payout, PayoutBatch
from ledger.treasury.services.payouts import batch_executed, payout_returned, payouts_paid

TRANSFERS = "580"
BANK_CHARGES = "659"
_BATCH_NUMBER = re.compile(r"SMART-\w{1,4}-\d{4}-\d{5}")
_PAYOUT_ID = re.compile(r"P([0-9a-f]{32})", re.IGNORECASE)
_CHARGES = re.compile(
    r"\b(frais|kosten|charges?|fees?|commissions?|cotisation|bijdrage|int[ée]r[êe]ts d[ée]biteurs|"
    r"debetrente|tenue de compte)\b",
    re.IGNORECASE,
)


class BatchDebit(LineMatcher):
    """The one debit of a payment file: named by its message id, and exactly its total."""

    order = 10
    source_type = "treasury.payoutbatch"

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """Released batches of the account with this number and total, each once."""
        named = {
            line.pk: (line, found.group())
            for line in lines
            if line.amount < 0
            and (
                found := _BATCH_NUMBER.search(
                    f"{line.end_to_end_id} {line.communication} {line.bank_reference}"
                )
            )
        }
        if not named:
            return {}
        numbers = {number for _, number in named.values()}
        batches = {
            batch.number: batch
            for batch in PayoutBatch.objects.filter(number__in=numbers, state=BatchState.RELEASED)
        }
        claims: dict[UUID, Claims] = {}
        for pk, (line, number) in named.items():
            batch = batches.get(number)
            if (
                batch is not None
                and batch.account_id == line.statement.account_id
                and batch.total == -line.amount
            ):
                del batches[number]
                claims[pk] = (self._claim(batch, 100),)
        return claims

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:  # noqa: ARG002
        """Its payouts are paid."""
        batch_executed(PayoutBatch.objects.get(pk=str(claim.source_id)), line=transaction)

    def candidates_of(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Sequence[Claims]]:
        """Released batches of the account with this total."""
        left = [line for line in lines if line.amount < 0]
        if not left:
            return {}
        batches = list(
            PayoutBatch.objects.filter(state=BatchState.RELEASED, total__in={-line.amount for line in left})
        )
        return {
            line.pk: [
                (self._claim(batch, 90),)
                for batch in batches
                if batch.total == -line.amount and batch.account_id == line.statement.account_id
            ][:5]
            for line in left
        }

    def _claim(self, batch: PayoutBatch, confidence: int) -> Claim:
        return Claim(
            TRANSFERS,
            None,
            self.source_type,
            batch.pk,
            batch.number,
            confidence=confidence,
            matched_by=MatchedBy.OWN,
        )


class PayoutLine(LineMatcher):
    """One payment of ours, named by its end-to-end id: debited by itself, or sent back."""

    order = 20
    source_type = "treasury.payout"

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """Released payouts that left, or paid ones that came back, of this account and amount."""
        named = {
            line.pk: (line, UUID(found.group(1)))
            for line in lines
            if (found := _PAYOUT_ID.fullmatch(line.end_to_end_id.strip()))
        }
        if not named:
            return {}
        payouts = {
            payout.pk: payout for payout in self._payouts().filter(pk__in={key for _, key in named.values()})
        }
        claims: dict[UUID, Claims] = {}
        for pk, (line, key) in named.items():
            payout = payouts.get(key)
            if payout is not None and _is_of(line, payout):
                del payouts[key]
                claims[pk] = (self._claim(payout, 100),)
        return claims

    def settled_lines(self, settled: Sequence[Settled], actor: Actor) -> None:
        """They are paid, or to pay again."""
        keys = [claim.source_id for _, claim in settled if claim.source_id is not None]
        rows = Payout.objects.filter(pk__in=keys).order_by("pk").select_for_update(of=("self",))
        payouts = {payout.pk: payout for payout in rows}
        left: dict[UUID, list[tuple[BankTransaction, Payout]]] = {}
        for line, claim in settled:
            payout = payouts[UUID(str(claim.source_id))]
            if line.amount < 0:
                left.setdefault(line.statement_id, []).append((line, payout))
            else:
                payout_returned(payout, line=line, actor=actor)
        for pairs in left.values():
            by_day: dict[object, list[tuple[BankTransaction, Payout]]] = {}
            for pair in pairs:
                by_day.setdefault(pair[0].entry_date, []).append(pair)
            for same_day in by_day.values():
                payouts_paid([payout for _, payout in same_day], line=same_day[0][0])

    def candidates_of(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Sequence[Claims]]:
        """Payments of this amount to the account that the line names."""
        asked = [line for line in lines if line.counterparty_iban]
        if not asked:
            return {}
        payouts = list(
            self._payouts().filter(
                iban__in={line.counterparty_iban for line in asked},
                amount__in={abs(line.amount) for line in asked},
            )[:500]
        )
        return {
            line.pk: [
                (self._claim(payout, 85),)
                for payout in payouts
                if payout.iban == line.counterparty_iban and _is_of(line, payout)
            ][:5]
            for line in asked
        }

    @staticmethod
    def _payouts() -> QuerySet[Payout]:
        return Payout.objects.filter(
            Q(state=PayoutState.PAID) | Q(state=PayoutState.RELEASED)
        ).select_related("batch")

    def _claim(self, payout: Payout, confidence: int) -> Claim:
        return Claim(
            TRANSFERS,
            None,
            self.source_type,
            payout.pk,
            f"{payout.payee_name} {payout.communication}",
            confidence=confidence,
            matched_by=MatchedBy.OWN,
        )


class TaughtLine(LineMatcher):
    """Lines of a counterparty of whom finance said where they go."""

    order = 900
    source_type = "treasury.linerule"
    undoes = True

    def claim_lines(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Claims]:
        """Where a rule stands for the counterparty and the direction."""
        asked = [line for line in lines if line.counterparty_iban]
        if not asked:
            return {}
        rules = {
            (rule.iban, rule.incoming): rule
            for rule in LineRule.objects.filter(iban__in={line.counterparty_iban for line in asked})
        }
        return {
            line.pk: (
                Claim(
                    rule.account_code,
                    text=rule.text,
                    fund=rule.fund,
                    confidence=95,
                    matched_by=MatchedBy.RULE,
                ),
            )
            for line in asked
            if (rule := rules.get((line.counterparty_iban, line.amount > 0))) is not None
        }


class BankCharge(LineMatcher):
    """What the bank itself takes: proposed as a cost of the pot, never claimed."""

    order = 950
    source_type = "treasury.bank_charge"

    def candidates_of(self, lines: Sequence[BankTransaction]) -> Mapping[UUID, Sequence[Claims]]:
        """Debits without counterparty, or that say what they are."""
        charges = [
            line
            for line in lines
            if line.amount < 0 and not line.counterparty_iban and _CHARGES.search(line.communication)
        ]
        if not charges or not Account.objects.filter(code=BANK_CHARGES).exists():
            return {}
        return {
            line.pk: [
                (
                    Claim(
                        BANK_CHARGES,
                        text=line.communication[:140],
                        fund=Fund.POT,
                        confidence=80,
                        matched_by=MatchedBy.NAME,
                    ),
                )
            ]
            for line in charges
        }


def _is_of(line: BankTransaction, payout: Payout) -> bool:
    """Whether the line can be this payout's: left and released, or came back and paid; its account, its
    amount.
    """
    return (
        payout.batch is not None
        and payout.batch.account_id == line.statement.account_id
        and payout.amount == abs(line.amount)
        and payout.state == (PayoutState.PAID if line.amount > 0 else PayoutState.RELEASED)
    )
