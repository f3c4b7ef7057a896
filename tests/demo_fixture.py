"""The product running on the demonstration: played once, kept as a template database, copied per process.

The play is used again by later runs for as long as migrations, reference data and the code that acts (all but
the pages) are the same. Its files (receipts, statements, payment files, what the simulators remember) are
kept beside it under ``var/test/demo``.
"""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from psycopg2 import sql

from core.embedded.layout import CHECKOUT
from core.embedded.locks import exclusive
from core.embedded.provisioning import connected
from core.embedded.schema import schema_hash
from tests.cluster import Cluster, FreshDatabase

if TYPE_CHECKING:
    from smart.demo.summary import LogIn

PACKAGES = ("core", "ledger", "members", "activities", "invoicing", "payroll", "governance", "smart")
PAGES = frozenset({
    "views", "urls", "api", "api_urls", "forms", "filters", "serializers", "tables", "panels", "home",
    "portfolio", "policies", "icons", "ui", "ui_views", "texts", "locales", "context", "middleware",
    "summary", "commands",
})  # fmt: skip
"""Modules and folders whose changes do not change what is played."""
PLAYS_KEPT = 2
LONGEST_PLAY = 900


@dataclass
class DemoDatabase(FreshDatabase):
    """A copy of the played database, with its own copy of the files."""

    files: Path

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a child process that works on this copy."""
        return {**super().environment, "SMART_VAR": str(self.files)}


@dataclass(frozen=True)
class DemoSite:
    """The running demonstration: its address (ending in a slash), the database behind it, who can sign in."""

    url: str
    database: DemoDatabase
    log_ins: Mapping[str, LogIn]
    """By role; a colleague of the same role has `_2` behind it."""


@pytest.fixture(scope="session")
def demo_database(cluster: Cluster) -> Iterator[DemoDatabase]:
    """This process's own copy of the played demonstration, for as long as the run lasts."""
    template, played_files = played(cluster)
    database = DemoDatabase(cluster, f"{cluster.database}_demo", cluster.files / "demo")
    cluster.copy(database.name, template)
    shutil.rmtree(database.files, ignore_errors=True)
    shutil.copytree(played_files, database.files)
    try:
        yield database
    finally:
        cluster.drop(database.name)


@pytest.fixture(scope="session")
def demo_site(demo_database: DemoDatabase) -> Iterator[DemoSite]:
    """The whole product, running on a copy of the demonstration."""
    from smart.demo.summary import log_ins

    accounts: dict[str, LogIn] = {}
    for account in log_ins():
        accounts[f"{account.role}_2" if account.role in accounts else account.role] = account
    with demo_database.running() as address:
        yield DemoSite(address, demo_database, accounts)


def played(cluster: Cluster) -> tuple[str, Path]:
    """The database in which the demonstration stands played, and its files; played when there is none."""
    name = f"smart_demo_{play_hash()[:20]}"
    files = cluster.layout.root / "demo" / name
    with exclusive(cluster.layout.run / "demo.lock", timeout=LONGEST_PLAY):
        if not (_exists(cluster, name) and files.is_dir()):
            _play(cluster, name, files)
            _forget_old(cluster, name)
    return name, files


def play_hash() -> str:
    """Hash of everything that changes the play: migrations, reference data, and the code that acts."""
    digest = hashlib.sha256(schema_hash().encode())
    for package in PACKAGES:
        for path in sorted((CHECKOUT / package).rglob("*")):
            parts = path.relative_to(CHECKOUT).with_suffix("").parts
            if path.suffix in (".py", ".yaml") and not PAGES.intersection(parts):
                digest.update(f"{path.relative_to(CHECKOUT)}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def _play(cluster: Cluster, name: str, files: Path) -> None:
    building = f"{name}_building"
    cluster.copy(building)
    shutil.rmtree(files, ignore_errors=True)
    files.mkdir(parents=True)
    database = DemoDatabase(cluster, building, files)
    answer = subprocess.run(
        [sys.executable, str(CHECKOUT / "manage.py"), "demo", "--no-serve"],
        check=False,
        capture_output=True,
        text=True,
        env=database.environment,
        timeout=LONGEST_PLAY,
    )
    if answer.returncode != 0:
        cluster.drop(building)
        raise RuntimeError(f"The demonstration cannot be played:\n{answer.stdout}{answer.stderr}")
    cluster.drop(name)
    with connected(cluster.server_url) as opened, opened.cursor() as run:
        run.execute(
            sql.SQL("ALTER DATABASE {} RENAME TO {}").format(sql.Identifier(building), sql.Identifier(name))
        )


def _exists(cluster: Cluster, name: str) -> bool:
    with connected(cluster.server_url) as opened, opened.cursor() as run:
        run.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
        return run.fetchone() is not None


def _forget_old(cluster: Cluster, name: str) -> None:
    with connected(cluster.server_url) as opened, opened.cursor() as run:
        run.execute("SELECT datname FROM pg_database WHERE datname LIKE 'smart\\_demo\\_%' ORDER BY oid DESC")
        old = [row[0] for row in run.fetchall() if row[0] != name][PLAYS_KEPT - 1 :]
    for leftover in old:
        cluster.drop(leftover)
        shutil.rmtree(cluster.layout.root / "demo" / leftover, ignore_errors=True)
