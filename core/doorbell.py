"""The doorbell: work waits as a row, and ringing tells the workers that one is there.

A ring may be lost (the broker is away, a worker dies): the sweeps ring again. So services name a task and
know no task module, and nothing that people do fails because nobody hears.
"""

from __future__ import annotations

import logging
from functools import partial
from typing import Any

from celery import current_app
from django.db import transaction
from kombu.exceptions import OperationalError

log = logging.getLogger(__name__)

PATIENCE = {"max_retries": 1, "interval_start": 0.1}
"""A connection that went stale is made anew once; longer nobody waits at a door."""


def ring(task: str, *args: Any) -> None:
    """Wake a worker for the named task once this transaction commits; at once when there is none."""
    transaction.on_commit(partial(ring_now, task, *args), robust=True)


def ring_now(task: str, *args: Any) -> bool:
    """Wake a worker at once; whether the broker took it. For tasks, which run when all is committed."""
    try:
        current_app.send_task(task, args, retry=True, retry_policy=PATIENCE)
    except OperationalError:
        log.warning("nobody hears the bell of %s: a sweep will ring again", task)
        return False
    return True
