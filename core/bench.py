"""Measuring: what a part of the product does next to what the same machine could do at best, in one run.

Subjects work on a database of their own, made for the run and dropped after it; the product's is not touched.
"""

from __future__ import annotations

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

Subject = Callable[[float], dict[str, Any]]
_subjects: dict[str, Subject] = {}


def register_subject(name: str, run: Subject) -> None:
    """Add something that `bench` can measure: it gets the seconds per run and answers figures."""
    _subjects[name] = run


def subjects() -> dict[str, Subject]:
    """What can be measured."""
    return dict(_subjects)


@contextmanager
def throwaway_database() -> Iterator[str]:
    """A migrated database of our own in the same cluster; Django works on it inside the block, and forgets
    it.
    """
    server = os.environ["SMART_BOOTSTRAP_DATABASE_URL"]
    name = f"smart_bench_{os.getpid()}"
    urls = ("SMART_APP_DATABASE_URL", "SMART_OWNER_DATABASE_URL")
    before = {alias: connections[alias].settings_dict["NAME"] for alias in ("default", "owner")}
    with connected(server) as opened, opened.cursor() as run:
        create_database(run, name)
    try:
        with connected(replace_database(server, name)) as opened, opened.cursor() as run:
            grant_in_database(run)
        subprocess.run(  # noqa: S603 - our own command line
            [sys.executable, str(CHECKOUT / "manage.py"), "migrate", "--database", "owner", "-v", "0"],
            check=True,
            env={**os.environ, **{url: replace_database(os.environ[url], name) for url in urls}},
        )
        _point_at(dict.fromkeys(before, name))
        yield name
    finally:
        _point_at(before)
        with connected(server) as opened, opened.cursor() as run:
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
