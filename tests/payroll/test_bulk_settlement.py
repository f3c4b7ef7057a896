"""Many parts at once: the same rows as one by one, as many statements for thirty as for three, and whoever
cannot be paid holds up nobody.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from core.types import Actor

SYSTEM = Actor.system("settlement")
D = Decimal
ON = date(2026, 12, 1)


@pytest.fixture
def town(tenant: Any) -> Any:
    """Productions Associées, and a way to let workers with a month of contracts come."""
    from ledger.selectors import entity_by_code
    from smart.bench.workers import write_workers
    from tests.factories import load_cooperative

    load_cooperative()
    entity = entity_by_code("PA")

    def come(start: int, count: int) -> list[Any]:
        return write_workers(entity, start, count)

    return come


def settle(keys: list[Any]) -> Any:
    from payroll.services.settlement import settle_months

    return settle_months(keys=keys, on=ON, actor=SYSTEM)


def paid() -> dict[Any, Any]:
    """What each part of a contract became, in every amount and line, and what is paid of it."""
    from ledger.models import JournalLine
    from ledger.treasury.models import Payout
    from payroll.models import PayItem

    found = {}
    for item in PayItem.objects.select_related("contract"):
        lines = JournalLine.objects.filter(entry=item.entry_id).order_by("position")
        values = {
            field.attname: getattr(item, field.attname)
            for field in PayItem._meta.local_concrete_fields
            if field.attname not in ("id", "settled_at", "entry_id")
        }
        found[item.contract_month_id] = (
            values,
            [
                (row.position, row.kind, row.code, row.base, row.rate, row.amount, row.month_amount)
                for row in item.lines.all()
            ],
            [(row.account, row.debit, row.credit, row.budget_id, row.fund, row.party_id) for row in lines],
            list(Payout.objects.filter(source_id=item.pk).values_list("amount", "iban", "due_on", "party")),
            item.contract.state,
        )
    return found


def clean() -> None:
    """Books and checks agree."""
    from ledger import checks as books
    from payroll import checks

    assert [
        *books.check_entries(),
        *books.check_balances(),
        *books.check_reservations(),
        *checks.unpaid_wages_equal_account(),
        *checks.owed_equals_books(),
        *checks.reservations_equal_open_contracts(),
    ] == []


def test_together_is_the_same_month_as_one_by_one(town: Any) -> None:
    """Forty workers, some with four contracts: every amount, line, entry and payout is the same."""
    from django.db import transaction

    keys = town(0, 40)
    before: dict[Any, Any] = {}

    class Again(Exception):
        """Undo."""

    with pytest.raises(Again), transaction.atomic():
        from payroll.models import ContractMonth

        order = ContractMonth.objects.filter(pk__in=keys).order_by("last_day", "contract_id")
        for key in list(order.values_list("pk", flat=True)):
            settle([key])
        before = paid()
        raise Again
    assert paid() == {}

    done = settle(keys)

    assert (len(done.items), done.exceptions) == (len(keys), 0)
    assert paid() == before
    clean()


def test_as_many_statements_for_thirty_as_for_three(town: Any) -> None:
    few, many = town(0, 3), town(1000, 30)
    settle(town(2000, 1))  # what is read once per process
    counts = []
    for keys in (few, many):
        with CaptureQueriesContext(
            connection,
        ) as queries:
            settle(keys)
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= 45


def test_settled_again_changes_nothing(town: Any, snapshot: Any) -> None:
    keys = town(0, 5)
    settle(keys)
    before = snapshot()
    assert settle(keys).items == ()
    assert snapshot() == before


def test_one_without_an_account_waits_and_the_others_are_paid(town: Any) -> None:
    """No IBAN: an exception row for each part of that worker; mended, they are settled as well."""
    from members.models import Person
    from payroll.models import ContractMonth, PayException, PayItem

    keys = town(0, 12)
    broken = Person.objects.get(email="worker12@example.org")
    iban, broken.iban = broken.iban, ""
    broken.save()
    theirs = set(ContractMonth.objects.filter(contract__person=broken).values_list("pk", flat=True))

    done = settle(keys)

    assert done.exceptions == len(theirs)
    assert {row.contract_month_id for row in PayException.objects.all()} == theirs
    assert {row.code for row in PayException.objects.all()} == {"invalid_payout"}
    assert set(PayItem.objects.values_list("contract_month_id", flat=True)) == set(keys) - theirs
    clean()

    broken.iban = iban
    broken.save()
    assert len(settle(keys).items) == len(theirs)
    assert not PayException.objects.filter(resolved_at=None).exists()
    clean()


def test_a_budget_that_refuses_stops_its_own_part_only(town: Any) -> None:
    """A reservation that went astray and money that is gone: found by halving, the others are settled."""
    from ledger.models import Budget, Reservation
    from payroll.models import ContractMonth, PayException

    keys = town(0, 9)
    victim = ContractMonth.objects.select_related("contract__activity").get(pk=keys[4])
    budget = victim.contract.activity.budget_id
    mine = list(
        ContractMonth.objects.filter(contract__activity__budget=budget).values_list("contract", flat=True)
    )
    Reservation.objects.filter(source_id__in=mine).update(amount=0)
    Budget.objects.filter(pk=budget).update(balance=0, reserved=0)

    done = settle(keys)

    assert done.exceptions == len(mine)
    stopped = PayException.objects.all()
    assert {row.contract_month.contract_id for row in stopped} == set(mine)
    assert {row.code for row in stopped} == {"budget_exceeded"}
    assert len(done.items) == len(keys) - len(mine)


def test_a_closed_month_is_booked_on_the_day_of_the_act(town: Any) -> None:
    from django.utils import timezone

    from ledger.models import JournalEntry, Period
    from ledger.selectors import entity_by_code

    keys = town(0, 3)
    Period.objects.update_or_create(
        entity=entity_by_code("PA"), year=2026, month=11, defaults={"closed_at": timezone.now()}
    )
    settle(keys)
    dates = set(JournalEntry.objects.filter(source_type="payroll.payitem").values_list("date", flat=True))
    assert dates == {ON}


def test_a_correction_downwards_gives_back_and_carries(world: Any) -> None:
    """Of 500.00 settled 100.00 are taken back: the budget gets the cost again, the worker owes the net."""
    from payroll.models import ContractMonth, PayItem
    from payroll.services import settle_due

    contract = world.submit(world.contract())
    settle_due(on=ON, actor=SYSTEM)
    row = ContractMonth.objects.get(contract=contract)
    ContractMonth.objects.create(
        contract=contract,
        month=row.month,
        first_day=row.first_day,
        last_day=row.last_day,
        hours=D("-4.56"),
        gross=D("-100.00"),
        budget=D("-155.00"),
        number=1,
        reason="one hour less",
    )
    balance, _ = world.budget()

    done = settle_due(on=ON, actor=SYSTEM)

    assert len(done.items) == 1
    item = PayItem.objects.get(pk=done.items[0])
    assert item.net < 0
    assert (item.payable, item.carried_out) == (D("0.00"), item.net)
    assert world.budget() == (balance + D("155.00"), D("0.00"))
    clean()
