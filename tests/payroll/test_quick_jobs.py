"""The Contract tool: invoice, expenses and contract in one act, and back (DOMAIN §5)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.errors import DomainError

D = Decimal


@pytest.fixture
def job(world: Any, moment: Any) -> Any:
    """1,000.00 for a day of 7.6 hours with 100.00 of expenses, on an Activity that has nothing else."""
    from activities.services import approve_activity, request_activity
    from payroll.services import quick_job
    from payroll.types import ExpenseInput, NewClient

    activity = request_activity(
        person=world.worker,
        name="Missions",
        tool="contract",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=date(2026, 9, 1),
        actor=world.member,
    )
    approve_activity(activity_id=activity.pk, on=date(2026, 9, 1), actor=world.actor(world.adviser))
    world.activity = activity

    def do(**changes: Any) -> Any:
        client = {
            "kind": "business",
            "name": "Théâtre de la Place",
            "vat_number": "BE0403019261",
            "street": "Place Communale 1",
            "postal_code": "4100",
            "city": "Seraing",
        }
        given: dict[str, Any] = {
            "person": world.worker,
            "activity_id": activity.pk,
            "client": NewClient(client),
            "description": "Affiche de saison",
            "dates": [date(2026, 11, 6)],
            "hours": D("7.6"),
            "amount": D("1000.00"),
            "expenses": [
                ExpenseInput("travel", D("100.00"), D("0.00"), date(2026, 11, 2), "Train"),
            ],
            "actor": world.member,
            "now": moment(2026, 11, 2),
        } | changes
        return quick_job(**given)

    return do


def test_a_thousand_euros_become_a_gross_of_538_71_and_a_net_of_468_30(world: Any, job: Any) -> None:
    from payroll.services import settle_due

    done = job()

    assert (done.invoice.net, done.invoice.levy) == (D("1000.00"), D("65.00"))
    assert done.invoice.delivery_date == date(2026, 11, 6)
    assert done.invoice.due_on == date(2026, 12, 6), "thirty days from the last day of work"
    assert (done.contract.gross, done.contract.employment_budget) == (D("538.71"), D("835.00"))
    assert done.contract.invoice_id == done.invoice.pk
    assert done.pay_on == date(2026, 11, 18)
    assert world.budget() == (D("935.00"), D("935.00"))

    settle_due(on=date(2026, 11, 7), actor=world.member)
    assert done.contract.items.get().net == D("468.30")


def test_cents_that_no_gross_can_use_stay_in_the_budget(world: Any, job: Any) -> None:
    done = job(amount=D("1000.01"), expenses=[])
    balance, reserved = world.budget()
    assert balance == D("935.01")
    assert reserved == done.contract.employment_budget
    assert D("0.00") <= balance - reserved <= D("0.01")


def test_cancelled_before_the_start_everything_is_at_zero(world: Any, job: Any, moment: Any) -> None:
    from ledger.selectors import account_balance
    from payroll.services import cancel_quick_job

    done = job()
    cancel_quick_job(contract_id=done.contract.pk, now=moment(2026, 11, 5), actor=world.member)

    assert world.budget() == (D("0.00"), D("0.00"))
    done.contract.refresh_from_db()
    done.invoice.refresh_from_db()
    assert (done.contract.state, done.invoice.state) == ("cancelled", "credited")
    assert done.invoice.open_amount == D("0.00")
    entity = done.invoice.entity
    assert account_balance("451", entity=entity) == D("0.00")
    assert account_balance("748", entity=entity) == D("0.00")


def test_after_the_start_it_is_not_undone(world: Any, job: Any, moment: Any, snapshot: Any) -> None:
    from payroll.errors import ContractAfterStart
    from payroll.services import cancel_quick_job

    done = job()
    before = snapshot()
    with pytest.raises(ContractAfterStart):
        cancel_quick_job(contract_id=done.contract.pk, now=moment(2026, 11, 6), actor=world.member)
    assert snapshot() == before


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"dates": [date(2026, 11, 2)]}, "contract_too_late"),
        ({"amount": D("150.00"), "expenses": []}, "below_minimum_wage"),
        ({"amount": D("106.95")}, "budget_too_small"),
        ({"contract_type": "interim"}, "no_rate_in_force"),
        ({"dates": [date(2026, 11, 6), date(2026, 12, 9)]}, "contract_too_long"),
        ({"client": None}, "client_needed"),
        ({"dates": []}, "contract_dates"),
        ({"dates": [date(9999, 12, 31)]}, "contract_dates"),
        ({"dates": [date(1, 1, 1)]}, "contract_dates"),
    ],
)
def test_refused_nothing_at_all_is_written(
    world: Any, job: Any, snapshot: Any, changes: dict[str, Any], code: str
) -> None:
    from invoicing.models import Client, Invoice

    before = (snapshot(), Client.objects.count(), Invoice.objects.count())
    with pytest.raises(DomainError) as error:
        job(**changes)
    assert error.value.code == code
    assert (snapshot(), Client.objects.count(), Invoice.objects.count()) == before


def test_a_student_a_performer_and_an_employee_have_each_their_own_multiplier(world: Any, job: Any) -> None:
    days = [[date(2026, 11, day)] for day in (4, 5, 6)]
    grosses = [
        job(dates=day, contract_type=kind, expenses=[]).contract.gross
        for day, kind in zip(days, ("employee", "artistic", "student"), strict=True)
    ]
    assert grosses == [D("603.22"), D("595.54"), D("857.80")]
