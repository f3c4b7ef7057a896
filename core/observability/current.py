"""What is being worked on now: the request or the task, for each line that is logged meanwhile."""

from __future__ import annotations

import re
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar

from core.tenancy import current_cooperative_or_none

_GIVEN = re.compile(r"[A-Za-z0-9._-]{8,64}")
_request: ContextVar[str] = ContextVar("request_id", default="")
_account: ContextVar[int | None] = ContextVar("account", default=None)


def request_id() -> str:
    """Identifier of the request or task at hand, empty outside of both. Every answer carries it."""
    return _request.get()


def account_id() -> int | None:
    """Key of the account that asks, if one signed in."""
    return _account.get()


def name_account(key: int | None) -> None:
    """Say whose request this is, once it is known."""
    _account.set(key)


def tenant() -> str:
    """Slug of the cooperative of the open scope, or empty."""
    cooperative = current_cooperative_or_none()
    return cooperative.slug if cooperative else ""


@contextmanager
def working_on(given: str = "") -> Iterator[str]:
    """Give the work at hand its identifier: the caller's own when it is a plain word, else a new one."""
    name = given if _GIVEN.fullmatch(given) else uuid.uuid4().hex
    token, account = _request.set(name), _account.set(None)
    try:
        yield name
    finally:
        _request.reset(token)
        _account.reset(account)
