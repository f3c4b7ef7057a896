"""Every anomaly of the table: the simulated office says it when it should; it has words in four tongues."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime
from pathlib import Path

import pytest

from core.identifiers import fictional_national_number
from payroll.dimona.anomalies import LANGUAGES, Consequence, consequence_of, known, table, words_of
from payroll.dimona.simulator import DimonaSimulator
from payroll.dimona.types import (
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    Result,
    WorkerType,
)

COOP = Employer("100006", "0000000196")
OTHER = Employer("199999934", "0000000295")
ZOE = fictional_national_number(date(1990, 3, 14), 2)
ALI = fictional_national_number(date(2004, 7, 1), 1)
FOREIGNER = fictional_national_number(date(1988, 5, 5), 7, bis=True)


def moment(month: int, day: int, *, year: int = 2026) -> datetime:
    return datetime(year, month, day, 9)  # noqa: DTZ001 -- a declaration bears Belgian local time


MONDAY = moment(11, 2)
WORK = DimonaIn("IN-1", MONDAY, COOP, ZOE, date(2026, 11, 10), date(2026, 11, 12))
STUDENT = replace(
    WORK, reference="STU-1", national_number=ALI, worker_type=WorkerType.STUDENT, planned_hours=24
)
AFTER = moment(11, 20)


@pytest.fixture
def office(tmp_path: Path) -> DimonaSimulator:
    return DimonaSimulator(tmp_path / "dimona.sqlite3", identity_polls=1)


def declare(office: DimonaSimulator, declaration: Declaration) -> Result:
    answer = office.poll(office.submit(declaration))
    assert answer is not None
    return answer


def declared(office: DimonaSimulator, declaration: Declaration = WORK) -> str:
    period = declare(office, declaration).period_id
    assert period is not None
    return period


def other_worker(office: DimonaSimulator) -> Result:
    return declare(office, DimonaCancel("C", MONDAY, COOP, declared(office), ALI))


def forbidden_type(office: DimonaSimulator) -> Result:
    office.register(COOP.nsso_number, forbidden_types="FLX STU")
    return declare(office, STUDENT)


def later_start(office: DimonaSimulator) -> Result:
    return declare(office, DimonaUpdate("U", moment(11, 11), COOP, declared(office), date(2026, 11, 11)))


def end_before_start(office: DimonaSimulator) -> Result:
    return declare(office, replace(WORK, ends_on=date(2026, 11, 9)))


def later_end(office: DimonaSimulator) -> Result:
    return declare(office, DimonaUpdate("U", AFTER, COOP, declared(office), None, date(2026, 11, 13)))


def unknown_period(office: DimonaSimulator) -> Result:
    return declare(office, DimonaCancel("C", MONDAY, COOP, "123456789012"))


def period_of_another(office: DimonaSimulator) -> Result:
    return declare(office, DimonaCancel("C", MONDAY, OTHER, declared(office)))


def cancelled_already(office: DimonaSimulator) -> Result:
    period = declared(office)
    declare(office, DimonaCancel("C", MONDAY, COOP, period))
    return declare(office, DimonaCancel("C-2", MONDAY, COOP, period))


def closed_already(office: DimonaSimulator) -> Result:
    return declare(office, DimonaOut("O", MONDAY, COOP, declared(office), date(2026, 11, 12)))


def locked(office: DimonaSimulator) -> Result:
    period = declared(office)
    office.lock(period)
    return declare(office, DimonaCancel("C", MONDAY, COOP, period))


def too_old(office: DimonaSimulator) -> Result:
    return declare(office, DimonaCancel("C", moment(1, 4, year=2032), COOP, declared(office)))


def hours_of_an_employee(office: DimonaSimulator) -> Result:
    return declare(office, DimonaUpdate("U", MONDAY, COOP, declared(office), planned_hours=12))


def still_handled(office: DimonaSimulator) -> Result:
    office.submit(replace(WORK, national_number=FOREIGNER))
    period = office.periods_of(FOREIGNER)[0].period_id
    return declare(office, DimonaCancel("C", MONDAY, COOP, period))


def unknown_person(office: DimonaSimulator) -> Result:
    office.note_person(ZOE, unknown=True)
    return declare(office, WORK)


def nobody(office: DimonaSimulator) -> Result:
    return declare(office, replace(WORK, national_number=""))


def no_mandate(office: DimonaSimulator) -> Result:
    office.register(COOP.nsso_number, mandate=False)
    return declare(office, WORK)


def twice(office: DimonaSimulator) -> Result:
    declared(office)
    return declare(office, replace(WORK, reference="IN-2"))


def overlap(office: DimonaSimulator) -> Result:
    declared(office)
    return declare(office, replace(WORK, reference="IN-2", ends_on=date(2026, 11, 11)))


def inactive(office: DimonaSimulator) -> Result:
    office.register(COOP.nsso_number, active=False)
    return declare(office, WORK)


def two_quarters(office: DimonaSimulator) -> Result:
    return declare(office, replace(STUDENT, ends_on=date(2027, 1, 2)))


def wrong_committee(office: DimonaSimulator) -> Result:
    office.register(COOP.nsso_number, committee="302")
    return declare(office, STUDENT)


def no_change(office: DimonaSimulator) -> Result:
    return declare(office, DimonaUpdate("U", MONDAY, COOP, declared(office), None, date(2026, 11, 12)))


def hours_elsewhere(office: DimonaSimulator) -> Result:
    office.work_elsewhere(ALI, 2026, 640)
    return declare(office, STUDENT)


def no_flexi_job(office: DimonaSimulator) -> Result:
    office.note_person(ZOE, remark="90017-510")
    return declare(office, WORK)


def late_start(office: DimonaSimulator) -> Result:
    return declare(office, replace(WORK, created_at=moment(11, 11)))


def late_change(office: DimonaSimulator) -> Result:
    open_ended = declared(office, replace(WORK, ends_on=None))
    return declare(office, DimonaOut("O", AFTER, COOP, open_ended, date(2026, 11, 12)))


def other_name(office: DimonaSimulator) -> Result:
    office.note_person(ZOE, remark="00012-348")
    return declare(office, WORK)


PROVOKED: dict[str, Callable[[DimonaSimulator], Result]] = {
    "00024-347": other_worker,
    "00655-350": forbidden_type,
    "00910-344": later_start,
    "00911-014": end_before_start,
    "00911-344": later_end,
    "00913-181": unknown_period,
    "00913-354": period_of_another,
    "00913-355": cancelled_already,
    "00913-356": closed_already,
    "00913-357": locked,
    "00913-359": too_old,
    "00913-362": hours_of_an_employee,
    "00913-368": still_handled,
    "90017-151": unknown_person,
    "90017-363": nobody,
    "90256-155": no_mandate,
    "90373-333": twice,
    "90373-334": overlap,
    "90373-343": inactive,
    "90373-421": two_quarters,
    "90374-349": wrong_committee,
    "90378-444": no_change,
    "90017-369": hours_elsewhere,
    "90017-510": no_flexi_job,
    "90373-460": late_start,
    "90378-460": late_change,
    "00012-348": other_name,
}


@pytest.mark.parametrize("code", PROVOKED)
def test_the_office_says_it(office: DimonaSimulator, code: str) -> None:
    result = PROVOKED[code](office)

    row = known(code)
    assert row is not None
    assert [anomaly.code for anomaly in result.anomalies] == [code]
    assert result.is_accepted is not row.blocks
    assert result.anomalies[0].description_fr == row.words["fr"]


def test_every_row_of_the_table_is_provoked_and_has_its_words() -> None:
    assert {row.code for row in table()} == {row.code for code in PROVOKED if (row := known(code))}
    assert len({row.code for row in table()}) == len(table()) == len(PROVOKED)
    for row in table():
        assert set(row.words) == set(LANGUAGES)
        assert all(row.words.values()) and len(set(row.words.values())) == len(LANGUAGES)


def test_an_anomaly_that_nobody_named_goes_to_a_person_in_the_words_of_the_office() -> None:
    assert consequence_of(["12345-678"]) is Consequence.PERSON
    assert words_of("12345-678", "fr", "Erreur de cotisation") == "Erreur de cotisation"


def test_several_anomalies_lead_to_what_they_agree_on() -> None:
    assert consequence_of(["00910-344", "90378-460"]) is Consequence.REPLACE
    assert consequence_of(["00910-344", "90373-334"]) is Consequence.PERSON
    assert consequence_of(["00910-344", "90256-155"]) is Consequence.STOP
