"""The online channel over HTTPS: a `DimonaGateway` with a certificate.

Who we are is proven by a token that we sign ourselves (RS256) and exchange for one of the office's, kept
until shortly before it runs out. The shapes of what is searched are by analogy with what is declared: to be
confirmed against the service.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from threading import Lock
from typing import Any
from urllib.parse import quote, urlencode, urlsplit
from uuid import uuid4

from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
from django.utils import timezone

from core.identifiers import normalise_enterprise_number, normalise_national_number
from payroll.dimona.port import DeclarationRejected, GatewayUnavailable
from payroll.dimona.rest import (
    BASE_URL,
    SIMULATION_BASE_URL,
    TOKEN_URL,
    UnreadableAnswer,
    build_payload,
    client_assertion_claims,
    declaration_id_from_location,
    parse_answer,
    parse_periods,
    token_request,
)
from payroll.dimona.types import Declaration, Employer, HeldPeriod, Result

SECONDS = 20.0
MOST_BYTES = 4 * 1024 * 1024
LONGEST_REST = 3600
"""The office may ask for patience, but not for more than an hour."""

SPARE = timedelta(seconds=60)
"""A token is made anew so long before it runs out."""


@dataclass(frozen=True, slots=True)
class Reply:
    """Status, headers in lower case, and body of an answer."""

    status: int
    headers: Mapping[str, str]
    body: bytes


Transport = Callable[[str, str, Mapping[str, str], bytes | None], Reply]
"""Method, address, headers, body. Raises `OSError` or `http.client.HTTPException` when nothing comes back."""


class RestGateway:
    """The social security office, version 2 of its service. Safe to share between threads."""

    answers_at_once = False

    def __init__(
        self,
        client_id: str,
        private_key: bytes,
        *,
        simulation: bool = False,
        transport: Transport | None = None,
        moment: Callable[[], datetime] = timezone.now,
    ) -> None:
        """`private_key`: RSA, PEM, without a password. `simulation`: the office's own trial service."""
        key = serialization.load_pem_private_key(private_key, password=None)
        if not isinstance(key, RSAPrivateKey):
            raise ValueError("the office knows RSA keys only")
        self._client_id, self._key = client_id, key
        self._base = SIMULATION_BASE_URL if simulation else BASE_URL
        self._send = transport or over_https
        self._now = moment
        self._token, self._token_until = "", moment()
        self._alone = Lock()

    def submit(self, declaration: Declaration) -> str:
        """Hand a declaration in; see `DimonaGateway.submit`."""
        reply = self._ask("POST", "/declarations", build_payload(declaration))
        if reply.status != 201:
            raise GatewayUnavailable(f"the office answers {reply.status}")
        return declaration_id_from_location(reply.headers.get("location", ""))

    def find(self, declaration: Declaration, *, besides: frozenset[str] = frozenset()) -> str | None:
        """The newest declaration of the same content made since; see `DimonaGateway.find`."""
        payload = build_payload(declaration)
        asked = {
            "employer": _employer(declaration.employer),
            "worker": {"ssin": normalise_national_number(declaration.national_number)},
            "creationDate": {"startDate": declaration.created_at.date().isoformat()},
        }
        found = [
            str(item.get("declarationId"))
            for item in _items(self._read(self._ask("POST", "/declarations/search", asked)))
            if all(item.get(name) == payload[name] for name in payload if name.startswith("dimona"))
            and str(item.get("declarationId")) not in besides
        ]
        return max(found, default=None, key=lambda key: (len(key), key))

    def poll(self, declaration_id: str) -> Result | None:
        """The answer; see `DimonaGateway.poll`."""
        reply = self._ask("GET", f"/declarations/{quote(declaration_id, safe='')}")
        return None if reply.status == 404 else parse_answer(self._read(reply))

    def periods(
        self, employer: Employer, *, first: date, last: date, national_number: str = ""
    ) -> Sequence[HeldPeriod]:
        """Periods that the office holds; see `DimonaGateway.periods`."""
        asked: dict[str, Any] = {
            "employer": _employer(employer),
            "period": {"startDate": first.isoformat(), "endDate": last.isoformat()},
        }
        if national_number:
            asked["worker"] = {"ssin": normalise_national_number(national_number)}
        found: list[HeldPeriod] = []
        while True:
            content = self._read(self._ask("POST", "/periods/search", asked))
            found += parse_periods(content)
            if not content.get("nextPage"):
                return found
            asked["page"] = content["nextPage"]

    # --- asking ----------------------------------------------------------------------------------------

    def _ask(self, method: str, path: str, content: Mapping[str, Any] | None = None) -> Reply:
        """An answer about what was asked. No mandate and malformed raise `DeclarationRejected`; everything
        that says nothing about it, `GatewayUnavailable`.
        """
        reply = self._with_token(method, path, content, self._valid_token())
        if reply.status == 401:
            reply = self._with_token(method, path, content, self._valid_token(renew=True))
        if reply.status in (200, 201, 404):
            return reply
        if reply.status in (400, 403, 422):
            raise DeclarationRejected(str(reply.status), "the office does not take this declaration in")
        raise GatewayUnavailable(f"the office answers {reply.status}", retry_after=_rest(reply))

    def _with_token(self, method: str, path: str, content: Mapping[str, Any] | None, token: str) -> Reply:
        headers = {"Authorization": f"Bearer {token}", "Accept": "application/json"}
        if content is not None:
            headers["Content-Type"] = "application/json"
        body = None if content is None else json.dumps(content).encode()
        return self._exchange(method, self._base + path, headers, body)

    def _exchange(self, method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
        try:
            return self._send(method, url, headers, body)
        except (OSError, http.client.HTTPException) as error:
            raise GatewayUnavailable(type(error).__name__) from error

    def _valid_token(self, *, renew: bool = False) -> str:
        with self._alone:
            if renew or self._now() >= self._token_until:
                self._token, self._token_until = self._fetch_token()
            return self._token

    def _fetch_token(self) -> tuple[str, datetime]:
        moment = self._now()
        claims = client_assertion_claims(self._client_id, moment, str(uuid4()))
        body = urlencode(token_request(self._signed(claims))).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded", "Accept": "application/json"}
        reply = self._exchange("POST", TOKEN_URL, headers, body)
        if reply.status != 200:
            raise GatewayUnavailable(f"no token: {reply.status}", retry_after=_rest(reply))
        content = self._read(reply)
        token, lives = content.get("access_token"), content.get("expires_in")
        if not isinstance(token, str) or not token or not isinstance(lives, int) or isinstance(lives, bool):
            raise UnreadableAnswer("the office gives no token")
        return token, moment + timedelta(seconds=lives) - SPARE

    def _signed(self, claims: Mapping[str, Any]) -> str:
        """A JSON web token, RS256."""
        head = _part({"alg": "RS256", "typ": "JWT"}) + b"." + _part(claims)
        signature = self._key.sign(head, PKCS1v15(), hashes.SHA256())
        return (head + b"." + _base64(signature)).decode()

    def _read(self, reply: Reply) -> dict[str, Any]:
        try:
            content = json.loads(reply.body)
        except ValueError as error:
            raise UnreadableAnswer("the answer is no JSON") from error
        if reply.status == 404 or not isinstance(content, dict):
            raise UnreadableAnswer("the answer has another shape")
        return content


def over_https(method: str, url: str, headers: Mapping[str, str], body: bytes | None) -> Reply:
    """One exchange with a body outside: TLS with checked certificates, limited in time and size."""
    parts = urlsplit(url)
    connection = http.client.HTTPSConnection(
        parts.hostname or "", parts.port, timeout=SECONDS, context=ssl.create_default_context()
    )
    try:
        connection.request(method, parts.path, body, dict(headers))
        answer = connection.getresponse()
        text = answer.read(MOST_BYTES + 1)
    finally:
        connection.close()
    if len(text) > MOST_BYTES:
        raise http.client.HTTPException("the answer is too large")
    return Reply(answer.status, {name.lower(): value for name, value in answer.getheaders()}, text)


def _employer(employer: Employer) -> dict[str, str]:
    return {"enterpriseNumber": normalise_enterprise_number(employer.enterprise_number)}


def _items(content: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    items = content.get("items")
    if not isinstance(items, list):
        raise UnreadableAnswer("what was found is no list")
    return [item for item in items if isinstance(item, Mapping)]


def _rest(reply: Reply) -> int:
    asked = reply.headers.get("retry-after", "")
    return min(int(asked), LONGEST_REST) if asked.isascii() and asked.isdigit() and len(asked) < 9 else 0


def _part(content: Mapping[str, Any]) -> bytes:
    return _base64(json.dumps(content, separators=(",", ":")).encode())


def _base64(content: bytes) -> bytes:
    return base64.urlsafe_b64encode(content).rstrip(b"=")
