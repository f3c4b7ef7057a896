"""A month of pay of twelve people, with a kill at every point: payslips, postings, files and messages are
those of a quiet month.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from tests.cluster import Cluster
from tests.kills.comparison import Traces
from tests.kills.house import House
from tests.kills.pay_acts import ACTS
from tests.kills.pay_house import KINDS
from tests.kills.pay_plays import acts, month, told
from tests.kills.pay_points import MONTH_POINTS, PAY_POINTS, PAY_STORIES
from tests.kills.points import BACKUP_POINTS, POINTS, Point
from tests.kills.stories import STORIES


@pytest.fixture(scope="module")
def payroll_house(cluster: Cluster, django_db_setup: None, django_db_blocker: Any) -> Iterator[House]:
    """Twelve people on the first of September; the tests work in copies."""
    from tests.kills.pay_house import build

    with django_db_blocker.unblock():
        made = build(cluster)
        yield made
        made.leave()


def _whole(house: House, points: tuple[Point, ...], *, printing: bool) -> Traces:
    """A month from its first to its last act, with a kill at each of the points."""
    chosen = acts(printing=printing)
    with month(house) as played:
        for act in chosen:
            played.play(act, told(points, act))
        assert played.reached == [point.name for act in chosen for point in told(points, act)]
        _everything_happened(played.house)
        assert played.breaks() == []
        return played.traces()


def _everything_happened(house: House) -> None:
    """The month has in it what is to be compared, each once."""

    def count(table: str, where: str = "true") -> int:
        ((number,),) = house.ask(f"SELECT count(*) FROM {table} WHERE {where}")  # noqa: S608 - our own words
        return int(number)

    paid = len(KINDS) - 1
    assert count("payroll_payslip") == paid + 1, "one has an employer more, one has no account"
    assert count("payroll_payexception", "code = 'invalid_payout'") == 1
    assert count("payroll_quartercontribution") > 0
    assert count("payroll_holidayblock") == count("workers_holidaycertificate") > 5
    assert count("payroll_payitem", "month = '2026-09-01'") > paid
    assert count("unemployment_unemploymentspell") == count("payroll_contractmonth", "number = 1") == 1
    assert count("payroll_payrollrun", "state <> 'closed'") == 0
    assert count("payroll_declaration", "kind = 'in'") == count("payroll_employmentcontract", OF_OFFICE)
    assert count("treasury_payoutbatch", "state = 'released'") == count("treasury_payoutbatch") == 3
    assert count("returns_publicreturn", "kind = 'dmfa' AND state = 'accepted'") == 1
    assert count("returns_publicreturn", "state NOT IN ('accepted', 'approved')") == 0
    assert count("returns_workerpaper", "kind = 'tax_slip'") == paid
    assert count("core_outboxmessage", "state <> 'done'") == 0


OF_OFFICE = "state <> 'draft'"


def _same(found: Traces, quiet: Traces) -> None:
    differences = found.differences(quiet)
    assert not differences, "\n".join(differences)


def test_a_month_with_a_kill_in_nearly_every_act_is_a_quiet_month(
    payroll_house: House, django_db_blocker: Any
) -> None:
    daily = tuple(point for point in MONTH_POINTS if point.daily)
    with django_db_blocker.unblock():
        quiet = _whole(payroll_house, (), printing=False)
        _same(_whole(payroll_house, daily, printing=False), quiet)


@pytest.mark.soak
def test_a_printed_month_with_a_kill_at_every_point_is_a_quiet_month(
    payroll_house: House, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        quiet = _whole(payroll_house, (), printing=True)
        _same(_whole(payroll_house, MONTH_POINTS, printing=True), quiet)


def test_each_point_of_payroll_is_named_once_and_played() -> None:
    """Those of the month here, those of single acts by `test_points`; each act has one by day."""
    names = [point.name for point in (*POINTS, *MONTH_POINTS, *BACKUP_POINTS)]
    assert len(set(names)) == len(names)
    assert len(PAY_POINTS) >= 20
    assert set(PAY_STORIES) <= set(STORIES)
    known = {act.name for act in ACTS}
    elsewhere = {"settle": "settle", "begin": "begin month", "compute": "slice", "approve": "approve month"}
    assert {point.story for point in MONTH_POINTS} | set(elsewhere) == known
    assert set(elsewhere.values()) <= {point.story for point in PAY_POINTS}
    of_month = [point.name for act in ACTS for point in told(MONTH_POINTS, act)]
    assert of_month == [point.name for point in MONTH_POINTS], "in the order of the month"
