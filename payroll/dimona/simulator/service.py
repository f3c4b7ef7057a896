"""The online channel of the simulated office as it is spoken over HTTP: addresses, tokens, limits."""

from __future__ import annotations

import base64
import json
from collections import deque
from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta
from typing import Any
from urllib.parse import parse_qs, urlsplit
from uuid import uuid4

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPublicKey
from django.utils import timezone

from payroll.dimona.client import Reply
from payroll.dimona.port import DeclarationRejected
from payroll.dimona.rest import TOKEN_URL
from payroll.dimona.simulator.office import DimonaSimulator
from payroll.dimona.types import (
    Declaration,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    HeldPeriod,
    WorkerType,
)

TOKEN_LIFE = 600


class SimulatedService:
    """Answers as the service does; a `Transport`. What is declared is decided by the office behind it.

    `employer`: the one employer that the client may speak for. `calls_a_minute`: more are answered 429.
    """

    def __init__(
        self,
        office: DimonaSimulator,
        employer: Employer,
        public_key: RSAPublicKey,
        *,
        now: Callable[[], datetime] = timezone.now,
        calls_a_minute: int = 600,
    ) -> None:
        self.office, self.employer, self.public_key, self.now = office, employer, public_key, now
        self.calls_a_minute = calls_a_minute
        self.tokens: dict[str, datetime] = {}
        self.seen: set[str] = set()
        self.calls: deque[datetime] = deque()
        self.taken: list[tuple[str, dict[str, Any]]] = []

    def __call__(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        """One exchange."""
        if url == TOKEN_URL:
            return self._token(body or b"")
        token = headers.get("Authorization", "").removeprefix("Bearer ")
        if self.tokens.get(token, self.now()) <= self.now():
            return _reply(401, {"title": "Unauthorized"})
        if not self._within_limit():
            return Reply(429, {"retry-after": "30"}, b"")
        path = urlsplit(url).path.partition("/dimona/v2")[2]
        content = json.loads(body) if body else {}
        match method, path.strip("/").split("/"):
            case "POST", ["declarations"]:
                return self._declare(content)
            case "POST", ["declarations", "search"]:
                return self._search(content)
            case "POST", ["periods", "search"]:
                return self._periods(content)
            case "GET", ["declarations", key]:
                return self._answer(key)
        return _reply(404, {"title": "Not found"})

    def _token(self, body: bytes) -> Reply:
        fields = {name: values[0] for name, values in parse_qs(body.decode()).items()}
        claims = self._proven(fields.get("client_assertion", ""))
        if claims is None or fields.get("grant_type") != "client_credentials":
            return _reply(401, {"error": "invalid_client"})
        token = uuid4().hex
        self.tokens[token] = self.now() + timedelta(seconds=TOKEN_LIFE)
        return _reply(200, {"access_token": token, "token_type": "Bearer", "expires_in": TOKEN_LIFE})

    def _proven(self, assertion: str) -> dict[str, Any] | None:
        """The claims, if the client signed them, they are of now, and nobody used them before."""
        head, _, signature = assertion.rpartition(".")
        try:
            self.public_key.verify(_bytes(signature), head.encode(), PKCS1v15(), hashes.SHA256())
            claims: dict[str, Any] = json.loads(_bytes(head.partition(".")[2]))
        except (InvalidSignature, ValueError):
            return None
        moment = self.now().timestamp()
        if claims["aud"] != TOKEN_URL or not claims["iat"] <= moment <= claims["exp"]:
            return None
        if claims["jti"] in self.seen:
            return None
        self.seen.add(claims["jti"])
        return claims

    def _within_limit(self) -> bool:
        moment = self.now()
        while self.calls and moment - self.calls[0] > timedelta(minutes=1):
            self.calls.popleft()
        self.calls.append(moment)
        return len(self.calls) <= self.calls_a_minute

    def _declare(self, content: dict[str, Any]) -> Reply:
        try:
            declaration = self._read(content)
        except (KeyError, TypeError, ValueError):
            return _reply(400, {"title": "Bad request"})
        if declaration is None:
            return _reply(403, {"title": "Forbidden"})
        try:
            key = self.office.submit(declaration)
        except DeclarationRejected as refusal:
            return _reply(400, {"title": "Bad request", "code": refusal.code})
        self.taken.append((key, content))
        return Reply(201, {"location": f"https://office/REST/dimona/v2/declarations/{key}"}, b"")

    def _read(self, content: dict[str, Any]) -> Declaration | None:
        """What is declared; None for an employer that the client may not speak for."""
        moment, key = self.now(), uuid4().hex[:20]
        if "dimonaIn" in content:
            if content["employer"]["enterpriseNumber"] != self.employer.enterprise_number:
                return None
            said = content["dimonaIn"]
            return DimonaIn(
                key,
                moment,
                self.employer,
                content["worker"]["ssin"],
                date.fromisoformat(said["startDate"]),
                _day(said.get("endDate")),
                WorkerType(said["features"]["workerType"]),
                said["features"]["jointCommissionNumber"],
                said.get("plannedHoursNumber"),
            )
        (name, said), *more = content.items()
        if more:
            raise ValueError("one thing at a time")
        period = f"{said['periodId']:012d}"
        match name:
            case "dimonaOut":
                end = date.fromisoformat(said["endDate"])
                return DimonaOut(key, moment, self.employer, period, end)
            case "dimonaUpdate":
                return DimonaUpdate(
                    key,
                    moment,
                    self.employer,
                    period,
                    _day(said.get("startDate")),
                    _day(said.get("endDate")),
                    said.get("plannedHoursNumber"),
                )
            case "dimonaCancel":
                return DimonaCancel(key, moment, self.employer, period)
        raise ValueError(name)

    def _search(self, content: dict[str, Any]) -> Reply:
        ours = content["employer"]["enterpriseNumber"] == self.employer.enterprise_number
        items = [{"declarationId": int(key), **payload} for key, payload in self.taken if ours]
        return _reply(200, {"items": items})

    def _periods(self, content: dict[str, Any]) -> Reply:
        found = self.office.periods(
            self.employer,
            first=date.fromisoformat(content["period"]["startDate"]),
            last=date.fromisoformat(content["period"]["endDate"]),
            national_number=content.get("worker", {}).get("ssin", ""),
        )
        return _reply(200, {"items": [_written(period) for period in found]})

    def _answer(self, key: str) -> Reply:
        try:
            result = self.office.poll(key)
        except DeclarationRejected:
            result = None
        if result is None:
            return _reply(404, {"title": "Not found"})
        said = json.loads(result.answer)
        period = said["period"] and {"id": int(said["period"]), "href": f"/periods/{said['period']}"}
        return _reply(200, {"declarationStatus": {**said, "period": period}})


def _written(period: HeldPeriod) -> dict[str, Any]:
    return {
        "id": int(period.period_id),
        "worker": {"ssin": period.national_number},
        "startDate": period.starts_on.isoformat(),
        "endDate": None if period.ends_on is None else period.ends_on.isoformat(),
        "features": {"jointCommissionNumber": period.joint_committee, "workerType": period.worker_type},
        "plannedHoursNumber": period.planned_hours,
        "isCancelled": period.is_cancelled,
        "isLocked": period.is_locked,
        "isLate": period.is_late,
    }


def _reply(status: int, content: dict[str, Any]) -> Reply:
    return Reply(status, {"content-type": "application/json"}, json.dumps(content).encode())


def _day(text: str | None) -> date | None:
    return None if text is None else date.fromisoformat(text)


def _bytes(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
