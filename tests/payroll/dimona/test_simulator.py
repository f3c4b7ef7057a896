"""The stand-in for the social security office refuses as the office does, and remembers what it was told."""

from __future__ import annotations

import multiprocessing
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from core.identifiers import fictional_national_number
from payroll.dimona.port import DeclarationRejected, DimonaGateway, GatewayUnavailable
from payroll.dimona.simulator import DimonaSimulator
from payroll.dimona.types import (
    OPEN_END,
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    Result,
    ResultCode,
    WorkerType,
)

COOP = Employer("100006", "0000000196")
OTHER = Employer("199999934", "0000000295")
ZOE = fictional_national_number(date(1990, 3, 14), 2)
ALI = fictional_national_number(date(2004, 7, 1), 1)


def moment(month: int, day: int, hour: int) -> datetime:
    return datetime(2026, month, day, hour)  # noqa: DTZ001 -- a declaration bears Belgian local time


MONDAY = moment(11, 2, 9)
WORK = DimonaIn("IN-1", MONDAY, COOP, ZOE, date(2026, 11, 10), date(2026, 11, 12))
STUDENT = replace(
    WORK, reference="STU-1", national_number=ALI, worker_type=WorkerType.STUDENT, planned_hours=24
)


@pytest.fixture
def office(tmp_path: Path) -> DimonaSimulator:
    return DimonaSimulator(tmp_path / "office" / "dimona.sqlite3")


def declare(office: DimonaGateway, declaration: Declaration) -> Result:
    answer = office.poll(office.submit(declaration))
    assert answer is not None
    return answer


def codes(result: Result) -> list[str]:
    return [anomaly.code for anomaly in result.anomalies]


def declared(office: DimonaGateway, declaration: Declaration = WORK) -> str:
    result = declare(office, declaration)
    assert result.period_id is not None
    return result.period_id


def test_a_worker_is_declared_and_gets_a_period(office: DimonaSimulator) -> None:
    result = declare(office, WORK)
    assert result.code is ResultCode.ACCEPTED
    assert result.period_id is not None and len(result.period_id) == 12 and result.period_id.isdigit()
    period = office.period(result.period_id)
    assert period is not None
    assert (period.starts_on, period.ends_on, period.is_cancelled) == (WORK.starts_on, WORK.ends_on, False)


def test_the_same_reference_declares_once_even_a_day_later(office: DimonaSimulator) -> None:
    first = office.submit(WORK)
    again = office.submit(replace(WORK, created_at=MONDAY.replace(day=3)))
    assert first == again
    assert len(office.periods_of(ZOE)) == office.count_declarations() == 1


def test_a_reference_of_another_declaration_is_rejected(office: DimonaSimulator) -> None:
    office.submit(WORK)
    with pytest.raises(DeclarationRejected) as refusal:
        office.submit(replace(WORK, ends_on=date(2026, 11, 13)))
    assert refusal.value.code == "reference_reused"
    assert office.count_declarations() == 1


def test_the_office_remembers_after_a_restart(office: DimonaSimulator) -> None:
    identifier = office.submit(WORK)
    later = DimonaSimulator(office.memory.path)
    assert later.submit(WORK) == identifier
    assert later.poll(identifier) == office.poll(identifier)


def test_the_office_takes_its_time(tmp_path: Path) -> None:
    office = DimonaSimulator(tmp_path / "slow.sqlite3", latency_polls=2)
    identifier = office.submit(WORK)
    answers = [office.poll(identifier) for _ in range(4)]
    assert answers[:2] == [None, None]
    assert answers[2] == answers[3] and answers[2] is not None and answers[2].is_accepted


def test_a_worker_outside_the_national_register_waits_for_the_identity(tmp_path: Path) -> None:
    office = DimonaSimulator(tmp_path / "bis.sqlite3", identity_polls=1)
    foreigner = fictional_national_number(date(1988, 5, 5), 7, bis=True)
    identifier = office.submit(replace(WORK, national_number=foreigner))
    first, second = office.poll(identifier), office.poll(identifier)
    assert first is not None and first.code is ResultCode.WAITING and first.period_id is None
    assert second is not None and second.is_accepted


def test_an_unknown_declaration_is_not_answered(office: DimonaSimulator) -> None:
    for identifier in ("999", "abc", "", "9" * 40):
        with pytest.raises(DeclarationRejected):
            office.poll(identifier)


def test_the_late_declaration_is_accepted_with_a_remark(office: DimonaSimulator) -> None:
    same_day = declare(office, replace(WORK, created_at=moment(11, 10, 23)))
    the_day_after = replace(WORK, reference="IN-2", national_number=ALI, created_at=moment(11, 11, 0))
    late = declare(office, the_day_after)
    assert same_day.code is ResultCode.ACCEPTED
    assert (late.code, codes(late)) == (ResultCode.WARNING, ["90373-460"])


def refused(office: DimonaSimulator, declaration: Declaration, code: str) -> None:
    before = office.periods_of(ZOE) + office.periods_of(ALI)
    result = declare(office, declaration)
    assert (result.code, codes(result), result.period_id) == (ResultCode.REFUSED, [code], None)
    assert office.periods_of(ZOE) + office.periods_of(ALI) == before


def test_what_the_office_refuses_leaves_no_period(office: DimonaSimulator) -> None:
    refused(office, replace(WORK, reference="a", national_number="85073003329"), "90017-151")
    refused(office, replace(WORK, reference="b", ends_on=date(2026, 11, 9)), "00911-014")
    refused(office, replace(STUDENT, reference="c", ends_on=date(2027, 1, 4)), "90373-421")


def test_an_employer_that_the_office_does_not_know_is_refused(tmp_path: Path) -> None:
    office = DimonaSimulator(tmp_path / "few.sqlite3", employers=frozenset({"0001000-06"}))
    refused(office, replace(WORK, employer=OTHER), "90373-343")
    assert declare(office, WORK).is_accepted


@pytest.mark.parametrize(
    ("declaration", "code"),
    [
        (replace(STUDENT, planned_hours=None), "planned_hours"),
        (replace(WORK, planned_hours=8), "student_only"),
        (replace(STUDENT, ends_on=None), "student_end"),
        (replace(WORK, joint_committee="200"), "joint_committee"),
        (replace(WORK, reference="x" * 21), "reference"),
    ],
)
def test_what_is_no_declaration_is_not_taken_in(
    office: DimonaSimulator, declaration: Declaration, code: str
) -> None:
    with pytest.raises(DeclarationRejected) as refusal:
        office.submit(declaration)
    assert refusal.value.code == code
    assert office.count_declarations() == 0


def test_the_same_period_twice_and_an_overlap_are_told_apart(office: DimonaSimulator) -> None:
    declared(office)
    refused(office, replace(WORK, reference="IN-2"), "90373-333")
    refused(office, replace(WORK, reference="IN-3", starts_on=date(2026, 11, 12), ends_on=None), "90373-334")


def test_the_next_day_another_employer_or_another_kind_do_not_overlap(office: DimonaSimulator) -> None:
    declared(office)
    next_day = replace(WORK, reference="IN-2", starts_on=date(2026, 11, 13), ends_on=date(2026, 11, 13))
    assert declare(office, next_day).code is ResultCode.ACCEPTED
    assert declare(office, replace(WORK, reference="IN-3", employer=OTHER)).code is ResultCode.ACCEPTED
    assert declare(office, replace(STUDENT, reference="IN-4", national_number=ZOE)).is_accepted


def test_a_student_beyond_650_hours_of_all_employers_is_accepted_with_a_remark(
    office: DimonaSimulator,
) -> None:
    assert declare(office, replace(STUDENT, planned_hours=400)).code is ResultCode.ACCEPTED
    rest = replace(STUDENT, reference="STU-2", employer=OTHER, planned_hours=250)
    assert declare(office, rest).code is ResultCode.ACCEPTED
    more = replace(
        rest, reference="STU-3", planned_hours=1, starts_on=date(2026, 12, 1), ends_on=date(2026, 12, 1)
    )
    beyond = declare(office, more)
    assert (beyond.code, codes(beyond)) == (ResultCode.WARNING, ["90017-369"])
    next_year = replace(more, reference="STU-4", starts_on=date(2027, 1, 5), ends_on=date(2027, 1, 5))
    assert declare(office, next_year).code is ResultCode.ACCEPTED


def test_a_contract_cancelled_before_its_start_is_cancelled_once(office: DimonaSimulator) -> None:
    period = declared(office)
    done = declare(office, DimonaCancel("C-1", MONDAY, COOP, period, ZOE))
    assert (done.code, done.period_id) == (ResultCode.ACCEPTED, period)
    again = declare(office, DimonaCancel("C-2", MONDAY, COOP, period))
    assert again.code is ResultCode.REFUSED and [a.code for a in again.anomalies] == ["00913-355"]
    assert declare(office, replace(WORK, reference="IN-2")).is_accepted


def test_only_the_employer_of_a_known_period_may_change_it(office: DimonaSimulator) -> None:
    period = declared(office)
    refused(office, DimonaCancel("C-1", MONDAY, COOP, "123456789012"), "00913-181")
    refused(office, DimonaCancel("C-2", MONDAY, OTHER, period), "00913-354")
    refused(office, DimonaCancel("C-3", MONDAY, COOP, period, ALI), "00024-347")


def test_a_contract_is_shortened_and_lengthened_in_time(office: DimonaSimulator) -> None:
    period = declared(office)
    shorter = DimonaUpdate("U-1", MONDAY, COOP, period, ends_on=date(2026, 11, 11))
    assert declare(office, shorter).code is ResultCode.ACCEPTED
    refused(office, replace(shorter, reference="U-2"), "90378-444")
    after = moment(11, 12, 8)
    refused(office, DimonaUpdate("U-3", after, COOP, period, ends_on=date(2026, 11, 20)), "00911-344")
    refused(office, DimonaUpdate("U-4", after, COOP, period, starts_on=date(2026, 11, 11)), "00910-344")
    refused(office, DimonaUpdate("U-5", MONDAY, COOP, period, ends_on=date(2026, 11, 1)), "00911-014")
    refused(office, DimonaUpdate("U-6", MONDAY, COOP, period), "90378-444")
    known = office.period(period)
    assert known is not None and known.ends_on == date(2026, 11, 11)


def test_an_update_may_not_run_into_the_next_contract(office: DimonaSimulator) -> None:
    period = declared(office)
    declared(
        office, replace(WORK, reference="IN-2", starts_on=date(2026, 11, 16), ends_on=date(2026, 11, 17))
    )
    refused(office, DimonaUpdate("U-1", MONDAY, COOP, period, ends_on=date(2026, 11, 16)), "90373-334")


def test_a_period_is_opened_again_and_closed_by_an_out(office: DimonaSimulator) -> None:
    period = declared(office)
    refused(office, DimonaOut("O-1", MONDAY, COOP, period, date(2026, 11, 12)), "00913-356")
    assert declare(office, DimonaUpdate("U-1", MONDAY, COOP, period, ends_on=OPEN_END)).is_accepted
    refused(office, DimonaOut("O-2", MONDAY, COOP, period, date(2026, 11, 9)), "00911-014")
    friday = date(2026, 11, 27)
    in_time = moment(11, 30, 12)
    assert declare(office, DimonaOut("O-3", in_time, COOP, period, friday)).code is ResultCode.ACCEPTED
    known = office.period(period)
    assert known is not None and known.ends_on == friday


def test_a_late_out_is_accepted_with_a_remark(office: DimonaSimulator) -> None:
    period = declared(office, replace(WORK, ends_on=None))
    late = moment(12, 1, 12)
    result = declare(office, DimonaOut("O-1", late, COOP, period, date(2026, 11, 27)))
    assert (result.code, codes(result)) == (ResultCode.WARNING, ["90378-460"])


def test_an_office_that_is_closed_is_told_apart_from_a_refusal(office: DimonaSimulator) -> None:
    identifier = office.submit(WORK)
    office.memory.path = office.memory.path.parent / "nowhere" / "dimona.sqlite3"
    with pytest.raises(GatewayUnavailable):
        office.poll(identifier)


def submit_alone(path: Path, number: int) -> str:
    office = DimonaSimulator(path)
    shared = office.submit(WORK)
    office.submit(
        replace(
            WORK, reference=f"P-{number}", national_number=fictional_national_number(date(1980, 1, 1), number)
        )
    )
    return shared


def test_many_processes_declare_at_once(tmp_path: Path) -> None:
    path = tmp_path / "shared.sqlite3"
    with multiprocessing.get_context("spawn").Pool(3) as pool:
        shared = pool.starmap(submit_alone, [(path, number) for number in range(1, 13)])
    office = DimonaSimulator(path)
    assert len(set(shared)) == 1
    assert len(office.periods_of(ZOE)) == 1
    assert office.count_declarations() == 13
