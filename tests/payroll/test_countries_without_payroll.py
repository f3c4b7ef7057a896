"""France publishes no pay figures here: every door of payroll says so, and nothing is written."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from core.errors import DomainError
from tests.payroll.conftest import at


@pytest.fixture
def france(cooperative_fr: Any) -> Iterator[Any]:
    """The French cooperative with a member; none of its Activities is needed to be refused."""
    from core.tenancy import tenant_scope
    from core.uuid7 import uuid7
    from tests.factories import load_cooperative, make_person

    with tenant_scope(cooperative_fr):
        load_cooperative()
        yield make_person(first_name="Nora"), uuid7()


def rows() -> list[int]:
    from core.models import OutboxMessage
    from ledger.models import JournalEntry
    from payroll.models import EmploymentContract, PayrollRun

    return [model.objects.count() for model in (EmploymentContract, PayrollRun, JournalEntry, OutboxMessage)]


def refused(act: Any) -> None:
    before = rows()
    with pytest.raises(DomainError) as refusal:
        act()
    assert refusal.value.code == "no_payroll_engine"
    assert "FR" in refusal.value.detail.upper()
    assert rows() == before


def test_no_contract_is_written(france: Any) -> None:
    from payroll.services import create_contract
    from tests.factories import actor

    worker, activity = france
    for money in ({"gross": D("500.00")}, {"budget": D("775.00")}):
        refused(
            lambda money=money: create_contract(
                activity_id=activity,
                person_id=worker.pk,
                contract_type="employee",
                starts_on=date(2026, 11, 4),
                ends_on=date(2026, 11, 6),
                hours=D("22.8"),
                actor=actor(worker),
                **money,
            )
        )


def test_no_quick_job_is_done(france: Any) -> None:
    from payroll.services import quick_job
    from payroll.types import NewClient
    from tests.factories import actor

    worker, activity = france
    refused(
        lambda: quick_job(
            person=worker,
            activity_id=activity,
            client=NewClient({"kind": "consumer", "name": "Zoé"}),
            description="Affiche",
            dates=[date(2026, 11, 4)],
            hours=D("7.6"),
            amount=D("1000.00"),
            actor=actor(worker),
            now=at(2026, 11, 2),
        )
    )


def test_no_month_is_run(france: Any) -> None:
    from payroll.services.runs import start_month, start_run
    from tests.factories import actor

    worker, _ = france
    for start in (start_run, start_month):
        refused(
            lambda start=start: start(
                month=date(2026, 10, 1), on=date(2026, 11, 2), at=at(2026, 11, 2), actor=actor(worker)
            )
        )


def test_nothing_is_simulated(france: Any, client: Any) -> None:
    body = {"amount": "1000.00", "contract_type": "employee", "hours": "7.60", "direction": "invoice"}
    answer = client.post("/fr/api/v1/simulations/", body, content_type="application/json")
    assert (answer.status_code, answer.json()["code"]) == (404, "no_payroll_engine")
    page = client.get("/fr/simulateur/")
    assert page.status_code == 200
    assert "FR" in page.content.decode().upper()


def test_settlement_finds_nothing_to_pay(france: Any) -> None:
    from core.types import Actor
    from payroll.services import settle_due

    done = settle_due(on=date(2026, 11, 20), actor=Actor.system("settlement"))
    assert (done.items, done.exceptions) == ((), 0)
