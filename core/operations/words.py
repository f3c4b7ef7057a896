"""Failures and figures in words. An error's own text may hold what people wrote: only its kind is shown."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

from babel.dates import format_timedelta
from babel.numbers import format_decimal
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _

WORDS: tuple[tuple[frozenset[str], Any], ...] = (
    (
        frozenset({"LookupError", "KeyError", "IndexError", "DoesNotExist", "ObjectDoesNotExist"}),
        gettext_lazy("Something that it needs is not there."),
    ),
    (
        frozenset({"OperationalError", "InterfaceError", "DatabaseError"}),
        gettext_lazy("The database did not answer."),
    ),
    (frozenset({"SMTPRecipientsRefused"}), gettext_lazy("The mail server refuses the address.")),
    (
        frozenset({"SMTPAuthenticationError", "SMTPNotSupportedError"}),
        gettext_lazy("The mail server does not let us in."),
    ),
    (
        frozenset({"SMTPException", "SMTPDataError", "SMTPSenderRefused", "SMTPResponseException"}),
        gettext_lazy("The mail server refused the letter."),
    ),
    (
        frozenset({
            *("ConnectionError", "ConnectionRefusedError", "ConnectionResetError"),
            *("TimeoutError", "gaierror", "OSError", "unavailable"),
            *("SMTPServerDisconnected", "SMTPConnectError"),
        }),
        gettext_lazy("The other side could not be reached."),
    ),
    (frozenset({"FileNotFoundError"}), gettext_lazy("A file is missing.")),
    (
        frozenset({"MemoryError", "WorkerLost", "worker_lost"}),
        gettext_lazy("The process that did it died each time."),
    ),
)  # fmt: skip


def code_of(error: str) -> str:
    """The kind of failure: what stands before the text (`LookupError: …`)."""
    return error.partition(":")[0].strip()[:60]


_spoken: dict[str, Callable[[str], str]] = {}


def register_words(code: str, say: Callable[[str], str]) -> None:
    """Say a kind of failure of an app in words. `say` is given the kept failure, and answers nothing of it
    that people wrote.
    """
    _spoken[code] = say


def words_of(error: str) -> str:
    """A kept failure in words."""
    code = code_of(error)
    if code in _spoken:
        return _spoken[code](error)
    for codes, words in WORDS:
        if code in codes:
            return str(words)
    return _("An unexpected failure: the log of that moment says more.")


def amount_of(key: str, value: float | None) -> str:
    """A gauge's value with its unit, which is the last word of its key."""
    language = get_language() or "fr"
    if value is None:
        return "—"
    if key.endswith("_seconds"):
        span = timedelta(seconds=round(value))
        return format_timedelta(span, granularity="second", threshold=3, locale=language)
    return format_decimal(round(value, 2), locale=language)
