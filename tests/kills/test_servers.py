"""The servers themselves are killed: the broker with messages in it, the database with its transactions."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import psycopg2
import pytest

from core.embedded import Layout, Services, broker, postgres
from core.embedded.processes import processes_in
from core.embedded.provisioning import provision
from core.embedded.state import read_state
from tests.cluster import Cluster
from tests.kills.broker import own_queues
from tests.kills.house import House, build
from tests.kills.points import COMMIT, WHOLE
from tests.kills.stopping import Ended, Place, at, run, run_and_disturb
from tests.kills.stories import STORIES, go_on

ISSUED = "leave invoicing.services.issuing.issue_invoice"

pytestmark = pytest.mark.soak


@contextmanager
def _services(cluster: Cluster, *names: str, throwaway: bool) -> Iterator[Services]:
    """Servers of their own, that know the passwords of the tests."""
    root = Path(tempfile.mkdtemp(prefix="smart-kills-"))
    root.chmod(0o755)
    layout = Layout(root)
    layout.prepare()
    shutil.copy(cluster.layout.secret_file, layout.secret_file)
    try:
        with Services(layout, names=names, throwaway=throwaway) as services:
            yield services
    finally:
        shutil.rmtree(layout.data, ignore_errors=True)
        shutil.rmtree(root, ignore_errors=True)


def _wait(condition: Callable[[], bool], seconds: float = 60) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited too long"
        time.sleep(0.1)


def _done(ended: Ended) -> None:
    assert ended.well, ended.said


# --- the broker ---------------------------------------------------------------------------------------------


def test_the_broker_is_killed_with_messages_in_it_and_is_away_while_people_work(
    cluster: Cluster, house: House, django_db_blocker: Any
) -> None:
    """It keeps nothing, and nothing is lost: people work on without it, the sweeps ring again with the new
    one.
    """
    story = STORIES["issue"]
    with django_db_blocker.unblock():
        with house.copy("quiet").entered() as copy, own_queues("quiet"):
            _done(run(lambda: STORIES["relay"].step(copy)))
            _done(run(lambda: story.step(copy)))
            go_on(copy, replace(story, again=None))
            expected = copy.traces({})
        copy.leave()
        with house.copy("disturbed").entered() as copy:
            with (
                _services(cluster, broker.NAME, throwaway=True) as services,
                own_queues("disturbed", services.redis_url),
            ):
                _done(run(lambda: STORIES["relay"].step(copy)))  # all messages are in the broker
                state = read_state(services.layout, broker.NAME)
                for who in ("guard", "pid"):  # without its guard nobody starts it again
                    os.kill(int(str(state[who])), signal.SIGKILL)
                _done(run(lambda: story.step(copy)))
                _done(run(lambda: STORIES["relay"].step(copy)))
            with own_queues("disturbed"):
                go_on(copy, replace(story, again=None))
            found = copy.traces({})
        copy.leave()
    differences = found.differences(expected)
    assert not differences, "\n".join(differences)


# --- the database -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def own_house(cluster: Cluster, receiver: Any, django_db_blocker: Any) -> Iterator[House]:
    """The house in a PostgreSQL of its own, with all that a real one does for what is committed."""
    with _services(cluster, postgres.NAME, throwaway=False) as services:
        provision(services.postgres_url, dict(cluster.secrets))
        own = replace(cluster, server_url=services.postgres_url, layout=services.layout)
        with django_db_blocker.unblock():
            house = build(own, receiver.url)
            yield house
            house.leave()


BEFORE, AFTER = at(ISSUED, f"enter {COMMIT}"), at(ISSUED, f"leave {COMMIT}")


@pytest.mark.parametrize("place", [BEFORE, AFTER], ids=WHOLE["database server"])
def test_the_database_is_killed_and_recovers(place: Place, own_house: House, django_db_blocker: Any) -> None:
    """What was committed is there, what was not is not; the member presses again and nothing is doubled."""
    from core.tenancy import tenant_scope
    from ledger.checks import check_books

    story = STORIES["issue"]
    with django_db_blocker.unblock():
        with own_house.copy("quiet").entered() as copy, own_queues(copy.database):
            _done(run(lambda: story.step(copy)))
            go_on(copy, story)
            expected = copy.traces({})
        copy.leave()
        with own_house.copy("disturbed").entered() as copy, own_queues(copy.database):
            server = own_house.cluster
            ended = run_and_disturb(lambda: story.step(copy), place, lambda pid: _crash(server))
            assert ended.reached, ended.said
            _wait(lambda: _answers(server.server_url))
            go_on(copy, story)
            with tenant_scope(copy.cooperative):
                assert check_books().breaks == ()
            found = copy.traces({})
        copy.leave()
    differences = found.differences(expected)
    assert not differences, "\n".join(differences)


def _crash(cluster: Cluster) -> None:
    """All processes of the server at once, as when its machine fails; its guard starts it again."""
    (data,) = cluster.layout.data.glob("postgres-*/data")
    killed = processes_in(data)
    assert killed
    for pid in killed:
        with suppress(ProcessLookupError):
            os.kill(pid, signal.SIGKILL)
    _wait(lambda: not set(killed) & set(processes_in(data)))


def _answers(url: str) -> bool:
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True
