"""Contracts of which nothing reaches the worker end like those that the bank paid."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor
from tests.payroll.deductions.conftest import clerks as clerks

D = Decimal
SYSTEM = Actor.system("settlement")


def settle(on: date) -> Any:
    from payroll.services import settle_due

    return settle_due(on=on, actor=SYSTEM)


def states() -> list[str]:
    from payroll.models import EmploymentContract

    return list(EmploymentContract.objects.order_by("starts_on", "pk").values_list("state", flat=True))


def clean() -> None:
    from payroll import checks

    assert [
        *checks.unpaid_wages_equal_account(),
        *checks.owed_equals_books(),
        *checks.reservations_equal_open_contracts(),
    ] == []


def paid_events() -> int:
    from core.models import AuditEvent

    return AuditEvent.objects.filter(action="payroll.contract_paid").count()


def bank_pays(world: Any, day: date) -> None:
    """Everything due by that day leaves, and the statement of that day says so."""
    from core.outbox import drain
    from ledger.treasury.bank_simulator import BankStatement, batch_debit, write_coda
    from ledger.treasury.services import create_batch, import_statement, release_batch

    entity = world.activity.entity
    batch = create_batch(
        entity_id=entity.pk, kind="wage", due_until=day, on=day, actor=world.actor(world.clerk)
    )
    release_batch(batch_id=batch.pk, on=day, actor=world.actor(world.chief))
    debit = batch_debit(total=batch.total, message_id=batch.number, transfers=1)
    statement = BankStatement(entity.iban, 1, day, D("9000.00"), (debit,), holder=entity.name)
    import_statement(content=write_coda([statement]), filename="x.cod", today=day, actor=SYSTEM)
    drain(world.cooperative)


def test_a_pay_that_maintenance_takes_wholly_is_paid(world: Any, clerks: Any) -> None:
    """434.65 net, 500.00 a month owed to a child's other parent: nothing leaves for the worker."""
    from ledger.treasury.models import Payout

    clerks.seizure(kind="alimony", total=None, per_month=D("500.00"))
    world.submit(world.contract())

    settle(date(2026, 11, 10))

    assert [(row.kind, row.amount) for row in Payout.objects.all()] == [("supplier", D("434.65"))]
    assert states() == ["paid"]
    assert paid_events() == 1
    clean()


def test_settled_again_or_told_again_it_stays_paid_once(world: Any, clerks: Any) -> None:
    from payroll.models import PayItem
    from payroll.services import mark_paid
    from payroll.services.contracts import end_paid

    clerks.seizure(kind="alimony", total=None, per_month=D("500.00"))
    contract = world.submit(world.contract())
    settle(date(2026, 11, 10))

    settle(date(2026, 11, 11))
    mark_paid(item_id=PayItem.objects.get().pk, actor=SYSTEM)
    end_paid([contract.pk], actor=SYSTEM)

    assert states() == ["paid"]
    assert paid_events() == 1


def test_in_a_batch_only_those_of_which_nothing_leaves_are_paid(world: Any, clerks: Any) -> None:
    """500.00 of maintenance a month: the first contract's 434.65 wholly, 65.35 of the second. A colleague
    waits for the bank.
    """
    from tests.factories import make_person

    clerks.seizure(kind="alimony", total=None, per_month=D("500.00"))
    world.submit(world.contract())
    later = {"starts_on": date(2026, 11, 9), "ends_on": date(2026, 11, 11)}
    world.submit(world.contract(**later))
    world.submit(
        world.contract(person_id=make_person().pk, starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 18))
    )

    settle(date(2026, 12, 1))

    assert states() == ["paid", "settled", "settled"]
    clean()


def test_a_contract_over_two_months_waits_for_the_month_that_the_bank_pays(world: Any, clerks: Any) -> None:
    """November goes to maintenance, December to the worker: paid when the bank says so of December."""
    from payroll.models import PayItem
    from payroll.services import mark_paid

    world.submit(
        world.contract("2000.00", starts_on=date(2026, 11, 26), ends_on=date(2026, 12, 4), hours=D("53.2"))
    )
    settle(date(2026, 12, 1))
    assert states() == ["submitted"]
    bank_pays(world, date(2026, 12, 9))
    assert states() == ["submitted"], "December is not worked yet"
    clerks.seizure(kind="alimony", total=None, per_month=D("9000.00"))

    settle(date(2026, 12, 10))

    assert states() == ["paid"], "November is with the worker already, nothing of December leaves"
    item = PayItem.objects.order_by("month").last()
    assert item is not None
    assert mark_paid(item_id=item.pk, actor=SYSTEM).state == "paid"
    assert paid_events() == 1


def test_a_balance_from_before_that_takes_the_pay_ends_the_contract_too(world: Any) -> None:
    """A correction took 500.00 back; the next contract's net is kept for it, and is not to be paid."""
    from payroll.models import PayItem
    from payroll.services import correct_month

    first = world.submit(world.contract())
    settle(date(2026, 11, 10))
    correct_month(
        contract_month_id=first.months.get().pk,
        hours=D("-22.8"),
        gross=D("-500.00"),
        reason="pas presté",
        actor=world.actor(world.clerk),
    )
    settle(date(2026, 11, 11))
    world.submit(world.contract("320.00", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 18)))
    settle(date(2026, 11, 20))

    last = PayItem.objects.order_by("settled_at", "pk").last()
    assert last is not None and last.payable == 0 and last.carried_out < 0
    assert states() == ["settled", "paid"], "the first still waits for its 434.65"
    clean()


@pytest.mark.parametrize("together", [True, False])
def test_one_by_one_or_together_they_end_alike(world: Any, clerks: Any, together: bool) -> None:
    from payroll.models import ContractMonth
    from payroll.services.settlement import settle_months

    clerks.seizure(kind="alimony", total=None, per_month=D("9000.00"))
    for day in (4, 9, 16):
        world.submit(world.contract(starts_on=date(2026, 11, day), ends_on=date(2026, 11, day + 2)))
    keys = list(ContractMonth.objects.order_by("last_day").values_list("pk", flat=True))
    for batch in [keys] if together else [[key] for key in keys]:
        settle_months(keys=batch, on=date(2026, 12, 1), actor=SYSTEM)

    assert states() == ["paid", "paid", "paid"]
    assert paid_events() == 3
    clean()
