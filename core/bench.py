"""Measuring: what a part of the product does next to what the same machine could do at best, in one run.

Subjects work on a database of their own, made for the run and dropped after it; the product's is not touched.
"""

from __future__ import annotations

import multiprocessing
import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from django.db import connection, connections

from core.embedded.layout import CHECKOUT
from core.embedded.provisioning import connected, create_database, grant_in_database, replace_database
from core.embedded.schema import schema_hash

Subject = Callable[..., dict[str, Any]]
"""Gets the seconds per run, and how many when it has an argument for it; answers figures."""
SERVER = "SMART_BOOTSTRAP_DATABASE_URL"
"""Names the cluster, as its superuser: databases are made and dropped there."""

CONTEXT = multiprocessing.get_context("fork")
_subjects: dict[str, Subject] = {}


class WorkerFailed(Exception):
    """A process of a measurement ended with an error."""


def register_subject(name: str, run: Subject) -> None:
    """Add something that `bench` can measure."""
    _subjects[name] = run


def subjects() -> dict[str, Subject]:
    """What can be measured."""
    return dict(_subjects)


@contextmanager
def throwaway_database(template: str = "", suffix: str = "") -> Iterator[str]:
    """A migrated database of our own in the same cluster, or a copy of a template; Django works on it inside
    the block, and forgets it. `suffix` tells several of one run apart.
    """
    name = "_".join(filter(None, ("smart_bench", str(os.getpid()), suffix)))
    _make(name, template or "template0")
    try:
        with working_on(name):
            if not template:
                _migrate(name)
            yield name
    finally:
        _drop(name)


def kept_template(subject: str, build: Callable[[], None]) -> str:
    """A database that took long to fill, kept in the cluster for the next run: its name.

    Made when the schema is not the one that it was made for; what it replaces is dropped. `build` works on
    it, migrated; a build that was cut off leaves nothing that counts.
    """
    prefix = f"smart_kept_{subject}_"
    name = f"{prefix}{schema_hash()[:12]}"
    with connected(os.environ[SERVER]) as opened, opened.cursor() as run:
        run.execute("SELECT datname FROM pg_database WHERE datname LIKE %s", [f"{prefix}%"])
        found = {row[0] for row in run.fetchall()}
    for other in found - {name}:
        _drop(other)
    if name not in found:
        with throwaway_database() as made:
            build()
            connections.close_all()
            with connected(os.environ[SERVER]) as opened, opened.cursor() as run:
                run.execute(f'ALTER DATABASE "{made}" RENAME TO "{name}"')
    return name


@contextmanager
def working_on(name: str) -> Iterator[None]:
    """Django works on this database of the cluster inside the block."""
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    _point_at(dict.fromkeys(before, name))
    try:
        yield
    finally:
        _point_at(before)


def storm(act: Callable[[int, int], None], workers: int, seconds: float) -> float:
    """Acts per second of so many processes together.

    `act(worker, turn)` does one act with its own transaction; turn 0 is made before the clock runs. A worker
    stops early when `act` raises `StopIteration`: nothing is left to do.
    """
    barrier, answers = CONTEXT.Barrier(workers), CONTEXT.Queue()

    def body(worker: int) -> None:
        act(worker, 0)
        barrier.wait()
        turn, start = 0, time.perf_counter()
        while time.perf_counter() - start < seconds:
            try:
                act(worker, turn + 1)
            except StopIteration:
                break
            turn += 1
        answers.put(turn / (time.perf_counter() - start))

    in_parallel(body, workers)
    rates: list[float] = [answers.get(timeout=60) for _ in range(workers)]
    return sum(rates)


def in_parallel(body: Callable[[int], None], workers: int) -> None:
    """Run `body(worker)` in so many processes. Raises `WorkerFailed` when one of them does not end well."""
    connections.close_all()

    def run(worker: int) -> None:
        body(worker)
        connections.close_all()

    children = [CONTEXT.Process(target=run, args=(worker,)) for worker in range(workers)]
    for child in children:
        child.start()
    for child in children:
        child.join()
    failed = [place for place, child in enumerate(children) if child.exitcode]
    if failed:
        raise WorkerFailed(f"workers {failed} did not end well; what they said stands above")


def _make(name: str, template: str) -> None:
    with connected(os.environ[SERVER]) as opened, opened.cursor() as run:
        create_database(run, name, template)
    with connected(replace_database(os.environ[SERVER], name)) as opened, opened.cursor() as run:
        grant_in_database(run)


def _migrate(name: str) -> None:
    urls = ("SMART_APP_DATABASE_URL", "SMART_OWNER_DATABASE_URL")
    subprocess.run(  # noqa: S603 - our own command line
        [sys.executable, str(CHECKOUT / "manage.py"), "migrate", "--database", "owner", "-v", "0"],
        check=True,
        env={**os.environ, **{url: replace_database(os.environ[url], name) for url in urls}},
    )


def _drop(name: str) -> None:
    with connected(os.environ[SERVER]) as opened, opened.cursor() as run:
        run.execute(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')


def machine() -> dict[str, Any]:
    """What the figures were measured on."""
    start = time.perf_counter()
    total = 0
    for number in range(3_000_000):
        total += number & 3
    loop = time.perf_counter() - start
    with connection.cursor() as cursor:
        cursor.execute("SHOW server_version")
        version = cursor.fetchone()[0]
        settings = {}
        for name in ("fsync", "synchronous_commit"):
            cursor.execute(f"SHOW {name}")
            settings[name] = cursor.fetchone()[0]
        start = time.perf_counter()
        for _ in range(500):
            cursor.execute("SELECT 1")
        trip = (time.perf_counter() - start) / 500
    return {
        "cores": os.cpu_count(),
        "load": f"{os.getloadavg()[0]:.1f}",
        "calibration_loop_ms": round(loop * 1000),
        "round_trip_us": round(trip * 1_000_000),
        "postgresql": version,
        **settings,
    }


def _point_at(names: dict[str, Any]) -> None:
    for alias, name in names.items():
        connections[alias].close()
        connections.settings[alias]["NAME"] = name
        connections[alias].settings_dict["NAME"] = name
