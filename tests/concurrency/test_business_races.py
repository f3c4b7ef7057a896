"""Many hands on the same piece of business: nothing happens twice, and nobody waits for ever."""

from __future__ import annotations

import time
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import pytest

from core.types import Actor
from tests.cluster import FreshDatabase

D = Decimal
SYSTEM = Actor.system("test")
DAY = date(2026, 11, 2)


def belgium() -> Any:
    from core.models import Cooperative

    return Cooperative.objects.get(slug="be")


def nine() -> datetime:
    from core.clock import ZONE

    return datetime(2026, 11, 2, 9, tzinfo=ZONE)


@pytest.fixture
def studio(fresh_database: FreshDatabase) -> dict[str, UUID]:
    """A member with an open Activity, a client and two people of finance, committed."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from members.enums import Role
    from tests.activities.builders import make_activity, make_client
    from tests.factories import load_cooperative, make_person

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        worker, adviser = make_person(), make_person(Role.ADVISER)
        activity = make_activity(worker)
        return {
            "worker": worker.pk,
            "adviser": adviser.pk,
            "activity": activity.pk,
            "client": make_client(activity).pk,
            "maker": make_person(Role.FINANCE).pk,
            "releaser": make_person(Role.FINANCE).pk,
        }


def who(person_id: UUID) -> tuple[Any, Actor]:
    from members.models import Person
    from tests.factories import actor

    person = Person.objects.get(pk=person_id)
    return person, actor(person)


def job(studio: dict[str, UUID], day: int, expense: str = "") -> UUID:
    """A quick job of 1,000.00 on one day of November, with an expense when asked; its contract."""
    from core.tenancy import tenant_scope
    from payroll.services import quick_job
    from payroll.types import ExpenseInput

    with tenant_scope(belgium()):
        person, actor = who(studio["worker"])
        made = quick_job(
            person=person,
            activity_id=studio["activity"],
            client=studio["client"],
            description="Affiche",
            dates=[date(2026, 11, day)],
            hours=D("7.6"),
            amount=D("1000.00"),
            expenses=[ExpenseInput("travel", D(expense), D("0.00"), DAY, "Train")] if expense else [],
            actor=actor,
            now=nine(),
        )
        return made.contract.pk


def spend(studio: dict[str, UUID]) -> None:
    """Hand in an expense with a slow hand between its two locks, the Activity and the budget."""
    from activities.selectors import activity_for_update
    from activities.services import submit_expense
    from core.tenancy import tenant_scope

    with tenant_scope(belgium()):
        activity_for_update(studio["activity"])
        time.sleep(1.5)
        person, actor = who(studio["worker"])
        submit_expense(
            activity_id=studio["activity"],
            person=person,
            category="travel",
            amount_incl_vat=D("10.00"),
            vat_amount=D("0.00"),
            incurred_on=DAY,
            text="Tram",
            actor=actor,
            today=DAY,
        )


def approve(studio: dict[str, UUID], expense_id: UUID) -> None:
    """Approve an expense with a slow hand between its two locks, the expense and the budget."""
    from activities.selectors import expense_for_update
    from activities.services import approve_expense
    from core.tenancy import tenant_scope

    with tenant_scope(belgium()):
        expense_for_update(expense_id)
        time.sleep(1.5)
        approve_expense(expense_id=expense_id, on=DAY, actor=who(studio["adviser"])[1])


def cancel(studio: dict[str, UUID], contract_id: UUID, pause: float = 0.0) -> str:
    from core.tenancy import tenant_scope
    from payroll.services import cancel_quick_job

    time.sleep(pause)
    with tenant_scope(belgium()):
        return cancel_quick_job(
            contract_id=contract_id, now=nine(), actor=who(studio["worker"])[1], reason="annulé"
        ).state


def call(name: str, *arguments: Any) -> Any:
    """One of the hands above, by name."""
    if name == "job":
        time.sleep(0.3)
    return {"job": job, "spend": spend, "approve": approve, "cancel": cancel}[name](*arguments)


def books_are_clean() -> None:
    from ledger.checks import check_books
    from ledger.models import Budget

    report = check_books()
    assert report.ok, report
    assert all(budget.available >= 0 for budget in Budget.objects.all())


def test_a_quick_job_and_an_expense_of_the_same_activity_do_not_wait_for_each_other_for_ever(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    """Both take the Activity before its budget: one waits, both are served."""
    from core.tenancy import tenant_scope

    job(studio, 4)
    with tenant_scope(belgium()):
        from activities.models import Activity
        from tests.activities.builders import fund

        fund(Activity.objects.get(pk=studio["activity"]), "100.00")
    outcomes = fresh_database.in_threads(call, ("spend", studio), ("job", studio, 5, "20.00"))
    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    with tenant_scope(belgium()):
        books_are_clean()


def test_an_adviser_approves_the_expense_of_a_job_while_the_member_cancels_it(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    """The adviser comes first and is served; then the job is undone, and the pot lends the 20.00 of the
    train.
    """
    from activities.models import Expense
    from core.tenancy import tenant_scope
    from ledger.models import Budget

    contract = job(studio, 4, "20.00")
    with tenant_scope(belgium()):
        expense = Expense.objects.get()
    assert expense.state == "submitted", "without a receipt it waits"
    outcomes = fresh_database.in_threads(
        call, ("approve", studio, expense.pk), ("cancel", studio, contract, 0.3)
    )
    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    with tenant_scope(belgium()):
        budget = Budget.objects.get()
        assert (budget.balance, budget.reserved, budget.shortfall) == (D("0.00"), D("0.00"), D("20.00"))
        books_are_clean()


def test_a_job_cancelled_by_eight_at_once_gives_one_credit_note(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import IssuedDocument

    contract = job(studio, 4)
    outcomes = fresh_database.in_threads(cancel, *[(studio, contract)] * 8)
    assert [outcome.value for outcome in outcomes if outcome.ok] == ["cancelled"]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"contract_not_open"}
    with tenant_scope(belgium()):
        assert IssuedDocument.objects.filter(kind="credit_note").count() == 1
        books_are_clean()


def test_a_job_whose_invoice_was_credited_before_can_still_be_cancelled(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.services import credit_invoice
    from payroll.models import EmploymentContract

    contract = job(studio, 4)
    with tenant_scope(belgium()):
        invoice_id = EmploymentContract.objects.get(pk=contract).invoice_id
        credit_invoice(invoice_id=invoice_id, on=DAY, actor=SYSTEM, reason="erreur")
    assert cancel(studio, contract) == "cancelled"
    with tenant_scope(belgium()):
        books_are_clean()


def read_statement(content: bytes) -> list[UUID]:
    from core.tenancy import tenant_scope
    from ledger.treasury.services import import_statement

    with tenant_scope(belgium()):
        found = import_statement(content=content, filename="a.cod", today=DAY, actor=SYSTEM)
        return [statement.pk for statement in found]


def test_one_statement_read_by_four_at_once_is_entered_once(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.selectors import account_balance, entity_by_code
    from ledger.treasury.bank_simulator import BankStatement, write_coda

    with tenant_scope(belgium()):
        entity = entity_by_code("PA")
        content = write_coda(
            [
                BankStatement(
                    iban=entity.iban,
                    number=1,
                    day=DAY,
                    opening=D("1000.00"),
                    movements=(),
                    holder=entity.name,
                )
            ]
        )
    outcomes = fresh_database.in_threads(read_statement, *[(content,)] * 4)
    assert [outcome.detail for outcome in outcomes if not outcome.ok] == []
    assert len({tuple(outcome.value) for outcome in outcomes}) == 1
    with tenant_scope(belgium()):
        assert abs(account_balance("550")) == D("1000.00")
        books_are_clean()


def release(batch_id: UUID, person_id: UUID) -> str:
    from core.tenancy import tenant_scope
    from ledger.treasury.services import release_batch

    with tenant_scope(belgium()):
        return release_batch(batch_id=batch_id, on=DAY, actor=who(person_id)[1]).state


def test_one_batch_released_by_four_at_once_is_released_once_and_never_by_its_maker(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from activities.models import Expense
    from core.tenancy import tenant_scope
    from ledger.selectors import account_balance
    from ledger.treasury.services import create_batch

    job(studio, 4, "20.00")
    with tenant_scope(belgium()):
        from activities.services import approve_expense

        expense = Expense.objects.get()
        approve_expense(expense_id=expense.pk, on=DAY, actor=who(studio["adviser"])[1])
        entity_id = expense.activity.entity_id
        batch = create_batch(
            entity_id=entity_id, kind="expense", due_until=DAY, on=DAY, actor=who(studio["maker"])[1]
        )
    outcomes = fresh_database.in_threads(
        release, (batch.pk, studio["maker"]), *[(batch.pk, studio["releaser"])] * 4
    )
    assert not outcomes[0].ok
    assert [outcome.value for outcome in outcomes if outcome.ok] == ["released"]
    assert {o.code for o in outcomes[1:] if not o.ok} == {"batch_not_draft"}
    with tenant_scope(belgium()):
        assert (account_balance("440"), abs(account_balance("580"))) == (D("0.00"), D("20.00"))
        books_are_clean()


def subscribe(person_id: UUID) -> int:
    from core.tenancy import tenant_scope
    from governance.services import subscribe_shares

    with tenant_scope(belgium()):
        person, actor = who(person_id)
        return subscribe_shares(person=person, shares=2, subscribed_on=DAY, actor=actor).shares


def test_shares_asked_for_twice_at_once_are_asked_for_once(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    outcomes = fresh_database.in_threads(subscribe, *[(studio["worker"],)] * 4)
    assert [outcome.value for outcome in outcomes if outcome.ok] == [2]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"subscription_pending"}
