"""Somebody speaks SQL as smart_app: the wall, the guards and the roles stand whatever is said.

What no wall can help against is a program that says it is another cooperative and means it; hence the
setting is written in one place alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from django.db import DatabaseError, connection, transaction

from core.embedded.layout import CHECKOUT
from core.models import Cooperative, TenantModel
from core.tenancy import tenant_scope
from tests.factories import SYSTEM, load_cooperative
from tests.isolation.test_rows import rows_of
from tests.isolation.world import TENANT_MODELS, World, every_model

TABLES = [model._meta.db_table for model in TENANT_MODELS]
PRODUCT = ("core", "ledger", "members", "activities", "invoicing", "payroll", "governance", "smart")


def run(sql: str, *values: Any) -> list[tuple[Any, ...]]:
    """Say something as smart_app; answers rows if there are any."""
    with connection.cursor() as cursor:
        cursor.execute(sql, values or None)
        return list(cursor.fetchall()) if cursor.description else []


@contextmanager
def taken_back() -> Iterator[None]:
    """A transaction that leaves nothing, whatever happens in it."""
    with transaction.atomic():
        yield
        transaction.set_rollback(True)


# --- the setting -----------------------------------------------------------------------------------------

NO_TENANT = (
    "'", "''", "1 OR 1=1", "1'; SET ROLE smart_owner; --", "1,2", "{1,2}", "1.0", "NaN", "99999", "-1", "0",
    "null", "true", "1e0", "１", "1\n2", "*", "%", "public", "smart_owner", "3",
)  # fmt: skip


@pytest.mark.parametrize("said", NO_TENANT)
def test_a_setting_that_names_no_cooperative_shows_nothing(world: World, said: str) -> None:
    for table in TABLES:
        try:
            with taken_back():
                run("SELECT set_config('smart.tenant', %s, true)", said)
                assert run(f"SELECT count(*) FROM {table}") == [(0,)], table
        except DatabaseError as refusal:
            assert "for type smallint" in str(refusal)


def test_the_setting_is_said_in_one_place() -> None:
    """Nothing else names a cooperative to the database; nothing keeps rows beyond a transaction."""
    speakers, keepers = set(), set()
    for path in (p for package in PRODUCT for p in (CHECKOUT / package).rglob("*.py")):
        text = path.read_text(encoding="utf-8")
        name = str(path.relative_to(CHECKOUT))
        if re.search(r"set_config\('smart|SET\s+(LOCAL\s+)?smart\.tenant", text):
            speakers.add(name)
        if re.search(r"WITH\s+HOLD", text, re.IGNORECASE):
            keepers.add(name)
        for made in re.findall(r"CREATE TEMP(?:ORARY)? TABLE.{0,80}", text, re.IGNORECASE | re.DOTALL):
            if not re.search(r"ON COMMIT (DROP|DELETE ROWS)", made):
                keepers.add(name)
    # …and the migrations of data, which the owner runs tenant by tenant.
    assert speakers == {"core/tenancy.py", "core/schema/backfill.py"}
    assert keepers == set()


def test_a_plan_made_for_one_cooperative_serves_each_its_own(world: World) -> None:
    for table in TABLES:
        for tenant, cooperative in world.cooperatives.items():
            with tenant_scope(cooperative):
                run("SET LOCAL plan_cache_mode = force_generic_plan")
                if tenant == 1:
                    run(f"PREPARE theirs AS SELECT tenant_id FROM {table}")
                assert run("EXECUTE theirs") == [(tenant,)], table
        run("DEALLOCATE theirs")


# --- other roles, other powers ---------------------------------------------------------------------------

POWERS = {
    "SET ROLE smart_owner": "permission denied",
    "SET SESSION AUTHORIZATION smart_owner": "permission denied",
    "ALTER ROLE smart_app BYPASSRLS": "must be superuser|permission denied",
    "ALTER ROLE smart_app SUPERUSER": "must be superuser|permission denied",
    "CREATE ROLE friend": "permission denied",
    "GRANT smart_owner TO smart_app": "admin option|permission denied",
    "SET LOCAL session_replication_role = replica": "permission denied",
    "ALTER SYSTEM SET row_security = off": "permission denied|must be superuser|cannot run inside",
    "CREATE TABLE public.mine (x int)": "permission denied",
    "CREATE VIEW public.mine AS SELECT * FROM {table}": "permission denied",
    "CREATE FUNCTION public.mine() RETURNS int LANGUAGE sql AS 'SELECT 1'": "permission denied",
    "CREATE SCHEMA mine": "permission denied",
    "CREATE EXTENSION dblink": "permission denied|not available|could not open|superuser",
    "CREATE LANGUAGE plpython3u": "permission denied|superuser|could not open|not available",
    "ALTER TABLE {table} DISABLE ROW LEVEL SECURITY": "must be owner",
    "ALTER TABLE {table} NO FORCE ROW LEVEL SECURITY": "must be owner",
    "ALTER TABLE {table} DISABLE TRIGGER ALL": "must be owner",
    "ALTER TABLE {table} OWNER TO smart_app": "must be owner",
    "CREATE POLICY mine ON {table} USING (true)": "must be owner",
    "DROP POLICY {table}_tenant ON {table}": "must be owner",
    "DROP TABLE {table}": "must be owner",
    "TRUNCATE {table}": "permission denied",
    "CREATE TRIGGER mine BEFORE INSERT ON {table} EXECUTE FUNCTION smart_append_only()": "permission denied",
    "CREATE RULE mine AS ON INSERT TO {table} DO ALSO NOTHING": "must be owner",
    "CREATE PUBLICATION mine FOR TABLE {table}": "permission denied|must be owner",
    "COPY {table} TO '/tmp/mine'": "permission denied|superuser",
    "COPY {table} TO PROGRAM 'true'": "permission denied|superuser",
    "COPY {table} FROM PROGRAM 'true'": "permission denied|superuser|not supported",
    "SELECT pg_read_file('/etc/passwd')": "permission denied",
    "SELECT pg_ls_dir('.')": "permission denied",
    "SELECT lo_import('/etc/passwd')": "permission denied",
    "SELECT * FROM pg_authid": "permission denied",
    "SELECT * FROM pg_statistic": "permission denied",
    "SELECT * FROM pg_statistic_ext_data": "permission denied",
    "SET LOCAL row_security = off; SELECT count(*) FROM {table}": "row-level security",
}
"""What is tried, and how it is refused (nothing: there is nobody to do it to)."""


@pytest.mark.parametrize("sql", POWERS)
def test_the_role_has_no_power_over_the_wall(world: World, sql: str) -> None:
    said = sql.format(table="members_person")
    catalogue = "SELECT c::text FROM pg_class AS c WHERE relnamespace = 'public'::regnamespace ORDER BY 1"
    before = world.ask(catalogue)

    try:
        with taken_back(), tenant_scope(world.cooperatives[1]):
            assert run(said) == []
            assert not POWERS[sql], f"it was done: {said}"
    except DatabaseError as refusal:
        assert re.search(POWERS[sql] or "^$", str(refusal)), str(refusal)
    assert world.ask(catalogue) == before


# --- by each table ---------------------------------------------------------------------------------------


@every_model
def test_what_is_copied_out_is_ones_own_and_nothing_is_copied_in(
    world: World, model: type[TenantModel]
) -> None:
    table = model._meta.db_table
    before = rows_of(world, table)
    out = io.StringIO()

    with tenant_scope(world.cooperatives[1]), connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY (SELECT id FROM {table}) TO STDOUT", out)
        cursor.cursor.copy_expert(f"COPY {table} (tenant_id) TO STDOUT", out)
    assert out.getvalue() == f"{world.ids[table, 1]}\n1\n"

    with (
        pytest.raises(DatabaseError, match="not supported with row-level security"),
        tenant_scope(world.cooperatives[1]),
        connection.cursor() as cursor,
    ):
        try:
            cursor.cursor.copy_expert(f"COPY {table} (id) FROM STDIN", io.StringIO(f"{uuid4()}\n"))
        except Exception as refusal:
            raise DatabaseError(str(refusal)) from refusal
    assert rows_of(world, table) == before


@every_model
def test_a_question_that_talks_hears_of_its_own_rows_alone(world: World, model: type[TenantModel]) -> None:
    """A cheap function in the condition is asked only about rows that the wall let through."""
    table = model._meta.db_table
    with tenant_scope(world.cooperatives[1]):
        connection.connection.notices.clear()
        run(
            "CREATE OR REPLACE FUNCTION pg_temp.tell(told text) RETURNS boolean LANGUAGE plpgsql"
            " COST 0.0001 AS $$ BEGIN RAISE NOTICE 'heard %', told; RETURN false; END $$"
        )
        assert run(f"SELECT count(*) FROM {table} WHERE pg_temp.tell(id::text)") == [(0,)]
        heard = [notice for notice in connection.connection.notices if "heard" in notice]
    assert len(heard) == 1, heard
    assert str(world.ids[table, 1]) in heard[0]


@every_model
def test_a_key_of_another_cooperative_overwrites_nothing(world: World, model: type[TenantModel]) -> None:
    """INSERT … ON CONFLICT with the key of another cooperative's row: refused, whatever it would do."""
    table = model._meta.db_table
    before = rows_of(world, table)
    columns = ", ".join(
        f'"{name}"'
        for (name,) in world.ask(
            f"SELECT attname FROM pg_attribute WHERE attrelid = '{table}'::regclass AND attnum > 0"
            " AND NOT attisdropped AND attgenerated = '' AND attname <> 'id'"
        )
    )
    theirs = world.ids[table, 2]

    with (
        pytest.raises(DatabaseError, match="row-level security|permission denied"),
        tenant_scope(world.cooperatives[1]),
    ):
        run(
            f"INSERT INTO {table} (id, {columns}) SELECT '{theirs}', {columns} FROM {table}"
            " ON CONFLICT (id) DO UPDATE SET tenant_id = excluded.tenant_id"
        )
    assert rows_of(world, table) == before


# --- what the database knows of rows ---------------------------------------------------------------------


def test_statistics_tell_nothing_of_rows(world: World) -> None:
    for table in TABLES:
        world.ask(f"ANALYZE {table}; SELECT 1")
    known = world.ask(
        "SELECT count(*) FROM pg_stats WHERE schemaname = 'public' AND tablename <> 'core_user'"
    )
    assert known[0][0] > 500

    with tenant_scope(world.cooperatives[1]):
        assert run("SELECT tablename FROM pg_stats WHERE tablename = ANY(%s)", TABLES) == []
        assert run("SELECT tablename FROM pg_stats_ext WHERE tablename = ANY(%s)", TABLES) == []
        assert run("SELECT tablename FROM pg_stats_ext_exprs WHERE tablename = ANY(%s)", TABLES) == []


def test_nothing_but_tables_shows_rows(world: World) -> None:
    """Views (that ask with their owner's eyes), copies of queries, foreign tables, large objects: none."""
    others = world.ask(
        "SELECT relname, relkind FROM pg_class WHERE relnamespace NOT IN (SELECT oid FROM pg_namespace"
        " WHERE nspname LIKE 'pg\\_%' OR nspname = 'information_schema')"
        " AND relkind NOT IN ('r', 'p', 'i', 'I', 'S', 't')"
    )
    assert others == []
    assert world.ask("SELECT oid FROM pg_largeobject_metadata") == []
    assert world.ask("SELECT extname FROM pg_extension WHERE extname <> 'plpgsql'") == []


# --- functions -------------------------------------------------------------------------------------------


def test_functions_run_as_their_caller_and_know_where_to_look(world: World) -> None:
    """None runs as its owner; each names the schemas in which it looks, so that no temporary table stands in
    for a real one.
    """
    functions = world.ask(
        "SELECT proname, prosecdef, coalesce(array_to_string(proconfig, ','), '') FROM pg_proc"
        " WHERE pronamespace = 'public'::regnamespace ORDER BY 1"
    )
    assert len(functions) >= 8
    assert [name for name, definer, _ in functions if definer] == []
    pinned = "search_path=pg_catalog, public, pg_temp"
    assert [name for name, _, settings in functions if settings != pinned] == []


@pytest.fixture
def books(tenant: Cooperative) -> Any:
    """An entity whose November is closed."""
    from ledger.selectors import entity_by_code
    from ledger.services import close_period

    load_cooperative()
    entity = entity_by_code("PA")
    close_period(entity=entity, year=2026, month=11, actor=SYSTEM)
    return entity


def _post(entity: Any, *, credit: str = "5.00") -> None:
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr

    lines = (dr("400", Decimal("5.00")), cr("451", Decimal(credit)))
    post_entry(Entry(entity.pk, date(2026, 11, 2), "SAL", "test", uuid4(), "issued", "Facture", lines))


def test_an_empty_calendar_laid_over_the_real_one_opens_no_closed_month(books: Any) -> None:
    """A temporary table of the same name comes first in every search, but not in that of the guards."""
    from ledger.models import JournalEntry

    run("CREATE TEMP TABLE ledger_period (LIKE public.ledger_period) ON COMMIT DROP")

    with pytest.raises(Exception, match=r"2026-11"), transaction.atomic():
        _post(books)
    assert not JournalEntry.objects.exists()


def test_a_false_entry_laid_over_the_real_one_takes_no_lines_afterwards(books: Any) -> None:
    """Lines for an entry that stands are refused, though a temporary table says that it was posted now."""
    entry = uuid4()
    with transaction.atomic():
        run(
            "CREATE TEMP TABLE ledger_journalentry ON COMMIT DROP AS SELECT 1::smallint AS tenant_id,"
            " %s::uuid AS id, transaction_timestamp() AS posted_at",
            entry,
        )
        with pytest.raises(DatabaseError, match="not afterwards|violates foreign key"), transaction.atomic():
            run(
                "INSERT INTO public.ledger_journalline"
                " (id, tenant_id, entry_id, position, account, debit, credit) VALUES"
                " (gen_random_uuid(), 1, %s, 1, '400', 5, 0), (gen_random_uuid(), 1, %s, 2, '451', 0, 5)",
                entry, entry,
            )  # fmt: skip
        assert run("SELECT count(*) FROM public.ledger_journalline WHERE entry_id = %s", entry) == [(0,)]


def test_a_function_called_for_another_cooperative_does_nothing(world: World) -> None:
    """`ledger_write` takes the cooperative as an argument, and runs behind the wall all the same."""
    before = {table: rows_of(world, table) for table in TABLES if table.startswith("ledger_")}
    entity, budget = world.ids["ledger_legalentity", 2], world.ids["ledger_budget", 2]
    entry, nothing = uuid4(), ["{}"]
    one_entry = [
        f"{{{entry}}}",
        f"{{{entity}}}",
        "{2026-11-02}",
        "{SAL}",
        "{raw}",
        f"{{{entry}}}",
        "{raw}",
        "{x}",
    ]
    one_budget = [f"{{{budget}}}", "{5}", "{0}", "{0}", "{NULL}", "{NULL}"]

    for refusal, arrays in (
        ("row-level security", one_entry + ["{NULL}"] + nothing * 18),
        ("budget to decide", nothing * 18 + one_budget + nothing * 3),
    ):
        with pytest.raises(DatabaseError, match=refusal), tenant_scope(world.cooperatives[1]):
            run(f"SELECT ledger_write(2::smallint, {', '.join(['%s'] * 27)})", *arrays)

    assert {table: rows_of(world, table) for table in before} == before
