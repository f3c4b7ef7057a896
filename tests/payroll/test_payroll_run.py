"""`payroll_run`: the month of one entity from the command line, each step as often as one likes."""

from __future__ import annotations

import json
from datetime import date, datetime
from decimal import Decimal
from io import StringIO
from typing import Any

import pytest
from django.core.management import call_command

from core.types import Actor

D = Decimal


def payroll_run(*step: str, entity: str = "PA", month: str = "2026-11") -> Any:
    """What the command answers."""
    out = StringIO()
    call_command("payroll_run", *step, cooperative="be", entity=entity, month=month, as_json=True, stdout=out)
    return json.loads(out.getvalue())


@pytest.fixture
def december(world: Any, monkeypatch: Any) -> Any:
    """Example B worked, not settled; it is 2 December 2026, and two administrators can log in."""
    from core import clock
    from core.models import User

    world.submit(world.contract())
    for person, email in ((world.clerk, "paie@demo.example"), (world.chief, "paie2@demo.example")):
        person.user = User.objects.create_user(email=email, password="coquelicot-2026")
        person.save(update_fields=["user"])
    monkeypatch.setattr(clock, "today", lambda: date(2026, 12, 2))
    monkeypatch.setattr(clock, "now", lambda: datetime(2026, 12, 2, 9, tzinfo=clock.ZONE))
    return world


def test_preview_writes_nothing_and_tells_what_the_run_will_find(december: Any, snapshot: Any) -> None:
    before = snapshot()
    found = payroll_run("--preview")
    assert snapshot() == before
    assert (found["total"]["net"], found["to_come"]["net"]) == ("434.65", "434.65")
    assert (found["missing"]["to_settle"], found["new"]["count"], found["rows"][0]["entity"]) == (1, 1, "PA")
    assert payroll_run("--preview", entity="FA")["total"]["workers"] == 0


def test_the_month_from_compute_to_closed(december: Any, snapshot: Any) -> None:
    from ledger.treasury.models import Payout

    assert payroll_run("--compute", "--as", "paie@demo.example")["state"] == "review"
    again = payroll_run("--compute", "--as", "paie@demo.example")
    assert (again["state"], again["totals"]["net"], again["started_by"]) == (
        "review",
        "434.65",
        str(december.clerk),
    )
    assert payroll_run("--approve", "--as", "PAIE2@demo.example")["state"] == "closing"
    closed = payroll_run("--post")
    assert (closed["state"], closed["payslips"], closed["shards_waiting"]) == ("closed", 1, 0)
    assert sorted(Payout.objects.values_list("amount", flat=True)) == [D("67.25"), D("434.65")]

    before = snapshot()
    assert payroll_run("--post") == closed == payroll_run()
    assert snapshot() == before


def test_the_command_knows_role_and_second_person_as_the_page_does(december: Any, snapshot: Any) -> None:
    from core.models import User
    from ledger.errors import UnknownLegalEntity
    from payroll.errors import NoRunYet, NotPayrollAdmin, RunNotReady, SecondPersonNeeded

    with pytest.raises(NoRunYet):
        payroll_run()
    payroll_run("--compute", "--as", "paie@demo.example")
    before = snapshot()
    december.worker.user = User.objects.create_user(email="nora@demo.example", password="coquelicot-2026")
    december.worker.save(update_fields=["user"])
    for email in ("nora@demo.example", "nobody@demo.example"):
        with pytest.raises(NotPayrollAdmin):
            payroll_run("--approve", "--as", email)
    with pytest.raises(SecondPersonNeeded):
        payroll_run("--approve", "--as", "paie@demo.example")
    with pytest.raises(SecondPersonNeeded):
        payroll_run("--approve")
    with pytest.raises(RunNotReady):
        payroll_run("--post")
    with pytest.raises(UnknownLegalEntity):
        payroll_run("--preview", entity="XX")
    assert payroll_run()["state"] == "review"
    assert snapshot() == before


def test_entities_are_run_one_by_one_and_none_twice(december: Any, moment: Any) -> None:
    from payroll.errors import NothingToRun, RunExists
    from payroll.models import PayrollRun
    from payroll.services.runs import start_month, start_run

    given = {"on": date(2026, 12, 2), "at": moment(2026, 12, 2), "actor": Actor.system("test")}
    [run] = start_month(month=date(2026, 11, 1), **given)
    assert run.entity is not None
    assert run.entity.code == "PA", "nobody works for the others"
    with pytest.raises(NothingToRun):
        start_month(month=date(2026, 11, 1), **given)
    with pytest.raises(RunExists):
        start_run(month=date(2026, 11, 1), **given)
    with pytest.raises(RunExists):
        start_run(month=date(2026, 11, 1), entity_id=run.entity_id, **given)
    assert PayrollRun.objects.count() == 1
