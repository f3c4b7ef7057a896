"""Waiting for locks: never long, again and again."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from django.db import OperationalError
from django.db.backends.base.base import BaseDatabaseWrapper

LOCK_TIMEOUT = "1s"
"""How long a change waits for a lock that people need: so long do they wait behind it, at most."""

BUILD_TIMEOUT = "15min"
"""How long a concurrent build waits for older transactions: nobody waits behind it."""

ATTEMPTS = 30
PAUSE = 2.0
"""Seconds between attempts: those who waited get through first."""

BUSY = {"55P03", "40P01"}
"""Lock not available, deadlock: it was only the moment."""

T = TypeVar("T")


def is_busy(error: BaseException) -> bool:
    """Whether a refusal of the database means that somebody else was at work."""
    return getattr(error.__cause__, "pgcode", None) in BUSY


@contextmanager
def lock_timeout(connection: BaseDatabaseWrapper, limit: str) -> Iterator[None]:
    """Wait for locks no longer than `limit` inside the block; afterwards as before."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def patiently(
    connection: BaseDatabaseWrapper,
    act: Callable[[], T],
    *,
    limit: str = LOCK_TIMEOUT,
    attempts: int = ATTEMPTS,
    pause: float = PAUSE,
) -> T:
    """Do `act`, again and again while others hold what it needs. The last refusal is raised.

    `act` must be able to start again: one transaction, or steps that look at what stands.
    """
    with lock_timeout(connection, limit):
        for left in reversed(range(attempts)):
            try:
                return act()
            except OperationalError as error:
                if not (left and is_busy(error)):
                    raise
            time.sleep(pause)
    raise AssertionError("unreachable: the last attempt answers or raises")


def run_patiently(editor: Any, statement: str) -> None:
    """One statement of DDL, as `patiently` does."""
    patiently(editor.connection, lambda: editor.execute(statement, params=None))


def first_value(connection: Any, question: str, *parameters: Any) -> Any:
    """The first value of the first row; None without a row."""
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        row = cursor.fetchone()
    return row[0] if row else None
