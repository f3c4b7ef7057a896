"""A process is killed at a named point and the house goes on: all that is left is as on a quiet day."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from core.embedded.layout import CHECKOUT
from tests.kills.comparison import Traces
from tests.kills.house import House
from tests.kills.pay_points import MONTH_POINTS
from tests.kills.plays import Played, play
from tests.kills.points import BACKUP_POINTS, COMMIT, POINTS, WHOLE, Point
from tests.kills.stopping import at
from tests.kills.stories import PRINTING, STORIES

Quiet = Callable[[str], Traces]


def _as_on_a_quiet_day(found: Played, expected: Traces) -> None:
    differences = found.traces.differences(expected)
    assert not differences, "\n".join(differences)
    assert found.breaks == []


@pytest.mark.parametrize(
    "point",
    [
        pytest.param(
            point,
            id=point.name,
            marks=[pytest.mark.soak] if point.story in PRINTING or not point.daily else [],
        )
        for point in POINTS
    ],
)
def test_nothing_is_lost_or_doubled(
    point: Point, house: House, quiet: Quiet, receiver: Any, django_db_blocker: Any
) -> None:
    with django_db_blocker.unblock():
        expected = quiet(point.story)
        found = play(house, receiver, point.story, point.place, point.how)
    assert found.ended.reached, f"the process never came to {point.place.steps}: {found.ended.said}"
    assert found.ended.well or point.how != "hold", found.ended.said
    assert not found.ended.well or point.how != "kill"
    _as_on_a_quiet_day(found, expected)


@pytest.mark.soak
@pytest.mark.parametrize("moment", ["enter", "leave"], ids=("before", "after"))
@pytest.mark.parametrize("story", STORIES)
def test_killed_at_every_commit_there_is(
    story: str, moment: str, house: House, quiet: Quiet, receiver: Any, django_db_blocker: Any
) -> None:
    """Not only where somebody thought of it: before or after the first commit of the process, the second…"""
    commits = 0
    with django_db_blocker.unblock():
        expected = quiet(story)
        while True:
            found = play(house, receiver, story, at(*[f"{moment} {COMMIT}"] * (commits + 1)))
            if not found.ended.reached:
                break
            commits += 1
            _as_on_a_quiet_day(found, expected)
    assert found.ended.well, found.ended.said
    assert commits > 0


def test_there_are_twenty_points_and_each_story_has_one() -> None:
    assert len(POINTS) >= 20
    assert len({point.name for point in (*POINTS, *BACKUP_POINTS)}) == len(POINTS) + len(BACKUP_POINTS)
    assert {point.story for point in POINTS} == set(STORIES)
    assert {point.story for point in POINTS if point.daily} == set(STORIES)


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
    for point in (*POINTS, *MONTH_POINTS, *BACKUP_POINTS):
        known.setdefault(point.process, []).append(point.name)
    assert told == known
