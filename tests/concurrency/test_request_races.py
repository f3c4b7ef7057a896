"""The same wish sent several times at once: impatient fingers, programs that retry, overlapping schedules."""

from __future__ import annotations

from datetime import date, datetime, time
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
    """A member who signs in, with an open Activity, money, a client and two advisers; committed."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from members.enums import Role
    from tests.activities.builders import fund, make_activity, make_client
    from tests.factories import load_cooperative, make_person

    Cooperative.objects.create(id=1, slug="be", name="Smart Belgique", country="BE", languages=["fr"])
    with tenant_scope(belgium()):
        load_cooperative()
        adviser, other = make_person(Role.ADVISER), make_person(Role.ADVISER)
        worker = make_person(user=True, adviser=adviser)
        activity = make_activity(worker)
        fund(activity, "2000.00")
        return {
            "worker": worker.pk,
            "adviser": adviser.pk,
            "other": other.pk,
            "activity": activity.pk,
            "client": make_client(activity).pk,
        }


@pytest.fixture(autouse=True)
def _clean_books(fresh_database: FreshDatabase) -> Any:
    """Whatever raced, the books hold."""
    yield
    from ledger.checks import check_books

    assert check_books().breaks == ()


def who(key: UUID) -> Actor:
    from members.models import Person
    from tests.factories import actor

    return actor(Person.objects.get(pk=key))


def ask_for_a_draft(studio: dict[str, UUID], key: str) -> tuple[int, str, bool]:
    """A program asks for a draft invoice: status, id of the draft, whether it is told of a repeat."""
    from django.test import Client

    from core.tenancy import tenant_scope
    from members.models import Person

    with tenant_scope(belgium()):
        user = Person.objects.get(pk=studio["worker"]).user
    client = Client()
    client.force_login(user)
    answer = client.post(
        "/be/api/v1/invoices/",
        {
            "activity": str(studio["activity"]),
            "client": str(studio["client"]),
            "delivery_date": "2026-11-02",
            "lines": [
                {
                    "description": "Affiche",
                    "quantity": "2",
                    "unit": "day",
                    "unit_price": "500.00",
                    "vat_code": "standard",
                }
            ],
        },
        content_type="application/json",
        headers={"Idempotency-Key": key},
    )
    return answer.status_code, str(answer.json().get("id", "")), "Idempotent-Replay" in answer.headers


def test_one_key_sent_by_six_at_once_makes_one_draft(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice

    outcomes = fresh_database.in_threads(ask_for_a_draft, *[(studio, "one wish")] * 6)

    assert all(outcome.ok for outcome in outcomes), outcomes
    answers = [outcome.value for outcome in outcomes]
    assert {(status, key) for status, key, _ in answers} == {(201, answers[0][1])}
    assert sorted(replayed for _, _, replayed in answers) == [False, *[True] * 5]
    with tenant_scope(belgium()):
        assert Invoice.objects.filter(state="draft").count() == 1


def submit(contract_id: UUID, actor_id: UUID) -> str:
    from core.tenancy import tenant_scope
    from payroll.services import submit_contract

    with tenant_scope(belgium()):
        return submit_contract(contract_id=contract_id, on=nine(), actor=who(actor_id)).state


def test_a_contract_submitted_by_eight_at_once_is_reserved_and_declared_once(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from ledger.models import Reservation
    from payroll.models import Declaration
    from payroll.services import create_contract

    with tenant_scope(belgium()):
        contract = create_contract(
            activity_id=studio["activity"],
            person_id=studio["worker"],
            contract_type="employee",
            starts_on=date(2026, 11, 4),
            ends_on=date(2026, 11, 6),
            hours=D("22.8"),
            gross=D("500.00"),
            description="Graphisme",
            place="Bruxelles",
            actor=who(studio["worker"]),
        )
    outcomes = fresh_database.in_threads(submit, *[(contract.pk, studio["worker"])] * 8)

    assert [outcome.value for outcome in outcomes if outcome.ok] == ["submitted"]
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"contract_not_draft"}
    with tenant_scope(belgium()):
        assert [row.amount for row in Reservation.objects.all()] == [D("775.00")]
        assert Declaration.objects.count() == 1


def job(studio: dict[str, UUID]) -> UUID:
    """A quick job of 1,000.00 on the fourth of November, from eight to twelve."""
    from core.tenancy import tenant_scope
    from members.models import Person
    from payroll.services import quick_job

    with tenant_scope(belgium()):
        return quick_job(
            person=Person.objects.get(pk=studio["worker"]),
            activity_id=studio["activity"],
            client=studio["client"],
            description="Affiche",
            dates=[date(2026, 11, 4)],
            hours=D("4"),
            day_starts=time(8),
            day_ends=time(12),
            amount=D("1000.00"),
            expenses=[],
            actor=who(studio["worker"]),
            now=nine(),
        ).contract.pk


def test_two_fingers_on_the_quick_job_make_one_invoice_and_one_contract(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import Invoice
    from payroll.models import EmploymentContract

    with tenant_scope(belgium()):
        before = Invoice.objects.count()
    outcomes = fresh_database.in_threads(job, *[(studio,)] * 4)

    assert sum(outcome.ok for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"contract_overlap"}
    with tenant_scope(belgium()):
        assert Invoice.objects.count() == before + 1
        assert EmploymentContract.objects.count() == 1


def issue(invoice_id: UUID) -> str:
    from core.tenancy import tenant_scope
    from invoicing.services import issue_invoice

    with tenant_scope(belgium()):
        return str(issue_invoice(invoice_id=invoice_id, issued_on=DAY, actor=SYSTEM).number)


def test_a_draft_issued_by_eight_at_once_takes_one_number(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from activities.models import Activity
    from core.tenancy import tenant_scope
    from invoicing.models import Client
    from ledger.models import JournalEntry, NumberSeries
    from tests.activities.builders import make_draft

    with tenant_scope(belgium()):
        draft = make_draft(
            Activity.objects.get(pk=studio["activity"]), Client.objects.get(pk=studio["client"])
        )
        before = sum(row.last_number for row in NumberSeries.objects.all())
        entries = JournalEntry.objects.count()
    outcomes = fresh_database.in_threads(issue, *[(draft.pk,)] * 8)

    assert sum(outcome.ok for outcome in outcomes) == 1
    assert {outcome.code for outcome in outcomes if not outcome.ok} == {"invoice_not_draft"}
    with tenant_scope(belgium()):
        assert sum(row.last_number for row in NumberSeries.objects.all()) == before + 1
        assert JournalEntry.objects.count() == entries + 1


def approve(expense_id: UUID, adviser_id: UUID) -> str:
    from activities.services import approve_expense
    from core.tenancy import tenant_scope

    with tenant_scope(belgium()):
        return approve_expense(expense_id=expense_id, on=DAY, actor=who(adviser_id)).state


def test_an_expense_approved_by_both_advisers_at_once_is_posted_once(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from activities.services import submit_expense
    from core.tenancy import tenant_scope
    from ledger.models import Budget
    from ledger.treasury.models import Payout
    from members.models import Person

    with tenant_scope(belgium()):
        expense = submit_expense(
            activity_id=studio["activity"],
            person=Person.objects.get(pk=studio["worker"]),
            category="travel",
            amount_incl_vat=D("800.00"),
            vat_amount=D("0.00"),
            incurred_on=DAY,
            text="Avion",
            actor=who(studio["worker"]),
            today=DAY,
        )
    both = [(expense.pk, studio["adviser"]), (expense.pk, studio["other"])] * 2
    outcomes = fresh_database.in_threads(approve, *both)

    assert sum(outcome.ok for outcome in outcomes) == 1, outcomes
    with tenant_scope(belgium()):
        budget = Budget.objects.get()
        assert (budget.balance, budget.reserved) == (D("1070.00"), D("0.00"))
        assert [row.amount for row in Payout.objects.all()] == [D("800.00")]


def remind() -> int:
    from core.tenancy import tenant_scope
    from invoicing.collection.services import run_reminders

    with tenant_scope(belgium()):
        return len(run_reminders(on=date(2026, 12, 10), actor=SYSTEM))


def test_reminders_run_by_four_schedules_at_once_send_one_letter(
    fresh_database: FreshDatabase, studio: dict[str, UUID]
) -> None:
    from core.tenancy import tenant_scope
    from invoicing.models import ClientMessage, Reminder

    outcomes = fresh_database.in_threads(remind, *[()] * 4)

    assert sorted(outcome.value for outcome in outcomes) == [0, 0, 0, 1]
    with tenant_scope(belgium()):
        assert Reminder.objects.count() == 1
        assert ClientMessage.objects.filter(kind="reminder").count() == 1
