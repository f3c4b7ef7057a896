"""What a story is made of."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from tests.kills.broker import QUEUES
from tests.kills.house import House


@dataclass(frozen=True)
class Story:
    """One act. `ticks`: the entries of beat's schedule that look after it. `before` is done undisturbed.
    `queues`: those that have a worker; where none prints, documents wait as rows.
    """

    step: Callable[[House], None]
    ticks: tuple[str, ...] = ()
    again: Callable[[House], None] | None = None
    before: Callable[[House], None] | None = None
    queues: tuple[str, ...] = QUEUES


def task(name: str) -> Any:
    """A task of the product, by its name."""
    from smart.celery import app

    return app.tasks[name]
