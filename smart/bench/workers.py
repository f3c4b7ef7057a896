"""A town of workers with a month of contracts to settle, for measuring: rows as submission leaves them, put
straight in, with the money of their Activities posted by the ledger, so that the books are true.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from activities.models import Activity, ActivityHolder, Function
from core.encryption import encrypt
from core.identifiers import belgian_iban, fictional_national_number, mask_national_number
from core.models import Cooperative, PolicyRate
from core.money import ZERO, r
from core.reference import published
from core.registry import loaders
from core.rows import insert_rows, update_rows
from core.tenancy import current_tenant_id, tenant_scope
from core.uuid7 import uuid7
from ledger.models import Budget, LegalEntity, Party, Reservation
from ledger.selectors import entity_by_code
from ledger.services import post_entries
from ledger.treasury.models import BankAccount
from ledger.types import Entry, cr, dr
from members.encryption import blind_indexes
from members.models import FamilySituation, NationalNumber, Person
from members.types import search_key
from payroll.engine.employer import employment_budget
from payroll.enums import ContractState
from payroll.models import ContractMonth, EmploymentContract, WorkerFile
from payroll.services.contracts import SOURCE

MONTH = date(2026, 11, 1)
RUN_ON = date(2026, 12, 1)
SINCE = date(2025, 1, 1)
SUBMITTED = datetime(2026, 10, 30, 9, tzinfo=UTC)
BATCH = 1000

KINDS = (("employee", 309_508, "1.55"), ("artistic", 157_236, "1.57"), ("student", 11_157, "1.09"))
"""Kinds of contract, their days in a real year (report of 2020), their multipliers."""
CONTRACTS = ((1, 65), (2, 20), (3, 10), (4, 5))
"""Contracts of one worker in the month, and how often: 1.55 on average, 17,000 for 11,000 payslips."""
FAMILIES = (("single", 60), ("married_two_incomes", 30), ("married_one_income", 10))
HOURS_A_DAY = Decimal("7.10")
"""24.2 hours a contract and 3.4 days, in that year."""
BIRTHDAYS = 420
"""After so many people the days of birth begin anew."""
STAFF = 10
"""Places kept for the people of the office."""
FIRST = ("Nora", "Idris", "Lou", "Mehdi", "Anna", "Tom", "Sofia", "Jan", "Éloïse", "Karim", "Lucie", "Zoé")
LAST = ("Peeters", "Claes", "Dubois", "Maes", "Lambert", "Willems", "Renard", "Janssens", "Müller", "D'Hondt")


Kind = TypeVar("Kind")


@dataclass(frozen=True, slots=True)
class Work:
    """The days of one contract: so many contracts of a worker share the month's working days."""

    starts_on: date
    ends_on: date
    days: int


def build_workers(workers: int) -> None:
    """Fill the database: a cooperative whose workers each have contracts in one month, submitted."""
    cooperative = Cooperative.objects.create(**published("be")["cooperative"])
    with tenant_scope(cooperative):
        file = published("be")
        PolicyRate.objects.bulk_create([PolicyRate(**policy) for policy in file["policies"]])
        for loader in loaders():
            loader(file)
        entity = entity_by_code("PA")
        BankAccount.objects.create(entity=entity, iban="BE62001300000161", bic="BPOTBEB1")
        clerks = _people(0, 2)
        insert_rows([party for _, party in clerks])
        insert_rows([person for person, _ in clerks])
    for start in range(0, workers, BATCH):
        with tenant_scope(cooperative):
            write_workers(entity, start, min(BATCH, workers - start))


def write_workers(entity: LegalEntity, start: int, count: int) -> list[UUID]:
    """Write so many workers with their month, the place in the town given by `start`; ids of the parts."""
    chance = random.Random(start)  # noqa: S311 - the same town each time
    function = Function.objects.order_by("code")[0]
    people = _people(start + STAFF, count)
    insert_rows([party for _, party in people])
    insert_rows([person for person, _ in people])
    insert_rows([_number(person, start + STAFF + place) for place, (person, _) in enumerate(people)])
    insert_rows([WorkerFile(id=uuid7(), person=person) for person, _ in people])
    insert_rows([_family(person, chance) for person, _ in people])
    budgets = [Budget(id=uuid7(), entity=entity, name=f"Atelier {person}") for person, _ in people]
    activities = [
        Activity(
            id=uuid7(),
            name=budget.name,
            entity=entity,
            tool="activity",
            budget=budget,
            function=function,
            state="open",
            requested_on=SINCE,
            opened_on=SINCE,
        )
        for budget in budgets
    ]
    contracts: list[EmploymentContract] = []
    months: list[ContractMonth] = []
    reservations: list[Reservation] = []
    needed: dict[UUID, Decimal] = defaultdict(lambda: ZERO)
    for (person, _), activity in zip(people, activities, strict=True):
        for contract in _contracts(person, activity, chance):
            contracts.append(contract)
            months.append(_month(contract))
            reservations.append(_reservation(contract, activity, person))
            needed[activity.budget_id] += contract.cost
    insert_rows(budgets)
    insert_rows(activities)
    insert_rows(
        [
            ActivityHolder(activity=activity, person=person)
            for activity, (person, _) in zip(activities, people, strict=True)
        ]
    )
    insert_rows(contracts)
    insert_rows(months)
    post_entries(
        [
            Entry(
                entity.pk,
                date(2026, 10, 1),
                "SAL",
                "bench.income",
                uuid7(),
                "issue",
                "income",
                (
                    dr("400", needed[budget.pk] + 100, party=party.pk),
                    cr("700", needed[budget.pk] + 100, budget=budget.pk),
                ),
            )
            for budget, (_, party) in zip(budgets, people, strict=True)
        ]
    )
    insert_rows(reservations)
    for budget in budgets:
        budget.reserved = needed[budget.pk]
    update_rows(budgets, ["reserved"])
    return [row.pk for row in months]


def _people(start: int, count: int) -> list[tuple[Person, Party]]:
    people = []
    for place in range(start, start + count):
        first, last = FIRST[place % len(FIRST)], f"{LAST[place // 7 % len(LAST)]} {place}"
        party = Party(id=uuid7(), kind="person", name=f"{first} {last}")
        person = Person(
            id=uuid7(),
            party=party,
            first_name=first,
            last_name=last,
            email=f"worker{place}@example.org",
            birth_date=date(1965 + place % 35, 1 + place % 12, 1 + place % 28),
            iban=belgian_iban(3_630_000_000 + place),
            street=f"Rue du Marché {place % 200 + 1}",
            postal_code="1060",
            city="Bruxelles",
            joined_on=SINCE,
            search_key=search_key(last, first),
            search_key_first=search_key(first, last),
        )
        people.append((person, party))
    return people


def _number(person: Person, place: int) -> NationalNumber:
    assert person.birth_date is not None
    digits = fictional_national_number(person.birth_date, place // BIRTHDAYS + 1)
    tenant = current_tenant_id()
    key_id, ciphertext = encrypt(digits, tenant_id=tenant, owner=person.pk)
    return NationalNumber(
        id=uuid7(),
        person=person,
        key_id=key_id,
        ciphertext=ciphertext,
        index=blind_indexes(digits, tenant_id=tenant)[key_id],
        index_key_id=key_id,
        masked=mask_national_number(digits),
    )


def _family(person: Person, chance: random.Random) -> FamilySituation:
    status = _drawn(FAMILIES, chance)
    return FamilySituation(
        id=uuid7(),
        person=person,
        valid_from=SINCE,
        status=status,
        children=chance.choice((0, 0, 0, 1, 2, 3)),
    )


def _contracts(person: Person, activity: Activity, chance: random.Random) -> Iterator[EmploymentContract]:
    kind = _drawn([(name, days) for name, days, _ in KINDS], chance)
    multiplier = Decimal(next(rate for name, _, rate in KINDS if name == kind))
    for work in _works(_drawn(CONTRACTS, chance), chance):
        hours = HOURS_A_DAY * work.days
        gross = r(hours * Decimal(chance.randrange(1500, 2600)) / 100)
        yield EmploymentContract(
            id=uuid7(),
            entity_id=activity.entity_id,
            activity=activity,
            person=person,
            contract_type=kind,
            joint_committee="200",
            function_code=activity.function.code,
            description=chance.choice(
                ("Répétitions", "Graphisme", "Traduction", "Tournée d'automne", "Cours")
            ),
            place="Bruxelles",
            starts_on=work.starts_on,
            ends_on=work.ends_on,
            hours=hours,
            gross=gross,
            multiplier=multiplier,
            employment_budget=employment_budget(gross, multiplier),
            state=ContractState.SUBMITTED,
            submitted_at=SUBMITTED,
        )


def _works(count: int, chance: random.Random) -> list[Work]:
    """So many contracts in the month, one after the other, of 1 to 5 working days each."""
    works = []
    slot = 28 // count
    for place in range(count):
        first = MONTH + timedelta(days=place * slot + 1)
        while first.weekday() > 2:
            first += timedelta(days=1)
        days = chance.randrange(1, min(6 - first.weekday(), 6))
        works.append(Work(first, first + timedelta(days=days - 1), days))
    return works


def _month(contract: EmploymentContract) -> ContractMonth:
    return ContractMonth(
        id=uuid7(),
        contract=contract,
        month=MONTH,
        first_day=contract.starts_on,
        last_day=contract.ends_on,
        hours=contract.hours,
        gross=contract.gross,
        budget=contract.cost,
    )


def _reservation(contract: EmploymentContract, activity: Activity, person: Person) -> Reservation:
    return Reservation(
        id=uuid7(),
        budget=activity.budget,
        source_type=SOURCE,
        source_id=contract.pk,
        amount=contract.cost,
        text=f"{person}: {contract.description}",
    )


def _drawn(shares: Sequence[tuple[Kind, int]], chance: random.Random) -> Kind:
    return chance.choices([name for name, _ in shares], [share for _, share in shares])[0]
