"""The special contribution of a quarter: settled to the cent in the run of its last month (BELGIUM §4.15)."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("settlement")
DECEMBER = date(2026, 12, 1)


def work(world: Any, moment: Any, month: int, gross: str, hours: str, **changes: Any) -> None:
    """A contract of the first three weeks of a month of 2026, settled when the month is over."""
    from payroll.services import settle_due

    given = {"starts_on": date(2026, month, 1), "ends_on": date(2026, month, 26), "hours": D(hours)}
    world.submit(world.contract(gross, **given, **changes), moment(2026, month - 1, 28))
    settle_due(on=date(2026, month, 28), actor=SYSTEM)


def breaks() -> list[str]:
    """What the check of the books finds, but that the budget's money came without an invoice."""
    from ledger.checks import check_books

    return [found.code for _, found in check_books().breaks if found.code != "receivables"]


def run_month(world: Any, moment: Any, month: date, on: date, *, look: bool = True) -> Any:
    """Start, compute, look at the exceptions (holiday of 2027 has no figures), approve, close."""
    from payroll.models import PayException
    from payroll.services.reviews import review_exceptions
    from payroll.services.runs import approve_run, start_run, work_run

    at = moment(on.year, on.month, on.day)
    run = start_run(month=month, on=on, at=at, actor=world.actor(world.clerk))
    work_run(world.cooperative, run.pk)
    run.refresh_from_db()
    keys = list(PayException.objects.filter(resolved_at=None).values_list("pk", flat=True))
    if keys and look:
        review_exceptions(exception_ids=keys, note="Next month", at=at, actor=world.actor(world.clerk))
    approve_run(run_id=run.pk, on=on, at=at, actor=world.actor(world.chief))
    work_run(world.cooperative, run.pk)
    run.refresh_from_db()
    assert run.state == "closed"
    return run


def quarter_lines(world: Any) -> list[tuple[str, Decimal, Decimal, str]]:
    found: list[tuple[str, Decimal, Decimal, str]] = world.lines(source_type="payroll.quartercontribution")
    return found


def test_one_good_month_alone_in_its_quarter_is_given_back_what_was_too_much(world: Any, moment: Any) -> None:
    """6,000.00 in October bore 60.51; the quarter owes 4.22 % × (6,000.00 − 5,836.14) = 6.91."""
    from ledger.treasury.models import Payout
    from payroll.models import PayCarry, Payslip, QuarterContribution

    work(world, moment, 10, "6000.00", "136.8")
    run_month(world, moment, date(2026, 10, 1), date(2026, 11, 2))
    assert not QuarterContribution.objects.exists(), "October is not the quarter's last month"
    run = run_month(world, moment, DECEMBER, date(2027, 1, 4))

    row = QuarterContribution.objects.get()
    assert (row.base, row.due, row.withheld, row.amount) == (D("6000.00"), D("6.91"), D("60.51"), D("-53.60"))
    assert run.totals["regularisation"] == "53.60"
    assert quarter_lines(world) == [
        ("4540", D("53.60"), D("0"), ""),
        ("455", D("0"), D("53.60"), ""),
    ]
    assert Payout.objects.get(source_id=row.pk).amount == D("53.60")
    assert not PayCarry.objects.exists()
    slip = Payslip.objects.get(month=DECEMBER)
    assert slip.net == D("53.60"), "a payslip of a month without work, for the quarter alone"
    assert "special_contribution_due" in str(slip.content)
    assert breaks() == []


def test_what_the_months_withheld_too_little_goes_with_the_next_pay(world: Any, moment: Any) -> None:
    """1,900.00, 1,900.00 and 3,000.00 bore 19.24; the quarter owes 30.99 + 1.10 % × 229.46 = 33.51."""
    from payroll.models import PayCarry, PayItem, QuarterContribution
    from payroll.services import settle_due

    world.earn("5000.00")
    for month, gross, hours in ((7, "1900.00", "114"), (8, "1900.00", "114"), (9, "3000.00", "136.8")):
        work(world, moment, month, gross, hours)
    run_month(world, moment, date(2026, 9, 1), date(2026, 10, 2))

    row = QuarterContribution.objects.get()
    assert (row.base, row.due, row.withheld, row.amount) == (
        D("6800.00"),
        D("33.51"),
        D("19.24"),
        D("14.27"),
    )
    assert quarter_lines(world) == [("455", D("14.27"), D("0"), ""), ("4540", D("0"), D("14.27"), "")]
    assert PayCarry.objects.get().amount == D("-14.27")
    assert breaks() == []

    given = {"starts_on": date(2026, 10, 6), "ends_on": date(2026, 10, 6), "hours": D("7.6")}
    world.submit(world.contract("200.00", **given), moment(2026, 10, 5))
    settle_due(on=date(2026, 10, 8), actor=SYSTEM)
    item = PayItem.objects.order_by("-settled_at").first()
    assert item is not None
    assert (item.carried_in, item.payable) == (D("-14.27"), item.net - D("14.27"))
    assert breaks() == []


def test_students_owe_none_and_nothing_is_written_twice(world: Any, moment: Any) -> None:
    from payroll.models import QuarterContribution
    from payroll.services.quarters import quarter_due, settle_quarters

    work(world, moment, 10, "3000.00", "136.8", contract_type="student")
    run = run_month(world, moment, DECEMBER, date(2027, 1, 4))
    assert not QuarterContribution.objects.exists()

    world.earn("5000.00")
    work(world, moment, 11, "6000.00", "136.8")
    due = quarter_due(world.worker, world.activity.entity_id, date(2026, 10, 1), paid_on=date(2027, 1, 4))
    assert due.settled.amount == D("-53.60")
    assert len(settle_quarters(run=run, dues=[due], on=date(2027, 1, 4))) == 1
    assert settle_quarters(run=run, dues=[due], on=date(2027, 1, 4)) == [], "the same run, the same quarter"
    again = quarter_due(world.worker, world.activity.entity_id, date(2026, 10, 1), paid_on=date(2027, 2, 3))
    assert again.settled.amount == 0, "what it gave back counts as withheld"


def test_no_figures_for_the_quarter_stop_one_worker_not_the_run(
    world: Any, moment: Any, monkeypatch: Any
) -> None:
    from payroll.engine.errors import NoFigureInForce
    from payroll.models import PayException, Payslip
    from payroll.services import quarters

    work(world, moment, 12, "3000.00", "136.8")

    def unknown(*_: Any, **__: Any) -> None:
        raise NoFigureInForce(figure="special_contribution.quarterly", on="2026-12-31")

    monkeypatch.setattr(quarters, "quarter_special_contribution", unknown)
    from payroll.errors import ExceptionsOpen

    with pytest.raises(ExceptionsOpen):
        run_month(world, moment, DECEMBER, date(2027, 1, 4), look=False)
    assert PayException.objects.get().code == "no_rate_in_force"
    assert not Payslip.objects.exists()
