"""Statement lines of our own making: batches debited, payments sent back. Never claimed by anybody else."""

from __future__ import annotations

import re

from django.db.models import QuerySet

from core.types import Actor
from ledger.treasury.enums import BatchState, PayoutState
from ledger.treasury.matching import Claim, LineMatcher
from ledger.treasury.models import BankTransaction, Payout, PayoutBatch
from ledger.treasury.services.payouts import batch_executed, payout_returned, payouts_paid

TRANSFERS = "580"
_BATCH_NUMBER = re.compile(r"SMART-\w{1,4}-\d{4}-\d{5}")
_PAYOUT_ID = re.compile(r"P([0-9a-f]{32})", re.IGNORECASE)


class BatchDebit(LineMatcher):
    """The one debit of a payment file: named by its message id, and exactly its total."""

    order = 10
    source_type = "treasury.payoutbatch"

    def claim(self, transaction: BankTransaction) -> Claim | None:
        """A released batch of this account with this number and total."""
        if transaction.amount >= 0:
            return None
        found = _BATCH_NUMBER.search(f"{transaction.end_to_end_id} {transaction.communication}")
        if found is None:
            return None
        batch = PayoutBatch.objects.filter(
            number=found.group(),
            state=BatchState.RELEASED,
            account_id=transaction.statement.account_id,
            total=-transaction.amount,
        ).first()
        if batch is None:
            return None
        return Claim(TRANSFERS, None, self.source_type, batch.pk, batch.number)

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:  # noqa: ARG002
        """Its payouts are paid."""
        batch_executed(PayoutBatch.objects.get(pk=str(claim.source_id)), line=transaction)

    def candidates(self, transaction: BankTransaction) -> list[Claim]:
        """Released batches of the account with this total."""
        batches = PayoutBatch.objects.filter(
            state=BatchState.RELEASED, account_id=transaction.statement.account_id, total=-transaction.amount
        )
        return [Claim(TRANSFERS, None, self.source_type, batch.pk, batch.number) for batch in batches[:5]]


class PayoutLine(LineMatcher):
    """One payment of ours, named by its end-to-end id: debited by itself, or sent back."""

    order = 20
    source_type = "treasury.payout"

    def claim(self, transaction: BankTransaction) -> Claim | None:
        """A released payout that left, or a paid one that came back, of this account and amount."""
        found = _PAYOUT_ID.fullmatch(transaction.end_to_end_id.strip())
        if found is None:
            return None
        payout = self._payouts(transaction).filter(pk=found.group(1)).first()
        return self._claim(payout) if payout else None

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:
        """It is paid, or to pay again."""
        payout = Payout.objects.select_for_update(of=("self",)).get(pk=str(claim.source_id))
        if transaction.amount < 0:
            payouts_paid([payout], line=transaction)
        else:
            payout_returned(payout, line=transaction, actor=actor)

    def candidates(self, transaction: BankTransaction) -> list[Claim]:
        """Payments of this amount to the account that the line names."""
        if not transaction.counterparty_iban:
            return []
        payouts = self._payouts(transaction).filter(iban=transaction.counterparty_iban)
        return [self._claim(payout) for payout in payouts[:5]]

    @staticmethod
    def _payouts(transaction: BankTransaction) -> QuerySet[Payout]:
        came_back = transaction.amount > 0
        return Payout.objects.filter(
            batch__account_id=transaction.statement.account_id,
            amount=abs(transaction.amount),
            state=PayoutState.PAID if came_back else PayoutState.RELEASED,
        )

    def _claim(self, payout: Payout) -> Claim:
        return Claim(
            TRANSFERS, None, self.source_type, payout.pk, f"{payout.payee_name} {payout.communication}"
        )
