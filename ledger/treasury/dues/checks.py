"""Invariants of dues and of the accounts between entities."""

from __future__ import annotations

from collections.abc import Iterator

from core.money import ZERO
from core.registry import Break
from ledger.models import LegalEntity
from ledger.treasury.dues.current import current_accounts
from ledger.treasury.dues.models import Due
from ledger.treasury.dues.types import DUE
from ledger.treasury.models import Payout


def check_between_entities() -> Iterator[Break]:
    """For each pair 4168 of one equals 4838 of the other; nothing stands there without naming its pair."""
    owed_to, owed_by, stray = current_accounts()
    codes = dict(LegalEntity.objects.values_list("pk", "code"))
    for pair in sorted(owed_to.keys() | owed_by.keys()):
        ours, theirs = owed_to.get(pair, ZERO), owed_by.get(pair, ZERO)
        if ours != theirs:
            yield Break(
                "between_entities", f"{codes[pair[0]]} ← {codes[pair[1]]}", f"4168 {ours}, 4838 {theirs}"
            )
    for entity_id, amount in sorted(stray.items()):
        if amount:
            yield Break("between_entities", codes[entity_id], f"{amount} names no other entity")


def check_dues() -> Iterator[Break]:
    """What is paid for a due is the due, and settles the account on which it is owed."""
    asked = {
        row[0]: row[1:]
        for row in Due.objects.filter(state="requested").values_list("pk", "amount", "account", "entity_id")
    }
    for payout in Payout.objects.filter(source_type=DUE).order_by("pk"):
        expected = asked.get(payout.source_id)
        if expected != (payout.amount, payout.settles_account, payout.entity_id):
            yield Break("due_payment", str(payout), f"agreed {expected}")
