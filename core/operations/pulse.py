"""When each background process last answered: noted in the broker's memory, so that asking costs nothing.

The relay notes each of its rounds. Beat sends `core.pulse` to each queue, whose workers note it: a worker
that answers proves beat too. Lost memory only means that it is not known until the next time.
"""

from __future__ import annotations

import time
from contextvars import Context

from django.core.cache import caches

PROCESSES = ("relay", "default", "documents")
KEPT = 7 * 86_400
EVERY = 10.0
"""Seconds between two notes of the same process."""

_noted: dict[str, float] = {}


def note(process: str) -> None:
    """The process is alive now. Called as often as one likes."""
    moment = time.time()
    if moment - _noted.get(process, 0.0) >= EVERY:
        _noted[process] = moment
        # In an empty context the cache belongs to nobody: processes serve all cooperatives.
        Context().run(caches["default"].set, f"pulse:{process}", moment, KEPT)


def silence_of(process: str) -> float | None:
    """Seconds since the process answered; None when that is not known."""
    noted = Context().run(caches["default"].get, f"pulse:{process}")
    return max(0.0, time.time() - noted) if isinstance(noted, int | float) else None
