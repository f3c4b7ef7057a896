"""A year of invoices and of clients who pay as clients do: on time, late, in parts, twice, too much, without
saying for what, not at all; banks send money back, invoices are credited, reminders go out, charges follow.

At the end nothing is lost: the books hold, receivables are open items, the bank is what its statements say.
"""

from __future__ import annotations

import random
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.db.models import F, Sum

from activities.models import Activity
from core.identifiers import belgian_iban, enterprise_number_from
from core.models import Cooperative
from core.money import ZERO
from core.types import Actor
from invoicing.collection.services import claim_charges, run_reminders
from invoicing.enums import InvoiceState
from invoicing.matching import split_over
from invoicing.models import Client, Invoice, Payment, Reminder
from invoicing.selectors import documents_of
from invoicing.services import create_client, create_draft, credit_invoice, issue_invoices
from invoicing.types import LineInput
from ledger.checks import find_breaks
from ledger.models import JournalLine, LegalEntity
from ledger.selectors import account_balance, entity_by_code
from ledger.treasury.bank_simulator import BankMovement
from ledger.treasury.models import BankStatement
from ledger.treasury.selectors import lines_to_identify
from ledger.treasury.services import identify_transactions
from tests.activities.builders import make_activity
from tests.books.test_one_month import Bank
from tests.factories import load_cooperative

CLOCKWORK = Actor.system("a year")
FIRST, LAST = date(2026, 1, 5), date(2026, 12, 31)
HABITS = {
    "on time": 52,
    "late": 25,
    "in parts": 7,
    "without reference": 4,
    "too much": 2,
    "twice": 2,
    "sent back": 2,
    "credited": 3,
    "never": 3,
}
"""How often, in a hundred invoices, a client pays in this way."""


@dataclass
class Year:
    """Who is there, what the bank will show on which day, and what each movement is for."""

    chance: random.Random
    entity: LegalEntity
    activities: list[Activity]
    clients: list[Client]
    bank: Bank = field(default_factory=Bank)
    coming: dict[date, list[BankMovement]] = field(default_factory=lambda: defaultdict(list))
    credits: dict[date, list[Invoice]] = field(default_factory=lambda: defaultdict(list))
    for_invoice: dict[str, Invoice] = field(default_factory=dict)
    habits: Counter[str] = field(default_factory=Counter)
    moved: Decimal = ZERO

    def day_after(self, day: date, least: int, most: int) -> date:
        """A later working day."""
        return working(day + timedelta(days=self.chance.randint(least, most)))

    def pays(self, client: Client, amount: Decimal, on: date, **said: str) -> None:
        """The bank will show this receipt."""
        self.coming[on].append(
            BankMovement(
                amount,
                counterparty_name=client.name,
                counterparty_iban=iban_of(client),
                **said,
            )
        )


def working(day: date) -> date:
    return day + timedelta(days=max(0, 7 - day.isoweekday())) if day.isoweekday() > 5 else day


def iban_of(client: Client) -> str:
    return belgian_iban(13_000_000 + int(client.name.split()[-1]))


def days() -> Iterator[date]:
    day = FIRST
    while day <= LAST:
        if day.isoweekday() <= 5:
            yield day
        day += timedelta(days=1)


def people(chance: random.Random, clients: int) -> tuple[list[Activity], list[Client]]:
    activities = [make_activity() for _ in range(max(4, clients // 6))]
    known = []
    for place in range(clients):
        firm = chance.random() < 0.75
        number = f"BE{enterprise_number_from(5_100_000 + place)}" if firm else ""
        known.append(
            create_client(
                activity_id=chance.choice(activities).pk,
                kind="business" if firm else "consumer",
                name=f"Maison {place}" if firm else f"Camille Martin {place}",
                vat_number=number,
                city="Liège",
                postal_code="4000",
                street=f"Rue {place}",
                email=f"client{place}@example.org",
                payment_term_days=chance.choice((None, 15, 30, 45 if firm else 30)),
                actor=CLOCKWORK,
            )
        )
    return activities, known


def sell(year: Year, day: date, count: int) -> None:
    """Drafts of the day, issued at once; what their clients will do is decided here."""
    drafts = []
    for _ in range(count):
        lines = [
            LineInput(
                "Prestation",
                Decimal(year.chance.randint(1, 30)) / 4,
                "hour",
                Decimal(year.chance.randint(2_000, 18_000)) / 100,
                year.chance.choice(("standard", "standard", "6", "12")),
            )
            for _ in range(year.chance.choice((1, 1, 2, 3)))
        ]
        drafts.append(
            create_draft(
                activity_id=year.chance.choice(year.activities).pk,
                client_id=year.chance.choice(year.clients).pk,
                lines=lines,
                delivery_date=day,
                actor=CLOCKWORK,
            ).pk
        )
    if drafts:
        for invoice in issue_invoices(invoice_ids=drafts, issued_on=day, actor=CLOCKWORK):
            promise(year, invoice)


def promise(year: Year, invoice: Invoice) -> None:
    """What the client of an invoice will do."""
    chance, client, total = year.chance, invoice.client, invoice.total
    assert invoice.due_on is not None and invoice.issued_on is not None
    (habit,) = chance.choices(list(HABITS), list(HABITS.values()))
    year.habits[habit] += 1
    by_due = (invoice.due_on - invoice.issued_on).days
    in_time = year.day_after(invoice.issued_on, 2, max(by_due - 3, 2))
    named = {"structured_reference": invoice.communication}
    if habit == "on time":
        year.pays(client, total, in_time, **named)
    elif habit == "late":
        year.pays(client, total, year.day_after(invoice.due_on, 1, 90), **named)
    elif habit == "in parts":
        first = (total * chance.randint(20, 80) / 100).quantize(Decimal("0.01"))
        year.pays(client, first, in_time, **named)
        year.pays(client, total - first, year.day_after(invoice.due_on, 5, 60), communication=invoice.number)
    elif habit == "without reference":
        text = f"facture du {invoice.issued_on:%d.%m} {invoice.pk.hex[-8:]}"
        year.for_invoice[text] = invoice
        year.pays(client, total, in_time, communication=text)
    elif habit == "too much":
        year.pays(client, total + chance.randint(1, 40), in_time, **named)
    elif habit == "twice":
        year.pays(client, total, in_time, **named)
        year.pays(client, total, year.day_after(in_time, 1, 20), **named)
    elif habit == "sent back":
        receipt = f"E{invoice.pk.hex[-24:]}"
        back = year.day_after(in_time, 1, 5)
        year.pays(client, total, in_time, end_to_end_id=receipt, communication=invoice.number)
        year.pays(client, -total, back, end_to_end_id=receipt, return_reason="AM09")
        if chance.random() < 0.7:
            year.pays(client, total, year.day_after(back, 3, 30), **named)
    elif habit == "credited":
        year.credits[year.day_after(invoice.issued_on, 1, 40)].append(invoice)


def give_back(year: Year, day: date) -> None:
    """Credit notes of the day: all that is left, or a part of one rate."""
    for invoice in year.credits.pop(day, []):
        if year.chance.random() < 0.5:
            credit_invoice(invoice_id=invoice.pk, on=day, actor=CLOCKWORK, reason="Travail annulé")
            continue
        original = documents_of(invoice)[0]
        part = original.content["vat"][0]
        some = (Decimal(part["base"]) / 3).quantize(Decimal("0.01"))
        if some > 0:
            credit_invoice(
                invoice_id=invoice.pk,
                on=day,
                actor=CLOCKWORK,
                reason="Remise",
                amounts={part["code"]: some},
            )


def read_statement(year: Year, day: date) -> None:
    """The bank's statement of the day, then what a person does with the lines that nobody recognised."""
    movements: Sequence[BankMovement] = year.coming.pop(day, [])
    if not movements and day.day > 3:
        return
    year.bank.says(year.entity, day, *movements)
    year.moved += sum((movement.amount for movement in movements), ZERO)
    choices = []
    for line in lines_to_identify():
        invoice = year.for_invoice.get(line.communication)
        if invoice is not None:
            invoice.refresh_from_db()
            choices.append((line.pk, split_over(line.amount, [invoice])))
    if choices:
        identify_transactions(choices=choices, actor=CLOCKWORK, today=day)


def chase(year: Year, day: date) -> None:
    """Reminders, and on some late invoices of firms what the law lets claim."""
    reminded = run_reminders(on=day, actor=CLOCKWORK)
    for reminder in reminded:
        invoice = Invoice.objects.select_related("client").get(pk=reminder.invoice_id)
        if invoice.client.kind == "business" and reminder.step > 1 and year.chance.random() < 0.3:
            claim_charges(invoice_id=invoice.pk, on=day, actor=CLOCKWORK)


def play(invoices: int, clients: int) -> Year:
    # Nothing is committed, so nothing tells the planner that the tables are no longer empty.
    with connection.cursor() as run:
        run.execute("SET LOCAL enable_seqscan = off")
    load_cooperative()
    chance = random.Random(invoices)  # noqa: S311 - the same year each time
    activities, known = people(chance, clients)
    year = Year(chance, entity_by_code("PA"), activities, known)
    working_days = list(days())
    for place, day in enumerate(working_days):
        share = invoices * (place + 1) // len(working_days) - invoices * place // len(working_days)
        sell(year, day, share)
        give_back(year, day)
        read_statement(year, day)
        if place % 3 == 0:
            chase(year, day)
    return year


def check(year: Year, invoices: int) -> None:
    assert Invoice.objects.count() == invoices
    assert [str(found) for found in find_breaks()] == []
    open_items = Invoice.objects.aggregate(sum=Sum(F("total") - F("credited") - F("paid")))["sum"]
    charges = open_charges()
    unnamed = sum((line.amount for line in lines_to_identify()), ZERO)
    assert account_balance("400", year.entity) == open_items + charges
    assert account_balance("499", year.entity) == -unnamed
    last = BankStatement.objects.order_by("-year", "-number")[0]
    assert account_balance("550", year.entity) == last.closing == Decimal(10_000) + year.moved
    assert Reminder.objects.values("invoice", "step").distinct().count() == Reminder.objects.count()
    assert not JournalLine.objects.filter(account="700", budget=None).exists()


def open_charges() -> Decimal:
    from invoicing.collection.models import Charge

    total: Decimal = sum((charge.open_amount for charge in Charge.objects.all()), ZERO)
    return total


@pytest.mark.django_db
def test_a_small_year_ends_in_order(tenant: Cooperative) -> None:
    year = play(260, 30)

    check(year, 260)
    assert set(year.habits) == set(HABITS)
    assert Payment.objects.filter(amount__lt=0).exists()
    assert Invoice.objects.filter(paid__gt=F("total") - F("credited")).exists()
    assert Invoice.objects.filter(state=InvoiceState.CREDITED).exists()


@pytest.mark.soak
@pytest.mark.django_db
def test_a_year_of_ten_thousand_invoices_ends_in_order(tenant: Cooperative) -> None:
    check(play(10_000, 600), 10_000)
