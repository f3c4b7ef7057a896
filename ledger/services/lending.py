"""Loans of the pot for commitments that law imposes, before they are spent (DOMAIN §4)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core.locks import for_update
from core.money import ZERO
from core.uuid7 import uuid7
from ledger.enums import Journal
from ledger.models import Budget
from ledger.services.rows import Move, write_rows
from ledger.types import Entry, cr, dr


@transaction.atomic
def lend_for(
    *,
    budget_id: UUID,
    needed: Decimal,
    on: date,
    source_type: str,
    source_id: UUID,
    entry_id: UUID,
    text: str,
) -> Decimal:
    """Let the pot lend what a budget lacks to set `needed` aside: `Dr 4199 / Cr 4899 [A]`.

    `entry_id` is a new id of the caller's: it names the loan for good. Returns what was lent, zero when the
    budget bears it. The next income repays it first. Locks the budget; reserve in the same transaction, with
    what was lent.
    """
    budget = for_update(Budget.objects.filter(pk=budget_id)).get()
    lent = max(ZERO, needed - budget.available)
    if lent:
        entry = Entry(
            entity=budget.entity_id,
            date=on,
            journal=Journal.VARIOUS,
            source_type=source_type,
            source_id=source_id,
            kind=f"shortfall:{entry_id.hex[-8:]}",
            text=f"{text}: avance du pot commun"[:140],
            lines=(dr("4199", lent), cr("4899", lent, budget=budget_id)),
        )
        write_rows([(entry_id, entry)], {budget_id: Move(lent, ZERO, lent)}, {})
    return lent


def give_back(budget: Budget, *, on: date, source_type: str, source_id: UUID, text: str) -> None:
    """Repay what a budget no longer needs of the pot's loan: `Dr 4899 [A] / Cr 4199`. The caller holds it."""
    amount = min(budget.shortfall, budget.balance - budget.reserved)
    if amount <= 0:
        return
    key = uuid7()
    entry = Entry(
        entity=budget.entity_id,
        date=on,
        journal=Journal.VARIOUS,
        source_type=source_type,
        source_id=source_id,
        kind=f"shortfall_repaid:{key.hex[-8:]}",
        text=f"{text}: remboursement au pot commun"[:140],
        lines=(dr("4899", amount, budget=budget.pk), cr("4199", amount)),
    )
    write_rows([(key, entry)], {budget.pk: Move(-amount, ZERO, -amount)}, {})
