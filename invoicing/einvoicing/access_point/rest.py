"""An access point over HTTPS, with the few calls that every provider has under some name.

`POST {url}/documents` takes a document in (201), or knows its reference already (200 or 409 with the same
`id`); `GET {url}/documents/{id}/statuses` tells what was said. A provider with other names gets an adapter of
its own beside this one: the port is what the house knows.
"""

from __future__ import annotations

import base64
import http.client
import json
import ssl
from collections.abc import Mapping
from datetime import datetime
from typing import Any
from urllib.parse import quote, urlsplit

from invoicing.einvoicing.access_point.port import (
    AccessPointUnavailable,
    NoSuchReceiver,
    SubmissionRefused,
)
from invoicing.einvoicing.access_point.types import Code, Level, Status, Submission

SECONDS = 20.0
MOST_BYTES = 1024 * 1024


class RestAccessPoint:
    """An `AccessPoint` behind an address and a token."""

    def __init__(self, url: str, token: str, *, plain_allowed: bool = False) -> None:
        """`plain_allowed`: an address without TLS is good enough (a trial on this machine)."""
        self._parts = urlsplit(url)
        if self._parts.scheme != "https" and not (plain_allowed and self._parts.scheme == "http"):
            raise ValueError("the address of the access point must begin with https")
        self._token = token

    def submit(self, submission: Submission) -> str:
        """Hand a document over; see `AccessPoint.submit`."""
        status, answer = self._ask(
            "POST",
            "/documents",
            {
                "reference": submission.reference,
                "sender": submission.sender.identifier,
                "receiver": submission.receiver.identifier,
                "documentType": submission.document_type,
                "process": submission.process,
                "document": base64.b64encode(submission.document).decode(),
            },
            {"Idempotency-Key": submission.reference},
        )
        code = str(answer.get("code", status))
        if status in (200, 201, 202, 409) and answer.get("id"):
            return str(answer["id"])[:100]
        if code == "receiver_unknown" or status == 404:
            raise NoSuchReceiver(f"{submission.receiver} is not in the directory")
        if 400 <= status < 500:
            raise SubmissionRefused(code, str(answer.get("detail", "")))
        raise AccessPointUnavailable(f"the access point answers {status}")

    def statuses(self, network_key: str) -> list[Status]:
        """What was said so far; see `AccessPoint.statuses`."""
        status, answer = self._ask("GET", f"/documents/{quote(network_key, safe='')}/statuses")
        if status == 404:
            raise SubmissionRefused("unknown_message", "The access point does not know the document.")
        if status != 200:
            raise AccessPointUnavailable(f"the access point answers {status}")
        try:
            return [
                Status(
                    position=position,
                    level=Level(entry["level"]),
                    code=Code(entry["code"]),
                    at=datetime.fromisoformat(entry["at"]),
                    reason_code=str(entry.get("reasonCode") or ""),
                    text=str(entry.get("text") or ""),
                )
                for position, entry in enumerate(answer["statuses"], start=1)
            ]
        except (KeyError, TypeError, ValueError) as error:
            raise AccessPointUnavailable("the access point's answer cannot be read") from error

    def _ask(
        self,
        method: str,
        path: str,
        content: Mapping[str, Any] | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> tuple[int, dict[str, Any]]:
        """Status and JSON of an answer. 401, 403, 408 and 429 are no answer about the document."""
        connection = self._connection()
        body = None if content is None else json.dumps(content).encode()
        given = {
            "Authorization": f"Bearer {self._token}",
            "Accept": "application/json",
            **({"Content-Type": "application/json"} if body else {}),
            **(headers or {}),
        }
        try:
            connection.request(method, self._parts.path.rstrip("/") + path, body, given)
            answer = connection.getresponse()
            text = answer.read(MOST_BYTES)
        except (OSError, http.client.HTTPException) as error:
            raise AccessPointUnavailable(type(error).__name__) from error
        finally:
            connection.close()
        if answer.status in (401, 403, 408, 425, 429) or answer.status >= 500:
            raise AccessPointUnavailable(f"the access point answers {answer.status}")
        try:
            read = json.loads(text or b"{}")
        except ValueError as error:
            raise AccessPointUnavailable("the access point's answer is no JSON") from error
        return answer.status, read if isinstance(read, dict) else {}

    def _connection(self) -> http.client.HTTPConnection:
        host, port = self._parts.hostname or "", self._parts.port
        if self._parts.scheme == "http":
            return http.client.HTTPConnection(host, port, timeout=SECONDS)
        return http.client.HTTPSConnection(host, port, timeout=SECONDS, context=ssl.create_default_context())
