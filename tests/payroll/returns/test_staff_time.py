"""The time of staff under open-ended contracts, to the hour: each planned day is declared under one code."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from django.utils.translation import override
from lxml import etree

from tests.conformance import schema_errors
from tests.payroll.cdi.conftest import moment_of
from tests.payroll.cdi.conftest import staff as staff
from tests.payroll.cdi.test_absences import approve, ask, certificate
from tests.payroll.returns.test_quarterly import XSD, declaration, texts, xml_of

D = Decimal
APRIL = date(2026, 4, 1)


def away(staff: Any, contract: Any, kind: str, first: date, last: date | None = None, **more: Any) -> Any:
    """An absence, approved the day before it begins."""
    return approve(staff, ask(staff, contract, kind, first, last, **more), date(2026, 4, 1))


def paid_until(staff: Any, contract: Any, *days: date) -> None:
    """The months before these days are settled, one by one."""
    for day in days:
        staff.day(day, contract)


SECOND = (date(2026, 5, 1), date(2026, 6, 1), date(2026, 7, 1))
THIRD = (date(2026, 8, 1), date(2026, 9, 1), date(2026, 10, 1))


def times(row: Any) -> dict[str, tuple[D, D]]:
    """Days and hours by code, as the file says them."""
    root = etree.fromstring(xml_of(row))
    return {
        node.findtext("ServiceCode") or "": (
            D(node.findtext("ServiceNbrDays") or 0) / 100,
            D(node.findtext("ServiceNbrHours") or 0) / 100,
        )
        for node in root.iterfind(".//Service")
    }


def whole(row: Any) -> tuple[D, D]:
    """All days and hours of the file."""
    found = times(row).values()
    return sum((days for days, _ in found), D(0)), sum((hours for _, hours in found), D(0))


@pytest.mark.conformance
def test_three_days_of_unpaid_leave(staff: Any, world: Any) -> None:
    """The second quarter has 65 days of 7.6 hours, 22 of them in April: three are not paid."""
    world.earn("40000.00")
    contract = staff.contract()
    away(staff, contract, "unpaid_leave", date(2026, 4, 7), date(2026, 4, 9))
    paid_until(staff, contract, *SECOND)

    row = declaration(world, "2026-2", on=date(2026, 7, 10))

    assert times(row) == {"1": (D(62), D("471.2")), "30": (D(3), D("22.8"))}
    assert whole(row) == (D(65), D("494.0"))
    assert (row.totals["difference"], row.problems) == ("0.00", [])
    assert row.totals["declared"] == row.totals["books"] != "0.00"
    content = xml_of(row)
    assert schema_errors(content, XSD) == []
    assert (texts(content, ".//ContractType"), texts(content, ".//MeanWorkingHours")) == (["0"], ["3800"])
    assert D(texts(content, ".//RemunAmount")[0]) / 100 == sum(item.gross for item in contract.items.all())


@pytest.mark.conformance
def test_what_the_employer_pays_is_paid_time(staff: Any, world: Any) -> None:
    """Small leave, guaranteed pay and the holidays of April and May leave the 65 days under code 1."""
    world.earn("40000.00")
    contract = staff.contract()
    away(staff, contract, "small_leave", date(2026, 4, 7))
    away(staff, contract, "sickness", date(2026, 5, 11), date(2026, 5, 22), file=certificate())
    away(staff, contract, "birth_leave", date(2026, 6, 8), date(2026, 6, 10))
    paid_until(staff, contract, *SECOND)

    row = declaration(world, "2026-2", on=date(2026, 7, 10))

    assert times(row) == {"1": (D(65), D("494.0"))}


@pytest.mark.conformance
def test_sickness_beyond_the_guaranteed_month(staff: Any, world: Any) -> None:
    """Ill from 1 June to 17 July: June is paid; the thirteen days of July are not. July has 23 days."""
    world.earn("80000.00")
    contract = staff.contract()
    away(staff, contract, "sickness", date(2026, 6, 1), date(2026, 7, 17), file=certificate())
    paid_until(staff, contract, *SECOND)
    second = declaration(world, "2026-2", on=date(2026, 7, 10))
    paid_until(staff, contract, *THIRD)

    third = declaration(world, "2026-3", on=date(2026, 10, 10))

    assert times(second) == {"1": (D(65), D("494.0"))}
    assert times(third) == {"1": (D(53), D("402.8")), "50": (D(13), D("98.8"))}
    assert whole(third) == (D(66), D("501.6"))
    assert (third.totals["difference"], schema_errors(xml_of(third), XSD)) == ("0.00", [])


@pytest.mark.conformance
def test_a_quarter_of_maternity_is_declared_though_nothing_is_paid(staff: Any, world: Any) -> None:
    """1 July to 13 October: all 66 days of the third quarter under code 51, without pay or contribution."""
    from payroll.returns.models import ReturnRow

    world.earn("80000.00")
    contract = staff.contract()
    away(staff, contract, "maternity", date(2026, 7, 1), date(2026, 10, 13))
    paid_until(staff, contract, *SECOND, *THIRD, date(2026, 11, 1))

    third = declaration(world, "2026-3", on=date(2026, 10, 10))
    fourth = declaration(world, "2026-4", on=date(2026, 11, 10))

    assert times(third) == {"51": (D(66), D("501.6"))}
    assert ReturnRow.objects.get(public_return=third).person_id == world.worker.pk
    content = xml_of(third)
    assert schema_errors(content, XSD) == []
    assert texts(content, ".//RemunAmount") == texts(content, ".//ContributionAmount") == []
    assert (third.totals["declared"], third.totals["difference"]) == ("0.00", "0.00")
    october = {"1": (D(13), D("98.8")), "51": (D(9), D("68.4"))}
    assert times(fourth) == october, "November and December are still to be paid"


@pytest.mark.parametrize(
    ("kind", "first", "last", "code", "days"),
    [
        ("birth_leave", date(2026, 5, 4), date(2026, 5, 13), 52, 5),  # three of eight days are paid
        ("accident", date(2026, 4, 7), date(2026, 5, 15), 60, 7),  # paid for thirty days, until 6 May
        ("family_leave", date(2026, 4, 7), date(2026, 4, 8), 24, 2),
    ],
)
def test_each_absence_has_its_code_beyond_what_is_paid(
    staff: Any, world: Any, kind: str, first: date, last: date, code: int, days: int
) -> None:
    from payroll.worktime import work_times

    world.earn("40000.00")
    contract = staff.contract()
    away(staff, contract, kind, first, last)

    found = work_times(contract.entity_id, APRIL, date(2026, 6, 30), [world.worker.pk])

    own = [time for time in found if time.code == code]
    assert sum(time.days for time in own) == days
    assert sum(time.hours for time in own) == days * D("7.6")
    assert {time.code for time in found} == {1, code}
    assert (sum(time.days for time in found), sum(time.hours for time in found)) == (65, D("494.0"))


@pytest.mark.conformance
def test_temporary_unemployment_is_counted_once(staff: Any, world: Any) -> None:
    from tests.payroll.unemployment import test_open_ended as lost

    world.earn("40000.00")
    contract = staff.contract()
    lost.approve(staff, lost.ask(staff, contract, date(2026, 4, 7), date(2026, 4, 8)), date(2026, 4, 2))
    away(staff, contract, "family_leave", date(2026, 4, 9))
    away(staff, contract, "unpaid_leave", date(2026, 4, 10), half="morning")
    paid_until(staff, contract, *SECOND)

    row = declaration(world, "2026-2", on=date(2026, 7, 10))

    assert times(row) == {
        "1": (D("61.5"), D("467.4")),
        "24": (D(1), D("7.6")),
        "30": (D("0.5"), D("3.8")),
        "71": (D(2), D("15.2")),
    }
    assert whole(row) == (D(65), D("494.0"))
    assert schema_errors(xml_of(row), XSD) == []


@pytest.mark.conformance
def test_four_days_a_week_are_those_of_the_contract(staff: Any, world: Any) -> None:
    """Monday to Thursday: 52 days in the second quarter (April 18, May 16, June 18), one of them away."""
    world.earn("40000.00")
    week = [D("7.6")] * 4 + [D(0)] * 3
    contract = staff.contract(hours_by_day=week)
    away(staff, contract, "unpaid_leave", date(2026, 4, 8))
    paid_until(staff, contract, *SECOND)

    row = declaration(world, "2026-2", on=date(2026, 7, 10))

    content = xml_of(row)
    assert times(row) == {"1": (D(51), D("387.6")), "30": (D(1), D("7.6"))}
    assert texts(content, ".//WorkingDaysSystem") == ["400"]
    assert (texts(content, ".//ContractType"), texts(content, ".//MeanWorkingHours")) == (["1"], ["3040"])
    assert schema_errors(content, XSD) == []


@pytest.mark.conformance
def test_a_month_whose_correction_waits_stays_as_it_is_booked(staff: Any, world: Any) -> None:
    """April was paid, then turns out to be unpaid leave as a whole: pay and time follow together."""
    world.earn("40000.00")
    contract = staff.contract()
    paid_until(staff, contract, *SECOND)
    approve(staff, ask(staff, contract, "unpaid_leave", APRIL, date(2026, 4, 30)), date(2026, 7, 2))

    before = declaration(world, "2026-2", on=date(2026, 7, 10))
    assert times(before) == {"1": (D(65), D("494.0"))}
    paid_until(staff, contract, date(2026, 7, 11))

    after = declaration(world, "2026-2", on=date(2026, 7, 12))
    assert times(after) == {"1": (D(43), D("326.8")), "30": (D(22), D("167.2"))}
    assert after.totals["difference"] == "0.00"


def test_account_and_end_of_contract_say_the_days_away(staff: Any, world: Any) -> None:
    """The contract ends on 15 May: 22 and 11 days planned, of which four are not paid."""
    from payroll.cdi.services import end_contract as end
    from payroll.returns.kinds.ending import content_of
    from payroll.returns.paper_view import end_facts

    world.earn("40000.00")
    contract = staff.contract()
    away(staff, contract, "unpaid_leave", date(2026, 4, 7), date(2026, 4, 9))
    away(staff, contract, "family_leave", date(2026, 5, 6))
    paid_until(staff, contract, date(2026, 5, 1))
    end(
        contract_id=contract.pk, last_day=date(2026, 5, 15), reason="resigned", ended_by="worker", note="",
        on=moment_of(date(2026, 5, 4)), actor=world.actor(world.clerk),
    )  # fmt: skip
    contract.refresh_from_db()

    told = content_of(contract)
    assert (told["days"], told["hours"], told["mean_hours"]) == (29, "220.40", "38.00")
    assert [(time["code"], D(time["days"]), D(time["hours"]), time["month"]) for time in told["times"]] == [
        (30, D(3), D("22.8"), "2026-04"),
        (24, D(1), D("7.6"), "2026-05"),
    ]
    with override("fr"):
        shown = [value for _name, value in end_facts(told) if "code" in str(value)]
    assert shown == ["1 j, 7,6 h (code 24)", "3 j, 22,8 h (code 30)"]

    paid_until(staff, contract, date(2026, 5, 16))
    row = declaration(world, "2026", "individual_account", on=date(2027, 1, 11))
    [one] = row.rows.all()
    april, may = one.data["2026-04"], one.data["2026-05"]
    assert (D(april["days"]), D(april["hours"]), D(april["days_away"])) == (D(19), D("144.4"), D(3))
    assert (D(may["days"]), D(may["hours"]), D(may["days_away"])) == (D(10), D("76.0"), D(1))
