"""Invariants between the books and the bank."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, Sum

from core.money import ZERO
from core.registry import Break
from ledger.models import LegalEntity
from ledger.selectors import account_balance
from ledger.treasury.models import BankAccount, BankStatement, PayoutBatch


def check_bank() -> Iterator[Break]:
    """Account 550 of an entity is what its last statements say."""
    for entity in LegalEntity.objects.all():
        closing = ZERO
        for account in BankAccount.objects.filter(entity=entity):
            last = BankStatement.objects.filter(account=account).order_by("-year", "-number").first()
            closing += last.closing if last else ZERO
        booked = account_balance("550", entity)
        if booked != closing:
            yield Break("bank_balance", f"{entity.code} 550", f"booked {booked}, bank {closing}")


def check_batches() -> Iterator[Break]:
    """A batch holds the payments and the total that were signed off."""
    batches = PayoutBatch.objects.exclude(state="cancelled").annotate(
        held=Count("payouts"), sum=Sum("payouts__amount")
    )
    for batch in batches:
        if (batch.held, batch.sum or ZERO) != (batch.payments, batch.total):
            yield Break(
                "batch_total",
                f"batch {batch.number}",
                f"{batch.held} payments of {batch.sum}, signed {batch.payments} of {batch.total}",
            )
