"""A process that dies while a return is made or carried loses nothing and does nothing twice."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest
from django.db import transaction

from core.types import Actor
from tests.payroll.returns.test_life import JANUARY, approved, body
from tests.payroll.returns.test_quarterly import declaration, settle, xml_of

__all__ = ["body"]

D = Decimal


class Killed(Exception):
    """The process is gone: what its transaction wrote is too."""


@pytest.fixture
def three(world: Any) -> Any:
    """Three people worked for Nora's Activity in November and were settled."""
    from tests.factories import make_person

    for name in ("Idris", "Lou"):
        worker = make_person(first_name=name, last_name="Claes", adviser=world.adviser)
        world.submit(world.contract(person_id=worker.pk))
    world.submit(world.contract())
    settle()
    return world


def rows(row: Any) -> Any:
    from payroll.returns.models import ReturnRow

    found = ReturnRow.objects.filter(public_return=row).order_by("person_id")
    return [(one.person_id, one.declared, one.data) for one in found]


def test_a_build_goes_on_where_it_was_killed(three: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    from payroll.returns.models import PublicReturn
    from payroll.returns.periods import parse_return_period
    from payroll.returns.services import build_return, building, finish_building
    from payroll.returns.services.building import build_slice

    whole = declaration(three)
    expected, file = rows(whole), xml_of(whole)
    begun = build_return(
        kind="dmfa",
        entity=three.activity.entity,
        period=parse_return_period("dmfa", "2026-4"),
        on=JANUARY,
        actor=three.actor(three.clerk),
    )
    build_slice(return_id=begun.pk, limit=1)

    with pytest.raises(Killed), transaction.atomic():
        build_slice(return_id=begun.pk, limit=1)
        raise Killed
    assert len(rows(begun)) == 1

    def dies(row: Any) -> None:
        raise Killed

    while build_slice(return_id=begun.pk, limit=1):
        pass
    with monkeypatch.context() as broken:
        broken.setattr(building, "_write", dies)
        with pytest.raises(Killed):
            finish_building(return_id=begun.pk)
    assert PublicReturn.objects.get().state == "building"
    finish_building(return_id=begun.pk)

    assert finish_building(return_id=begun.pk) is None
    assert rows(begun) == expected
    begun.refresh_from_db()
    assert xml_of(begun).replace(b"V2<", b"V1<") == file


def test_who_begins_at_the_same_time_adds_nobody_twice(three: Any) -> None:
    from payroll.returns.services.building import build_slice

    row = declaration(three)

    assert not build_slice(return_id=row.pk)
    assert row.workers == len(rows(row)) == 3


def test_a_carrier_that_died_after_handing_over_files_nothing_twice(three: Any, body: Any) -> None:
    from payroll.returns.models import PublicReturn
    from payroll.returns.selectors import return_by_key
    from payroll.returns.services import carry, send_return, sending

    row = approved(three, declaration(three))
    send_return(return_id=row.pk, on=JANUARY, actor=three.actor(three.clerk))
    errand = sending._take(row.pk)
    assert errand is not None
    handed = sending._call(errand, body)  # and then the process dies
    assert handed is not None
    assert sending._take(row.pk) is None  # leased: nobody else carries it
    PublicReturn.objects.update(lease_until=None)

    for _attempt in range(2):
        carry(three.cooperative, row.pk, through=body)
        PublicReturn.objects.update(lease_until=None)
    sending._record(row.pk, errand.attempt, handed)  # the late one comes back

    assert (return_by_key(row.pk).state, return_by_key(row.pk).ticket) == ("accepted", handed.ticket)


def test_papers_go_on_where_they_were_killed(three: Any) -> None:
    from payroll.returns.models import WorkerPaper
    from payroll.returns.services import issue_papers, waiting

    row = approved(three, declaration(three, "2026", "tax_slips"))
    assert issue_papers(return_id=row.pk, on=JANUARY, limit=2) == 2
    assert waiting()[2] == [row.pk]

    assert issue_papers(return_id=row.pk, on=JANUARY, limit=2) == 1
    assert issue_papers(return_id=row.pk, on=JANUARY, limit=2) == 0

    assert waiting()[2] == []
    assert WorkerPaper.objects.count() == 3


def test_one_end_of_contract_that_is_refused_stops_no_other(three: Any) -> None:
    from members.models import NationalNumber
    from payroll.returns.models import PublicReturn
    from payroll.returns.selectors import ends_due
    from payroll.returns.services import end_due_contracts

    NationalNumber.objects.filter(person=three.worker).delete()
    day = JANUARY.replace(year=2026, month=11, day=6)

    assert end_due_contracts(on=day, actor=Actor.system("ends of contracts")) == (2, 1)

    assert [contract.person for contract in ends_due(day)] == [three.worker]
    assert set(PublicReturn.objects.values_list("state", flat=True)) == {"sent"}


def test_a_return_that_cannot_be_made_says_why_and_is_made_again(three: Any) -> None:
    from payroll.engine.errors import NoFigureInForce
    from payroll.returns.models import PublicReturn
    from payroll.returns.periods import parse_return_period
    from payroll.returns.selectors import queue
    from payroll.returns.services import build_return, building

    row = build_return(
        kind="dmfa",
        entity=three.activity.entity,
        period=parse_return_period("dmfa", "2026-4"),
        on=JANUARY,
        actor=three.actor(three.clerk),
    )

    building.give_up(return_id=row.pk, error=NoFigureInForce(figure="dmfa.codes", on="2026-12-31"))

    [failed] = queue()
    assert "dmfa.codes" in failed.error
    assert declaration(three).totals["difference"] == "0.00"
    assert PublicReturn.objects.get().error == ""
    building.give_up(return_id=row.pk, error=ValueError())  # too late: it is made
    assert PublicReturn.objects.get().state == "draft"
