"""Each table of a tenant, by each door: what belongs to one cooperative does not exist for the other.

One row per table and tenant is laid down by the superuser, whatever it may mean; then smart_app tries.
"""

from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import DatabaseError, connection

from core.models import TenantModel
from core.tenancy import tenant_scope
from tests.isolation.world import World, every_model


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
