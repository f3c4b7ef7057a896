"""The tests' own PostgreSQL cluster and broker, and the databases that tests are given.

One cluster under ``var/test`` (fsync off) serves every run. For each state of the migrations there is one
template database; each process that runs tests takes a copy of it, and so does each test that must commit.
"""

import hashlib
import multiprocessing
import os
import queue
import shutil
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import psycopg2
from psycopg2 import sql

from core.embedded import Layout, Services, broker, postgres
from core.embedded.environment import role_url
from core.embedded.layout import CHECKOUT
from core.embedded.locks import exclusive
from core.embedded.provisioning import (
    APP,
    DATABASE,
    OWNER,
    connected,
    create_database,
    grant_in_database,
    is_provisioned,
    provision,
    replace_database,
)
from core.embedded.schema import schema_hash
from core.embedded.vault import load_secrets

SERVER = "SMART_TEST_SERVER_URL"
"""Variable that tells the processes of a run where the superuser finds the server."""

RUN = "SMART_TEST_RUN"
"""Variable with the name of the run: the process id of its first process."""

BROKER = "SMART_TEST_BROKER_URL"
"""Variable that tells the processes of a run where the broker is."""

HOME = "SMART_TEST_HOME"
"""Variable with the directory of the run's cluster."""

TEMPLATES_KEPT = 8


def cluster_layout() -> Layout:
    """``var/test``, beside the product's own services.

    A given server (DATABASE_URL) has one set of roles for the product and the tests: then it is ``var``.
    """
    if HOME in os.environ:
        return Layout(Path(os.environ[HOME]))
    product = Layout.default()
    return product if os.environ.get("DATABASE_URL") else Layout(product.root / "test")


@dataclass
class Cluster:
    """The server as one test process sees it."""

    server_url: str = field(repr=False)
    broker_url: str = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    run: str
    worker: str
    layout: Layout

    @property
    def database(self) -> str:
        """The database of this process."""
        return f"smart_test_{self.run}_{self.worker}"

    def environment(self, database: str | None = None) -> dict[str, str]:
        """The variables that the settings read, for one database of the cluster."""
        name = database or self.database
        return {
            "SMART_VAR": str(self.files),
            "SMART_APP_DATABASE_URL": role_url(self.server_url, APP, self.secrets, name),
            "SMART_OWNER_DATABASE_URL": role_url(self.server_url, OWNER, self.secrets, name),
            "SMART_SECRET_KEY": self.secrets["secret_key"],
            "SMART_FIELD_KEY": self.secrets["field_key"],
            "SMART_SEAL_KEY": self.secrets["seal_key"],
            "REDIS_URL": self.redis_url,
        }

    @property
    def redis_url(self) -> str:
        """A numbered database of the broker for this process: workers of a run never share a queue."""
        index = int(self.worker.removeprefix("gw")) if self.worker.startswith("gw") else 0
        number = (int(self.run) * 4 + index) % 15 + 1
        return urlunsplit(urlsplit(self.broker_url)._replace(path=f"/{number}"))

    @property
    def files(self) -> Path:
        """Directory of uploads, mail and simulators of this process."""
        return self.layout.root / "runs" / self.run / self.worker

    def template(self) -> str:
        """The name of a database migrated to the state of the checkout; made when there is none."""
        name = f"smart_template_{schema_hash()[:20]}"
        with exclusive(self.layout.run / "template.lock", timeout=300):
            if not self._exists(name):
                self._build(name)
        return name

    def _exists(self, name: str) -> bool:
        with connected(self.server_url) as opened, opened.cursor() as run:
            run.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name])
            return run.fetchone() is not None

    def _build(self, name: str) -> None:
        building = f"{name}_building"
        self.drop(building)
        with connected(self.server_url) as opened, opened.cursor() as run:
            create_database(run, building)
        with connected(replace_database(self.server_url, building)) as opened, opened.cursor() as run:
            grant_in_database(run)
        answer = subprocess.run(
            [
                sys.executable,
                str(CHECKOUT / "manage.py"),
                "migrate",
                "--database",
                "owner",
                "-v",
                "0",
                "--skip-checks",
            ],
            check=False,
            capture_output=True,
            text=True,
            env={**os.environ, **self.environment(building)},
        )
        if answer.returncode != 0:
            self.drop(building)
            raise RuntimeError(f"The migrations do not apply:\n{answer.stdout}{answer.stderr}")
        with connected(self.server_url) as opened, opened.cursor() as run:
            run.execute(
                sql.SQL("ALTER DATABASE {} RENAME TO {}").format(
                    sql.Identifier(building), sql.Identifier(name)
                )
            )
            run.execute(
                "SELECT datname FROM pg_database"
                " WHERE datname ~ '^smart_template_[0-9a-f]+$' ORDER BY oid DESC"
            )
            old = [row[0] for row in run.fetchall()][TEMPLATES_KEPT:]
        for leftover in old:
            self.drop(leftover)

    def copy(self, name: str, template: str | None = None) -> None:
        """Make a database from a template (the migrated one when none is named); an old one goes first."""
        source = template or self.template()
        self.drop(name)
        with connected(self.server_url) as opened, opened.cursor() as run:
            create_database(run, name, source, by_files=opened.server_version >= 150000)

    def drop(self, name: str) -> None:
        """Drop a database, whoever is connected to it."""
        with connected(self.server_url) as opened, opened.cursor() as run:
            run.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))

    def drop_leftovers(self) -> None:
        """Drop the databases and files of runs whose process is gone."""
        with connected(self.server_url) as opened, opened.cursor() as run:
            run.execute("SELECT datname FROM pg_database WHERE datname LIKE 'smart\\_test\\_%'")
            names = [row[0] for row in run.fetchall()]
        for name in names:
            pid = name.split("_")[2]
            if pid != self.run and not os.path.exists(f"/proc/{pid}"):
                self.drop(name)
        for directory in (self.layout.root / "runs").glob("*"):
            if not os.path.exists(f"/proc/{directory.name}"):
                shutil.rmtree(directory, ignore_errors=True)


def open_cluster(stack: ExitStack, worker: str) -> Cluster:
    """Join the run's cluster; the first process starts it and keeps it until ``stack`` closes."""
    layout = cluster_layout()
    keep_compiled(layout)
    given = os.environ.get("DATABASE_URL")
    secrets = load_secrets(layout)
    first = SERVER not in os.environ
    if first:
        names = (() if given else (postgres.NAME,)) + (() if os.environ.get("REDIS_URL") else (broker.NAME,))
        services = Services(layout, names=names, throwaway=True)
        stack.enter_context(services)
        os.environ[SERVER] = given or services.postgres_url
        os.environ[RUN] = str(os.getpid())
        os.environ[HOME] = str(layout.root)
        os.environ[BROKER] = os.environ.get("REDIS_URL") or services.redis_url
        with exclusive(layout.run / "provision.lock"):
            if not is_provisioned(os.environ[SERVER], secrets):
                provision(os.environ[SERVER], dict(secrets))
    cluster = Cluster(os.environ[SERVER], os.environ[BROKER], secrets, os.environ[RUN], worker, layout)
    if first and not given:
        cluster.drop_leftovers()
    os.environ.update(cluster.environment())
    os.environ.pop("DATABASE_URL", None)
    cluster.files.mkdir(parents=True, exist_ok=True)
    stack.callback(shutil.rmtree, layout.root / "runs" / cluster.run / worker, ignore_errors=True)
    return cluster


def keep_compiled(layout: Layout) -> None:
    """Let this process and those that it starts compile each module once, into ``var/test``: tests start the
    product some hundred times.
    """
    folder = str(layout.root / "pycache")
    os.environ["PYTHONPYCACHEPREFIX"] = folder
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.pycache_prefix, sys.dont_write_bytecode = folder, False


def point_django_at(cluster: Cluster, database: str) -> None:
    """Make both of Django's connections, in every thread of this process, open on another database."""
    from django.db import connections

    for alias in ("default", "owner"):
        connections[alias].close()
        connections.settings[alias]["NAME"] = database
    os.environ.update(cluster.environment(database))


@contextmanager
def own_copy(cluster: Cluster, blocker: Any, suffix: str, template: str | None = None) -> Iterator[str]:
    """Let Django work on an own copy of a template (the migrated one when none is named) for the length of
    the block; the value is its name.
    """
    from django.db import connections

    before = connections.settings["default"]["NAME"]
    name = f"{cluster.database}_{suffix}"
    cluster.copy(name, template)
    with blocker.unblock():
        point_django_at(cluster, name)
        try:
            yield name
        finally:
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)


@dataclass(frozen=True)
class Outcome:
    """What a concurrent caller got: ``value``, or the name, code and text of what was raised."""

    value: Any = None
    error: str = ""
    code: str = ""
    detail: str = ""

    @property
    def ok(self) -> bool:
        """Whether the caller was served."""
        return not self.error


def _outcome(function: Callable[..., Any], arguments: Sequence[Any]) -> Outcome:
    from django.db import connections

    try:
        return Outcome(value=function(*arguments))
    except Exception as error:  # noqa: BLE001  # the test judges it
        name = type(error).__name__
        return Outcome(error=name, code=str(getattr(error, "code", "")), detail=str(error))
    finally:
        connections.close_all()


@dataclass
class FreshDatabase:
    """A database of its own for one test that commits, or that sends several callers at once."""

    cluster: Cluster
    name: str

    @property
    def environment(self) -> dict[str, str]:
        """Variables for a child process that works on this database."""
        shared = {name: value for name, value in os.environ.items() if name != "SMART_CACHE"}
        return {**shared, **self.cluster.environment(self.name)}

    @property
    def owner_url(self) -> str:
        """URL of ``smart_owner`` in this database."""
        return role_url(self.cluster.server_url, OWNER, self.cluster.secrets, self.name)

    def in_threads(self, function: Callable[..., Any], *arguments: Sequence[Any]) -> list[Outcome]:
        """Call ``function`` once for each tuple of arguments, all at once, each on its own connection."""
        barrier = threading.Barrier(len(arguments))
        found: dict[int, Outcome] = {}

        def body(index: int, mine: Sequence[Any]) -> None:
            barrier.wait()
            found[index] = _outcome(function, mine)

        threads = [threading.Thread(target=body, args=pair) for pair in enumerate(arguments)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return [found[index] for index in range(len(arguments))]

    def in_processes(self, function: Callable[..., Any], *arguments: Sequence[Any]) -> list[Outcome]:
        """As `in_threads`, in forked processes. Values must be picklable."""
        from django.db import connections

        connections.close_all()
        context = multiprocessing.get_context("fork")
        answers: Any = context.Queue()
        barrier = context.Barrier(len(arguments))

        def body(index: int, mine: Sequence[Any]) -> None:
            barrier.wait()
            answers.put((index, _outcome(function, mine)))

        children = [context.Process(target=body, args=pair) for pair in enumerate(arguments)]
        for child in children:
            child.start()
        found: dict[int, Outcome] = {}
        for _ in children:
            try:
                index, outcome = answers.get(timeout=120)
            except queue.Empty:
                break
            found[index] = outcome
        for child in children:
            child.join(5)
            if child.is_alive():
                child.kill()
        lost = Outcome(error="Lost", detail="the process ended without an answer")
        return [found.get(index, lost) for index in range(len(arguments))]

    @contextmanager
    def running(self, *arguments: str) -> Iterator[str]:
        """Run the whole product on this database for the length of the block; the value is its address."""
        command = [sys.executable, str(CHECKOUT / "manage.py"), "run", "--port", "0", *arguments]
        product = subprocess.Popen(command, env=self.environment, stdout=subprocess.PIPE, text=True)
        try:
            assert product.stdout is not None
            address = product.stdout.readline().strip()
            assert address.startswith("http://"), "the product does not start: see its standard error"
            yield address
        finally:
            product.terminate()
            product.communicate(timeout=90)

    def manage(self, *arguments: str, **options: Any) -> "subprocess.CompletedProcess[str]":
        """Run a command of ``manage.py`` on this database and answer what it printed."""
        return subprocess.run(
            [sys.executable, str(CHECKOUT / "manage.py"), *arguments],
            check=False,
            capture_output=True,
            text=True,
            env=self.environment,
            **options,
        )


def owner_connect(cluster: Cluster, database: str) -> Any:
    """An autocommit psycopg2 connection of ``smart_owner``: it sees what is committed, in every tenant."""
    opened = psycopg2.connect(role_url(cluster.server_url, OWNER, cluster.secrets, database))
    opened.autocommit = True
    return opened


def short_name(text: str) -> str:
    """A few characters that stand for a test in the name of its database."""
    return hashlib.sha256(text.encode()).hexdigest()[:10]


__all__ = ["DATABASE", "Cluster", "FreshDatabase", "Outcome", "open_cluster", "point_django_at"]
