"""What waits for payroll outside the run of a month: rooms register their queues, the console shows them."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any


@dataclass(frozen=True, slots=True)
class Waiting:
    """A queue with something in it: what it holds, how many, where it is worked, how urgent (tone)."""

    label: Any
    count: int
    href: str
    tone: str = "neutral"


WaitingOf = Callable[[Any, frozenset[str], date], Iterable[Waiting]]
"""The queues of a room, as a person with some roles may work them on a day."""

_sources: list[WaitingOf] = []


def register_waiting(source: WaitingOf) -> None:
    """Add to the console of the month: `source(person, roles, today)`."""
    if source not in _sources:
        _sources.append(source)


def waiting_for(person: Any, roles: frozenset[str], today: date) -> list[Waiting]:
    """Queues that are not empty, the urgent ones first."""
    found = [queue for source in _sources for queue in source(person, roles, today) if queue.count]
    order = ("danger", "warning")
    return sorted(found, key=lambda q: order.index(q.tone) if q.tone in order else len(order))
