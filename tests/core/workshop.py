"""A table with rows and people, on which operations of `core.schema` are tried."""

from __future__ import annotations

import threading
import time
from dataclasses import dataclass
from typing import Any

import psycopg2
from django.db import connections, models
from django.db.migrations import Migration
from django.db.migrations.state import ModelState, ProjectState

from core.embedded.environment import role_url
from core.embedded.provisioning import APP
from core.fields import TenantForeignKey, TenantReference
from core.schema import AddConstraintValidated, AddIndexConcurrently, BackfillInBatches, SetNotNull
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

    def go(self, *operations: Any, atomic: bool = False) -> None:
        """Run a migration of these operations, and keep the state that it leaves."""
        self.apply(*operations, atomic=atomic)
        for operation in operations:
            operation.state_forwards("core", self.state)

    def constraint(self, name: str) -> bool | None:
        """Whether it is validated; None when there is none."""
        rows = self.ask("SELECT convalidated FROM pg_constraint WHERE conname = %s", name)
        return rows[0][0] if rows else None

    def index(self, name: str) -> bool | None:
        """Whether it is valid; None when there is none."""
        rows = self.ask("SELECT indisvalid FROM pg_index WHERE indexrelid = to_regclass(%s)", name)
        return rows[0][0] if rows else None


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
