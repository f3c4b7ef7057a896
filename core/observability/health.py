"""Whether this process can do its work: what a load balancer asks before it sends people here."""

from __future__ import annotations

from functools import cache

import redis
from django.conf import settings
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor


def failing_parts() -> list[str]:
    """The parts without which nothing works: `database`, `schema`. Empty: ready.

    The broker is not among them: without it pages answer and work waits as rows (see `broker_answers`).
    """
    try:
        with connection.cursor() as cursor:
            cursor.execute("SELECT 1")
        return [] if _schema_is_current() else ["schema"]
    except DatabaseError:
        return ["database"]


def broker_answers() -> bool:
    """Whether the broker is there; background work is late without it, never lost."""
    client = redis.Redis.from_url(settings.REDIS_URL, socket_connect_timeout=1, socket_timeout=1)
    try:
        return bool(client.ping())
    except redis.RedisError:
        return False
    finally:
        client.close()


class _Behind(Exception):
    """The schema lacks migrations; not remembered, unlike the answer that it is complete."""


def _schema_is_current() -> bool:
    try:
        _check_schema()
    except _Behind:
        return False
    return True


@cache
def _check_schema() -> None:
    """Raise `_Behind` while migrations of this code are not applied; once they are, that cannot change."""
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise _Behind
