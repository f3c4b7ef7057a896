"""Limits of a month or a year count the same whether pay is settled one by one or together."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from django.db import transaction

from core.types import Actor
from tests.payroll.conftest import at
from tests.payroll.deductions.conftest import clerks as clerks
from tests.payroll.deductions.conftest import table as table
from tests.payroll.test_quota import ABOVE, elsewhere
from tests.payroll.test_quota import answer as answer
from tests.payroll.test_quota import student as student

D = Decimal
SYSTEM = Actor.system("settlement")
ON = date(2026, 12, 1)


def settled(keys: list[Any]) -> list[Any]:
    """The parts are settled together; what each became, in the order of settling, and who takes of it."""
    from ledger.treasury.models import Payout
    from payroll.models import PayItem
    from payroll.services.settlement import settle_months

    done = settle_months(keys=keys, on=ON, actor=SYSTEM)
    assert done.exceptions == 0
    return [
        (
            item.contract_month.month,
            *(item.worker_type, item.gross, item.work_bonus_a, item.work_bonus_b, item.withholding_tax),
            *(item.net, item.payable, item.carried_out),
            [(row.kind, row.amount) for row in item.deductions.order_by("pk")],
            list(Payout.objects.filter(source_id=item.pk).values_list("amount", flat=True)),
        )
        for item in PayItem.objects.filter(pk__in=done.items).order_by("settled_at", "pk")
    ]


def alike() -> list[Any]:
    """Everything that waits, settled one by one, undone, settled together: the same, which is answered."""
    from payroll import checks
    from payroll.models import ContractMonth

    class Undo(Exception):
        """Nothing of it stands."""

    order = ContractMonth.objects.filter(settled=False).order_by("last_day", "contract_id", "month", "number")
    keys = list(order.values_list("pk", flat=True))
    single: list[Any] = []
    with pytest.raises(Undo), transaction.atomic():
        for key in keys:
            single += settled([key])
        raise Undo
    together = settled(keys)
    assert together == single
    assert [*checks.unpaid_wages_equal_account(), *checks.owed_equals_books()] == []
    return together


def three(world: Any, gross: str = "500.00", **more: Any) -> list[Any]:
    """Three contracts of three days in November."""
    return [
        world.submit(
            world.contract(gross, starts_on=date(2026, 11, day), ends_on=date(2026, 11, day + 2), **more)
        )
        for day in (4, 16, 23)
    ]


def taken(rows: list[Any]) -> list[Decimal]:
    return [sum((amount for _, amount in row[-2]), D(0)) for row in rows]


def test_the_seizable_part_of_the_month(world: Any, clerks: Any, table: Path) -> None:
    """Everything above 600.00 of the month's net goes to the creditor, whatever the contract."""
    clerks.seizure(total=D("9000.00"))
    three(world)
    rows = alike()
    whole = sum(row[6] for row in rows)
    assert sum(taken(rows)) == D("120.00") + (whole - D("600.00"))


def test_the_seizable_part_after_a_correction_that_pays_nothing(world: Any, clerks: Any, table: Path) -> None:
    """The month's net counts what was taken back although nothing of that is paid: 500.00 less, then 500.00
    more is a month of the first 500.00.
    """
    from payroll.services import correct_month, settle_due

    first = world.submit(world.contract())
    settle_due(on=date(2026, 11, 10), actor=SYSTEM)
    clerks.seizure(total=D("9000.00"), notified_on=date(2026, 11, 12))
    correct_month(
        contract_month_id=first.months.get().pk,
        hours=D("-11.4"),
        gross=D("-250.00"),
        reason="moitié prestée",
        actor=world.actor(world.clerk),
    )
    world.submit(world.contract(starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 18)))
    rows = alike()
    assert rows[0][7] == 0 > rows[0][8], "taken back: nothing is paid of it"


def test_a_seizure_of_one_entity_counts_the_pay_of_the_others(world: Any, clerks: Any, table: Path) -> None:
    """Work in another entity is not seized, and its net is part of the month all the same."""
    from activities.services import approve_activity, request_activity

    other = request_activity(
        person=world.worker,
        name="Cours",
        tool="activity",
        function_code="informatique_graphisme",
        entity_code="FA",
        requested_on=date(2026, 9, 1),
        actor=world.member,
    )
    approve_activity(activity_id=other.pk, on=date(2026, 9, 1), actor=world.actor(world.adviser))
    world.earn("10000.00", other)
    clerks.seizure(total=D("9000.00"), entity_id=world.activity.entity_id)
    world.submit(world.contract(activity_id=other.pk))
    world.submit(world.contract(starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 18)))
    rows = alike()
    assert taken(rows)[0] == 0 < taken(rows)[1]
    assert taken(rows)[1] > D("53.86"), "more than if the month were that contract alone"


def test_so_much_of_maintenance_a_month_and_so_much_in_all(world: Any, clerks: Any, table: Path) -> None:
    clerks.seizure(kind="alimony", total=None, per_month=D("600.00"))
    clerks.seizure(kind="cession", total=D("100.00"), reference="Dossier 13")
    three(world)
    rows = alike()
    assert sum(amount for row in rows for kind, amount in row[-2] if kind == "alimony") == D("600.00")
    assert sum(amount for row in rows for kind, amount in row[-2] if kind == "cession") == D("100.00")


def test_two_exit_holidays_of_one_month(world: Any, clerks: Any, table: Path) -> None:
    """Paid together they are judged with each other: what stands before is the first one's net."""
    from payroll.payable import Payable, to_pay

    def holiday(number: int, net: str) -> Payable:
        from core.uuid7 import uuid7

        key = uuid7()
        return Payable(
            key, "payroll.holidayblock", world.worker.pk, world.worker.party_id, key, date(2026, 11, 1),
            ON, ON, D(net), D(net), D(net), D(net),
        )  # fmt: skip

    rows = to_pay([holiday(1, "100.00"), holiday(2, "-30.00"), holiday(3, "50.00")])
    assert [(row.net, row.before) for row in rows] == [(D("100.00"), D(0)), (D("50.00"), D("70.00"))]


def test_the_work_bonus_of_a_year(world: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The yearly cap, here 100.00 for an entity: over the months of one batch it is reached once."""
    from payroll.engine.engines import BelgianEngine
    from payroll.services.settlement import facts

    world.earn("20000.00")
    engine = BelgianEngine(capped(tmp_path, "100.00"))
    monkeypatch.setattr(facts, "engine_of", lambda country: engine)
    for first in (date(2026, 9, 7), date(2026, 10, 5), date(2026, 11, 16)):
        contract = world.contract("640.00", starts_on=first, ends_on=first + timedelta(days=4), hours=D("38"))
        world.submit(contract, on=at(first.year, first.month, first.day - 3))
    rows = alike()
    assert sum(row[3] + row[4] for row in rows) == D("100.00")


def test_the_hours_of_a_student(world: Any) -> None:
    """600 hours wait: of three contracts of 22.8 hours submitted together the third passes 650."""
    from payroll.models import ContractMonth, EmploymentContract
    from payroll.services import BatchPerson, submit_batch, write_batch

    year = world.submit(world.contract("2000.00", contract_type="student", hours=D("36")))
    ContractMonth.objects.filter(contract=year).update(hours=D("600"))
    batch = write_batch(
        activity_id=world.activity.pk,
        key="trois",
        shared={"contract_type": "student", "hours": D("22.8"), "gross": D("400.00")},
        people=[
            BatchPerson(
                world.worker.pk, {"starts_on": date(2026, 11, day), "ends_on": date(2026, 11, day + 2)}
            )
            for day in (9, 16, 23)
        ],
        actor=world.member,
    )
    submit_batch(batch_id=batch.pk, on=at(2026, 11, 2), actor=world.member)
    states = EmploymentContract.objects.exclude(pk=year.pk).order_by("starts_on")
    assert [row.state for row in states] == ["submitted", "submitted"]
    assert [row.code for row in batch.rows.order_by("pk")] == ["", "", "student_quota_exceeded"]


def test_hours_of_a_student_that_the_office_counts_outside_the_quota(
    world: Any, student: Any, answer: Any
) -> None:
    """620 hours elsewhere, and two contracts of 22.8: 15.6 hours are above 650, however they are settled."""
    first = student()
    second = student(starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 18))
    elsewhere(world, "620")
    answer(first)
    answer(second, ABOVE)
    rows = alike()
    assert [row[1] for row in rows] == ["student", "student", "employee"]


def test_an_advance_given_back_by_what_comes(world: Any) -> None:
    """144.88 of the first contract's work: the pay of that month gives it back."""
    from payroll.deductions.services import agree_advance, ask_advance

    three(world)
    day = date(2026, 11, 5)
    row = ask_advance(person=world.worker, amount=D("144.88"), on=day, actor=world.member)
    agree_advance(advance_id=row.pk, on=day, actor=world.actor(world.clerk))
    rows = alike()
    assert taken(rows) == [D("144.88"), D(0), D(0)]


def capped(folder: Path, cap: str) -> Any:
    """The delivered figures with another yearly cap of the work bonus."""
    from payroll.engine.statutory import STATUTORY, load_figures

    for file in (STATUTORY / "be").glob("*.yaml"):
        text = file.read_text(encoding="utf-8")
        (folder / file.name).write_text(text.replace("value: 3594.36", f"value: {cap}"), encoding="utf-8")
    return load_figures("be", [folder])
