"""A process is killed at a named point and the house goes on: all that is left is as on a quiet day."""

from __future__ import annotations

import json
import os
import signal
from collections.abc import Callable, Iterator
from itertools import count
from typing import Any

import pytest

from core.embedded.layout import CHECKOUT
from core.embedded.provisioning import connected
from tests.kills.broker import own_queues
from tests.kills.comparison import Traces
from tests.kills.house import House
from tests.kills.points import BACKUP_POINTS, POINTS, WHOLE, Point
from tests.kills.stopping import run, run_and_disturb
from tests.kills.stories import PRINTING, STORIES, go_on

PLAYS = count(1)
"""Each play has its own name, so that nothing of an earlier one is taken for its own."""

Quiet = Callable[[str], Traces]


@pytest.fixture(scope="module")
def quiet(house: House, receiver: Any) -> Iterator[Quiet]:
    """What a story leaves when nobody is killed; each is played once."""
    known: dict[str, Traces] = {}

    def traces(story: str) -> Traces:
        if story not in known:
            known[story] = _play(house, receiver, story, None)[0]
        return known[story]

    yield traces


def _play(house: House, receiver: Any, name: str, point: Point | None) -> tuple[Traces, list[str]]:
    """Play a story in a copy of the house; what is left, and what the books' check says."""
    from core.tenancy import tenant_scope
    from ledger.checks import check_books

    story, copy = STORIES[name], house.copy(f"play{next(PLAYS)}")
    receiver.heard.clear()
    try:
        with copy.entered(), own_queues(copy.database):
            if story.before:
                story.before(copy)
            if point is None:
                ended = run(lambda: story.step(copy))
                assert ended.well, ended.said
            else:
                ended = run_and_disturb(lambda: story.step(copy), point.place, _disturbance(point, copy))
                assert ended.reached, f"the process never came to {point.place.steps}: {ended.said}"
                assert ended.well or point.how != "hold", ended.said
                assert not ended.well or point.how != "kill"
            go_on(copy, story)
            with tenant_scope(copy.cooperative):
                broken = [str(line) for line in check_books().breaks]
            return copy.traces(_heard(receiver)), broken
    finally:
        copy.leave()


def _disturbance(point: Point, copy: House) -> Callable[[int], None]:
    """What happens at the point to the process with this id."""
    if point.how == "kill":
        return lambda pid: os.kill(pid, signal.SIGKILL)
    if point.how == "cut":
        return lambda pid: _cut(copy)
    return lambda pid: go_on(copy, STORIES[point.story])


def _cut(copy: House) -> None:
    """What an administrator or a failing server does to the connections of smart_app."""
    statement = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = %s"
    with connected(copy.cluster.server_url) as opened, opened.cursor() as superuser:
        superuser.execute(statement, [copy.database])


def _heard(receiver: Any) -> dict[str, str]:
    """Deliveries by their id: a receiver knows a second copy by it."""
    return {headers["webhook-id"]: json.loads(body)["type"] for headers, body in receiver.heard}


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(point, id=point.name, marks=[pytest.mark.soak] if point.story in PRINTING else [])
        for point in POINTS
    ],
)
def test_nothing_is_lost_or_doubled(
    point: Point, house: House, quiet: Quiet, receiver: Any, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        expected = quiet(point.story)
        found, broken = _play(house, receiver, point.story, point)
    differences = found.differences(expected)
    assert not differences, "\n".join(differences)
    assert broken == []


def test_there_are_twenty_points_and_each_story_has_one() -> None:
    assert len(POINTS) >= 20
    assert len({point.name for point in (*POINTS, *BACKUP_POINTS)}) == len(POINTS) + len(BACKUP_POINTS)
    assert {point.story for point in POINTS} == set(STORIES)


def test_the_runbook_lists_every_point() -> None:
    section = (
        (CHECKOUT / "docs/runbook.md").read_text().split("\n## What may be killed\n")[1].split("\n## ")[0]
    )
    told = {
        row[1].strip(): [name.strip() for name in row[2].split(",")]
        for row in (line.split("|") for line in section.splitlines() if line.startswith("| "))
        if row[1].strip() != "Killed"
    }
    known: dict[str, list[str]] = {process: list(names) for process, names in WHOLE.items()}
    for point in (*POINTS, *BACKUP_POINTS):
        known.setdefault(point.process, []).append(point.name)
    assert told == known
