"""Log lines: one JSON object each (or plain text for a person), with what was being worked on and
without people.

Messages are built from codes and keys; what looks like an address, an account number, a national number or a
token is blotted out all the same, also in tracebacks, because a library may log what we would not.
"""

from __future__ import annotations

import logging
import re

from pythonjsonlogger.json import JsonFormatter

from core.observability import current

_BLOTS: tuple[tuple[re.Pattern[str], str], ...] = (
    (re.compile(r"[\w.+-]+@[\w-]+\.[\w.-]+"), "[e-mail]"),
    (re.compile(r"\b[A-Z]{2}\d{2}(?: ?[0-9A-Z]{4}){2,7}(?: ?[0-9A-Z]{1,4})?\b"), "[account]"),
    (re.compile(r"\b\d{2}[.]?\d{2}[.]?\d{2}[- ]?\d{3}[. ]?\d{2}\b"), "[national number]"),
    (re.compile(r"(?i)\b(bearer|smart_[a-z]*_?)[ :=]*[\w.~+/-]{16,}=*"), "[token]"),
)


def without_people(text: str) -> str:
    """The text with e-mail addresses, account numbers, national numbers and tokens blotted out."""
    for pattern, blot in _BLOTS:
        text = pattern.sub(blot, text)
    return text


class WorkFilter(logging.Filter):
    """Gives each line the request, cooperative and account that it belongs to."""

    def filter(self, record: logging.LogRecord) -> bool:
        record.request_id = current.request_id()
        record.tenant = current.tenant()
        record.account = current.account_id()
        record.__dict__.pop("request", None)  # its address may hold what somebody searched for
        return True


class BlottedJson(JsonFormatter):
    """One JSON object a line."""

    def format(self, record: logging.LogRecord) -> str:
        return without_people(super().format(record))


class BlottedText(logging.Formatter):
    """One plain line, for a person at a terminal."""

    def format(self, record: logging.LogRecord) -> str:
        return without_people(super().format(record))
