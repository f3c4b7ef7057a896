"""How a bank receipt finds the subscription that it pays."""

from __future__ import annotations

from core.types import Actor
from governance import selectors, services
from ledger.treasury.matching import Claim, LineMatcher
from ledger.treasury.models import BankTransaction


class ShareMatcher(LineMatcher):
    """Claims a receipt on the share-issuing entity's account whose communication and amount are a
    subscription's.
    """

    order = 300
    source_type = "governance.sharesubscription"

    def claim(self, transaction: BankTransaction) -> Claim | None:
        """The subscription paid to the cent; anything else waits for a person."""
        if transaction.amount <= 0 or not transaction.structured_reference:
            return None
        subscription = selectors.pending_by_communication(transaction.structured_reference)
        if (
            subscription is None
            or subscription.amount != transaction.amount
            or subscription.entity_id != transaction.statement.account.entity_id
        ):
            return None
        return Claim(
            account="110",
            party_id=subscription.person.party_id,
            source_type=self.source_type,
            source_id=subscription.pk,
            text=f"Parts sociales: {subscription}",
        )

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:
        """Issue the shares, in the transaction of the posting."""
        if claim.source_id is None:
            return
        services.enter_in_register(
            subscription_id=claim.source_id, paid_on=transaction.statement.date, actor=actor
        )
