"""Reads of balances that stay."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, Max, Min, OuterRef, QuerySet, Sum

from core.locks import for_update
from core.money import ZERO, r
from ledger.models import LegalEntity
from ledger.treasury.models import BankAccount
from payroll.balances.enums import LIFTS, BalanceKind, BalanceState
from payroll.balances.errors import BalanceNotFound
from payroll.balances.models import Balance, BalanceAct
from payroll.balances.types import ACT, Key, Measured
from payroll.engine.holiday import HolidayHeld
from payroll.enums import COUNTED_STATES, OPEN_STATES
from payroll.extras import ExtraPay
from payroll.models import OPEN_END, ContractMonth, EmploymentContract, HolidayBlock, PayCarry, PayItem
from payroll.services.holidays import held_totals

Group = tuple[UUID, UUID]
"""A worker and an entity."""


def balances() -> QuerySet[Balance]:
    """All of them, the newest first."""
    return Balance.objects.select_related("person", "entity").order_by("-since", "-id")


def balance(pk: UUID) -> Balance:
    """One of them. Raises `BalanceNotFound`."""
    row = balances().filter(pk=pk).first()
    if row is None:
        raise BalanceNotFound
    return row


def balance_for_update(pk: UUID) -> Balance:
    """The balance, locked. Raises `BalanceNotFound`."""
    row = for_update(Balance.objects.filter(pk=pk)).first()
    if row is None:
        raise BalanceNotFound
    return row


def by_communication(communications: Collection[str]) -> dict[str, Balance]:
    """Balances that are owed, by what a payer writes."""
    rows = balances().filter(communication__in=communications).exclude(state=BalanceState.OVER)
    return {row.communication: row for row in rows}


def account_of_entity(entity: LegalEntity) -> str:
    """The bank account to which an entity is paid, the oldest; empty without one."""
    accounts = BankAccount.objects.filter(entity=entity).order_by("pk").values_list("iban", flat=True)
    return accounts.first() or ""


def suspects() -> set[UUID]:
    """People of whom something may stay: a net below zero, a carried amount that waits, exit holiday paid and
    pay taken back, or a balance that was found before.
    """
    people = set(PayItem.objects.filter(carried_out__lt=0).order_by().values_list("person_id", flat=True))
    people |= set(PayCarry.objects.filter(item=None).order_by().values_list("person_id", flat=True))
    paid = HolidayBlock.objects.order_by().values("person_id")
    back = PayItem.objects.filter(gross__lt=0, person_id__in=paid)
    people |= set(back.order_by().values_list("person_id", flat=True))
    standing = Balance.objects.exclude(state=BalanceState.OVER)
    return people | set(standing.order_by().values_list("person_id", flat=True))


def measure(people: Collection[UUID]) -> dict[Key, Measured]:
    """What these people owe now; who owes nothing is left out. As many queries for many as for one."""
    found: dict[Key, Measured] = {}
    for (person, entity), (amount, since) in _nets(people).items():
        if amount < 0:
            found[(person, entity, BalanceKind.NET)] = Measured(-amount, since)
    totals = {key: total for key, total in held_totals(people).items() if total.total < 0}
    if totals:
        lowered = PayItem.objects.filter(person_id__in=people, gross__lt=0).order_by()
        since_of = {
            (person, entity): day
            for person, entity, day in lowered.values_list("person_id", "entity_id").annotate(
                day=Max("paid_on")
            )
        }
        for (person, entity), total in totals.items():
            day = since_of.get((person, entity))
            if day is not None:
                found[(person, entity, BalanceKind.HOLIDAY)] = Measured(-total.total, day)
    return found


def _nets(people: Collection[UUID]) -> dict[Group, tuple[Decimal, date]]:
    """What each person's last item in an entity left below zero, and what waits beside it."""
    rows = PayItem.objects.filter(person_id__in=people).order_by(
        "person_id", "entity_id", "-settled_at", "-id"
    )
    last = rows.distinct("person_id", "entity_id")
    found: dict[Group, tuple[Decimal, date]] = {
        (person, entity): (amount, day)
        for person, entity, amount, day in last.values_list(
            "person_id", "entity_id", "carried_out", "paid_on"
        )
        if amount
    }
    waiting = PayCarry.objects.filter(person_id__in=people, item=None).order_by()
    for person, entity, amount, day in waiting.values_list("person_id", "entity_id").annotate(
        total=Sum("amount"), day=Min("made_on")
    ):
        before, since = found.get((person, entity), (ZERO, day))
        found[(person, entity)] = (before + amount, min(since, day))
    return found


def last_ends(people: Collection[UUID]) -> tuple[dict[Group, date], set[Group]]:
    """By worker and entity: the end of the last contract, and where work is still to be paid."""
    contracts = EmploymentContract.objects.filter(person_id__in=people, state__in=COUNTED_STATES)
    ends = {
        (person, entity): day
        for person, entity, day in contracts.order_by()
        .values_list("person_id", "entity_id")
        .annotate(day=Max("ends_on"))
        if day != OPEN_END
    }
    parts = ContractMonth.objects.filter(contract=OuterRef("pk"), settled=False, gross__gt=0)
    coming = contracts.filter(Exists(parts), state__in=COUNTED_STATES)
    running = contracts.filter(ends_on=OPEN_END, state__in=OPEN_STATES)
    works = {*coming.values_list("person_id", "entity_id"), *running.values_list("person_id", "entity_id")}
    return ends, works


def net_of_holiday(row: Balance) -> Decimal:
    """What reached the worker of exit holiday that was paid too much: the share that was net of what was
    paid out.
    """
    total = held_totals([row.person_id])[(row.person_id, row.entity_id)]
    blocks = HolidayBlock.objects.filter(person_id=row.person_id, entity_id=row.entity_id).aggregate(
        Sum("simple"), Sum("double"), Sum("supplement"), Sum("net")
    )
    gross = (
        (blocks["simple__sum"] or ZERO)
        + (blocks["double__sum"] or ZERO)
        + (blocks["supplement__sum"] or ZERO)
    )
    too_much = -(total.simple + total.double + total.supplement)
    if gross <= 0 or too_much <= 0:
        return ZERO
    return min(r(too_much * blocks["net__sum"] / gross), row.amount)


def shares_of(row: Balance, amount: Decimal) -> HolidayHeld:
    """How a part of a holiday balance is shared over what account 4560 holds, below zero; in proportion, the
    rest in the last part.
    """
    total = held_totals([row.person_id]).get((row.person_id, row.entity_id), HolidayHeld(*[ZERO] * 4))
    whole = -total.total
    if whole <= 0:
        return HolidayHeld(ZERO, ZERO, ZERO, -amount)
    simple, double, supplement = (
        r(part * amount / whole) for part in (total.simple, total.double, total.supplement)
    )
    return HolidayHeld(simple, double, supplement, -amount - simple - double - supplement)


def draws(people: Collection[UUID]) -> Mapping[Group, HolidayHeld]:
    """What balances gave account 4560 back: drawn below zero, by (person, entity)."""
    rows = BalanceAct.objects.filter(
        balance__person_id__in=people, balance__kind=BalanceKind.HOLIDAY, kind__in=LIFTS
    )
    sums = rows.order_by().values("balance__person_id", "balance__entity_id")
    return {
        (row["balance__person_id"], row["balance__entity_id"]): HolidayHeld(
            row["simple__sum"], row["double__sum"], row["supplement__sum"], row["employer_onss__sum"]
        )
        for row in sums.annotate(Sum("simple"), Sum("double"), Sum("supplement"), Sum("employer_onss"))
    }


def nets() -> Iterable[tuple[UUID, Decimal]]:
    """What payments and write-offs credited to account 455, by entity."""
    rows = BalanceAct.objects.filter(balance__kind=BalanceKind.NET, kind__in=LIFTS).order_by()
    return [
        (entity, total)
        for entity, total in rows.values_list("balance__entity_id").annotate(total=Sum("amount"))
    ]


LIFTED = ExtraPay(ACT, lambda people, first, last: (), nets)
"""In the check of account 455; on no payslip, for nothing of it is pay."""
