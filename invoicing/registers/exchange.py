"""One question to a public register by HTTPS: bounded in time and in size, no redirects."""

from __future__ import annotations

import http.client
import json
import ssl
import time
from typing import Any
from urllib.parse import urlsplit

from invoicing.registers.types import RegisterTimeout, RegisterUnavailable, UnreadableAnswer

SECONDS = 15.0
"""For the whole exchange: member states are slow, and nobody waits at a screen."""

MOST_BYTES = 1_000_000
AGENT = "Smart/1"


def ask(url: str, *, body: dict[str, Any] | None = None, seconds: float = SECONDS) -> Any:
    """The JSON that an address answers; with `body`, it is posted. Raises `RegisterTimeout`,
    `RegisterUnavailable`, `UnreadableAnswer`.
    """
    parts = urlsplit(url)
    end = time.monotonic() + seconds
    line = http.client.HTTPSConnection(
        str(parts.hostname), parts.port, timeout=seconds, context=ssl.create_default_context()
    )
    target = f"{parts.path}?{parts.query}" if parts.query else parts.path
    headers = {"Accept": "application/json", "User-Agent": AGENT}
    try:
        if body is None:
            line.request("GET", target, headers=headers)
        else:
            headers["Content-Type"] = "application/json"
            line.request("POST", target, json.dumps(body).encode(), headers)
        answer = line.getresponse()
        content = _read(answer, end)
    except TimeoutError as error:
        raise RegisterTimeout("timeout") from error
    except (OSError, http.client.HTTPException) as error:
        raise RegisterUnavailable(type(error).__name__) from error
    finally:
        line.close()
    if answer.status != 200:
        raise RegisterUnavailable(f"http {answer.status}")
    try:
        return json.loads(content)
    except ValueError as error:
        raise UnreadableAnswer("the answer is not JSON") from error


def _read(answer: http.client.HTTPResponse, end: float) -> bytes:
    """The whole answer, however slowly it drips. Raises `TimeoutError`, `UnreadableAnswer`."""
    content = b""
    while block := answer.read1(65_536):
        content += block
        if len(content) > MOST_BYTES:
            raise UnreadableAnswer("the answer is too long")
        if time.monotonic() > end:
            raise TimeoutError
    return content
