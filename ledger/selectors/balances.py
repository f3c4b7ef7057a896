"""Reads of the books: entities, balances, statements of a budget, trial balance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import F, Q, QuerySet, Sum
from django.db.models.functions import Coalesce

from core.money import ZERO
from ledger.enums import PartyKind
from ledger.errors import UnknownLegalEntity
from ledger.loaders import CREDITORS
from ledger.models import Account, Budget, JournalLine, LegalEntity, Party, Reservation


@dataclass(frozen=True, slots=True)
class BudgetLine:
    """A movement of a budget: `change` raises (+) or lowers (−) it, `balance` is what stands afterwards."""

    line_id: UUID
    entry_id: UUID
    date: date
    text: str
    account: str
    kind: str
    source_type: str
    source_id: UUID
    change: Decimal
    balance: Decimal


@dataclass(frozen=True, slots=True)
class TrialBalanceRow:
    """An account with the sums of its debits and credits; `balance` = debit − credit."""

    account: str
    name: str
    internal: bool
    debit: Decimal
    credit: Decimal

    @property
    def balance(self) -> Decimal:
        """Debit balance (+) or credit balance (−)."""
        return self.debit - self.credit


def entity_by_code(code: str) -> LegalEntity:
    """The entity of this cooperative with that code. Raises `UnknownLegalEntity`."""
    try:
        return LegalEntity.objects.get(code=code)
    except LegalEntity.DoesNotExist as error:
        raise UnknownLegalEntity(code=code) from error


def entities() -> QuerySet[LegalEntity]:
    """Every entity of the cooperative."""
    return LegalEntity.objects.order_by("code")


def creditor(position: int, country: str = "BE") -> Party:
    """A public creditor: 0 social security, 1 tax office, 2 holiday fund, 3 accident insurer."""
    return Party.objects.get(kind=PartyKind.BODY, name=CREDITORS[country][position])


def budget_statement(budget_id: UUID, *, since: date | None = None) -> list[BudgetLine]:
    """What moved a budget, oldest first, with the balance after each line; `since` hides what came before."""
    rows = (
        JournalLine.objects.filter(budget_id=budget_id)
        .order_by("pk")
        .values_list(
            "pk", "entry_id", "entry__date", "entry__text", "account", "entry__kind", "entry__source_type",
            "entry__source_id", "debit", "credit",
        )
    )  # fmt: skip
    balance = ZERO
    statement = []
    for pk, entry_id, day, text, account, kind, source_type, source_id, debit, credit in rows:
        balance += credit - debit
        if since is None or day >= since:
            statement.append(
                BudgetLine(
                    pk, entry_id, day, text, account, kind, source_type, source_id, credit - debit, balance
                )
            )
    return statement


def open_reservations(budget_id: UUID) -> QuerySet[Reservation]:
    """The commitments that set money of a budget aside, oldest first."""
    return Reservation.objects.filter(budget_id=budget_id, amount__gt=0).order_by("pk")


def budget_for(pk: UUID) -> Budget:
    """A budget with what stands on it now."""
    return Budget.objects.select_related("entity").get(pk=pk)


def fund_balance(fund: str, entity: LegalEntity | None = None, until: date | None = None) -> Decimal:
    """What a common fund holds: credits − debits of the lines that carry it."""
    return -_debit_balance(Q(fund=fund), entity, until)


def account_balance(code: str, entity: LegalEntity | None = None, until: date | None = None) -> Decimal:
    """Debits − credits of one account, of one entity or of the cooperative."""
    return _debit_balance(Q(account=code), entity, until)


def party_balance(code: str, party_id: UUID, entity: LegalEntity | None = None) -> Decimal:
    """Debits − credits of one account with one party: on 400, what the client owes."""
    return _debit_balance(Q(account=code, party_id=party_id), entity, None)


def trial_balance(entity: LegalEntity, until: date, since: date | None = None) -> list[TrialBalanceRow]:
    """Every account that moved, in order of its code, with its sums up to a day (from `since` on, when
    given).
    """
    lines = JournalLine.objects.filter(entry__entity=entity, entry__date__lte=until)
    if since is not None:
        lines = lines.filter(entry__date__gte=since)
    chart = {account.code: account for account in Account.objects.all()}
    sums = lines.values("account").annotate(debits=Sum("debit"), credits=Sum("credit")).order_by("account")
    return [
        TrialBalanceRow(
            row["account"], chart[row["account"]].name, chart[row["account"]].internal, row["debits"],
            row["credits"],
        )
        for row in sums
    ]  # fmt: skip


def _debit_balance(condition: Q, entity: LegalEntity | None, until: date | None) -> Decimal:
    lines = JournalLine.objects.filter(condition)
    if entity is not None:
        lines = lines.filter(entry__entity=entity)
    if until is not None:
        lines = lines.filter(entry__date__lte=until)
    total: Decimal = lines.aggregate(total=Coalesce(Sum(F("debit") - F("credit")), ZERO))["total"]
    return total
