"""How a bank receipt finds the balance that it pays back."""

from __future__ import annotations

from core.types import Actor
from ledger.treasury.enums import MatchedBy
from ledger.treasury.matching import Claim, LineMatcher
from ledger.treasury.models import BankTransaction
from ledger.treasury.references import communications_in
from payroll.balances import selectors, services
from payroll.balances.enums import BalanceKind
from payroll.balances.types import BALANCE


class BalanceMatcher(LineMatcher):
    """Claims a receipt on the employer's account that bears the communication of one balance, whole or a part
    of it. More than is owed waits for a person.
    """

    order = 310
    source_type = BALANCE

    def claim(self, transaction: BankTransaction) -> Claim | None:
        """The balance, when nothing is paid too much."""
        if transaction.amount <= 0:
            return None
        named = communications_in(transaction.structured_reference, transaction.communication)
        found = list(selectors.by_communication(named).values()) if named else []
        if len(found) != 1:
            return None
        row = found[0]
        if transaction.amount > row.amount or row.entity_id != transaction.statement.account.entity_id:
            return None
        kind = BalanceKind(row.kind)
        return Claim(
            account=services.ACCOUNTS[kind],
            party_id=row.person.party_id if kind == BalanceKind.NET else None,
            source_type=BALANCE,
            source_id=row.pk,
            text=f"Solde de paie: {row.person}",
            matched_by=MatchedBy.COMMUNICATION,
        )

    def settled(self, transaction: BankTransaction, claim: Claim, actor: Actor) -> None:
        """Less is owed, in the transaction of the posting."""
        if claim.source_id is None or claim.amount is None:
            return
        services.take_payment(
            balance_id=claim.source_id, amount=claim.amount, on=transaction.statement.date, actor=actor
        )
