"""The monthly run: two persons, exit holiday, payslips, resumable, nothing twice."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from core.types import Actor

D = Decimal
SYSTEM = Actor.system("settlement")


@pytest.fixture
def november(world: Any) -> Any:
    """Example B settled: the month is over."""
    from payroll.services import settle_due

    world.submit(world.contract())
    settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    return world


def start(world: Any, moment: Any) -> Any:
    from payroll.services.runs import start_run

    return start_run(
        month=date(2026, 11, 1), on=date(2026, 12, 2), at=moment(2026, 12, 2), actor=world.actor(world.clerk)
    )


def approve(world: Any, run: Any, moment: Any, who: Any = None) -> Any:
    from payroll.services.runs import approve_run

    return approve_run(
        run_id=run.pk, on=date(2026, 12, 3), at=moment(2026, 12, 3), actor=world.actor(who or world.chief)
    )


def play(world: Any, run: Any) -> Any:
    from payroll.services.runs import work_run

    work_run(world.cooperative, run.pk)
    run.refresh_from_db()
    return run


def test_the_month_from_preview_to_closed(november: Any, moment: Any) -> None:
    """Exit holiday of example B: 87.05 held, 5.01 and 4.44 withheld, 67.25 taxable."""
    from ledger.treasury.models import Payout, PayoutBatch
    from payroll.models import HolidayBlock, Payslip

    run = play(november, start(november, moment))
    assert run.state == "review"
    assert run.totals["month"]["net"] == "434.65"
    run = approve(november, run, moment)
    run = play(november, run)
    assert run.state == "closed"

    block = HolidayBlock.objects.get()
    assert (block.held, block.gross) == (D("87.05"), D("76.70"))
    assert (block.onss_simple, block.onss_double) == (D("5.01"), D("4.44"))
    # 12 × 500.00 = 6,000.00 a year: no tax on the holiday pay.
    assert (block.withholding_tax, block.net) == (D("0.00"), D("67.25"))
    assert november.lines(source_type="payroll.holidayblock") == [
        ("4560", D("87.05"), D("0"), ""),
        ("4540", D("0"), D("19.80"), ""),
        ("455", D("0"), D("67.25"), ""),
    ]
    slip = Payslip.objects.get()
    assert (slip.number, slip.gross, slip.net) == ("FP-PA-2026-000001", D("576.70"), D("501.90"))
    batch = PayoutBatch.objects.get()
    assert (batch.total, batch.created_by_person) == (D("501.90"), november.clerk.pk)
    assert sorted(Payout.objects.values_list("amount", flat=True)) == [D("67.25"), D("434.65")]


def test_nobody_approves_their_own_run(november: Any, moment: Any) -> None:
    from payroll.errors import SecondPersonNeeded

    run = play(november, start(november, moment))
    with pytest.raises(SecondPersonNeeded):
        approve(november, run, moment, november.clerk)
    run.refresh_from_db()
    assert run.state == "review"


def test_a_run_killed_between_shards_ends_the_same(november: Any, moment: Any, monkeypatch: Any) -> None:
    from payroll.models import HolidayBlock, Payslip, RunShard
    from payroll.services import run_work as runs
    from tests.factories import make_person

    for gross in ("200.00", "300.00"):
        from payroll.services import settle_due

        person = make_person()
        november.submit(november.contract(gross, person_id=person.pk, hours=D("7.6")), moment(2026, 11, 2))
        settle_due(on=date(2026, 12, 1), actor=SYSTEM)
    monkeypatch.setattr(runs, "SHARD", 1)
    run = start(november, moment)
    runs.work_one_shard(november.cooperative, run.pk)  # and then the power went
    from payroll.selectors import progress_of

    assert progress_of(run) == (1, 3)
    run = play(november, run)
    run = approve(november, run, moment)

    def dies(*_: Any, **__: Any) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(runs, "issue_payslips", dies)
    with pytest.raises(KeyboardInterrupt):
        runs.work_one_shard(november.cooperative, run.pk)
    monkeypatch.undo()
    assert not HolidayBlock.objects.exists(), "what the dead worker had begun is rolled back"
    held = RunShard.objects.get(phase="close", state="running")
    RunShard.objects.filter(pk=held.pk).update(lease_until=moment(2020, 1, 1))

    run = play(november, run)
    assert run.state == "closed"
    assert Payslip.objects.count() == HolidayBlock.objects.count() == 3
    entries = [line for line in november.lines(source_type="payroll.holidayblock") if line[0] == "4560"]
    assert len(entries) == 3


def test_a_month_is_run_once_and_not_before_it_is_over(november: Any, moment: Any) -> None:
    from payroll.errors import RunExists, RunTooEarly
    from payroll.services.runs import start_run

    with pytest.raises(RunTooEarly):
        start_run(month=date(2026, 12, 1), on=date(2026, 12, 31), at=moment(2026, 12, 31), actor=SYSTEM)
    start(november, moment)
    with pytest.raises(RunExists):
        start(november, moment)


def test_exceptions_are_reviewed_by_somebody_else_before_the_run_is_approved(
    november: Any, moment: Any
) -> None:
    from core.identifiers import fictional_national_number
    from payroll.errors import ExceptionsOpen, PaidToSelf
    from payroll.models import PayException
    from payroll.services.reviews import review_exception
    from tests.factories import make_person

    born = date(2009, 5, 4)
    young = make_person(national_number=fictional_national_number(born, 7), birth_date=born)
    november.submit(november.contract(person_id=young.pk))
    run = play(november, start(november, moment))
    row = PayException.objects.get()
    assert row.code == "unsupported_situation", "the run tried what the daily settlement had not"
    with pytest.raises(ExceptionsOpen):
        approve(november, run, moment)
    given = {"exception_id": row.pk, "note": "Paid by hand", "at": moment(2026, 12, 2)}
    with pytest.raises(PaidToSelf):
        review_exception(actor=november.actor(young), **given)
    review_exception(actor=november.actor(november.clerk), **given)
    assert approve(november, run, moment).state == "closing"


def test_exit_holiday_waits_while_another_contract_is_known(november: Any, moment: Any) -> None:
    from payroll.models import HolidayBlock, Payslip

    later = {"starts_on": date(2026, 12, 10), "ends_on": date(2026, 12, 10), "hours": D("7.6")}
    november.submit(november.contract("200.00", **later), moment(2026, 12, 1))
    run = play(november, start(november, moment))
    run = play(november, approve(november, run, moment))
    assert not HolidayBlock.objects.exists()
    assert Payslip.objects.get().net == D("434.65")


def test_closing_again_adds_nothing(november: Any, moment: Any, snapshot: Any) -> None:
    run = play(november, start(november, moment))
    run = play(november, approve(november, run, moment))
    before = snapshot()
    play(november, run)
    assert snapshot() == before


def test_a_payslip_is_never_changed(november: Any, moment: Any) -> None:
    from django.db import DatabaseError, transaction

    from payroll.models import Payslip

    play(november, approve(november, play(november, start(november, moment)), moment))
    with pytest.raises(DatabaseError), transaction.atomic():
        Payslip.objects.update(net=D("1000.00"))


def test_a_month_of_long_ago_is_a_slip_of_the_keyboard(world: Any, moment: Any) -> None:
    from payroll.errors import RunTooLate
    from payroll.models import PayrollRun
    from payroll.services.runs import start_run

    for month in (date(1, 1, 1), date(2020, 12, 1)):
        with pytest.raises(RunTooLate):
            start_run(
                month=month, on=date(2026, 12, 2), at=moment(2026, 12, 2), actor=world.actor(world.clerk)
            )
    assert not PayrollRun.objects.exists()


def test_a_shard_asks_the_database_as_often_for_one_worker_as_for_four(november: Any, moment: Any) -> None:
    from django.db import connection
    from django.test.utils import CaptureQueriesContext

    from payroll.models import Payslip
    from payroll.services.run_work import close_people, compute_people
    from tests.factories import make_person

    def asked(people: list[Any]) -> tuple[int, int]:
        counts = []
        for work in (compute_people, close_people):
            with CaptureQueriesContext(connection) as queries:
                work(run, [person.pk for person in people])
            counts.append(len(queries))
        return counts[0], counts[1]

    others = [make_person() for _ in range(4)]
    for person in others:
        november.submit(november.contract("200.00", person_id=person.pk, hours=D("7.6")), moment(2026, 11, 2))
    run = start(november, moment)
    run.closed_on, run.approved_at = date(2026, 12, 3), moment(2026, 12, 3)
    one = asked(others[:1])
    assert asked(others[1:4]) == one
    assert Payslip.objects.count() == 4
