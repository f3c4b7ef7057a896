"""A market of many invoices, for measuring: clients and drafts written straight in, then issued, paid and
matched by the product's own bulk paths, so that its books, numbers and statements are true.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import connections, transaction
from django.db.models import QuerySet

from activities.models import Activity, Function
from core.bench import in_parallel
from core.identifiers import enterprise_number_from
from core.models import Cooperative, PolicyRate
from core.money import ZERO
from core.reference import published
from core.registry import loaders
from core.tenancy import tenant_scope
from core.types import Actor
from core.uuid7 import uuid7
from invoicing.enums import OPEN_STATES
from invoicing.models import Client, ClientActivity, Invoice, InvoiceLine
from invoicing.services import issue_invoices
from invoicing.types import LineInput
from invoicing.vat import totals_of
from ledger.models import Budget, LegalEntity, Party
from ledger.selectors import entity_by_code
from ledger.treasury.bank_simulator import BankMovement, write_coda
from ledger.treasury.bank_simulator import BankStatement as Sheet
from ledger.treasury.models import BankAccount, BankStatement
from ledger.treasury.services import import_statement
from members.types import search_key

FIRST_DAY, LAST_DAY = date(2025, 1, 2), date(2026, 10, 30)
"""Days of issue of what stands before the measuring."""
MEASURED_ON = date(2026, 11, 2)
PAID = 0.93
"""Share of the invoices that clients have paid: DOMAIN's 28 to 45 days of waiting against two years."""
BATCH = 1000
LINES_A_STATEMENT = 2000
WORKERS = 4
BENCH = Actor.system("bench")
PAYING = ("communication", "total", "due_on")
BANKS = ("BE62001300000161", "BE51001300000262", "BE40001300000363", "BE29001300000464")


Paying = tuple[str, Decimal, date]


class NothingOpen(Exception):  # noqa: N818 - no error: there is nothing left to measure with
    """Every invoice of the market is paid."""


@dataclass(frozen=True, slots=True)
class Market:
    """Where to measure: the cooperative and keys of drafts that wait to be issued."""

    cooperative: Cooperative
    drafts: tuple[UUID, ...]


def build_market(invoices: int) -> None:
    """Fill the database with so many invoices, open and closed, and their clients, books and statements."""
    cooperative = Cooperative.objects.create(**published("be")["cooperative"])
    heads = max(invoices // 14, 200)
    with tenant_scope(cooperative):
        _load()
        entity = entity_by_code("PA")
        activities = _activities(entity, max(heads // 3, 100))
        clients = _clients(heads, activities)
    days = [FIRST_DAY + timedelta(days=n) for n in range((LAST_DAY - FIRST_DAY).days + 1)]
    rounds = [
        (days[place * len(days) // max(invoices // BATCH, 1)], place) for place in range(invoices // BATCH)
    ]

    def issue(worker: int) -> None:
        for day, place in rounds[worker::WORKERS]:
            chance = random.Random(place)  # noqa: S311 - the same market each time
            with tenant_scope(cooperative):
                drafts = write_drafts(entity, activities, clients, BATCH, day, chance)
                issue_invoices(invoice_ids=drafts, issued_on=day, actor=BENCH)

    def pay(worker: int) -> None:
        with tenant_scope(cooperative):
            account = BankAccount.objects.get(iban=BANKS[worker])
            due = _open().filter(due_on__lte=LAST_DAY).order_by("due_on", "pk").values_list(*PAYING)
            chance = random.Random(1)  # noqa: S311
            paying = [row for row in due if chance.random() < PAID][worker::WORKERS]
            files = list(_statements(account, paying))
        for content in files:
            with tenant_scope(cooperative):
                import_statement(content=content, filename="bench.cod", today=LAST_DAY, actor=BENCH)

    in_parallel(issue, WORKERS)
    _analyze()
    in_parallel(pay, WORKERS)
    _analyze()


def open_market(drafts: int) -> Market:
    """The cooperative of a market, with new drafts on its Activities; an empty database gets one."""
    cooperative = Cooperative.objects.filter(slug="be").first()
    if cooperative is None:
        build_market(0)
        cooperative = Cooperative.objects.get(slug="be")
    with tenant_scope(cooperative):
        entity = entity_by_code("PA")
        activities = list(Activity.objects.select_related("budget").order_by("pk"))
        clients = list(Client.objects.order_by("pk"))
    waiting: list[UUID] = []
    chance = random.Random(2)  # noqa: S311
    while len(waiting) < drafts:
        with tenant_scope(cooperative):
            waiting += write_drafts(entity, activities, clients, BATCH, MEASURED_ON, chance)
    _analyze()
    return Market(cooperative, tuple(waiting))


def payments_of(cooperative: Cooperative, lines: int) -> tuple[bytes, int]:
    """A statement file of at most so many payments of open invoices, each by its structured communication;
    and how many they are.

    Raises `NothingOpen` when every invoice is paid: the market is too small to go on measuring.
    """
    with tenant_scope(cooperative):
        account = BankAccount.objects.get(iban=BANKS[0])
        paying = list(_open().order_by("pk").values_list(*PAYING)[:lines])
        if not paying:
            raise NothingOpen
        return next(_statements(account, paying, day=MEASURED_ON)), min(len(paying), LINES_A_STATEMENT)


def _open() -> QuerySet[Invoice]:
    return Invoice.objects.filter(state__in=OPEN_STATES)


def write_drafts(
    entity: LegalEntity,
    activities: Sequence[Activity],
    clients: Sequence[Client],
    count: int,
    day: date,
    chance: random.Random,
) -> list[UUID]:
    """So many drafts of one or two lines between 50 and 2,000 euro, at 21 or 6 %."""
    drafts: list[Invoice] = []
    lines: list[InvoiceLine] = []
    for _ in range(count):
        code = "6" if chance.random() < 0.2 else "standard"
        inputs = [
            LineInput(
                "Prestation", Decimal(chance.randrange(1, 9)), "day", Decimal(chance.randrange(50, 260)), code
            )
            for _ in range(chance.choice((1, 1, 2)))
        ]
        totals = totals_of(entity.country, [(line.vat_code, line.net) for line in inputs], on=day)
        invoice = Invoice(
            id=uuid7(),
            activity=chance.choice(activities),
            entity=entity,
            client=chance.choice(clients),
            delivery_date=day,
            net=totals.net,
            vat=totals.vat,
            total=totals.total,
            total_cents=int(totals.total * 100),
        )
        drafts.append(invoice)
        lines += [
            InvoiceLine(
                invoice=invoice,
                position=position,
                description=line.description,
                quantity=line.quantity,
                unit=line.unit,
                unit_price=line.unit_price,
                net=line.net,
                vat_code=line.vat_code,
            )
            for position, line in enumerate(inputs, 1)
        ]
    Invoice.objects.bulk_create(drafts)
    InvoiceLine.objects.bulk_create(lines)
    return [row.pk for row in drafts]


def _load() -> None:
    file = published("be")
    PolicyRate.objects.bulk_create([PolicyRate(**policy) for policy in file["policies"]])
    for loader in loaders():
        loader(file)
    entity = entity_by_code("PA")
    BankAccount.objects.bulk_create([BankAccount(entity=entity, iban=iban, bic="BPOTBEB1") for iban in BANKS])


def _activities(entity: LegalEntity, count: int) -> list[Activity]:
    function = Function.objects.order_by("code")[0]
    budgets = Budget.objects.bulk_create(
        [Budget(id=uuid7(), entity=entity, name=f"Atelier {n}") for n in range(count)], batch_size=BATCH
    )
    return Activity.objects.bulk_create(
        [
            Activity(
                id=uuid7(),
                name=budget.name,
                entity=entity,
                tool="activity",
                budget=budget,
                function=function,
                state="open",
                requested_on=FIRST_DAY,
                opened_on=FIRST_DAY,
            )
            for budget in budgets
        ],
        batch_size=BATCH,
    )


def _clients(count: int, activities: Sequence[Activity]) -> list[Client]:
    numbers = [enterprise_number_from(4_000_000 + n) for n in range(count)]
    parties = Party.objects.bulk_create(
        [Party(id=uuid7(), kind="firm", name=f"Maison {n}") for n in range(count)], batch_size=BATCH
    )
    clients = Client.objects.bulk_create(
        [
            Client(
                id=uuid7(),
                party=party,
                kind="business",
                name=party.name,
                search_key=search_key(party.name),
                vat_number=f"BE{number}",
                enterprise_number=number,
                street="Rue de la Loi 16",
                postal_code="1000",
                city="Bruxelles",
                email="compta@client.example",
            )
            for party, number in zip(parties, numbers, strict=True)
        ],
        batch_size=BATCH,
    )
    ClientActivity.objects.bulk_create(
        [
            ClientActivity(client=client, activity=activities[place % len(activities)])
            for place, client in enumerate(clients)
        ],
        batch_size=BATCH,
    )
    return clients


def _statements(
    account: BankAccount, paying: Sequence[Paying], *, day: date | None = None
) -> Iterator[bytes]:
    """Files of one statement each that follow the last one, of payments by structured communication; dated
    `day`, or the last day on which one of theirs was due.
    """
    last = BankStatement.objects.filter(account=account).order_by("-year", "-number").first()
    number, balance = (last.number, last.closing) if last else (0, ZERO)
    year = last.year if last else FIRST_DAY.year
    for start in range(0, len(paying), LINES_A_STATEMENT):
        some = paying[start : start + LINES_A_STATEMENT]
        when = day or max(due_on for _, _, due_on in some)
        number = number + 1 if when.year == year else 1
        year = when.year
        sheet = Sheet(
            account.iban,
            number,
            when,
            balance,
            tuple(
                BankMovement(total, structured_reference=communication, counterparty_name="Client")
                for communication, total, _ in some
            ),
        )
        balance = sheet.closing
        yield write_coda([sheet])


def _analyze() -> None:
    """Tell the planner what there is; the database may be telling it by itself: one waits for the other."""
    with transaction.atomic(using="owner"), connections["owner"].cursor() as cursor:
        cursor.execute("SET LOCAL lock_timeout = 0")
        cursor.execute("ANALYZE")
    connections["owner"].close()
