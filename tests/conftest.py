"""Tests run against a real PostgreSQL as ``smart_app``, and against a real broker.

* ``db`` (or ``@pytest.mark.django_db``): the usual transaction that is rolled back;
* ``tenant``: the same, inside the scope of the Belgian cooperative;
* ``fresh_database``: an own database, for what commits, races or runs in other processes;
* ``owner_connection``: ``smart_owner``, for questions to the catalogue.

``transaction=True``, ``transactional_db`` and ``live_server`` are not for us: they TRUNCATE, and the role may
not.
"""

import gc
import importlib
import importlib.util
import os
from collections.abc import Iterator
from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

import django
import pytest

from tests.cluster import (
    Cluster,
    FreshDatabase,
    open_cluster,
    own_copy,
    owner_connect,
    point_django_at,
    short_name,
)

if TYPE_CHECKING:
    from core.models import Cooperative

CLUSTER = pytest.StashKey[Cluster]()
STACK = pytest.StashKey[ExitStack]()


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """Start or join the cluster before Django reads its settings."""
    for plugin in ("tests.conformance", "tests.demo_fixture", "tests.isolation.town_fixture"):
        if importlib.util.find_spec(plugin):
            config.pluginmanager.register(importlib.import_module(plugin))
    if config.option.help or config.option.version:
        return
    stack = config.stash[STACK] = ExitStack()
    worker = os.environ.get("PYTEST_XDIST_WORKER", "main")
    config.stash[CLUSTER] = open_cluster(stack, worker)
    if not getattr(config.option, "numprocesses", None) or worker != "main":
        os.environ["DJANGO_SETTINGS_MODULE"] = "smart.settings"
        os.environ["SMART_CACHE"] = "memory"
        # Only now: the settings read what the cluster says. A parallel run's controller needs no Django.
        gc.disable()  # until all tests are there: nothing of them is garbage
        django.setup()
        _look_for_static_files_once()
        _hash_passwords_lightly()


def _look_for_static_files_once() -> None:
    """Every test client builds the middleware anew, and WhiteNoise would read the folders each time."""
    from whitenoise.middleware import WhiteNoiseMiddleware

    look: Any = WhiteNoiseMiddleware.add_files_from_finders
    found: dict[str, Any] = {}

    def look_once(self: Any) -> None:
        if not found:
            look(self)
            found.update(self.files)
        self.files.update(found)

    WhiteNoiseMiddleware.add_files_from_finders = look_once


def _hash_passwords_lightly() -> None:
    """The product's way of hashing, without the labour that is to keep thieves from guessing."""
    from django.contrib.auth.hashers import Argon2PasswordHasher

    Argon2PasswordHasher.time_cost = 1
    Argon2PasswordHasher.memory_cost = 8
    Argon2PasswordHasher.parallelism = 1


def pytest_collection_finish() -> None:
    """Look for garbage from now on, but never again among modules and tests: they stay."""
    gc.enable()
    gc.collect()
    gc.freeze()


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave the cluster; the last one stops it."""
    if STACK in config.stash:
        config.stash[STACK].close()


@pytest.fixture(autouse=True)
def _empty_cache() -> None:
    """No test finds the counters of another."""
    from django.core.cache import cache

    cache.clear()


@pytest.fixture(scope="session")
def cluster(request: pytest.FixtureRequest) -> Cluster:
    """The test server as this process sees it."""
    return request.config.stash[CLUSTER]


@pytest.fixture(scope="session")
def django_db_setup(cluster: Cluster, django_db_blocker: Any) -> Iterator[None]:
    """Give this process a copy of the migrated template database, and drop it at the end."""
    cluster.copy(cluster.database)
    with django_db_blocker.unblock():
        point_django_at(cluster, cluster.database)
    yield
    from django.db import connections

    with django_db_blocker.unblock():
        connections.close_all()
    cluster.drop(cluster.database)


@pytest.fixture
def cooperative_be(db: None) -> "Cooperative":
    """The Belgian cooperative; no scope is opened."""
    return _cooperative(1, "be", "Smart Belgique", "BE", ["fr", "nl", "de", "en"])


@pytest.fixture
def cooperative_fr(db: None) -> "Cooperative":
    """A second tenant; no scope is opened."""
    return _cooperative(2, "fr", "Smart France", "FR", ["fr"])


@pytest.fixture
def tenant(cooperative_be: "Cooperative") -> Iterator["Cooperative"]:
    """The Belgian cooperative, with its scope open for the length of the test."""
    from core.tenancy import tenant_scope

    with tenant_scope(cooperative_be):
        yield cooperative_be


def _cooperative(key: int, slug: str, name: str, country: str, languages: list[str]) -> "Cooperative":
    from core.models import Cooperative

    found, _ = Cooperative.objects.get_or_create(
        slug=slug, defaults={"id": key, "name": name, "country": country, "languages": languages}
    )
    return found


@pytest.fixture
def fresh_database(
    request: pytest.FixtureRequest, cluster: Cluster, django_db_blocker: Any
) -> Iterator[FreshDatabase]:
    """An own copy of the migrated database, on which Django works without a transaction around it.

    Not together with ``db`` or ``tenant``: open `tenant_scope` yourself.
    """
    if {"db", "tenant"} & set(request.fixturenames):
        pytest.fail("fresh_database and db exclude each other")
    with own_copy(cluster, django_db_blocker, short_name(request.node.nodeid)) as name:
        yield FreshDatabase(cluster, name)


@pytest.fixture(scope="module")
def house(
    request: pytest.FixtureRequest, cluster: Cluster, django_db_setup: None, django_db_blocker: Any
) -> Iterator[str]:
    """The name of a migrated database for the length of a module, on which Django works without a transaction
    around it.
    """
    with own_copy(cluster, django_db_blocker, short_name(request.node.nodeid)) as name:
        yield name


@pytest.fixture
def owner_connection(cluster: Cluster, django_db_setup: None) -> Iterator[Any]:
    """A psycopg2 connection of ``smart_owner`` (autocommit) to the database of this process."""
    opened = owner_connect(cluster, cluster.database)
    try:
        yield opened
    finally:
        opened.close()
