"""Invariants between the books and the bank."""

from __future__ import annotations

from collections.abc import Iterator

from django.db.models import Count, F, Sum

from core.money import ZERO
from core.registry import Break
from ledger.models import JournalLine, LegalEntity
from ledger.selectors import account_balance
from ledger.treasury.enums import MatchState
from ledger.treasury.models import BankAccount, BankStatement, BankTransaction, PayoutBatch


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


def check_statements() -> Iterator[Break]:
    """Each statement opens where the last one closed, its lines make its closing balance, and 550 took
    exactly them.
    """
    booked = dict(
        JournalLine.objects.filter(account="550", entry__source_type="treasury.banktransaction")
        .values_list("entry__source_id")
        .annotate(moved=Sum("debit") - Sum("credit"))
    )
    for account in BankAccount.objects.order_by("iban"):
        closing = None
        for statement in BankStatement.objects.filter(account=account).order_by("year", "number"):
            rows = BankTransaction.objects.filter(statement=statement)
            lines = list(rows.values_list("pk", "sequence", "amount"))
            moved = sum((amount for _, sequence, amount in lines if sequence), ZERO)
            if closing is not None and statement.opening != closing:
                yield Break("statement_chain", str(statement), f"opens {statement.opening}, not {closing}")
            if statement.opening + moved != statement.closing:
                yield Break("statement_lines", str(statement), f"lines make {statement.opening + moved}")
            posted = sum((booked.get(pk, ZERO) for pk, _, _ in lines), ZERO)
            if posted != sum((amount for _, _, amount in lines), ZERO):
                yield Break("statement_booked", str(statement), f"550 took {posted}")
            closing = statement.closing


def check_unidentified() -> Iterator[Break]:
    """What lines of the bank left on 499 is what waits to be identified."""
    for entity in LegalEntity.objects.order_by("code"):
        waiting = BankTransaction.objects.filter(
            state=MatchState.UNIDENTIFIED, statement__account__entity=entity
        ).aggregate(total=Sum("amount", default=ZERO))["total"]
        lines = JournalLine.objects.filter(
            account="499", entry__entity=entity, entry__source_type="treasury.banktransaction"
        )
        balance = lines.aggregate(total=Sum(F("credit") - F("debit"), default=ZERO))["total"]
        if balance != waiting:
            yield Break("unidentified", f"{entity.code} 499", f"booked {balance}, waiting {waiting}")


def check_parts() -> Iterator[Break]:
    """A line in several parts has them, and they make it."""
    split = BankTransaction.objects.filter(source_type=BankTransaction.SPLIT).annotate(
        made=Sum("parts__amount")
    )
    for line in split.exclude(made=F("amount")):
        yield Break("line_parts", str(line), f"parts make {line.made}")
    for line in split.filter(made=None):
        yield Break("line_parts", str(line), "no parts")
