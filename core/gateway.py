"""Errands to bodies outside (social security, banks, mail servers): no transaction ever waits for them.

An errand is a row first. It is prepared in a scope and committed, called outside of any scope, and recorded
in another scope. Whoever carries it may be killed at any point: the row is leased, and fenced by its attempt.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from typing import TypeVar

from django.db import InterfaceError, OperationalError
from kombu.exceptions import OperationalError as BrokerAway

from core.models import Cooperative
from core.tenancy import tenant_scope

log = logging.getLogger(__name__)

RETRYABLE = (OperationalError, InterfaceError, BrokerAway, ConnectionError, TimeoutError)
"""What passes by itself: a lock or a connection was lost. The lease runs out and the errand goes again.
Anything else would come again each time, so the row says it at once.
"""

Errand = TypeVar("Errand")
Outcome = TypeVar("Outcome")


def carry(
    cooperative: Cooperative,
    *,
    prepare: Callable[[], Errand | None],
    call: Callable[[Errand], Outcome],
    record: Callable[[Errand, Outcome], None],
    fail: Callable[[Errand | None, Exception], None],
) -> Outcome | None:
    """Carry one errand; answers what came of it, None when there is none or it failed. Call it outside of any
    scope.

    `prepare`, `record` and `fail` run in a scope of their own, `call` outside of any. What they raise goes to
    `fail`, which writes it on the row (without errand: `prepare` raised, and nothing of it was written);
    `RETRYABLE` is raised instead, for the log.
    """
    errand = None
    try:
        with tenant_scope(cooperative):
            errand = prepare()
        if errand is None:
            return None
        outcome = call(errand)
        with tenant_scope(cooperative):
            record(errand, outcome)
        return outcome
    except RETRYABLE:
        raise
    except Exception as error:  # noqa: BLE001 - the row says it; nobody else would
        log.exception("an errand of %s failed", call.__module__)
        with tenant_scope(cooperative):
            fail(errand, error)
        return None
