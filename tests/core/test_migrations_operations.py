"""The operations of `core.schema` on a database that holds rows and that people use."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

import psycopg2
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import (
    IntegrityError,
    NotSupportedError,
    OperationalError,
    ProgrammingError,
    connections,
    models,
)
from django.db.migrations import AddField, Migration
from django.db.migrations.state import ModelState, ProjectState

from core.embedded.environment import role_url
from core.embedded.provisioning import APP
from core.fields import TenantForeignKey, TenantReference
from core.schema import AddConstraintValidated, AddIndexConcurrently, BackfillInBatches, SetNotNull, patiently
from tests.cluster import FreshDatabase, owner_connect

ROWS = 2_500
"""Two batches and a half."""


class Workshop:
    """A table «note» of the app core, with 2,500 rows of Belgium, 300 of France, and two names for them."""

    def __init__(self, database: FreshDatabase) -> None:
        self.database = database
        self.owner = owner_connect(database.cluster, database.name)
        self.app = psycopg2.connect(
            role_url(database.cluster.server_url, APP, database.cluster.secrets, database.name)
        )
        self.app.autocommit = True
        self.state = ProjectState()
        self.state.add_model(
            ModelState(
                "core", "File", [("id", models.UUIDField(primary_key=True))], {"db_table": "core_storedfile"}
            )
        )
        self.state.add_model(
            ModelState(
                "core",
                "Note",
                [
                    ("id", models.UUIDField(primary_key=True)),
                    ("tenant_id", models.SmallIntegerField()),
                    ("title", models.CharField(max_length=40)),
                    ("size", models.IntegerField()),
                    ("label", models.CharField(max_length=40, null=True)),
                    ("file", TenantForeignKey("core.File", null=True, db_index=False)),
                ],
            )
        )
        self.ask(
            "INSERT INTO core_cooperative (id, slug, name, country, languages, clock_offset)"
            " VALUES (1, 'be', 'B', 'BE', '[]', '0'), (2, 'fr', 'F', 'FR', '[]', '0');"
            "CREATE TABLE core_note (id uuid PRIMARY KEY, tenant_id smallint NOT NULL,"
            " title varchar(40) NOT NULL, size integer NOT NULL, label varchar(40), file_id uuid);"
            "ALTER TABLE core_note ENABLE ROW LEVEL SECURITY; ALTER TABLE core_note FORCE ROW LEVEL SECURITY;"
            "CREATE POLICY core_note_tenant ON core_note USING"
            " (tenant_id = NULLIF(current_setting('smart.tenant', true), '')::smallint);"
            "INSERT INTO core_note SELECT gen_random_uuid(), 1, 'n' || n, n"
            f" FROM generate_series(1, {ROWS}) AS n;"
            "INSERT INTO core_note SELECT gen_random_uuid(), 2, 'f' || n, n"
            " FROM generate_series(1, 300) AS n;"
        )

    def ask(self, question: str, *values: Any, role: Any = None) -> list[tuple[Any, ...]]:
        """Rows, as the owner or another role."""
        with (role or self.owner).cursor() as cursor:
            cursor.execute(question, values or None)
            return cursor.fetchall() if cursor.description else []

    def count(self, condition: str) -> int:
        """Notes for which it holds."""
        found: int = self.ask(f"SELECT count(*) FROM core_note WHERE {condition}")[0][0]
        return found

    def apply(
        self, *operations: Any, atomic: bool = False, backwards: bool = False, alias: str = "owner"
    ) -> None:
        """Run a migration of these operations."""
        migration = Migration("workshop", "core")
        migration.operations, migration.atomic = list(operations), atomic
        with connections[alias].schema_editor(atomic=atomic) as editor:
            act = migration.unapply if backwards else migration.apply
            act(self.state.clone(), editor)

    def constraint(self, name: str) -> bool | None:
        """Whether it is validated; None when there is none."""
        rows = self.ask("SELECT convalidated FROM pg_constraint WHERE conname = %s", name)
        return rows[0][0] if rows else None

    def index(self, name: str) -> bool | None:
        """Whether it is valid; None when there is none."""
        rows = self.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", name)
        return rows[0][0] if rows else None


@pytest.fixture
def workshop(fresh_database: FreshDatabase) -> Iterator[Workshop]:
    """The table and its rows."""
    made = Workshop(fresh_database)
    yield made
    made.owner.close()
    made.app.close()


BY_SIZE = AddIndexConcurrently("note", models.Index(fields=["tenant_id", "size"], name="note_size"))
POSITIVE = AddConstraintValidated(
    "note", models.CheckConstraint(condition=models.Q(size__gt=0), name="note_positive")
)
HAS_FILE = AddConstraintValidated("note", TenantReference(field="file", name="note_file_ref"))
ONE_TITLE = AddConstraintValidated(
    "note", models.UniqueConstraint(fields=["tenant_id", "title"], name="note_title")
)
ONE_EMPTY = AddConstraintValidated(
    "note",
    models.UniqueConstraint(fields=["tenant_id"], condition=models.Q(title=""), name="note_empty"),
)
LABEL = SetNotNull("note", "label", models.CharField(max_length=40))
FILL = BackfillInBatches("note", values={"label": "title || '%'"}, pending="label IS NULL")


def test_an_index_is_built_once_and_a_broken_one_anew(workshop: Workshop) -> None:
    workshop.apply(BY_SIZE)
    workshop.apply(BY_SIZE)
    assert workshop.index("note_size")
    # What a build leaves that was cut off: an index that costs and serves nobody.
    superuser = psycopg2.connect(
        workshop.database.cluster.server_url.rsplit("/", 1)[0] + f"/{workshop.database.name}"
    )
    with superuser, superuser.cursor() as cursor:
        cursor.execute("UPDATE pg_index SET indisvalid = false WHERE indexrelid = 'note_size'::regclass")
    superuser.close()

    workshop.apply(BY_SIZE)

    assert workshop.index("note_size")
    workshop.apply(BY_SIZE, backwards=True)
    assert workshop.index("note_size") is None


@pytest.mark.parametrize("operation", [BY_SIZE, POSITIVE, LABEL, FILL], ids=lambda o: type(o).__name__)
def test_they_refuse_to_share_a_transaction(workshop: Workshop, operation: Any) -> None:
    with pytest.raises((ValueError, NotSupportedError), match="atomic"):
        workshop.apply(operation, atomic=True)

    assert workshop.index("note_size") is None
    assert workshop.constraint("note_positive") is None
    assert workshop.count("label IS NOT NULL") == 0


def test_a_check_holds_for_new_rows_before_the_old_ones_comply(workshop: Workshop) -> None:
    workshop.ask("UPDATE core_note SET size = -1 WHERE title = 'n7'")

    with pytest.raises(IntegrityError, match="note_positive"):
        workshop.apply(POSITIVE)

    assert workshop.constraint("note_positive") is False
    with pytest.raises(psycopg2.errors.CheckViolation):
        workshop.ask("INSERT INTO core_note VALUES (gen_random_uuid(), 1, 'new', -2)")
    workshop.ask("UPDATE core_note SET size = 7 WHERE title = 'n7'")
    workshop.apply(POSITIVE)
    assert workshop.constraint("note_positive")
    workshop.apply(POSITIVE, backwards=True)
    assert workshop.constraint("note_positive") is None


def test_a_reference_is_validated_and_names_the_tenant(workshop: Workshop) -> None:
    workshop.ask(
        "INSERT INTO core_storedfile (id, tenant_id, sha256, size, content_type, name, created_at)"
        " VALUES ('00000000-0000-7000-8000-000000000001', 2, 'x', 1, 'x', 'x', now())"
    )
    workshop.apply(HAS_FILE)

    assert workshop.constraint("note_file_ref")
    with pytest.raises(psycopg2.errors.ForeignKeyViolation):
        workshop.ask(
            "UPDATE core_note SET file_id = '00000000-0000-7000-8000-000000000001' WHERE title = 'n7'"
        )
    assert workshop.count("file_id IS NOT NULL") == 0


def test_a_uniqueness_is_built_aside_then_declared(workshop: Workshop) -> None:
    workshop.ask("UPDATE core_note SET title = 'n1' WHERE title = 'n2'")
    with pytest.raises(IntegrityError):
        workshop.apply(ONE_TITLE)
    assert workshop.index("note_title") is False, "what the failed build left"
    workshop.ask("UPDATE core_note SET title = 'n2' WHERE title = 'n1' AND size = 2")

    workshop.apply(ONE_TITLE, ONE_EMPTY)
    workshop.apply(ONE_TITLE, ONE_EMPTY)

    assert workshop.constraint("note_title")
    assert workshop.index("note_empty")
    with pytest.raises(psycopg2.errors.UniqueViolation):
        workshop.ask("INSERT INTO core_note VALUES (gen_random_uuid(), 1, 'n1', 1)")


def test_a_backfill_fills_every_tenant_and_nothing_twice(workshop: Workshop) -> None:
    workshop.ask("UPDATE core_note SET label = 'mine' WHERE title = 'n5'")

    workshop.apply(FILL)

    assert workshop.count("label IS NULL") == 0
    assert workshop.count("label = title || '%'") == ROWS + 300 - 1
    before = workshop.ask("SELECT id, xmin::text FROM core_note ORDER BY id")
    workshop.apply(FILL)
    assert workshop.ask("SELECT id, xmin::text FROM core_note ORDER BY id") == before


def test_a_backfill_keeps_what_it_did_when_it_is_cut_off(workshop: Workshop) -> None:
    """The last row by key is refused: the batches before it stay, the next run does the rest."""
    last = workshop.ask("SELECT id FROM core_note WHERE tenant_id = 1 ORDER BY id DESC LIMIT 1")[0][0]
    workshop.ask(f"ALTER TABLE core_note ADD CONSTRAINT stop CHECK (id <> '{last}' OR label IS NULL)")

    with pytest.raises(IntegrityError, match="stop"):
        workshop.apply(FILL)

    assert workshop.count("label IS NOT NULL") == 2_000
    largest = workshop.ask(
        "SELECT count(*) FROM core_note WHERE label IS NOT NULL GROUP BY xmin::text ORDER BY 1 DESC LIMIT 1"
    )
    assert largest == [(1_000,)], "a transaction holds a thousand rows at most"
    workshop.ask("ALTER TABLE core_note DROP CONSTRAINT stop")
    workshop.apply(FILL)
    assert workshop.count("label IS NULL") == 0


def test_a_backfill_works_under_the_tenant_of_its_rows(workshop: Workshop) -> None:
    """Guards compare a row's tenant with the setting, whoever writes."""
    workshop.ask(
        "CREATE FUNCTION note_guard() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
        " IF NEW.tenant_id <> current_setting('smart.tenant')::smallint THEN RAISE 'not this tenant'; END IF;"
        " RETURN NEW; END $$;"
        "CREATE TRIGGER guard BEFORE UPDATE ON core_note FOR EACH ROW EXECUTE FUNCTION note_guard()"
    )

    workshop.apply(FILL)

    assert workshop.count("label IS NULL") == 0


def test_a_backfill_that_would_fill_nothing_or_never_end_is_refused(
    workshop: Workshop, monkeypatch: pytest.MonkeyPatch
) -> None:
    owner, app = connections["owner"], connections["default"]
    owner.close()
    with monkeypatch.context() as patch:
        for key in ("USER", "PASSWORD"):
            patch.setitem(owner.settings_dict, key, app.settings_dict[key])
        with pytest.raises(PermissionError, match="smart_owner"):
            workshop.apply(FILL)
    owner.close()
    with pytest.raises(ValueError, match="never end"):
        workshop.apply(BackfillInBatches("note", values={"label": "title"}, pending="size > 0"))
    with pytest.raises(ValueError, match="1000"):
        BackfillInBatches("note", values={"label": "title"}, pending="label IS NULL", rows=5_000)

    assert workshop.count("label IS NOT NULL") == 0


def test_not_null_is_demanded_when_every_row_has_a_value(workshop: Workshop) -> None:
    with pytest.raises(IntegrityError, match="label"):
        workshop.apply(LABEL)
    assert workshop.ask(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'core_note'::regclass AND attname = 'label'"
    ) == [(False,)]

    workshop.apply(FILL, LABEL)

    assert workshop.ask(
        "SELECT attnotnull FROM pg_attribute WHERE attrelid = 'core_note'::regclass AND attname = 'label'"
    ) == [(True,)]
    assert workshop.constraint("label_is_given") is None
    with pytest.raises(ValueError, match="nothing but null"):
        workshop.apply(SetNotNull("note", "label", models.CharField(max_length=80)))


@dataclass
class Sitting:
    """Somebody who keeps a lock on a table for some seconds."""

    workshop: Workshop
    statement: str
    seconds: float

    def __enter__(self) -> Sitting:
        held = threading.Event()

        def sit() -> None:
            opened = owner_connect(self.workshop.database.cluster, self.workshop.database.name)
            opened.autocommit = False
            with opened.cursor() as cursor:
                cursor.execute(self.statement)
                held.set()
                time.sleep(self.seconds)
            opened.rollback()
            opened.close()

        self.thread = threading.Thread(target=sit)
        self.thread.start()
        assert held.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self.thread.join(30)


def slowest(act: Callable[[], object], until: threading.Thread) -> float:
    """The longest of the calls made while the thread lives, in seconds."""
    worst = 0.0
    while until.is_alive():
        start = time.perf_counter()
        act()
        worst = max(worst, time.perf_counter() - start)
        time.sleep(0.02)
    return worst


@pytest.mark.parametrize(
    "operation",
    [POSITIVE, HAS_FILE, BY_SIZE, ONE_TITLE, FILL],
    ids=["check", "reference", "index", "uniqueness", "backfill"],
)
def test_people_read_and_write_behind_a_change_that_waits(workshop: Workshop, operation: Any) -> None:
    """A report reads for four seconds; the change wants the table; nobody waits two seconds for it."""
    failures: list[BaseException] = []

    def change() -> None:
        try:
            workshop.apply(operation)
        except BaseException as error:  # noqa: BLE001  # told below
            failures.append(error)
        finally:
            connections.close_all()

    def act() -> None:
        workshop.ask(
            "SET smart.tenant = '1'; UPDATE core_note SET size = size + 1 WHERE title = 'n9';"
            "SELECT count(*) FROM core_note",
            role=workshop.app,
        )

    with Sitting(
        workshop, "SELECT count(*) FROM core_note; UPDATE core_note SET size = 1 WHERE title = 'n1'", 4
    ):
        thread = threading.Thread(target=change)
        thread.start()
        worst = slowest(act, thread)

    assert failures == []
    assert worst < 2, f"somebody waited {worst:.1f} s"


def test_patience_has_an_end_and_other_errors_have_none(workshop: Workshop) -> None:
    connection = connections["owner"]
    calls: list[int] = []

    def touch() -> None:
        calls.append(1)
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE core_note ADD COLUMN extra integer")

    with (
        Sitting(workshop, "SELECT 1 FROM core_note LIMIT 1", 3),
        pytest.raises(OperationalError, match="lock timeout"),
    ):
        patiently(connection, touch, limit="100ms", attempts=3, pause=0.1)
    assert len(calls) == 3
    assert (
        workshop.ask(
            "SELECT 1 FROM pg_attribute WHERE attrelid = 'core_note'::regclass AND attname = 'extra'"
        )
        == []
    )

    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        assert cursor.fetchone() == ("1s",), "as the role has it"
    calls.clear()
    touch()
    with pytest.raises(ProgrammingError, match="already exists"):
        patiently(connection, touch, attempts=3, pause=0.1)
    assert len(calls) == 2


def test_migrate_tries_again_when_a_table_is_busy(
    workshop: Workshop, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A plain migration (a new column) meets a long reader: it steps back, and succeeds afterwards."""
    call_command("migrate", "payroll", "0002", database="owner", verbosity=0)
    column = (
        "SELECT 1 FROM pg_attribute"
        " WHERE attrelid = 'payroll_employmentcontract'::regclass AND attname = 'declared_by_id'"
    )
    reader = "SELECT count(*) FROM payroll_employmentcontract"
    assert workshop.ask(column) == []

    with Sitting(workshop, reader, 3):
        monkeypatch.setattr("core.management.commands.migrate.ATTEMPTS", 1)
        with pytest.raises(CommandError, match="busy"):
            call_command("migrate", "payroll", "0003", database="owner", verbosity=0)
        assert workshop.ask(column) == []
    with Sitting(workshop, reader, 3):
        monkeypatch.setattr("core.management.commands.migrate.ATTEMPTS", 10)
        call_command("migrate", database="owner", verbosity=0)

    assert workshop.ask(column) == [(1,)]
    assert "busy; trying again" in capsys.readouterr().err


def test_a_new_column_with_a_default_is_not_written_to_the_rows(workshop: Workshop) -> None:
    """Why `db_default` is enough: the table is not rewritten, and the old code may leave the column out."""
    before = workshop.ask("SELECT pg_relation_filenode('core_note')")
    workshop.apply(AddField("note", "kind", models.CharField(max_length=10, db_default="plain")), atomic=True)

    assert workshop.ask("SELECT pg_relation_filenode('core_note')") == before
    workshop.ask(
        "INSERT INTO core_note (id, tenant_id, title, size) VALUES (gen_random_uuid(), 1, 'old code', 1)"
    )
    assert workshop.count("kind = 'plain'") == ROWS + 301
