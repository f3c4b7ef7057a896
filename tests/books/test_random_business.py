"""Whatever people do, in whatever order, the books hold: every act posts whole, or is refused whole.

Random months: invoices, credit notes, expenses, contracts, payments with and without a name, payouts, entries
by hand. Afterwards every invariant is counted again, and every budget from its lines.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection, transaction
from django.db.models import F, Sum
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from activities.models import Activity
from activities.services import approve_expense, refuse_expense, submit_expense
from core.clock import ZONE
from core.errors import DomainError
from core.models import Cooperative
from core.types import Actor
from invoicing.models import Client, Invoice
from invoicing.services import credit_invoice
from ledger.checks import find_breaks
from ledger.enums import Fund
from ledger.models import Budget, JournalLine, LegalEntity, ManualEntry, Reservation
from ledger.seal_checks import count_unsealed
from ledger.selectors import entity_by_code, trial_balance
from ledger.services import (
    approve_entry,
    propose_entry,
    propose_reversal,
    refuse_entry,
    seal_entries,
)
from ledger.treasury.bank_simulator import BankMovement
from ledger.types import cr, dr
from members.enums import Role
from members.models import Person
from payroll.services import (
    cancel_contract,
    create_contract,
    settle_due,
    shorten_contract,
    submit_contract,
)
from tests.activities.builders import flat, make_activity, make_client, make_invoice
from tests.books.test_one_month import Bank, pay_out
from tests.factories import actor, load_cooperative, make_person

FIRST = date(2026, 10, 1)
CLOCKWORK = Actor.system("test")


class UndoneAfterwards(Exception):  # noqa: N818 - no error: it ends an example
    """Takes everything back that an example did."""


@dataclass
class Month:
    """The people, their Activities, what they did so far, and the day it is."""

    people: list[Person]
    activities: list[Activity]
    client: Client
    adviser: Actor
    finance: tuple[Actor, Actor]
    entity: LegalEntity
    bank: Bank = field(default_factory=Bank)
    today: date = FIRST
    invoices: list[Invoice] = field(default_factory=list)
    expenses: list[Any] = field(default_factory=list)
    contracts: list[Any] = field(default_factory=list)

    def at(self) -> datetime:
        """This morning."""
        return datetime(self.today.year, self.today.month, self.today.day, 9, tzinfo=ZONE)


Act = Callable[[Month, int, Decimal], None]
"""(month, a number that chooses, an amount) → something happens."""


def pick(rows: list[Any], number: int) -> Any:
    """One of the rows."""
    return rows[number % len(rows)]


def invoice(month: Month, number: int, amount: Decimal) -> None:
    month.invoices.append(
        make_invoice(
            pick(month.activities, number),
            month.client,
            flat(str(amount)),
            issued_on=month.today,
            delivery_date=month.today,
        )
    )


def credit(month: Month, number: int, amount: Decimal) -> None:
    """All that is left, or a part: imposed, the pot lends when the money is spent."""
    if month.invoices:
        part = None if number % 2 else min(amount, Decimal(50))
        credit_invoice(
            invoice_id=pick(month.invoices, number).pk,
            on=month.today,
            actor=CLOCKWORK,
            reason="Erreur",
            amounts=part,
        )


def expense(month: Month, number: int, amount: Decimal) -> None:
    activity = pick(month.activities, number)
    month.expenses.append(
        submit_expense(
            activity_id=activity.pk,
            person=pick(month.people, number),
            category=("material", "restaurant", "car")[number % 3],
            amount_incl_vat=amount,
            vat_amount=(amount * 21 / 121).quantize(Decimal("0.01")) if number % 2 else Decimal("0.00"),
            incurred_on=month.today,
            text="Papier",
            actor=actor(pick(month.people, number)),
            today=month.today,
        )
    )


def answer_expense(month: Month, number: int, amount: Decimal) -> None:
    if month.expenses:
        pk = pick(month.expenses, number).pk
        if number % 3:
            approve_expense(expense_id=pk, on=month.today, actor=month.adviser)
        else:
            refuse_expense(expense_id=pk, on=month.today, reason="Sans rapport", actor=month.adviser)


def contract(month: Month, number: int, amount: Decimal) -> None:
    """Two days from the day after tomorrow."""
    start = month.today + timedelta(days=2)
    made = create_contract(
        activity_id=pick(month.activities, number).pk,
        person_id=pick(month.people, number).pk,
        contract_type="employee",
        starts_on=start,
        ends_on=start + timedelta(days=1),
        hours=Decimal("15.2"),
        gross=max(amount, Decimal(300)),
        description="Atelier",
        place="Namur",
        actor=actor(pick(month.people, number)),
    )
    submit_contract(contract_id=made.pk, on=month.at(), actor=actor(pick(month.people, number)))
    month.contracts.append(made)


def change_contract(month: Month, number: int, amount: Decimal) -> None:
    if month.contracts:
        chosen = pick(month.contracts, number)
        if number % 2:
            cancel_contract(contract_id=chosen.pk, on=month.at(), actor=CLOCKWORK)
        else:
            shorten_contract(
                contract_id=chosen.pk,
                last_day=chosen.starts_on,
                hours=Decimal("7.6"),
                on=month.at(),
                actor=CLOCKWORK,
            )


def settle(month: Month, number: int, amount: Decimal) -> None:
    settle_due(on=month.today, actor=CLOCKWORK)


def client_pays(month: Month, number: int, amount: Decimal) -> None:
    """What is asked, less, or more than that."""
    if month.invoices:
        chosen = Invoice.objects.get(pk=pick(month.invoices, number).pk)
        paid = {0: chosen.total, 1: amount, 2: chosen.total + amount}[number % 3]
        movement = BankMovement(paid, structured_reference=chosen.communication)
        month.bank.says(month.entity, month.today, movement)


def somebody_pays(month: Month, number: int, amount: Decimal) -> None:
    """Nobody knows why."""
    month.bank.says(month.entity, month.today, BankMovement(amount, communication="merci"))


def pay(month: Month, number: int, amount: Decimal) -> None:
    kind = ("expense", "wage")[number % 2]
    movement = pay_out(month.entity, kind, month.today, *month.finance)
    month.bank.says(month.entity, month.today, movement)


def by_hand(month: Month, number: int, amount: Decimal) -> None:
    """A gift of the solidarity fund, charges that the pot bears, or the opposite of the last one."""
    proposer, other = month.finance if number % 2 else month.finance[::-1]
    budget = pick(month.activities, number).budget_id
    lines = (
        (dr("6129", amount, fund=Fund.SOLIDARITY), cr("740", amount, budget=budget)),
        (dr("6125", amount, fund=Fund.POT), cr("580", amount)),
        (dr("6129", amount, budget=budget), cr("451", amount)),
    )[number % 3]  # fmt: skip
    last = ManualEntry.objects.filter(state="posted", reverses=None).order_by("-pk").first()
    if number % 5 == 0 and last is not None:
        manual = propose_reversal(
            entry=last.entry, on=month.today, reason="Erreur", today=month.today, actor=proposer
        )
    else:
        manual = propose_entry(
            entity=month.entity, on=month.today, text="À la main", reason="Décision", lines=lines,
            today=month.today, actor=proposer,
        )  # fmt: skip
    if number % 7 == 0:
        refuse_entry(manual_id=manual.pk, reason="Non", actor=other)
    else:
        approve_entry(manual_id=manual.pk, today=month.today, actor=other)


def seal(month: Month, number: int, amount: Decimal) -> None:
    seal_entries(actor=CLOCKWORK)


ACTS: tuple[Act, ...] = (
    invoice, invoice, credit, expense, answer_expense, contract, change_contract, settle, client_pays,
    somebody_pays, pay, by_hand, seal,
)  # fmt: skip

SCRIPTS = st.lists(
    st.tuples(
        st.sampled_from(ACTS),
        st.integers(0, 41),
        st.decimals(Decimal("0.01"), Decimal(1500), places=2),
        st.integers(0, 4),
    ),
    min_size=8,
    max_size=30,
)


@pytest.fixture
def month(tenant: Cooperative) -> Month:
    """Two people with an Activity each, in the same entity."""
    load_cooperative()
    people = [make_person() for _ in range(2)]
    activities = [make_activity(person) for person in people]
    return Month(
        people,
        activities,
        make_client(activities[0]),
        actor(make_person(Role.ADVISER)),
        (actor(make_person(Role.FINANCE)), actor(make_person(Role.FINANCE))),
        entity_by_code("PA"),
    )


def play(start: Month, script: list[tuple[Act, int, Decimal, int]]) -> list[str]:
    """Do everything that the script says; what is refused leaves no trace. Gives what was refused."""
    month = Month(start.people, start.activities, start.client, start.adviser, start.finance, start.entity)
    refused = []
    for act, number, amount, days in script:
        month.today += timedelta(days=days)
        standing = dict(month.bank.standing)
        try:
            with transaction.atomic():
                act(month, number, amount)
        except DomainError as refusal:
            month.bank.standing = standing
            refused.append(f"{act.__name__}: {refusal}")
    return refused


def everything_holds() -> None:
    """As an auditor counts it: the invariants, the budgets from their lines, the seals."""
    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
    seal_entries(actor=CLOCKWORK)
    assert count_unsealed() == 0
    assert find_breaks() == []
    moved = dict(
        JournalLine.objects.filter(budget__isnull=False)
        .values_list("budget")
        .annotate(sum=Sum(F("credit") - F("debit")))
    )
    held = dict(Reservation.objects.values_list("budget").annotate(sum=Sum("amount")))
    for budget in Budget.objects.all():
        assert budget.balance == moved.get(budget.pk, 0), budget
        assert budget.reserved == held.get(budget.pk, 0), budget
        assert budget.available >= 0
    for entity in LegalEntity.objects.all():
        assert sum(row.balance for row in trial_balance(entity, date.max)) == 0


def run(month: Month, script: list[tuple[Act, int, Decimal, int]]) -> None:
    with pytest.raises(UndoneAfterwards), transaction.atomic():
        play(month, script)
        everything_holds()
        raise UndoneAfterwards


CALM = (HealthCheck.function_scoped_fixture, HealthCheck.too_slow, HealthCheck.data_too_large)


@settings(
    max_examples=12,
    deadline=None,
    suppress_health_check=CALM,
    derandomize=True,
    database=None,
    phases=(Phase.generate,),  # a failure is told at once; the long run below makes it small
)
@given(script=SCRIPTS)
def test_whatever_people_do_the_books_hold(month: Month, script: Any) -> None:
    run(month, script)


@pytest.mark.soak
@settings(max_examples=400, deadline=None, suppress_health_check=CALM, database=None)
@given(script=SCRIPTS)
def test_whatever_people_do_all_night_the_books_hold(month: Month, script: Any) -> None:
    run(month, script)


def test_every_kind_of_act_can_happen(month: Month) -> None:
    """The random months are worth something: each act is done, not only refused."""
    big, small = Decimal("1500.00"), Decimal("100.00")
    story: list[tuple[Act, int, Decimal, int]] = [
        (invoice, 0, big, 0), (invoice, 0, big, 1), (expense, 0, small, 0), (answer_expense, 1, small, 1),
        (contract, 0, Decimal(400), 1), (contract, 2, Decimal(400), 4), (change_contract, 0, small, 0),
        (settle, 0, small, 6), (client_pays, 0, small, 1), (somebody_pays, 0, small, 1), (pay, 0, small, 9),
        (pay, 1, small, 1), (by_hand, 1, small, 1), (by_hand, 3, small, 1), (by_hand, 5, small, 1),
        (credit, 1, small, 1), (seal, 0, small, 0),
    ]  # fmt: skip
    assert play(month, story) == []
    everything_holds()
