"""The online channel: what is sent has the published shape, what comes back is never guessed."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from payroll.dimona.anomalies import consequence_of
from payroll.dimona.rest import (
    UnreadableAnswer,
    build_payload,
    client_assertion_claims,
    declaration_id_from_location,
    next_poll_after,
    parse_answer,
    token_request,
)
from payroll.dimona.types import (
    Anomaly,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    PlaceOfWork,
    ResultCode,
    WorkerType,
)

COOP = Employer("100006", "0000000196")
NOW = datetime(2026, 11, 2, 14, 35)  # noqa: DTZ001 -- a declaration bears Belgian local time
PERIOD = "261000000137"


def test_an_ordinary_worker_starts() -> None:
    declaration = DimonaIn("R1", NOW, COOP, "85073003328", date(2026, 11, 10), date(2026, 11, 12))
    assert build_payload(declaration) == {
        "employer": {"enterpriseNumber": "0000000196"},
        "worker": {"ssin": "85073003328"},
        "dimonaIn": {
            "startDate": "2026-11-10",
            "endDate": "2026-11-12",
            "features": {"jointCommissionNumber": "XXX", "workerType": "OTH"},
        },
    }


def test_a_student_starts_with_hours_and_place_and_without_clock_times() -> None:
    declaration = DimonaIn(
        "R2",
        NOW,
        COOP,
        "85073003328",
        date(2026, 11, 10),
        date(2026, 11, 12),
        worker_type=WorkerType.STUDENT,
        planned_hours=24,
        place_of_work=PlaceOfWork("Musée", "Rue Ravenstein", "1", "1000", "Brussels", 21004),
    )
    content = build_payload(declaration)["dimonaIn"]
    assert content["plannedHoursNumber"] == 24
    assert content["studentPlaceOfWork"]["address"] == {
        "street": "Rue Ravenstein",
        "houseNumber": "1",
        "boxNumber": None,
        "postCode": "1000",
        "municipality": {"code": 21004, "name": "Brussels"},
        "country": 150,
    }
    assert not {"startHour", "endHour"} & set(content)


def test_changes_name_the_period_and_only_what_changes() -> None:
    update = DimonaUpdate("R3", NOW, COOP, PERIOD, ends_on=date(2026, 11, 11))
    assert build_payload(update) == {"dimonaUpdate": {"periodId": 261000000137, "endDate": "2026-11-11"}}
    out = DimonaOut("R4", NOW, COOP, PERIOD, date(2026, 11, 30))
    assert build_payload(out) == {"dimonaOut": {"periodId": 261000000137, "endDate": "2026-11-30"}}
    assert build_payload(DimonaCancel("R5", NOW, COOP, PERIOD)) == {
        "dimonaCancel": {"periodId": 261000000137}
    }


def answer(**status: Any) -> dict[str, Any]:
    return {"worker": {"ssin": "85073003328", "familyName": "Dupont"}, "declarationStatus": status}


def test_an_accepted_declaration_gives_its_period() -> None:
    result = parse_answer(answer(declarationId=1, result="A", anomalies=[], period={"id": 123456789012}))
    assert (result.code, result.period_id, result.anomalies) == (ResultCode.ACCEPTED, "123456789012", ())
    assert result.is_accepted and result.is_final


def test_a_short_period_number_keeps_its_twelve_digits() -> None:
    assert parse_answer(answer(result="A", period={"id": 3456789012})).period_id == "003456789012"


def test_remarks_are_kept_and_the_worker_is_not() -> None:
    anomaly = {"code": "90017-369", "descriptionFr": "Contingent", "descriptionNl": "Contingent"}
    result = parse_answer(
        answer(declarationId=1, result="W", anomalies=[anomaly], period={"id": 123456789012})
    )
    assert result.is_accepted
    assert result.anomalies == (Anomaly("90017-369", "Contingent", "Contingent"),)
    assert "85073003328" not in result.answer and "Dupont" not in result.answer
    assert json.loads(result.answer)["result"] == "W"


def test_a_waiting_answer_is_not_the_last_word() -> None:
    result = parse_answer(answer(result="S"))
    assert not result.is_final and not result.is_accepted and result.period_id is None


def test_a_cancel_of_what_is_cancelled_counts_as_done() -> None:
    result = parse_answer(answer(result="B", anomalies=[{"code": "00913-355"}]))
    assert not result.is_accepted and consequence_of(a.code for a in result.anomalies) == "cancelled"


@pytest.mark.parametrize(
    "payload",
    [
        None,
        [],
        {},
        {"declarationStatus": None},
        answer(result="X"),
        answer(result="A"),
        answer(result="A", period={"id": "12-34"}),
        answer(result="A", period={"id": True}),
        answer(result="A", period=[]),
        answer(result="B", anomalies={}),
        answer(result="B", anomalies=[{}]),
        answer(result="B", anomalies=["90373-333"]),
    ],
)
def test_an_answer_of_another_shape_is_never_guessed(payload: object) -> None:
    with pytest.raises(UnreadableAnswer):
        parse_answer(payload)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
)


@given(
    st.fixed_dictionaries(
        {}, optional={"result": json_values, "anomalies": json_values, "period": json_values}
    )
)
def test_no_answer_breaks_the_reader(status: dict[str, Any]) -> None:
    try:
        parse_answer({"declarationStatus": status})
    except UnreadableAnswer as refusal:
        assert str(refusal)


def test_the_declaration_is_found_in_the_location() -> None:
    base = "https://services.socialsecurity.be/REST/dimona/v2"
    assert declaration_id_from_location(f"{base}/declarations/4711") == "4711"
    with pytest.raises(UnreadableAnswer):
        declaration_id_from_location(f"{base}/periods/4711")


@pytest.mark.parametrize(
    ("waited", "next_wait"), [(0, 2), (1, 1), (2, 1), (29, 1), (30, 60), (1199, 60), (1200, None)]
)
def test_the_body_is_asked_as_often_as_it_wishes(waited: int, next_wait: int | None) -> None:
    expected = None if next_wait is None else timedelta(seconds=next_wait)
    assert next_poll_after(timedelta(seconds=waited)) == expected


def test_the_token_request_lives_five_minutes() -> None:
    claims = client_assertion_claims("client-1", datetime(2026, 11, 2, 12, 0, tzinfo=UTC), "one")
    assert claims["exp"] - claims["iat"] == 300
    assert claims["iss"] == claims["sub"] == "client-1"
    assert token_request("signed")["grant_type"] == "client_credentials"
