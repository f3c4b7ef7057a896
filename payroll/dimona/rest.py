"""The online channel, REST version 2: what is sent, what is read back, how often to ask.

Pure: builds and reads JSON documents, opens no connection. Shapes: public clients of the service; the body
of an OUT is by analogy with the others and to be confirmed against the service.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import date, datetime, timedelta
from typing import Any

from core.identifiers import normalise_enterprise_number, normalise_national_number
from payroll.dimona.types import (
    OPEN_END,
    Anomaly,
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    HeldPeriod,
    PlaceOfWork,
    Result,
    ResultCode,
    check_declaration,
)

BASE_URL = "https://services.socialsecurity.be/REST/dimona/v2"
SIMULATION_BASE_URL = "https://services-sim.socialsecurity.be/REST/dimona/v2"
TOKEN_URL = "https://services.socialsecurity.be/REST/oauth/v5/token"  # noqa: S105 -- an address, not a secret
SCOPE = "scope:dimona:declaration:declarant scope:dimona:declaration:consult"
_ASSERTION_TYPE = "urn:ietf:params:oauth:client-assertion-type:jwt-bearer"
_ASSERTION_LIFE = timedelta(minutes=5)
_LOCATION = re.compile(r"/declarations/([0-9A-Za-z-]{1,64})/?$")
_MUCH = 500  # an anomaly label has at most 500 characters


class UnreadableAnswer(ValueError):
    """The body's answer has not the published shape; nothing may be concluded from it."""


# --- authentication ----------------------------------------------------------------------------------


def client_assertion_claims(client_id: str, issued_at: datetime, token_id: str) -> dict[str, Any]:
    """Claims of the RS256 token that proves who we are; `issued_at` has a zone, `token_id` is unique."""
    return {
        "jti": token_id,
        "iss": client_id,
        "sub": client_id,
        "aud": TOKEN_URL,
        "iat": int(issued_at.timestamp()),
        "exp": int((issued_at + _ASSERTION_LIFE).timestamp()),
    }


def token_request(signed_assertion: str) -> dict[str, str]:
    """Form fields of the token request."""
    return {
        "grant_type": "client_credentials",
        "scope": SCOPE,
        "client_assertion_type": _ASSERTION_TYPE,
        "client_assertion": signed_assertion,
    }


# --- requests ----------------------------------------------------------------------------------------


def build_payload(declaration: Declaration) -> dict[str, Any]:
    """Body of `POST /declarations`. Raises `DimonaError` for what the presence rules refuse."""
    check_declaration(declaration)
    match declaration:
        case DimonaIn():
            return _in(declaration)
        case DimonaOut():
            change = {
                "periodId": int(declaration.period_id),
                "endDate": declaration.ends_on.isoformat(),
            }
            return {"dimonaOut": change}
        case DimonaUpdate():
            return {"dimonaUpdate": _update(declaration)}
        case DimonaCancel():
            return {"dimonaCancel": {"periodId": int(declaration.period_id)}}


def _in(declaration: DimonaIn) -> dict[str, Any]:
    content: dict[str, Any] = {"startDate": declaration.starts_on.isoformat()}
    if declaration.ends_on is not None:
        content["endDate"] = declaration.ends_on.isoformat()
    if declaration.planned_hours is not None:
        content["plannedHoursNumber"] = declaration.planned_hours
    content["features"] = {
        "jointCommissionNumber": declaration.joint_committee,
        "workerType": declaration.worker_type.value,
    }
    if declaration.place_of_work is not None:
        content["studentPlaceOfWork"] = _place(declaration.place_of_work)
    return {
        "employer": {"enterpriseNumber": normalise_enterprise_number(declaration.employer.enterprise_number)},
        "worker": {"ssin": normalise_national_number(declaration.national_number)},
        "dimonaIn": content,
    }


def _update(declaration: DimonaUpdate) -> dict[str, Any]:
    content: dict[str, Any] = {"periodId": int(declaration.period_id)}
    if declaration.starts_on is not None:
        content["startDate"] = declaration.starts_on.isoformat()
    if declaration.ends_on is not None:
        content["endDate"] = declaration.ends_on.isoformat()
    if declaration.planned_hours is not None:
        content["plannedHoursNumber"] = declaration.planned_hours
    return content


def _place(place: PlaceOfWork) -> dict[str, Any]:
    return {
        "name": place.name,
        "address": {
            "street": place.street,
            "houseNumber": place.house_number,
            "boxNumber": place.box or None,
            "postCode": place.postal_code,
            "municipality": {"code": place.municipality_code, "name": place.city},
            "country": place.country,
        },
    }


# --- answers -----------------------------------------------------------------------------------------


def declaration_id_from_location(location: str) -> str:
    """Identifier of a declaration from the `Location` header of the 201 answer."""
    found = _LOCATION.search(location)
    if found is None:
        raise UnreadableAnswer("the answer names no declaration")
    return found.group(1)


def parse_answer(payload: object) -> Result:
    """Read the body of `GET /declarations/{id}`. Raises `UnreadableAnswer` for any other shape."""
    status = _mapping(_mapping(payload, "answer").get("declarationStatus"), "declarationStatus")
    try:
        code = ResultCode(str(status.get("result")))
    except ValueError as error:
        raise UnreadableAnswer("the result is unknown") from error
    raw = status.get("anomalies")
    raw = [] if raw is None else raw
    if not isinstance(raw, list):
        raise UnreadableAnswer("the anomalies are no list")
    anomalies = tuple(_anomaly(_mapping(item, "anomaly")) for item in raw)
    period = status.get("period")
    period_id = None if period is None else _period_id(_mapping(period, "period").get("id"))
    if code in (ResultCode.ACCEPTED, ResultCode.WARNING) and period_id is None:
        raise UnreadableAnswer("an accepted declaration names its period")
    kept = {
        "declarationId": status.get("declarationId"),
        "result": code.value,
        "anomalies": [
            {
                "code": anomaly.code,
                "descriptionFr": anomaly.description_fr,
                "descriptionNl": anomaly.description_nl,
            }
            for anomaly in anomalies
        ],
        "period": period_id,
    }
    return Result(code, anomalies, period_id, json.dumps(kept, ensure_ascii=False, default=str))


def parse_periods(payload: object) -> list[HeldPeriod]:
    """Read what `POST /periods/search` found. Raises `UnreadableAnswer` for any other shape."""
    items = _mapping(payload, "answer").get("items")
    if not isinstance(items, list):
        raise UnreadableAnswer("what was found is no list")
    return [_held(_mapping(item, "period")) for item in items]


def _held(item: Mapping[str, Any]) -> HeldPeriod:
    worker, features = _mapping(item.get("worker"), "worker"), _mapping(item.get("features"), "features")
    hours = item.get("plannedHoursNumber")
    end = item.get("endDate")
    try:
        return HeldPeriod(
            period_id=_period_id(item.get("id")),
            national_number=normalise_national_number(str(worker.get("ssin"))),
            worker_type=str(features.get("workerType")),
            joint_committee=str(features.get("jointCommissionNumber")),
            starts_on=date.fromisoformat(str(item.get("startDate"))),
            ends_on=None if end in (None, OPEN_END.isoformat()) else date.fromisoformat(str(end)),
            planned_hours=None if hours is None else int(str(hours)),
            is_cancelled=item.get("isCancelled") is True,
            is_locked=item.get("isLocked") is True,
            is_late=item.get("isLate") is True,
        )
    except ValueError as error:
        raise UnreadableAnswer("a period cannot be read") from error


def _anomaly(item: Mapping[str, Any]) -> Anomaly:
    code = item.get("code")
    if not isinstance(code, str) or not code:
        raise UnreadableAnswer("an anomaly has no code")
    return Anomaly(
        code[:20],
        str(item.get("descriptionFr") or "")[:_MUCH],
        str(item.get("descriptionNl") or "")[:_MUCH],
    )


def _period_id(value: object) -> str:
    digits = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    if not (digits.isascii() and digits.isdigit() and len(digits) <= 12):
        raise UnreadableAnswer("the period has no number")
    return digits.zfill(12)


def _mapping(value: object, name: str) -> Mapping[str, Any]:
    if not isinstance(value, Mapping):
        raise UnreadableAnswer(f"{name} is missing")
    return value


def next_poll_after(waited: timedelta) -> timedelta | None:
    """How long to wait before asking again.

    Not before 2 s, each second until 30 s, each minute until 20 minutes.

    `waited` is the time since the declaration was handed in; None means that the search is given up and a
    person looks at it.
    """
    if waited < timedelta(seconds=2):
        return timedelta(seconds=2) - waited
    if waited < timedelta(seconds=30):
        return timedelta(seconds=1)
    if waited < timedelta(minutes=20):
        return timedelta(minutes=1)
    return None
