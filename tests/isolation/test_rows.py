"""Each table of a tenant, by each door: what belongs to one cooperative does not exist for the other.

One row per table and tenant is laid down by the superuser, whatever it may mean; then smart_app tries.
"""

from collections.abc import Callable, Iterator
from typing import Any
from uuid import UUID, uuid4

import psycopg2
import pytest
from django.apps import apps
from django.db import DatabaseError, connection

from core.embedded.provisioning import replace_database
from core.models import Cooperative, TenantModel
from core.tenancy import tenant_scope
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


@pytest.fixture(scope="module")
def world(house: str, cluster: Cluster) -> Iterator[World]:
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


def rows_of(world: World, table: str) -> list[tuple[Any, ...]]:
    """Everything in a table."""
    return world.ask(f"SELECT t::text FROM {table} AS t ORDER BY 1")


@every_model
def test_objects_see_their_own_tenant_alone(world: World, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    mine, theirs = world.ids[table, 1], world.ids[table, 2]
    before = rows_of(world, table)

    with tenant_scope(world.cooperatives[1]):
        assert list(model._default_manager.order_by().values_list("pk", flat=True)) == [mine]
        assert not model._default_manager.filter(pk=theirs).exists()
        assert not model._default_manager.filter(tenant=2).exists()
    for act in (
        lambda: model._default_manager.filter(pk=theirs).update(tenant_id=1),
        lambda: model._default_manager.filter(pk=theirs)._raw_delete("default"),
    ):
        try:
            with tenant_scope(world.cooperatives[1]):
                assert not act()
        except DatabaseError as refusal:
            assert "permission denied" in str(refusal) or "never" in str(refusal)

    assert rows_of(world, table) == before


@every_model
def test_sql_sees_its_own_tenant_alone(world: World, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    theirs = world.ids[table, 2]

    with tenant_scope(world.cooperatives[1]), connection.cursor() as cursor:
        cursor.execute(f"SELECT DISTINCT tenant_id FROM {table}")
        assert cursor.fetchall() == [(1,)]
        cursor.execute(f"SELECT count(*) FROM {table} WHERE id = %s OR tenant_id = 2", [theirs])
        assert cursor.fetchone() == (0,)


@every_model
def test_sql_writes_its_own_tenant_alone(world: World, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    mine, theirs = world.ids[table, 1], world.ids[table, 2]
    before = rows_of(world, table)

    for sql in (
        f"UPDATE {table} SET tenant_id = tenant_id WHERE id = '{theirs}'",
        f"DELETE FROM {table} WHERE id = '{theirs}'",
    ):
        try:
            with tenant_scope(world.cooperatives[1]), connection.cursor() as cursor:
                cursor.execute(sql)
                assert cursor.rowcount == 0
        except DatabaseError as refusal:
            assert "permission denied" in str(refusal)
    with (
        pytest.raises(DatabaseError, match="row-level security|permission denied|never"),
        tenant_scope(world.cooperatives[1]),
        connection.cursor() as cursor,
    ):
        cursor.execute(f"UPDATE {table} SET tenant_id = 2 WHERE id = '{mine}'")
    copied = _copy_of(world, table, mine, tenant=2)
    with (
        pytest.raises(DatabaseError, match="row-level security"),
        tenant_scope(world.cooperatives[1]),
        connection.cursor() as cursor,
    ):
        cursor.execute(copied)

    assert rows_of(world, table) == before


@every_model
def test_outside_a_scope_there_is_nothing(world: World, model: type[TenantModel]) -> None:
    table = model._meta.db_table
    before = rows_of(world, table)

    assert model._default_manager.count() == 0
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT count(*) FROM {table}")
        assert cursor.fetchone() == (0,)
    copied = _copy_of(world, table, world.ids[table, 1], tenant=1)
    with pytest.raises(DatabaseError, match="row-level security"), connection.cursor() as cursor:
        cursor.execute(copied)

    assert rows_of(world, table) == before


def _copy_of(world: World, table: str, key: UUID, *, tenant: int) -> str:
    """An INSERT of the same row with another id and tenant, its values written out."""
    columns = [
        name
        for (name,) in world.ask(
            f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attname NOT IN ('id', 'tenant_id')"
        )
    ]
    quoted = ", ".join(f'quote_nullable("{name}"::text)' for name in columns)
    values = world.ask(f"SELECT concat_ws(', ', {quoted}) FROM {table} WHERE id = '{key}'")[0][0]
    names = ", ".join(f'"{name}"' for name in columns)
    return f"INSERT INTO {table} (id, tenant_id, {names}) VALUES ('{uuid4()}', {tenant}, {values})"


def test_a_scope_inside_another_tenants_scope_is_a_defect(world: World) -> None:
    from core.tenancy import TenancyError

    with tenant_scope(world.cooperatives[1]):
        with pytest.raises(TenancyError), tenant_scope(world.cooperatives[2]):
            pass
        with tenant_scope(world.cooperatives[1]):
            pass


def test_the_setting_ends_with_the_scope(world: World) -> None:
    with tenant_scope(world.cooperatives[1]):
        pass
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('smart.tenant', true)")
        assert cursor.fetchone() in ((None,), ("",))
