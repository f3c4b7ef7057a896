"""The quarterly declaration says what the books owe, worker by worker, in the schema of the office."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from lxml import etree

from core.types import Actor
from tests.conformance import CONFORMANCE, schema_errors

D = Decimal
SYSTEM = Actor.system("settlement")
XSD = CONFORMANCE / "dmfa" / "DmfAOriginal_20223.xsd"


def settle(on: date = date(2026, 12, 1)) -> None:
    from payroll.services import settle_due

    settle_due(on=on, actor=SYSTEM)


def declaration(world: Any, quarter: str = "2026-4", kind: str = "dmfa", on: date = date(2027, 1, 11)) -> Any:
    """A return built to its end by the clerk."""
    from payroll.returns.periods import parse_return_period
    from payroll.returns.selectors import return_by_key
    from payroll.returns.services import build_return, finish_building
    from payroll.returns.services.building import build_slice

    row = build_return(
        kind=kind,
        entity=world.activity.entity,
        period=parse_return_period(kind, quarter),
        on=on,
        actor=world.actor(world.clerk),
    )
    while build_slice(return_id=row.pk, limit=1):
        pass
    finish_building(return_id=row.pk)
    return return_by_key(row.pk)


def xml_of(row: Any) -> bytes:
    from core.files import read_file

    return read_file(row.file)


def texts(content: bytes, path: str) -> list[str]:
    return [node.text or "" for node in etree.fromstring(content).iterfind(path)]


@pytest.mark.conformance
@pytest.mark.parametrize("kind", ["employee", "artistic", "student"])
def test_the_contract_of_example_b_is_declared_as_booked(world: Any, kind: str) -> None:
    world.submit(world.contract(contract_type=kind))
    settle()

    row = declaration(world)

    owed = {"employee": "200.35", "artistic": "246.46", "student": "40.70"}[kind]
    assert (row.totals["declared"], row.totals["books"], row.totals["difference"]) == (owed, owed, "0.00")
    assert row.problems == []
    content = xml_of(row)
    assert schema_errors(content, XSD) == []
    assert texts(content, ".//NetOwedAmount") == [owed.replace(".", "").lstrip("0")]
    assert texts(content, ".//WorkerCode") == [{"employee": "495", "artistic": "046", "student": "841"}[kind]]
    added = sum(
        int(amount)
        for name in ("ContributionAmount", "StudentContributionAmount")
        for amount in texts(content, f".//{name}")
    )
    taken = sum(int(amount) for amount in texts(content, ".//DeductionAmount"))
    assert added - taken == int(D(owed) * 100)


@pytest.mark.conformance
def test_exit_holiday_is_declared_with_the_last_contract(world: Any, moment: Any) -> None:
    """Simple holiday pay under code 7 with ordinary contributions, the retention on the double part apart."""
    from payroll.models import EmploymentContract, HolidayBlock
    from payroll.services.holidays import held_of, holiday_due, pay_holiday

    world.submit(world.contract("2000.00", ends_on=date(2026, 11, 30), hours=D("144.4")))
    settle(date(2026, 12, 2))
    contract = EmploymentContract.objects.get()
    held = held_of([world.worker.pk])[world.worker.pk, contract.entity_id]
    due = holiday_due(
        world.worker, contract.entity_id, held, month=date(2026, 11, 1), paid_on=date(2026, 12, 4)
    )
    assert due is not None
    pay_holiday(
        person=world.worker,
        entity_id=contract.entity_id,
        month=date(2026, 11, 1),
        due=due,
        paid_on=date(2026, 12, 4),
    )

    row = declaration(world)

    content, block = xml_of(row), HolidayBlock.objects.get()
    assert schema_errors(content, XSD) == []
    assert row.totals["difference"] == "0.00"
    assert texts(content, ".//RemunCode") == ["1", "7"]
    assert texts(content, ".//RemunAmount") == ["200000", str(int(block.simple * 100))]
    retention = [
        node.findtext("ContributionAmount")
        for node in etree.fromstring(content).iterfind(".//WorkerContribution")
        if node.findtext("ContributionWorkerCode") == "870"
    ]
    assert retention == [str(int(block.onss_double * 100))]


@pytest.mark.conformance
def test_contracts_of_one_worker_are_occupations_of_one_record(world: Any) -> None:
    world.submit(world.contract())
    world.submit(world.contract(starts_on=date(2026, 11, 9), ends_on=date(2026, 11, 12), hours=D("15.2")))
    settle()

    content = xml_of(declaration(world))

    assert schema_errors(content, XSD) == []
    assert texts(content, ".//OccupationStartingDate") == ["2026-11-04", "2026-11-09"]
    assert texts(content, ".//ServiceNbrDays") == ["300", "400"]
    assert texts(content, ".//ServiceNbrHours") == ["2280", "1520"]
    assert texts(content, ".//ContractType") == ["0", "1"]
    assert texts(content, ".//MeanWorkingHours") == ["3800", "1900"]


def test_time_that_a_room_keeps_is_counted_by_its_code(world: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from payroll import worktime
    from payroll.models import EmploymentContract

    world.submit(world.contract())
    settle()
    contract = EmploymentContract.objects.get()

    def ill(entity: Any, first: date, last: date, people: Any) -> list[worktime.WorkTime]:
        del entity, first, last, people
        month = date(2026, 11, 1)
        return [worktime.WorkTime(world.worker.pk, contract.pk, month, 50, D(1), D("7.6"), paid=True)]

    monkeypatch.setattr(worktime, "_sources", [ill])

    content = xml_of(declaration(world))

    assert texts(content, ".//ServiceCode") == ["1", "50"]
    assert texts(content, ".//ServiceNbrDays") == ["200", "100"]
