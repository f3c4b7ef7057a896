"""The books as finance and auditors read them: balances over some days, an account, the
journals, the funds.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.money import ZERO
from ledger.enums import Fund
from ledger.models import Account, Budget, JournalEntry, JournalLine, LegalEntity


@dataclass(frozen=True, slots=True)
class Balance:
    """An account over some days: what stood before, what moved, what stands. Debit is positive."""

    account: str
    name: str
    internal: bool
    opening: Decimal
    debit: Decimal
    credit: Decimal

    @property
    def closing(self) -> Decimal:
        """What stands at the end."""
        return self.opening + self.debit - self.credit


@dataclass(frozen=True, slots=True)
class FundRow:
    """A common fund in the books of an entity over some days. Credit is positive: what it holds."""

    fund: str
    entity: str
    opening: Decimal
    received: Decimal
    spent: Decimal

    @property
    def label(self) -> Any:
        """The fund in words."""
        return Fund(self.fund).label

    @property
    def closing(self) -> Decimal:
        """What it holds at the end."""
        return self.opening + self.received - self.spent


@dataclass(frozen=True, slots=True)
class Movement:
    """A line of an account with the balance after it, debit positive."""

    line: JournalLine
    balance: Decimal


@dataclass(frozen=True, slots=True)
class AccountPage:
    """Some lines of an account: the balance before the first of all its days, and after the last."""

    opening: Decimal
    closing: Decimal
    rows: list[Movement]


def default_entity() -> LegalEntity | None:
    """The entity that most Activities belong to; the first one when there is none."""
    most = Budget.objects.values("entity").annotate(budgets=Count("pk")).order_by("-budgets").first()
    entities = LegalEntity.objects.order_by("code")
    return entities.filter(pk=most["entity"]).first() if most else entities.first()


def balances(entity: LegalEntity, since: date, until: date, *, statutory: bool = False) -> list[Balance]:
    """The trial balance: every account that moved up to `until`, by code. Two queries.

    `statutory` leaves out the accounts by which the entity trades with itself (DOMAIN §4).
    """
    before, within = Q(entry__date__lt=since), Q(entry__date__gte=since)
    sums = (
        JournalLine.objects.filter(entry__entity=entity, entry__date__lte=until)
        .values("account")
        .annotate(
            opening=Coalesce(Sum(F("debit") - F("credit"), filter=before), ZERO),
            debits=Coalesce(Sum("debit", filter=within), ZERO),
            credits=Coalesce(Sum("credit", filter=within), ZERO),
        )
        .order_by("account")
    )
    chart = {account.code: account for account in Account.objects.all()}
    rows = [
        Balance(
            row["account"], chart[row["account"]].name, chart[row["account"]].internal,
            row["opening"], row["debits"], row["credits"],
        )
        for row in sums
    ]  # fmt: skip
    return [row for row in rows if not (statutory and row.internal)]


def totals_of(rows: Iterable[Balance]) -> Balance:
    """The sum line: in whole books opening and closing are zero, and so they are without
    the internal pairs.
    """
    rows = list(rows)
    return Balance(
        "",
        "",
        False,
        sum((row.opening for row in rows), ZERO),
        sum((row.debit for row in rows), ZERO),
        sum((row.credit for row in rows), ZERO),
    )


def movements(entity: LegalEntity, account: str) -> QuerySet[JournalLine]:
    """Every line of an account of an entity, by day, with its entry and legal number."""
    return (
        JournalLine.objects.filter(account=account, entry__entity=entity)
        .select_related("entry__sealed", "budget", "party")
        .order_by("entry__date", "entry_id", "position")
    )


def account_page(
    entity: LegalEntity, account: str, lines: QuerySet[JournalLine], page: Sequence[JournalLine], start: int,
    *, since: date | None,
) -> AccountPage:  # fmt: skip
    """The general ledger of an account: a page of `lines` that begins after `start` of
    them. Three queries.
    """
    opening = ZERO
    if since is not None:
        opening = _balance(
            JournalLine.objects.filter(account=account, entry__entity=entity, entry__date__lt=since)
        )
    closing = opening + _balance(lines)
    balance = opening + (_balance(lines[:start]) if start else ZERO)
    rows = []
    for line in page:
        balance += line.debit - line.credit
        rows.append(Movement(line, balance))
    return AccountPage(opening, closing, rows)


def journal_entries() -> QuerySet[JournalEntry]:
    """Every entry, newest day first, with its entity and legal number."""
    return JournalEntry.objects.select_related("entity", "sealed").order_by("-date", "-pk")


def entry_lines(entry: JournalEntry) -> QuerySet[JournalLine]:
    """The lines of an entry with their bearers."""
    return JournalLine.objects.filter(entry=entry).select_related("budget", "party").order_by("position")


def undone_by(entry: JournalEntry) -> JournalEntry | None:
    """The entry that reverses this one."""
    same = JournalEntry.objects.filter(source_id=entry.source_id, reverses=entry)
    return same.select_related("sealed").first()


def amounts_of(entries: Iterable[UUID]) -> dict[UUID, Decimal]:
    """What each of these entries moves: the sum of its debits. One query."""
    rows = (
        JournalLine.objects.filter(entry_id__in=list(entries)).values("entry_id").annotate(total=Sum("debit"))
    )
    return {row["entry_id"]: row["total"] for row in rows}


def fund_rows(since: date, until: date) -> list[FundRow]:
    """The pot and the other funds, by entity. One query."""
    before, within = Q(entry__date__lt=since), Q(entry__date__gte=since)
    sums = (
        JournalLine.objects.filter(fund__isnull=False, entry__date__lte=until)
        .values("fund", "entry__entity__name")
        .annotate(
            opening=Coalesce(Sum(F("credit") - F("debit"), filter=before), ZERO),
            received=Coalesce(Sum("credit", filter=within), ZERO),
            spent=Coalesce(Sum("debit", filter=within), ZERO),
        )
    )
    order = {str(fund): place for place, fund in enumerate(Fund)}
    return sorted(
        (
            FundRow(
                str(row["fund"]), row["entry__entity__name"], row["opening"], row["received"], row["spent"]
            )
            for row in sums
        ),
        key=lambda row: (order[row.fund], row.entity),
    )


def _balance(lines: QuerySet[JournalLine]) -> Decimal:
    total: Decimal = lines.aggregate(total=Coalesce(Sum(F("debit") - F("credit")), ZERO))["total"]
    return total
