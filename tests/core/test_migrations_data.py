"""From the first release to this one, on a month of its rows, while the old code goes on reading and writing:
nothing is lost, nobody waits, and the schema is the one of a new installation.

The older database is made by going back, so every migration since then must know the way. One that takes
something away for good raises `FIRST_RELEASE`.
"""

from __future__ import annotations

import itertools
import json
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from uuid import uuid4

import psycopg2
import pytest
from django.apps import apps
from django.db import connections
from django.db.migrations.executor import MigrationExecutor

from core.embedded.environment import role_url
from core.embedded.layout import CHECKOUT
from core.embedded.provisioning import APP
from core.schema import light_states
from tests.cluster import Cluster, owner_connect, point_django_at, short_name
from tests.demo_fixture import DemoDatabase

FIRST_RELEASE = {
    "core": "0001_initial",
    "ledger": "0003_posting",
    "treasury": "0002_guards",
    "members": "0001_people",
    "activities": "0001_tables",
    "invoicing": "0001_tables",
    "payroll": "0002_entry_reference",
    "governance": "0001_shares",
}
"""The last migration of each app that the first release had."""

LONGEST_WAIT = "2s"
"""How long a statement of the old code waits for a lock before the database refuses it."""

BUSY = "busy; trying again"

Rows = dict[str, dict[str, str]]


@dataclass
class Older:
    """A house as the first release would hold it."""

    database: DemoDatabase
    columns: dict[str, list[str]] = field(default_factory=dict)
    rows: Rows = field(default_factory=dict)

    def ask(self, question: str, *values: Any, database: str = "") -> list[tuple[Any, ...]]:
        """Rows, as the owner."""
        opened = owner_connect(self.database.cluster, database or self.database.name)
        try:
            with opened.cursor() as cursor:
                cursor.execute(question, values or None)
                return cursor.fetchall()
        finally:
            opened.close()

    def read(self) -> Rows:
        """By table and key, the hash of each row, of the columns that the first release knew."""
        found: Rows = {}
        for table, columns in self.columns.items():
            listed = ", ".join(f'"{column}"' for column in columns)
            key = "id" if "id" in columns else columns[0]
            found[table] = dict(self.ask(f"SELECT {key}::text, md5(ROW({listed})::text) FROM {table}"))
        return found

    def note(self) -> None:
        """Remember columns and rows as they are."""
        rows = self.ask(
            "SELECT table_name, array_agg(column_name::text ORDER BY ordinal_position)"
            " FROM information_schema.columns JOIN pg_class ON relname = table_name AND relkind = 'r'"
            " WHERE table_schema = 'public' AND table_name <> 'django_migrations' GROUP BY 1"
        )
        self.columns = dict(rows)
        self.rows = self.read()

    def new_columns(self) -> list[tuple[Any, ...]]:
        """Table, column, whether it may be left out, of what was added to tables of the first release."""
        found = self.ask(
            "SELECT table_name, column_name, is_nullable = 'YES' OR column_default IS NOT NULL"
            " FROM information_schema.columns WHERE table_schema = 'public' AND table_name = ANY(%s)",
            list(self.columns),
        )
        return [row for row in found if row[1] not in self.columns[row[0]]]


@pytest.fixture
def older(request: pytest.FixtureRequest, cluster: Cluster, django_db_blocker: Any) -> Iterator[Older]:
    """A month of what the first release could do, taken back to it."""
    before = cluster.database
    name = f"{before}_{short_name(request.node.nodeid)}"
    database = DemoDatabase(cluster, name, cluster.files / name)
    cluster.copy(name)
    database.files.mkdir(parents=True)
    answer = database.manage(
        "shell",
        "--no-imports",
        "-c",
        "from tests.core.first_release import play_month; play_month()",
        timeout=300,
    )
    assert answer.returncode == 0, answer.stderr
    with django_db_blocker.unblock():
        point_django_at(cluster, name)
        try:
            executor = MigrationExecutor(connections["owner"])
            with light_states():
                executor.migrate([(label, FIRST_RELEASE.get(label)) for label in sorted(labels(executor))])
            made = Older(database)
            made.note()
            yield made
        finally:
            connections.close_all()
            point_django_at(cluster, before)
            cluster.drop(name)
            shutil.rmtree(database.files, ignore_errors=True)


def labels(executor: MigrationExecutor) -> set[str]:
    """The apps of the house that have migrations."""
    home = {config.label for config in apps.get_app_configs() if str(config.path).startswith(f"{CHECKOUT}/")}
    return {label for label, _ in executor.loader.disk_migrations if label in home} - {
        label for label in home if ".venv" in str(apps.get_app_config(label).path)
    }


@dataclass
class OldCode:
    """What the processes of the first release do meanwhile, over and over, as smart_app."""

    older: Older
    stop: threading.Event = field(default_factory=threading.Event)
    acts: int = 0
    failure: BaseException | None = None

    def work(self) -> None:
        """Every table is read by the columns that it had; rows are added and changed."""
        database = self.older.database
        opened = psycopg2.connect(
            role_url(database.cluster.server_url, APP, database.cluster.secrets, database.name)
        )
        opened.autocommit = True
        try:
            with opened.cursor() as cursor:
                cursor.execute("SELECT set_config('smart.tenant', '1', false)")
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [LONGEST_WAIT])
                for turn in itertools.count():
                    for statement, values in self.statements(turn):
                        cursor.execute(statement, values)
                        self.acts += 1
                    if self.stop.wait(0.02):
                        return
        except psycopg2.Error as error:
            self.failure = error
        finally:
            opened.close()

    def statements(self, turn: int) -> Iterator[tuple[str, tuple[Any, ...]]]:
        """One round."""
        for table, columns in self.older.columns.items():
            listed = ", ".join(f'"{column}"' for column in columns)
            yield f"SELECT {listed} FROM {table} LIMIT 5", ()
        contract = "(SELECT id FROM payroll_employmentcontract ORDER BY id LIMIT 1)"
        yield f"UPDATE payroll_employmentcontract SET place = place WHERE id = {contract}", ()
        yield "UPDATE core_apitoken SET name = name", ()
        yield (
            "INSERT INTO ledger_period (id, tenant_id, entity_id, year, month)"
            " SELECT %s, 1, id, %s, %s FROM ledger_legalentity LIMIT 1",
            (str(uuid4()), 2100 + turn // 12, turn % 12 + 1),
        )
        yield (
            "INSERT INTO core_apitoken (user_id, cooperative_id, name, digest, created_at)"
            " SELECT id, 1, 'old code', %s, now() FROM core_user LIMIT 1",
            (f"{turn:064}",),
        )
        yield (
            "INSERT INTO core_auditevent (id, tenant_id, at, actor_kind, actor_label, action, subject_type,"
            " subject_id, data) VALUES (%s, 1, now(), 'system', 'old code', 'x', 'x', %s, '{}')",
            (str(uuid4()), str(uuid4())),
        )

    def report(self, said: Path) -> None:
        """One long report over what is about to change; it ends when the migrations said that it is in the
        way.
        """
        database = self.older.database
        opened = psycopg2.connect(
            role_url(database.cluster.server_url, APP, database.cluster.secrets, database.name)
        )
        with opened, opened.cursor() as cursor:
            cursor.execute("SELECT set_config('smart.tenant', '1', true)")
            for table in (
                "payroll_employmentcontract",
                "ledger_period",
                "ledger_journalentry",
                "core_apitoken",
            ):
                cursor.execute(f"SELECT count(*) FROM {table}")
            while not (self.is_in_the_way(said) or self.stop.wait(0.1)):
                pass
        opened.close()

    @staticmethod
    def is_in_the_way(said: Path) -> bool:
        """Whether the migrations met the report's tables, as they say on their standard error."""
        return BUSY in said.read_text()


CATALOGUE = """
    SELECT 'column', table_name || '.' || column_name, concat_ws(' ', data_type, character_maximum_length,
        numeric_precision, is_nullable, column_default)
        FROM information_schema.columns WHERE table_schema = 'public'
    UNION ALL SELECT 'constraint', conrelid::regclass || '.' || conname,
        pg_get_constraintdef(oid) || convalidated FROM pg_constraint
        WHERE connamespace = 'public'::regnamespace AND conrelid <> 0
    UNION ALL SELECT 'index', indexrelid::regclass::text, pg_get_indexdef(indexrelid) || indisvalid
        FROM pg_index WHERE indrelid IN (SELECT oid FROM pg_class WHERE relnamespace = 'public'::regnamespace)
    UNION ALL SELECT 'trigger', tgrelid::regclass || '.' || tgname, pg_get_triggerdef(oid) FROM pg_trigger
        WHERE NOT tgisinternal
    UNION ALL SELECT 'function', proname::text, md5(prosrc) FROM pg_proc
        WHERE pronamespace = 'public'::regnamespace
    UNION ALL SELECT 'policy', tablename || '.' || policyname, concat(qual, with_check) FROM pg_policies
    UNION ALL SELECT 'grant', table_name || '.' || privilege_type, ''
        FROM information_schema.role_table_grants WHERE grantee = 'smart_app' AND table_schema = 'public'
"""


def test_the_first_release_grows_into_this_one_while_people_work(older: Older, tmp_path: Path) -> None:
    old_code = OldCode(older)
    said = tmp_path / "said"
    said.touch()
    threads = [threading.Thread(target=old_code.report, args=[said]), threading.Thread(target=old_code.work)]
    for thread in threads:
        thread.start()
    try:
        with said.open("w") as stderr:
            status = subprocess.run(
                [sys.executable, str(CHECKOUT / "manage.py"), "migrate", "--database", "owner", "-v", "0"],
                env=older.database.environment,
                stderr=stderr,
                check=False,
                timeout=300,
            ).returncode
        after_migrating = old_code.acts
        time.sleep(0.5)
    finally:
        old_code.stop.set()
        for thread in threads:
            thread.join(30)

    assert status == 0, said.read_text()
    # The old code found everything where it was, before, during and after; and nobody waited.
    assert old_code.failure is None
    assert old_code.is_in_the_way(said), "the report was in the way, or this test shows nothing"
    assert old_code.acts > after_migrating > 1_000
    added = older.new_columns()
    assert {column for _, column, _ in added} >= {"declared_by_id", "checklist", "scopes"}
    assert [row for row in added if not row[2]] == [], "columns that the old code would have to fill"
    # No row was lost or changed.
    now = older.read()
    for table, rows in older.rows.items():
        changed = {key for key, content in rows.items() if now[table].get(key) != content}
        assert changed == set(), table
    assert sum(map(len, older.rows.values())) > 5_000
    # What grew is what a new installation has.
    assert set(older.ask(CATALOGUE)) == set(older.ask(CATALOGUE, database=older.database.cluster.template()))
    # And the new code works on it.
    for command in ("seal", "check_ledger"):
        done = older.database.manage(command, "--json", timeout=120)
        assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout)["ok"]
    assert json.loads(done.stdout)["unsealed"] == 0
