"""A story played in a copy of the house: undisturbed, or with something that happens to it on the way."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable
from dataclasses import dataclass
from itertools import count
from typing import Any, Literal

from core.embedded.provisioning import connected
from tests.kills.broker import own_queues
from tests.kills.comparison import Traces
from tests.kills.house import House
from tests.kills.stopping import Ended, Place, run, run_and_disturb
from tests.kills.stories import STORIES, go_on
from tests.kills.story import Story

How = Literal["kill", "cut", "hold"]
"""SIGKILL; its connection to the database is cut; it is held until others have done its work."""

NUMBERS = count(1)
"""Each play has its own name, so that nothing of an earlier one is taken for its own."""


@dataclass(frozen=True)
class Played:
    """How the process of the step ended, what is left, and what the check of the books says."""

    ended: Ended
    traces: Traces
    breaks: list[str]


def play(house: House, receiver: Any, name: str, place: Place | None = None, how: How = "kill") -> Played:
    """Play a story in a copy of the house. Nothing is disturbed when the process never comes to the place."""
    from core.tenancy import tenant_scope
    from ledger.checks import check_books

    story, copy = STORIES[name], house.copy(f"play{next(NUMBERS)}")
    receiver.heard.clear()
    try:
        with copy.entered(), own_queues(copy.database):
            if story.before:
                story.before(copy)
            if place is None:
                ended = run(lambda: story.step(copy))
                assert ended.well, ended.said
            else:
                ended = run_and_disturb(lambda: story.step(copy), place, disturbance(how, copy, story))
            go_on(copy, story)
            with tenant_scope(copy.cooperative):
                breaks = [str(line) for line in check_books().breaks]
            return Played(ended, copy.traces(_heard(receiver)), breaks)
    finally:
        copy.leave()


def disturbance(how: How, copy: House, story: Story) -> Callable[[int], None]:
    """What happens at the place to the process with this id."""
    if how == "kill":
        return lambda pid: os.kill(pid, signal.SIGKILL)
    if how == "cut":
        return lambda pid: _cut(copy)
    return lambda pid: go_on(copy, story)


def _cut(copy: House) -> None:
    """What an administrator or a failing server does to the connections of smart_app."""
    statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with connected(copy.cluster.server_url) as opened, opened.cursor() as superuser:
        superuser.execute(statement, [copy.database])


def _heard(receiver: Any) -> dict[str, str]:
    """Deliveries by their id: a receiver knows a second copy by it."""
    return {headers["webhook-id"]: json.loads(body)["type"] for headers, body in receiver.heard}
