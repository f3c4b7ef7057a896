"""A town of 200,000 invoices and contracts, written straight into a database made for measuring.

Rows are as the product would leave them where a query looks; the acts behind them are not played, which would
take hours. Two cooperatives share the tables, so that the wall between them has something to keep apart.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import TypeVar
from uuid import UUID

from django.db import connections, models

from activities.models import Activity, ActivityHolder, Function
from core.identifiers import make_structured_communication
from core.models import Cooperative, OutboxMessage, PolicyRate
from core.reference import published
from core.registry import loaders
from core.tenancy import tenant_scope
from core.uuid7 import uuid7
from invoicing.models import Client, ClientActivity, Invoice
from ledger.models import Budget, Party
from ledger.selectors import entity_by_code
from ledger.services import post_entries
from ledger.types import Entry, cr, dr
from members.models import Person
from members.types import search_key
from payroll.models import EmploymentContract

ROWS = 200_000
BATCH = 5_000
DAY = date(2026, 11, 2)
FIRST = ("Nora", "Idris", "Lou", "Mehdi", "Anna", "Tom", "Sofia", "Jan", "Éloïse", "Karim", "Lucie", "Zoé")
SYLLABLES = ("ba", "del", "mar", "co", "lin", "pee", "ters", "van", "ho", "ste", "ri", "my", "da", "gé", "no")
TRADES = ("Théâtre", "Atelier", "Cirque", "Studio", "Compagnie", "Festival", "Maison", "Orchestre")

Row = TypeVar("Row", bound=models.Model)


@dataclass(frozen=True, slots=True)
class Town:
    """Where to look.

    a cooperative, and keys of a member, an Activity, a client, an adviser who are average.
    """

    cooperative: Cooperative
    adviser: UUID
    member: UUID
    activity: UUID
    budget: UUID
    names: tuple[str, ...]
    numbers: tuple[str, ...]
    communications: tuple[str, ...]
    amounts: tuple[str, ...]


def build_town(rows: int = ROWS) -> Town:
    """Fill the database: `rows` invoices and contracts in one cooperative, a quarter of that in another."""
    towns = [
        _build(Cooperative.objects.create(id=key, slug=slug, name=slug, country="BE"), size)
        for key, slug, size in ((1, "be", rows), (2, "fr", rows // 4))
    ]
    with connections["owner"].cursor() as cursor:
        cursor.execute("ANALYZE")
    connections["owner"].close()
    return towns[0]


def _build(cooperative: Cooperative, rows: int) -> Town:
    chance = random.Random(rows)  # noqa: S311 - the same town each time
    with tenant_scope(cooperative):
        file = published("be")
        PolicyRate.objects.bulk_create([PolicyRate(**policy) for policy in file["policies"]])
        for loader in loaders():
            loader(file)
        entity, function = entity_by_code("PA"), Function.objects.order_by("code")[0]
        heads = max(rows // 10, 100)
        names = [f"{chance.choice(FIRST)} {_surname(chance)}" for _ in range(heads)]
        parties = _keep(Party, (Party(id=uuid7(), kind="person", name=name) for name in names))
        people = _people(parties, names, chance)
        budgets = _keep(
            Budget, (Budget(id=uuid7(), entity=entity, name=f"{chance.choice(TRADES)} {n}") for n in names)
        )
        activities = _keep(
            Activity,
            (
                Activity(
                    id=uuid7(), name=budget.name, entity=entity, tool="activity", budget=budget,
                    function=function,
                    adviser_id=person.adviser_id, state="open", requested_on=DAY, opened_on=DAY,
                )
                for budget, person in zip(budgets, people, strict=True)
            ),
        )  # fmt: skip
        _keep(
            ActivityHolder,
            (ActivityHolder(activity=a, person=p) for a, p in zip(activities, people, strict=True)),
        )
        firms = [f"{chance.choice(TRADES)} {_surname(chance)}" for _ in range(heads)]
        firm_parties = _keep(Party, (Party(id=uuid7(), kind="firm", name=name) for name in firms))
        clients = _keep(
            Client,
            (
                Client(
                    id=uuid7(), party=party, kind="business", name=name, search_key=search_key(name),
                    city="Liège"
                )
                for party, name in zip(firm_parties, firms, strict=True)
            ),
        )  # fmt: skip
        _keep(
            ClientActivity,
            (ClientActivity(client=c, activity=a) for c, a in zip(clients, activities, strict=True)),
        )
        invoices = _keep(Invoice, _invoices(rows, entity.pk, activities, clients, chance))
        _keep(EmploymentContract, _contracts(rows, entity.pk, activities, people, chance))
        _keep(OutboxMessage, _news(rows, invoices))
        _post(entity.pk, [b.pk for b in budgets], firm_parties[0].pk, rows // 4)
        middle = heads // 2
        return Town(
            cooperative,
            people[0].pk,
            people[middle].pk,
            activities[middle].pk,
            budgets[middle].pk,
            tuple(names[middle : middle + 40]),
            tuple(row.number for row in invoices[rows // 2 : rows // 2 + 40]),
            tuple(row.communication for row in invoices[rows // 2 : rows // 2 + 40]),
            tuple(f"{row.total:.2f}" for row in invoices[rows // 2 : rows // 2 + 40]),
        )


def _people(parties: list[Party], names: list[str], chance: random.Random) -> list[Person]:
    people: list[Person] = []
    for party, name in zip(parties, names, strict=True):
        first, _, last = name.partition(" ")
        adviser = people[chance.randrange(min(len(people), 130))] if people else None
        people.append(
            Person(
                id=uuid7(), party=party, first_name=first, last_name=last, joined_on=DAY, adviser=adviser,
                email=f"{search_key(name).replace(' ', '.')}@example.org", search_key=search_key(last, first),
                search_key_first=search_key(first, last),
            )
        )  # fmt: skip
    return _keep(Person, iter(people))


def _invoices(
    rows: int, entity: UUID, activities: list[Activity], clients: list[Client], chance: random.Random
) -> Iterator[Invoice]:
    for number in range(rows):
        place = chance.randrange(len(activities))
        net = Decimal(chance.randrange(5_000, 200_000)) / 100
        vat = (net * Decimal("0.21")).quantize(Decimal("0.01"))
        day = DAY - timedelta(days=chance.randrange(600))
        paid = chance.random() < 0.9
        yield Invoice(
            id=uuid7(), activity=activities[place], entity_id=entity, client=clients[place], net=net, vat=vat,
            state="paid" if paid else "issued", delivery_date=day, total=net + vat,
            total_cents=int((net + vat) * 100), number=f"PA-2026-{number:06}",
            communication=make_structured_communication(number + 1), issued_on=day, due_on=day +
            timedelta(days=30),
            levy_rate=Decimal("0.065"), paid=net + vat if paid else Decimal(0), paid_on=day if paid else None,
        )  # fmt: skip


def _contracts(
    rows: int, entity: UUID, activities: list[Activity], people: list[Person], chance: random.Random
) -> Iterator[EmploymentContract]:
    for _ in range(rows):
        place = chance.randrange(len(activities))
        day = DAY - timedelta(days=chance.randrange(600))
        yield EmploymentContract(
            id=uuid7(), entity_id=entity, activity=activities[place], person=people[place],
            contract_type="employee", function_code="x", description=chance.choice(TRADES), place="Bruxelles",
            starts_on=day, ends_on=day, hours=Decimal("7.6"), gross=Decimal(200), multiplier=Decimal("1.55"),
            employment_budget=Decimal(310), state="paid",
        )  # fmt: skip


def _news(rows: int, invoices: list[Invoice]) -> Iterator[OutboxMessage]:
    """Old news, delivered, and fifty that wait."""
    for place in range(rows):
        yield OutboxMessage(
            topic="invoice.issued", subject_type="invoicing.invoice", subject_id=invoices[place].pk,
            state="pending" if place % (rows // 50) == 0 else "done",
        )  # fmt: skip


def _post(entity: UUID, budgets: list[UUID], party: UUID, count: int) -> None:
    """Entries of four lines each."""
    for start in range(0, count, BATCH):
        post_entries(
            [
                Entry(
                    entity=entity,
                    date=DAY,
                    journal="VAR",
                    source_type="bench",
                    source_id=uuid7(),
                    kind="posted",
                    text="Vente",
                    lines=(
                        dr("400", Decimal("1210.00"), party=party),
                        cr("700", Decimal("1000.00"), budget=budgets[number % len(budgets)]),
                        cr("451", Decimal("200.00")),
                        cr("451", Decimal("10.00")),
                    ),
                )
                for number in range(start, min(start + BATCH, count))
            ]
        )


def _keep(model: type[Row], rows: Iterator[Row]) -> list[Row]:
    kept = list(rows)
    manager: models.Manager[Row] = model._default_manager
    for start in range(0, len(kept), BATCH):
        manager.bulk_create(kept[start : start + BATCH])
    return kept


def _surname(chance: random.Random) -> str:
    return "".join(chance.choice(SYLLABLES) for _ in range(chance.randrange(2, 5))).title()
