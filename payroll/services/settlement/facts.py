"""What a settlement must know, read for many parts at once: as many queries for one as for all."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import F, QuerySet, Sum

from activities.models import Activity
from core.calendar import last_of_month
from core.locks import for_update, lock
from core.money import ZERO
from core.rates import DatedPolicy
from core.tenancy import current_cooperative
from ledger.models import Period
from members.models import Person
from members.selectors import families_known, family_on, family_situation
from members.types import Family
from payroll.engine.engines import PayEngine, engine_of
from payroll.engine.statutory import Figures, figures_of
from payroll.engine.types import Amounts, PayInput, SettledItem, Situation, WorkerType
from payroll.errors import FamilySituationMissing
from payroll.household import household
from payroll.models import ContractMonth, EmploymentContract, PayCarry, PayItem, WorkerFile
from payroll.services.contract_rules import age_on

Group = tuple[UUID, UUID]
"""A worker and the legal entity that employs them: what is cumulated and carried stays in it."""

AMOUNTS = Amounts._fields
STORED = ("worker_type", "gross", "hours", "month", "paid_on", "flat_tax", "employer", *AMOUNTS)
"""Columns of an item that the engine reads."""


@dataclass(frozen=True, slots=True)
class ClosedMonths:
    """Months of the books that take no entry any more, by entity."""

    months: frozenset[tuple[UUID, int, int]]

    def entry_date(self, entity_id: UUID, day: date, on: date) -> date:
        """Work is booked on its last day, so that a quarter's books hold the quarter's contributions; when
        that month is closed, on the day of the act.
        """
        return on if (entity_id, day.year, day.month) in self.months else day


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything outside of the parts themselves, as it stands under their locks.

    `items`: what was settled of a group's month, in its order. `bonus`: work bonus by month of the years
    concerned. `carried`: what the last item left below zero; `carries`: balances that wait for an item.
    """

    engine: PayEngine
    people: Mapping[UUID, Person]
    budgets: Mapping[UUID, UUID]
    delay: DatedPolicy
    families: Mapping[UUID, Sequence[Family]]
    items: Mapping[tuple[UUID, UUID, date], Sequence[SettledItem]]
    bonus: Mapping[Group, Mapping[date, Decimal]]
    carried: Mapping[Group, Decimal]
    carries: Mapping[Group, Sequence[PayCarry]]
    closed: ClosedMonths


def locked_parts(keys: Collection[UUID]) -> list[ContractMonth]:
    """These parts with their contracts, locked after the workers' files and the contracts, in the order in
    which they are settled: by last day.
    """
    found = ContractMonth.objects.filter(pk__in=keys).values_list("contract__person_id", "contract_id")
    owners = set(found)
    if not owners:
        return []
    lock(WorkerFile.objects.filter(person_id__in={person for person, _ in owners}))
    rows = for_update(EmploymentContract.objects.filter(pk__in={contract for _, contract in owners}))
    contracts = {row.pk: row for row in rows}
    parts = list(for_update(ContractMonth.objects.filter(pk__in=keys)))
    for part in parts:
        part.contract = contracts[part.contract_id]
    return sorted(parts, key=lambda part: (part.last_day, part.contract_id, part.month, part.number))


def read_facts(parts: Sequence[ContractMonth]) -> Facts:
    """What settling these parts needs; their workers' files are locked."""
    contracts = [part.contract for part in parts]
    people = {contract.person_id for contract in contracts}
    theirs = PayItem.objects.filter(person_id__in=people)
    return Facts(
        engine=engine_of(current_cooperative().country.lower()),
        people=Person.objects.in_bulk(people),
        budgets=dict(
            Activity.objects.filter(pk__in={contract.activity_id for contract in contracts}).values_list(
                "pk", "budget_id"
            )
        ),
        delay=DatedPolicy("pay_delay"),
        families=families_known(people),
        items=_items(theirs.filter(month__in={part.month for part in parts})),
        bonus=_bonus(theirs.filter(month__year__in={part.month.year for part in parts})),
        carried={
            (person, entity): amount
            for person, entity, amount in theirs.order_by("person_id", "entity_id", "-settled_at", "-id")
            .distinct("person_id", "entity_id")
            .values_list("person_id", "entity_id", "carried_out")
        },
        carries=_carries(people),
        closed=closed_months((part.contract.entity_id, part.last_day) for part in parts),
    )


def settled_item(item: PayItem) -> SettledItem:
    """A stored item as the engine reads it."""
    return _stored([getattr(item, name) for name in STORED])


def situation_of(person: Person, *, paid_on: date, month: date) -> Situation:
    """The family situation on the day of payment, as the engine asks for it. Raises
    `FamilySituationMissing`.
    """
    return situation_in(family_situation(person, paid_on), person, paid_on=paid_on, month=month)


def situation_on(
    known: Iterable[Family], person: Person, *, paid_on: date, month: date, figures: Figures | None = None
) -> Situation:
    """The same from what is known of a person, with figures that are only proposed when they are given.
    Raises `FamilySituationMissing`, `NoFigureInForce`.
    """
    return situation_in(family_on(known, paid_on), person, paid_on=paid_on, month=month, figures=figures)


def situation_in(
    family: Family, person: Person, *, paid_on: date, month: date, figures: Figures | None = None
) -> Situation:
    """A family situation in the engine's words. Raises `FamilySituationMissing` when none is known,
    `NoFigureInForce`.
    """
    if family.valid_from is None:
        raise FamilySituationMissing(name=str(person))
    country = current_cooperative().country
    return replace(
        household(family, on=paid_on, figures=figures or figures_of(country.lower())),
        resident=person.country == country,
        age=age_on(person.birth_date, last_of_month(month)),
    )


def closed_months(days: Iterable[tuple[UUID, date]]) -> ClosedMonths:
    """Which of these entities' months are closed; one query."""
    wanted = {(entity, day.year, day.month) for entity, day in days}
    rows = Period.objects.filter(
        entity_id__in={entity for entity, _, _ in wanted},
        year__in={year for _, year, _ in wanted},
        closed_at__isnull=False,
    )
    return ClosedMonths(frozenset(rows.values_list("entity_id", "year", "month")))


def entry_date(entity_id: UUID, day: date, on: date) -> date:
    """The day on which one act is booked: see `ClosedMonths.entry_date`."""
    return closed_months([(entity_id, day)]).entry_date(entity_id, day, on)


def _items(rows: QuerySet[PayItem]) -> dict[tuple[UUID, UUID, date], list[SettledItem]]:
    items: dict[tuple[UUID, UUID, date], list[SettledItem]] = defaultdict(list)
    ordered = rows.order_by("settled_at", "id")
    for person, entity, month, *stored in ordered.values_list("person_id", "entity_id", "month", *STORED):
        items[(person, entity, month)].append(_stored(stored))
    return items


def _stored(values: Sequence[Any]) -> SettledItem:
    worker_type, gross, hours, month, paid_on, flat_tax, employer, *amounts = values
    return SettledItem(
        PayInput(WorkerType(worker_type), gross, hours, month, paid_on, flat_tax),
        Amounts(*amounts),
        {code: Decimal(amount) for code, amount in employer.items()},
    )


def _bonus(rows: QuerySet[PayItem]) -> dict[Group, dict[date, Decimal]]:
    bonus: dict[Group, dict[date, Decimal]] = defaultdict(dict)
    sums = rows.order_by().values_list("person_id", "entity_id", "month")
    for person, entity, month, total in sums.annotate(total=Sum(F("work_bonus_a") + F("work_bonus_b"))):
        bonus[(person, entity)][month] = total or ZERO
    return bonus


def _carries(people: Collection[UUID]) -> dict[Group, list[PayCarry]]:
    carries: dict[Group, list[PayCarry]] = defaultdict(list)
    for carry in PayCarry.objects.filter(person_id__in=people, item=None):
        carries[(carry.person_id, carry.entity_id)].append(carry)
    return carries
