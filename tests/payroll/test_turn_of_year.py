"""December closed in January: which year its numbers, its batch and its tax belong to (DOMAIN §10)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("settlement")
JANUARY = date(2027, 1, 5)


@pytest.fixture
def december(world: Any, moment: Any) -> Any:
    """November closed in time; then work of December: over on the 8th, and over on the 30th."""
    from payroll.services import settle_due

    world.submit(world.contract())
    settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    close(world, moment, date(2026, 11, 1), date(2026, 12, 2))
    for day in (8, 30):
        draft = world.contract(
            "200.00", starts_on=date(2026, 12, day), ends_on=date(2026, 12, day), hours=D("7.6")
        )
        world.submit(draft, moment(2026, 12, 3))
    settle_due(on=date(2026, 12, 9), actor=SYSTEM)
    return world


def close(world: Any, moment: Any, month: date, on: date) -> Any:
    from payroll.models import PayException
    from payroll.services import runs
    from payroll.services.reviews import review_exceptions

    at = moment(on.year, on.month, on.day)
    run = runs.start_run(
        month=month, on=on, at=at, actor=world.actor(world.clerk), entity_id=world.activity.entity_id
    )
    runs.work_run(world.cooperative, run.pk)
    waiting = list(PayException.objects.filter(resolved_at=None).values_list("pk", flat=True))
    if waiting:
        review_exceptions(
            exception_ids=waiting, note="Barèmes attendus", at=at, actor=world.actor(world.chief)
        )
    runs.approve_run(run_id=run.pk, on=on, at=at, actor=world.actor(world.chief))
    runs.work_run(world.cooperative, run.pk)
    run.refresh_from_db()
    return run


def test_december_closed_in_january_keeps_its_years_numbers_and_waits_for_next_years_scale(
    december: Any, moment: Any
) -> None:
    """The payslip is December's, the batch January's; what is paid in 2027 waits for its scale, by name."""
    from ledger.checks import check_books
    from ledger.treasury.models import PayoutBatch
    from payroll.models import PayException, PayItem, Payslip
    from payroll.services import settle_due

    settle_due(on=JANUARY, actor=SYSTEM)
    run = close(december, moment, date(2026, 12, 1), JANUARY)

    assert run.state == "closed"
    slips = list(Payslip.objects.order_by("number").values_list("number", "month", "issued_on"))
    assert slips == [
        ("FP-PA-2026-000001", date(2026, 11, 1), date(2026, 12, 2)),
        ("FP-PA-2026-000002", date(2026, 12, 1), JANUARY),
    ]
    assert list(PayoutBatch.objects.order_by("number").values_list("number", flat=True)) == [
        "SMART-PA-2026-00001",
        "SMART-PA-2027-00001",
    ]
    stopped = set(PayException.objects.filter(resolved_at=None).values_list("code", flat=True))
    assert stopped == {"no_rate_in_force"}, "the tax of what is paid in 2027"
    assert PayItem.objects.filter(month=date(2026, 12, 1)).count() == 1
    assert [found for _, found in check_books().breaks if found.code != "receivables"] == []


def test_a_second_start_in_the_new_year_is_the_same_month(december: Any, moment: Any) -> None:
    from payroll.errors import RunExists, RunTooEarly
    from payroll.models import PayrollRun
    from payroll.services import runs

    close(december, moment, date(2026, 12, 1), JANUARY)
    for month, refusal in ((date(2026, 12, 31), RunExists), (date(2027, 1, 1), RunTooEarly)):
        with pytest.raises(refusal):
            runs.start_run(
                month=month, on=JANUARY, at=moment(2027, 1, 5), actor=december.actor(december.clerk)
            )
    assert PayrollRun.objects.count() == 2
