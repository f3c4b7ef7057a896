"""Batch files of declarations meet the public schema, element by element."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from core.identifiers import fictional_national_number
from payroll.dimona.types import (
    OPEN_END,
    Declaration,
    DimonaCancel,
    DimonaError,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    PlaceOfWork,
    WorkerType,
    joint_committee_code,
    own_reference,
    planned_hours,
)
from payroll.dimona.xml import write_batch
from tests.conformance import CONFORMANCE, schema_errors

COOP = Employer("100006", "0000000196")
WORKER = "85073003328"
NOW = datetime(2026, 11, 2, 14, 35)  # noqa: DTZ001 -- a declaration bears Belgian local time
ORDINARY = DimonaIn("COOP-000123", NOW, COOP, WORKER, date(2026, 11, 10), date(2026, 11, 12))
STUDENT = replace(
    ORDINARY,
    worker_type=WorkerType.STUDENT,
    planned_hours=24,
    place_of_work=PlaceOfWork("Théâtre de la Place", "Place de l'Yser", "1", "4020", "Liège", 62063, box="2"),
)
PERIOD = "261000000137"
ALL: dict[str, Declaration] = {
    "ordinary": ORDINARY,
    "open-ended": replace(ORDINARY, ends_on=None),
    "student": STUDENT,
    "student at the office": replace(STUDENT, place_of_work=None, joint_committee="302"),
    "provisional employer": replace(ORDINARY, employer=Employer("5000000120", "0000000196")),
    "out": DimonaOut("COOP-000124", NOW, COOP, PERIOD, date(2026, 11, 30), WORKER),
    "shortened": DimonaUpdate("COOP-000125", NOW, COOP, PERIOD, ends_on=date(2026, 11, 11)),
    "moved, other hours": DimonaUpdate("COOP-000126", NOW, COOP, PERIOD, date(2026, 11, 9), None, 30, WORKER),
    "opened again": DimonaUpdate("COOP-000127", NOW, COOP, PERIOD, ends_on=OPEN_END),
    "cancel": DimonaCancel("COOP-000128", NOW, COOP, PERIOD),
}


@pytest.mark.conformance
@pytest.mark.parametrize("name", ALL)
def test_every_declaration_validates_against_the_public_schema(name: str) -> None:
    path = CONFORMANCE / "dimona" / "Dimona_20231.xsd"
    assert schema_errors(write_batch([ALL[name]]), path) == []


@pytest.mark.conformance
def test_a_whole_day_of_declarations_is_one_valid_file() -> None:
    content = write_batch(ALL.values())
    assert schema_errors(content, CONFORMANCE / "dimona" / "Dimona_20231.xsd") == []
    assert len(etree.fromstring(content).findall("Form")) == len(ALL)


def test_the_elements_stand_in_their_order() -> None:
    form = etree.fromstring(write_batch([STUDENT])).find("Form/DimonaIn")
    assert form is not None
    assert [child.tag for child in form] == [
        "StartingDate",
        "EndingDate",
        "PlannedHoursNbr",
        "EmployerId",
        "NaturalPerson",
        "DimonaFeatures",
        "StudentPlaceOfWork",
    ]
    assert form.findtext("NaturalPerson/INSS") == WORKER
    assert form.findtext("DimonaFeatures/WorkerType") == "STU"


def test_the_file_names_our_reference_and_the_moment() -> None:
    form = etree.fromstring(write_batch([ORDINARY])).find("Form")
    assert form is not None
    assert form.findtext("FormCreationHour") == "14:35:00.000"
    assert form.findtext("Reference/ReferenceNbr") == "COOP-000123"


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        (replace(ORDINARY, reference="x" * 21), "reference"),
        (replace(ORDINARY, reference=""), "reference"),
        (replace(ORDINARY, national_number="85073003329"), "national_number"),
        (replace(ORDINARY, employer=Employer("100007", "0000000196")), "nsso_number"),
        (replace(ORDINARY, employer=Employer("100006", "0000000197")), "enterprise_number"),
        (replace(ORDINARY, ends_on=date(2026, 11, 9)), "dates"),
        (replace(ORDINARY, joint_committee="304"), "joint_committee"),
        (replace(ORDINARY, planned_hours=8), "student_only"),
        (replace(STUDENT, planned_hours=None), "planned_hours"),
        (replace(STUDENT, planned_hours=1000), "planned_hours"),
        (replace(STUDENT, ends_on=None), "student_end"),
        (replace(STUDENT, ends_on=date(2027, 1, 2)), "student_quarter"),
        (DimonaCancel("R", NOW, COOP, "123"), "period_id"),
        (DimonaUpdate("R", NOW, COOP, PERIOD), "no_change"),
    ],
)
def test_what_the_body_would_not_take_in_is_refused_by_name(declaration: Declaration, code: str) -> None:
    with pytest.raises(DimonaError) as refusal:
        write_batch([declaration])
    assert refusal.value.code == code


def test_an_empty_file_is_refused() -> None:
    with pytest.raises(DimonaError):
        write_batch([])


def test_small_conventions() -> None:
    assert [joint_committee_code(number) for number in ("200", "302", "304")] == ["XXX", "302", "XXX"]
    assert [planned_hours(Decimal(hours)) for hours in ("7.6", "8", "0.1")] == [8, 8, 1]
    reference = own_reference(UUID(int=7))
    assert len(reference) == 20
    assert reference == own_reference(UUID(int=7)) != own_reference(UUID(int=8))


@pytest.mark.conformance
@given(
    st.dates(date(1950, 1, 1), date(2010, 12, 31)),
    st.integers(1, 998),
    st.dates(date(2026, 1, 1), date(2028, 12, 31)),
    st.integers(1, 999),
    st.text(min_size=1, max_size=120),
)
def test_any_student_anywhere_gives_a_valid_file(
    born: date, serial: int, day: date, hours: int, place: str
) -> None:
    declaration = replace(
        STUDENT,
        national_number=fictional_national_number(born, serial),
        starts_on=day,
        ends_on=day,
        planned_hours=hours,
        place_of_work=PlaceOfWork(place, place, place, place, place, 21004, box=place),
    )
    assert schema_errors(write_batch([declaration]), CONFORMANCE / "dimona" / "Dimona_20231.xsd") == []
