"""Reads of dues, of what bodies say, and of what entities owe each other."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import OuterRef, QuerySet, Subquery, Sum, Value
from django.db.models.functions import Coalesce

from core.calendar import first_of_month
from core.identifiers import make_structured_communication
from core.locks import for_update
from core.money import ZERO
from ledger.models import JournalLine, LegalEntity
from ledger.treasury.dues.enums import DueState
from ledger.treasury.dues.errors import TermsMissing
from ledger.treasury.dues.models import BodyLine, BodyStatement, CreditorTerms, Due, EntityTransfer
from ledger.treasury.dues.registry import kind_label
from ledger.treasury.dues.rules import creditor_on, creditors_of, rules_of
from ledger.treasury.dues.types import DUE
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout

PAID_HERE = (PayoutKind.CONTRIBUTION, PayoutKind.SUPPLIER)
"""Kinds of payouts that stand on the page of dues, whoever asked for them."""


def dues() -> Any:
    """Every due, the first to pay first, with the state of its last payment (`paid_as`, `paid_day`)."""
    last = Payout.objects.filter(source_type=DUE, source_id=OuterRef("pk")).order_by("-attempt")
    return (
        Due.objects.select_related("entity")
        .annotate(
            paid_as=Coalesce(
                Subquery(last.values("state")[:1]), Value("")
            ),  # a NULL would fail every exclude
            paid_day=Subquery(last.values("paid_on")[:1]),
            payout_id=Subquery(last.values("pk")[:1]),
            batch_id=Subquery(last.values("batch_id")[:1]),
        )
        .order_by("due_on", "pk")
    )


def dues_to_pay() -> Any:
    """Dues that the bank has not executed."""
    return dues().exclude(state=DueState.WITHDRAWN).exclude(paid_as=PayoutState.PAID)


def due_for_update(pk: UUID) -> Due:
    """One due, locked."""
    return for_update(Due.objects.filter(pk=pk)).select_related("entity").get()


def standing(due: Any) -> tuple[str, Any]:
    """State of a due and its word: its own until the payment is asked for, then the payment's."""
    if due.state == DueState.REQUESTED and due.paid_as:
        return due.paid_as, PayoutState(due.paid_as).label
    return due.state, DueState(due.state).label


@dataclass(frozen=True, slots=True)
class Terms:
    """Where a creditor is paid."""

    name: str
    iban: str
    reference: str


def terms_of(entity: LegalEntity, creditor: str, on: date, reference: str = "") -> Terms:
    """Account and reference of a payment on a day; `reference`: that of this one payment, where its notice
    shows one. Raises `UnknownCreditor`, and `TermsMissing` while one of them is not known.
    """
    row = creditor_on(entity.country, creditor, on)
    entered = (
        CreditorTerms.objects.filter(entity=entity, creditor=creditor, valid_from__lte=on)
        .order_by("-valid_from", "-pk")
        .first()
    )
    iban = (entered.iban if entered else "") or row.iban
    known = reference or (entered.reference if entered else "")
    if not known and row.reference == "enterprise_number":
        known = make_structured_communication(int(entity.enterprise_number))
    if not iban or not known:
        raise TermsMissing(entity=entity.name, creditor=row.name)
    return Terms(row.name, iban, known)


def creditor_name(entity: LegalEntity, creditor: str) -> str:
    """What people call a creditor."""
    return next((row.name for row in creditors_of(entity.country) if row.key == creditor), creditor)


def accounts_of(country: str, creditor: str) -> list[str]:
    """The accounts of the books on which debts to a creditor stand."""
    return sorted({rule.account for rule in rules_of(country) if rule.creditor == creditor})


def _owed_lines(accounts: list[str]) -> QuerySet[JournalLine]:
    """Lines on the accounts, without those by which our own dues were paid or came back."""
    paid = Payout.objects.filter(source_type=DUE).values("pk")
    return JournalLine.objects.filter(account__in=accounts).exclude(
        entry__source_type="treasury.payout", entry__source_id__in=paid
    )


def booked_by_month(accounts: list[str]) -> dict[tuple[UUID, str], dict[date, Decimal]]:
    """What became owed (credits − debits) by entity, account and month, payments of dues left out."""
    found: dict[tuple[UUID, str], dict[date, Decimal]] = defaultdict(lambda: defaultdict(lambda: ZERO))
    rows: Any = (
        _owed_lines(accounts)
        .values("entry__entity_id", "account", "entry__date")
        .annotate(owed=Sum("credit") - Sum("debit"))
        .order_by()
    )
    for row in rows:
        found[(row["entry__entity_id"], row["account"])][first_of_month(row["entry__date"])] += row["owed"]
    return found


def owed_until(entity: LegalEntity, account: str, until: date) -> Decimal:
    """What became owed on an account up to a day, whatever was paid of it."""
    sums = _owed_lines([account]).filter(entry__entity=entity, entry__date__lte=until)
    return _net(sums)


def balance_on(entity: LegalEntity, account: str, on: date) -> Decimal:
    """What the books say is owed at the end of a day: credits − debits."""
    return _net(JournalLine.objects.filter(account=account, entry__entity=entity, entry__date__lte=on))


def _net(lines: QuerySet[JournalLine]) -> Decimal:
    found = lines.aggregate(c=Sum("credit", default=ZERO), d=Sum("debit", default=ZERO))
    net: Decimal = found["c"] - found["d"]
    return net


def raised_on_accounts() -> dict[tuple[UUID, str], Decimal]:
    """Sum of the dues raised by entity and account; claims of a body that are in the books count too."""
    rows = Due.objects.values_list("entity_id", "account").annotate(total=Sum("amount")).order_by()
    return {(entity_id, account): total for entity_id, account, total in rows}


def raised_for_days(entity_id: UUID, account: str, first: date, last: date) -> Decimal:
    """Sum of an entity's dues of an account whose period lies within these days: a quarter's advances and
    its balance. Euro.
    """
    rows = Due.objects.filter(entity_id=entity_id, account=account, first__gte=first, last__lte=last)
    total: Decimal = rows.aggregate(total=Sum("amount"))["total"] or ZERO
    return total


def other_payouts() -> QuerySet[Payout]:
    """What else leaves for bodies and suppliers, asked for elsewhere (VAT returns, purchases), not yet
    executed, the first due first.
    """
    return (
        Payout.objects.filter(
            kind__in=PAID_HERE,
            state__in=(PayoutState.OPEN, PayoutState.HELD, PayoutState.BATCHED, PayoutState.RELEASED),
        )
        .exclude(source_type=DUE)
        .select_related("entity")
        .order_by("due_on", "pk")
    )


def label_of(due: Due) -> str:
    """What a due is for, in words."""
    return str(kind_label(due.kind))


def overdue_count(today: date) -> int:
    """Dues whose day has passed and that have not left."""
    gone = (PayoutState.RELEASED, PayoutState.PAID)
    count: int = dues_to_pay().filter(due_on__lt=today).exclude(paid_as__in=gone).count()
    return count


def body_statements() -> QuerySet[BodyStatement]:
    """Statements of creditors, newest first."""
    return BodyStatement.objects.select_related("entity").order_by("-date", "-pk")


def body_lines(statement: BodyStatement) -> QuerySet[BodyLine]:
    """Lines of a statement, in its order."""
    return BodyLine.objects.filter(statement=statement).select_related("due").order_by("position")


def line_for_update(pk: UUID) -> BodyLine:
    """One line of a body's statement, locked."""
    return for_update(BodyLine.objects.filter(pk=pk)).select_related("statement__entity").get()


def terms() -> QuerySet[CreditorTerms]:
    """What was entered about creditors, the last in force first."""
    return CreditorTerms.objects.select_related("entity").order_by(
        "entity__code", "creditor", "-valid_from", "-pk"
    )


def transfers() -> QuerySet[EntityTransfer]:
    """Transfers between entities, newest first."""
    return EntityTransfer.objects.select_related("giver", "taker", "document").order_by("-on", "-pk")


def entity_exists(pk: UUID) -> bool:
    """Whether the cooperative has such an entity."""
    return LegalEntity.objects.filter(pk=pk).exists()
