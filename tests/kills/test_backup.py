"""A backup that is killed is no backup; the next one is whole and clears it away."""

from __future__ import annotations

import os
import signal
import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from core.backup.manifest import verify
from tests.kills.house import House
from tests.kills.points import BACKUP_POINTS, Point
from tests.kills.stopping import run, run_and_disturb

STAMP = "%Y-%m-%dT%H%M%S"


@pytest.mark.parametrize("point", BACKUP_POINTS, ids=lambda point: point.name)
def test_half_a_backup_is_never_taken_for_whole(
    point: Point, house: House, tmp_path: Path, django_db_blocker: Any
) -> None:
    from core.backup.take import last_backup, take_dated_backup

    def nightly() -> None:
        take_dated_backup(tmp_path, keep=1)

    copy = house.copy("backup")
    try:
        with django_db_blocker.unblock(), copy.entered():
            ended = run(nightly)
            assert ended.well, ended.said
            (first,) = _finished(tmp_path)
            quiet, noted = verify(first), last_backup()
            assert noted is not None
            _let_the_second_pass(first)

            ended = run_and_disturb(nightly, point.place, lambda pid: os.kill(pid, signal.SIGKILL))

            assert ended.reached and not ended.well, ended.said
            standing = _finished(tmp_path)
            for directory in standing:
                assert verify(directory).rows == quiet.rows
            noted_then = last_backup()
            assert noted_then is not None and noted_then >= noted
            _let_the_second_pass(standing[-1])

            ended = run(nightly)

            assert ended.well, ended.said
            (last,) = _finished(tmp_path)
            assert last not in standing
            again = verify(last)
            assert (again.rows, again.files, again.anchors) == (quiet.rows, quiet.files, quiet.anchors)
            assert [path.name for path in tmp_path.glob(".*")] == [".lock"]
    finally:
        copy.leave()


def _finished(parent: Path) -> list[Path]:
    return sorted(path for path in parent.iterdir() if not path.name.startswith("."))


def _let_the_second_pass(directory: Path) -> None:
    """Dated backups bear the second in which they were begun."""
    while datetime.now(UTC).strftime(STAMP) <= directory.name:
        time.sleep(0.05)
