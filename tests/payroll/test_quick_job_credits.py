"""Jobs whose invoice is credited beside the job: before the work, after it, after the pay (DOMAIN §4 to §6).

A credit note is never refused for lack of budget: the pot lends what is missing, new spending is blocked, the
next income repays it first. The work that was done is paid.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

D = Decimal


@pytest.fixture
def job(world: Any, moment: Any) -> Any:
    """1,000.00 for a day of 7.6 hours on an Activity that has nothing else: gross 603.22, cost 934.99."""
    from activities.services import approve_activity, request_activity
    from payroll.services import quick_job
    from payroll.types import NewClient

    activity = request_activity(
        person=world.worker, name="Missions", tool="contract", function_code="informatique_graphisme",
        entity_code="PA", requested_on=date(2026, 9, 1), actor=world.member,
    )  # fmt: skip
    approve_activity(activity_id=activity.pk, on=date(2026, 9, 1), actor=world.actor(world.adviser))
    world.activity = activity
    client: dict[str, object] = {
        "kind": "business", "name": "Théâtre de la Place", "vat_number": "BE0403019261",
        "street": "Place Communale 1", "postal_code": "4100", "city": "Seraing",
    }  # fmt: skip
    return quick_job(
        person=world.worker, activity_id=activity.pk, client=NewClient(client),
        description="Affiche de saison", dates=[date(2026, 11, 6)], hours=D("7.6"), amount=D("1000.00"),
        actor=world.member, now=moment(2026, 11, 2),
    )  # fmt: skip


def credit(world: Any, job: Any, on: date, amount: str | None = None) -> None:
    from invoicing.services import credit_invoice

    credit_invoice(
        invoice_id=job.invoice.pk, on=on, actor=world.actor(world.adviser), reason="Geste",
        amounts=None if amount is None else D(amount),
    )  # fmt: skip


def settle(world: Any) -> Any:
    from payroll.models import PayItem
    from payroll.services import settle_due

    settle_due(on=date(2026, 11, 9), actor=world.member)
    return PayItem.objects.first()


def money(world: Any) -> tuple[Decimal, Decimal, Decimal]:
    from ledger.models import Budget

    row = Budget.objects.get(pk=world.activity.budget_id)
    return row.balance, row.reserved, row.shortfall


def books() -> tuple[Any, ...]:
    """What is broken, but for the income without an invoice that the fixture lays down."""
    from ledger.checks import check_books

    return tuple(found for _, found in check_books().breaks if found.code != "receivables")


def test_credited_whole_before_the_work_the_contract_stands_and_the_pot_lends(world: Any, job: Any) -> None:
    """1,000.00 and its 65.00 go back: 935.00 is missing. The work is declared: it is paid if it is done."""
    assert money(world) == (D("935.00"), D("934.99"), D("0.00"))
    credit(world, job, date(2026, 11, 3))
    assert money(world) == (D("934.99"), D("934.99"), D("934.99"))
    item = settle(world)
    assert money(world) == (D("0.00"), D("0.00"), D("934.99"))
    assert (item.gross, item.net) == (D("603.22"), D("524.38"))
    assert books() == ()


def test_credited_whole_then_cancelled_nothing_is_left_and_the_pot_has_its_loan_back(
    world: Any, job: Any, moment: Any
) -> None:
    from payroll.services import cancel_quick_job

    credit(world, job, date(2026, 11, 3))
    cancel_quick_job(contract_id=job.contract.pk, now=moment(2026, 11, 5), actor=world.member)
    assert money(world) == (D("0.00"), D("0.00"), D("0.00"))
    assert settle(world) is None
    assert books() == ()


def test_credited_in_thirds_after_the_pay(world: Any, job: Any) -> None:
    item = settle(world)
    net = item.net
    for part in ("333.33", "333.33", "333.34"):
        credit(world, job, date(2026, 11, 20), part)
    item.refresh_from_db()
    assert money(world) == (D("0.00"), D("0.00"), D("934.99"))
    job.invoice.refresh_from_db()
    assert (item.net, job.invoice.state) == (net, "credited")
    assert books() == ()


def test_half_credited_then_no_show(world: Any, job: Any, moment: Any) -> None:
    from payroll.services.quick_jobs import quick_job_not_done

    credit(world, job, date(2026, 11, 5), "500.00")
    assert money(world) == (D("934.99"), D("934.99"), D("467.49"))
    quick_job_not_done(contract_id=job.contract.pk, now=moment(2026, 11, 7), actor=world.member)
    assert money(world) == (D("0.00"), D("0.00"), D("0.00"))
    assert settle(world) is None
    assert books() == ()


def test_shortened_for_more_credit_than_the_work_left(world: Any, job: Any, moment: Any) -> None:
    from payroll.services.quick_jobs import shorten_quick_job

    shorten_quick_job(
        contract_id=job.contract.pk, last_day=date(2026, 11, 6), hours=D("3.8"), credit=D("900.00"),
        now=moment(2026, 11, 7), actor=world.member,
    )  # fmt: skip
    # Half of the hours is half of the pay: 467.50; 900.00 less 58.50 go back: the pot lends 374.00.
    assert money(world) == (D("467.50"), D("467.50"), D("374.00"))
    item = settle(world)
    assert money(world) == (D("0.00"), D("0.00"), D("374.00"))
    assert item.gross == D("301.61")
    assert books() == ()
