"""The batches of the day, proposed by the house where its policy wants it: a person looks and releases."""

from __future__ import annotations

from datetime import date

from core.rates import find_policy
from core.types import Actor
from ledger.treasury import selectors
from ledger.treasury.enums import PayoutKind
from ledger.treasury.errors import NoBankAccount, NothingToPay
from ledger.treasury.models import PayoutBatch
from ledger.treasury.services.payouts import create_batch

PROPOSED = (PayoutKind.WAGE, PayoutKind.EXPENSE, PayoutKind.REFUND)
"""Kinds that are paid day by day; bodies and suppliers have their own pages and agreements."""

POLICY = "daily_batches"


def propose_batches(*, on: date, actor: Actor) -> list[PayoutBatch]:
    """Put what is due in draft batches, one per entity and kind (more when one would be too large).

    Nothing goes to an account from which a payment to the same payee came back. Repeats find nothing left:
    a payout stands in one file. Without the policy `daily_batches`, or when it is off, nothing is proposed.
    """
    policy = find_policy(POLICY, on=on)
    if policy is None or not policy.value:
        return []
    made: list[PayoutBatch] = []
    for row in selectors.due_totals(on):
        if row["kind"] not in PROPOSED:
            continue
        try:
            while True:
                made.append(
                    create_batch(
                        entity_id=row["entity_id"],
                        kind=row["kind"],
                        due_until=on,
                        on=on,
                        actor=actor,
                        without_returned=True,
                    )
                )
        except (NothingToPay, NoBankAccount):
            continue
    return made
