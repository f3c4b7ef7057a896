"""Two cooperatives with one row in every table of a tenant, laid down past every wall."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.apps import apps

from core.embedded.provisioning import replace_database
from core.models import Cooperative, TenantModel
from tests.cluster import Cluster

TENANT_MODELS = [model for model in apps.get_models() if issubclass(model, TenantModel)]
every_model = pytest.mark.parametrize("model", TENANT_MODELS, ids=lambda model: model._meta.label)

VALUES: dict[str, Callable[[int], Any]] = {
    "uuid": lambda tenant: str(uuid4()),
    "int2": lambda tenant: tenant,
    "int4": lambda tenant: tenant,
    "int8": lambda tenant: tenant,
    "numeric": lambda tenant: tenant,
    "varchar": lambda tenant: str(tenant),
    "text": lambda tenant: str(tenant),
    "bpchar": lambda tenant: str(tenant),
    "bool": lambda tenant: False,
    "date": lambda tenant: "2026-11-02",
    "time": lambda tenant: "08:00",
    "timestamptz": lambda tenant: "2026-11-02 08:00+00",
    "interval": lambda tenant: "0",
    "jsonb": lambda tenant: "{}",
    "bytea": lambda tenant: b"1",
    "inet": lambda tenant: "127.0.0.1",
}


class World:
    """Two tenants, the id of the row that each has in each table, and the superuser's eyes."""

    def __init__(self, opened: Any) -> None:
        self.opened = opened
        self.ids: dict[tuple[str, int], UUID] = {}
        self.cooperatives: dict[int, Cooperative] = {}

    def ask(self, sql: str) -> list[tuple[Any, ...]]:
        """Rows, past every wall."""
        with self.opened.cursor() as cursor:
            cursor.execute(sql)
            rows: list[tuple[Any, ...]] = cursor.fetchall()
        return rows


@contextmanager
def laid(house: str, cluster: Cluster) -> Iterator[World]:
    """Belgium and France with a row in each table."""
    opened = psycopg2.connect(replace_database(cluster.server_url, house))
    opened.autocommit = True
    made = World(opened)
    for key, slug in ((1, "be"), (2, "fr")):
        made.cooperatives[key] = Cooperative.objects.create(
            id=key, slug=slug, name=slug, country=slug.upper(), languages=[]
        )
    with opened.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica")
        cursor.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE contype IN ('c', 'x')"
            " AND connamespace = 'public'::regnamespace"
        )
        for table, name in cursor.fetchall():
            cursor.execute(f'ALTER TABLE {table} DROP CONSTRAINT "{name}"')
        for model in TENANT_MODELS:
            table = model._meta.db_table
            cursor.execute(
                "SELECT column_name, udt_name FROM information_schema.columns WHERE table_name = %s"
                " AND is_generated = 'NEVER' AND is_nullable = 'NO'",
                [table],
            )
            columns = cursor.fetchall()
            for tenant in (1, 2):
                row = {name: VALUES[kind](tenant) for name, kind in columns} | {"tenant_id": tenant}
                names = ", ".join(f'"{name}"' for name in row)
                places = ", ".join(["%s"] * len(row))
                cursor.execute(f"INSERT INTO {table} ({names}) VALUES ({places})", list(row.values()))
                made.ids[table, tenant] = UUID(row["id"])
    yield made
    opened.close()
