"""Files of the batch channel: the simulated office answers as its schemas say; hostile files are not read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from core.identifiers import fictional_national_number
from payroll.dimona.answers import LARGEST, FormAnswer, Receipt, UnreadableFile, read_answers
from payroll.dimona.simulator import DimonaSimulator
from payroll.dimona.simulator.files import hand_in
from payroll.dimona.types import (
    OPEN_END,
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    ResultCode,
    WorkerType,
)
from payroll.dimona.xml import write_batch
from tests.conformance import CONFORMANCE, schema_errors

COOP = Employer("100006", "0000000196")
ZOE = fictional_national_number(date(1990, 3, 14), 2)
ALI = fictional_national_number(date(2004, 7, 1), 1)
FOREIGNER = fictional_national_number(date(1988, 5, 5), 7, bis=True)
MONDAY = datetime(2026, 11, 2, 9, 30)  # noqa: DTZ001 -- a declaration bears Belgian local time
WORK = DimonaIn("IN-1", MONDAY, COOP, ZOE, date(2026, 11, 10), date(2026, 11, 12))


@pytest.fixture
def office(tmp_path: Path) -> DimonaSimulator:
    return DimonaSimulator(tmp_path / "dimona.sqlite3", identity_polls=1)


def answered(office: DimonaSimulator, *declarations: Declaration) -> dict[str, FormAnswer]:
    """The answers to a file, by reference."""
    receipt, answers = hand_in(office, "FILE.xml", write_batch(declarations))
    assert read_answers(receipt) == [Receipt("FILE.xml", ())]
    assert answers is not None
    found = read_answers(answers)
    return {item.reference: item for item in found if isinstance(item, FormAnswer)}


def test_a_file_of_every_kind_is_answered_form_by_form(office: DimonaSimulator) -> None:
    first = answered(office, replace(WORK, ends_on=None))["IN-1"].result
    assert first is not None and first.code is ResultCode.ACCEPTED and first.period_id is not None
    found = answered(
        office,
        DimonaOut("OUT-1", MONDAY, COOP, first.period_id, date(2026, 11, 20), ZOE),
        DimonaUpdate("UP-1", MONDAY, COOP, first.period_id, None, OPEN_END, None, ZOE),
        DimonaUpdate("UP-2", MONDAY, COOP, first.period_id, None, OPEN_END, None, ZOE),
        DimonaCancel("CA-1", MONDAY, COOP, first.period_id, ZOE),
        replace(WORK, reference="BIS", national_number=FOREIGNER),
    )
    outcome = {key: answer.result and answer.result.code.value for key, answer in found.items()}
    assert outcome == {"OUT-1": "A", "UP-1": "A", "UP-2": "B", "CA-1": "A", "BIS": "S"}
    refusal = found["UP-2"].result
    assert refusal is not None and [a.code for a in refusal.anomalies] == ["90378-444"]


def test_a_file_that_nobody_can_read_is_refused_as_a_whole(office: DimonaSimulator) -> None:
    receipt, answers = hand_in(office, "FILE.xml", b"<Dimona><Form/></Dimona>")
    assert answers is None
    assert read_answers(receipt) == [Receipt("FILE.xml", ("90059-001",))]
    assert office.count_declarations() == 0


@pytest.mark.conformance
def test_receipts_and_answers_validate(office: DimonaSimulator) -> None:
    student = replace(
        WORK, reference="STU", national_number=ALI, worker_type=WorkerType.STUDENT, planned_hours=24
    )
    office.work_elsewhere(ALI, 2026, 640)
    declarations = [WORK, replace(WORK, reference="IN-2"), student]
    schemas = CONFORMANCE / "dimona"
    content = write_batch(declarations)
    receipt, answers = hand_in(office, "FILE.xml", content)
    assert answers is not None
    assert schema_errors(content, schemas / "Dimona_20231.xsd") == []
    assert schema_errors(receipt, schemas / "ACRF_20231.xsd") == []
    assert schema_errors(answers, schemas / "NOTIFICATION_20223.xsd") == []
    assert schema_errors(hand_in(office, "X", b"<")[0], schemas / "ACRF_20231.xsd") == []


BOMB = b"""<?xml version="1.0"?><!DOCTYPE ACRF [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]>
<ACRF><Form><FileReference><FileName>&b;</FileName></FileReference><ReceptionResult/></Form></ACRF>"""
OUTSIDE = b"""<!DOCTYPE ACRF [<!ENTITY a SYSTEM "file:///etc/passwd">]>
<ACRF><Form><FileReference><FileName>&a;</FileName></FileReference><ReceptionResult/></Form></ACRF>"""


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"PK\x03\x04",
        b"<ACRF/>",
        b"<Dimona><Form/></Dimona>",
        b"<ACRF><Form/></ACRF>",
        b"<NOTIFICATION><Form/></NOTIFICATION>",
        b"<ACRF>" + b"<a>" * 400 + b"</a>" * 400 + b"</ACRF>",
        b"<ACRF>" + b"<Form/>" * 20_001 + b"</ACRF>",
        b"<ACRF>" + b" " * LARGEST + b"</ACRF>",
        BOMB,
        OUTSIDE,
    ],
    ids=range(11),
)
def test_what_is_no_answer_of_the_office_is_refused(content: bytes) -> None:
    with pytest.raises(UnreadableFile):
        read_answers(content)


def notification(handling: str) -> bytes:
    return (
        "<NOTIFICATION><Form><HandledReference><ReferenceNbr>R</ReferenceNbr></HandledReference>"
        f"<HandlingResult>{handling}</HandlingResult></Form></NOTIFICATION>"
    ).encode()


@pytest.mark.parametrize(
    "handling",
    [
        "<ResultCode>1</ResultCode>",
        "<ResultCode>0</ResultCode>",
        "<ResultCode>1</ResultCode><ImpactReport><DimonaImpactReport>"
        "<DimonaPeriodId>12-34</DimonaPeriodId></DimonaImpactReport></ImpactReport>",
    ],
)
def test_an_answer_that_names_neither_period_nor_reason_says_nothing(handling: str) -> None:
    assert read_answers(notification(handling)) == [FormAnswer("R", None)]


@given(st.binary(max_size=200) | st.text(max_size=60).map(str.encode))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_file_breaks_the_reader(content: bytes) -> None:
    for file in (content, b"<NOTIFICATION><Form>" + content + b"</Form></NOTIFICATION>"):
        try:
            assert read_answers(file)
        except UnreadableFile as refusal:
            assert str(refusal)
