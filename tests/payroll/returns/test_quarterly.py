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
