"""Reads of the treasury."""

from __future__ import annotations

import contextlib
import copy
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Case, Count, Exists, Max, OuterRef, Q, QuerySet, Sum, Value, When

from core.identifiers import InvalidIdentifier, normalise_structured_communication
from core.money import ZERO
from ledger.treasury.enums import AccountIs, BatchState, MatchState, PayoutState
from ledger.treasury.errors import BatchNotReleased, UnknownBatch
from ledger.treasury.matching import Claims, claim_of
from ledger.treasury.models import (
    BankAccount,
    BankStatement,
    BankTransaction,
    LineRule,
    Payout,
    PayoutBatch,
    WaitingStatement,
)


def bank_accounts() -> QuerySet[BankAccount]:
    """Own accounts, by entity."""
    return BankAccount.objects.select_related("entity").order_by("entity__code", "iban")


def bank_statements() -> QuerySet[BankStatement]:
    """Statements, newest first, with the number of their lines and of those to identify."""
    return (
        BankStatement.objects.select_related("account__entity")
        .annotate(
            lines=Count("transactions"),
            unidentified=Count("transactions", filter=Q(transactions__state=MatchState.UNIDENTIFIED)),
        )
        .order_by("-date", "-number", "pk")
    )


def statement_lines(statement: BankStatement) -> QuerySet[BankTransaction]:
    """The lines of a statement, in the bank's order."""
    return BankTransaction.objects.filter(statement=statement).order_by("sequence", "detail")


def bank_lines() -> QuerySet[BankTransaction]:
    """Every line of every statement, with its statement and account."""
    return BankTransaction.objects.select_related("statement__account").order_by("pk")


def lines_to_identify() -> QuerySet[BankTransaction]:
    """The queue: lines that nobody claimed, oldest first."""
    return (
        BankTransaction.objects.filter(state=MatchState.UNIDENTIFIED)
        .select_related("statement__account__entity")
        .order_by("entry_date", "pk")
    )


def claims_by_reference(line: BankTransaction, reference: str) -> Claims | None:
    """What the line would be if the payer had written this reference and nothing else."""
    as_if = copy.copy(line)
    as_if.communication, as_if.structured_reference, as_if.end_to_end_id = reference, "", ""
    with contextlib.suppress(InvalidIdentifier):
        as_if.structured_reference = normalise_structured_communication(reference)
    if as_if.amount < 0:
        return None
    as_if.counterparty_iban = ""  # what was written counts, not who pays
    return claim_of(as_if)


def waiting_statements() -> QuerySet[WaitingStatement]:
    """Statements that came before their predecessor, in their order."""
    return WaitingStatement.objects.filter(entered=None).select_related("account__entity")


def line_rules() -> QuerySet[LineRule]:
    """What finance taught about counterparties, by name."""
    return LineRule.objects.order_by("name", "iban", "incoming")


def payout_batches() -> QuerySet[PayoutBatch]:
    """Batches, newest first."""
    return PayoutBatch.objects.select_related("entity", "file").order_by("-pk")


def released_batches(asked: str | None = None) -> list[PayoutBatch]:
    """Released and executed batches, or the one with that number or id. Raises `UnknownBatch`, and
    `BatchNotReleased` for one without a file: a draft, or a cancelled one.
    """
    released = (BatchState.RELEASED, BatchState.EXECUTED)
    batches = PayoutBatch.objects.select_related("file", "entity")
    if asked is None:
        return list(batches.filter(state__in=released).order_by("number"))
    try:
        found = batches.filter(pk=UUID(asked)).first()
    except ValueError:
        found = batches.filter(number=asked).first()
    if found is None:
        raise UnknownBatch(number=asked)
    if found.state not in released:
        raise BatchNotReleased(number=found.number, state=BatchState(found.state).label)
    return [found]


def batch_payouts(batch: PayoutBatch) -> QuerySet[Payout]:
    """The payments of a batch with `account_is` (`AccountIs`); changed accounts come first."""
    payouts: QuerySet[Payout] = _payouts_and_accounts(batch).order_by("account_is", "payee_name", "pk")
    return payouts


def changed_accounts(batch: PayoutBatch) -> int:
    """How many payments of a batch go to an account on which their payee was never paid before."""
    count: int = _payouts_and_accounts(batch).filter(account_is=AccountIs.CHANGED).count()
    return count


def _payouts_and_accounts(batch: PayoutBatch) -> Any:
    gone = (PayoutState.RELEASED, PayoutState.PAID)
    before = Payout.objects.filter(party=OuterRef("party"), state__in=gone).exclude(batch=batch)
    return Payout.objects.filter(batch=batch).annotate(
        account_is=Case(
            When(Exists(before.filter(iban=OuterRef("iban"))), then=Value(AccountIs.KNOWN)),
            When(Exists(before), then=Value(AccountIs.CHANGED)),
            default=Value(AccountIs.NEW),
        )
    )


def payouts_of_source(source_type: str, source_ids: list[UUID]) -> QuerySet[Payout]:
    """Every attempt at paying these sources, last attempt last."""
    return Payout.objects.filter(source_type=source_type, source_id__in=source_ids).order_by("attempt")


def due_payouts(until: date | None = None) -> QuerySet[Payout]:
    """Payouts to put in a batch."""
    payouts = Payout.objects.filter(state=PayoutState.OPEN).select_related("entity").order_by("due_on", "pk")
    return payouts if until is None else payouts.filter(due_on__lte=until)


def due_totals(until: date) -> list[dict[str, Any]]:
    """What could be batched: per entity and kind, number, total and last due date."""
    rows: Any = (
        due_payouts(until)
        .order_by("entity__code", "kind")
        .values("entity_id", "entity__code", "entity__name", "kind")
        .annotate(payments=Count("pk"), total=Sum("amount"), last=Max("due_on"))
    )
    return list(rows)


def without_broken_accounts(payouts: QuerySet[Payout]) -> QuerySet[Payout]:
    """Payouts less those to an account from which a payment to the same payee came back and waits."""
    broken = Payout.objects.filter(state=PayoutState.HELD, party=OuterRef("party"), iban=OuterRef("iban"))
    return payouts.filter(~Exists(broken))


def due_between(first: date, last: date) -> list[dict[str, Any]]:
    """What falls due from one day to another: per entity and kind, number and total."""
    rows: Any = (
        due_payouts(last)
        .filter(due_on__gte=first)
        .order_by("entity__code", "kind")
        .values("entity_id", "entity__name", "kind")
        .annotate(payments=Count("pk"), total=Sum("amount"))
    )
    return list(rows)


def held_payouts() -> QuerySet[Payout]:
    """Payments that came back and wait for a right account."""
    return Payout.objects.filter(state=PayoutState.HELD).select_related("entity").order_by("pk")


def bank_balance() -> Decimal:
    """What the last statements of all own accounts say together."""
    total = ZERO
    for account in BankAccount.objects.all():
        last = BankStatement.objects.filter(account=account).order_by("-year", "-number").first()
        total += last.closing if last else ZERO
    return total
