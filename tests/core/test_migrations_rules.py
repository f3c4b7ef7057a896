"""No migration stops people who work: each one is read, and what would stop them is refused by name."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from django.apps import apps
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as plain
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.state import ModelState, ProjectState
from django.db.models.functions import Random

from core import schema
from core.embedded.layout import CHECKOUT
from core.fields import AppendOnly, RowSecurity, TenantForeignKey, TenantReference
from tests.core.migration_rules import refusals

BEFORE_THE_RULES = {
    # The guards and the posting function came with the tables, before anybody used them.
    ("ledger", "0002_guards"),
    ("payroll", "0002_entry_reference"),
    ("treasury", "0002_guards"),
}
"""Migrations that would break a rule and stand as they were released. Nothing is added here."""

LOADER = MigrationLoader(None)


def ours() -> list[tuple[str, str]]:
    """Every migration of the house."""
    home = {
        config.label
        for config in apps.get_app_configs()
        if CHECKOUT in Path(config.path).parents and ".venv" not in Path(config.path).parts
    }
    return sorted(key for key in LOADER.disk_migrations if key[0] in home)


def broken(migration: Migration, state: ProjectState) -> set[str]:
    """The rules that it breaks."""
    return {rule for rule, _ in refusals(migration, state)}


@pytest.mark.parametrize("key", ours(), ids=".".join)
def test_people_can_work_while_it_is_applied(key: tuple[str, str]) -> None:
    state = LOADER.project_state([key], at_end=False)
    found = list(refusals(LOADER.disk_migrations[key], state))

    if key in BEFORE_THE_RULES:
        assert found, "it keeps the rules: take it off the list"
    else:
        assert found == []


def test_the_list_of_older_ones_names_migrations() -> None:
    assert set(ours()) >= BEFORE_THE_RULES


NOTE = ModelState(
    "core",
    "Note",
    [
        ("id", models.UUIDField(primary_key=True)),
        ("title", models.CharField(max_length=40, null=True)),
        ("size", models.IntegerField(default=0)),
        ("file", TenantForeignKey("core.File", null=True, db_index=False)),
    ],
)
INDEX = models.Index(fields=["size"], name="note_size")
CHECK = models.CheckConstraint(condition=models.Q(size__gt=0), name="note_positive")
REFERENCE = TenantReference(field="file", name="note_file_ref")
UNIQUE = models.UniqueConstraint(fields=["title"], name="note_title")
TEXT = {"max_length": 40}


def judge(*operations: Any, atomic: bool = True, **attributes: Any) -> set[str]:
    """The rules that a migration of these operations breaks on a table that stands."""
    state = ProjectState()
    state.add_model(ModelState("core", "File", [("id", models.UUIDField(primary_key=True))]))
    state.add_model(NOTE)
    migration = Migration("sample", "core")
    migration.operations, migration.atomic = list(operations), atomic
    for name, value in attributes.items():
        setattr(migration, name, value)
    return broken(migration, state)


def add(field: Any, table: str = "note") -> plain.AddField:
    """A new column of a table."""
    return plain.AddField(table, "extra", field)


def alter(name: str, field: Any) -> plain.AlterField:
    """A column of the table made otherwise."""
    return plain.AlterField("note", name, field)


REFUSED: list[tuple[str, list[Any]]] = [
    ("index", [plain.AddIndex("note", INDEX)]),
    ("index", [add(models.IntegerField(null=True, db_index=True))]),
    ("index", [add(models.IntegerField(null=True, unique=True))]),
    ("index", [add(TenantForeignKey("core.File", null=True))]),
    ("index", [alter("size", models.IntegerField(default=0, db_index=True))]),
    ("index", [plain.RunSQL("CREATE UNIQUE INDEX note_size ON core_note (size)")]),
    ("index", [plain.RunSQL(["SELECT 1", ("REINDEX TABLE core_note", None)])]),
    ("constraint", [plain.AddConstraint("note", CHECK)]),
    ("constraint", [plain.AddConstraint("note", REFERENCE)]),
    ("constraint", [plain.AddConstraint("note", UNIQUE)]),
    ("constraint", [add(models.ForeignKey("core.File", models.PROTECT, null=True, db_index=False))]),
    ("constraint", [add(models.PositiveSmallIntegerField(null=True))]),
    ("constraint", [plain.RunSQL("ALTER TABLE core_note ADD CONSTRAINT p CHECK (size > 0)")]),
    ("constraint", [plain.RunSQL("ALTER TABLE core_note ADD UNIQUE (title)")]),
    ("not-null", [add(models.CharField(**TEXT))]),
    ("not-null", [add(models.JSONField(default=list))]),
    ("not-null", [alter("title", models.CharField(**TEXT))]),
    ("not-null", [plain.RunSQL("ALTER TABLE core_note ALTER COLUMN title SET NOT NULL")]),
    ("not-null", [plain.RunSQL("ALTER TABLE core_note ADD COLUMN extra text NOT NULL")]),
    ("rewrite", [add(models.FloatField(db_default=Random()))]),
    (
        "rewrite",
        [
            add(
                models.GeneratedField(
                    expression=models.F("size"), output_field=models.IntegerField(), db_persist=True
                )
            )
        ],
    ),
    ("type", [alter("size", models.BigIntegerField(default=0))]),
    ("type", [alter("title", models.CharField(max_length=20, null=True))]),
    ("type", [alter("file", TenantForeignKey("core.Note", null=True, db_index=False))]),
    ("type", [plain.RunSQL("ALTER TABLE core_note ALTER size TYPE bigint")]),
    ("rename", [plain.RenameField("note", "title", "name")]),
    ("rename", [plain.RenameModel("Note", "Memo")]),
    ("rename", [plain.AlterModelTable("note", "memo")]),
    ("rename", [plain.RunSQL("ALTER TABLE core_note RENAME COLUMN title TO name")]),
    ("remove", [plain.RemoveField("note", "title")]),
    ("remove", [plain.DeleteModel("Note")]),
    ("remove", [plain.RunSQL("ALTER TABLE core_note DROP COLUMN title")]),
    (
        "remove",
        [plain.SeparateDatabaseAndState(database_operations=[plain.RemoveField("note", "title")])],
    ),
    ("python", [plain.RunPython(lambda registry, editor: None)]),
    ("python", [plain.RunSQL("UPDATE core_note SET size = 1")]),
    ("python", [plain.RunSQL("DO $$ BEGIN UPDATE core_note SET size = 1; END $$")]),
    ("not-atomic", [schema.AddIndexConcurrently("note", INDEX)]),
    ("several-tables", [add(models.DateField(null=True)), add(models.DateField(null=True), "file")]),
    ("lock-last", [add(models.DateField(null=True)), plain.CreateModel("Memo", [])]),
    ("unknown", [plain.AlterUniqueTogether("note", {("title", "size")})]),
]  # fmt: skip


@pytest.mark.parametrize(
    ("rule", "operations"), REFUSED, ids=[f"{rule}-{place}" for place, (rule, _) in enumerate(REFUSED)]
)
def test_what_would_stop_people_is_refused(rule: str, operations: list[Any]) -> None:
    assert judge(*operations) == {rule}


ALLOWED: list[list[Any]] = [
    [add(models.IntegerField(null=True))],
    [add(models.JSONField(default=list, db_default=[])), plain.RemoveConstraint("note", "gone")],
    [add(models.DateTimeField(db_default=models.functions.Now()))],
    [add(TenantForeignKey("core.File", null=True, db_index=False))],
    [alter("title", models.CharField(max_length=80, null=True))],
    [alter("title", models.TextField(null=True))],
    [alter("size", models.IntegerField(default=1, null=True, verbose_name="how much"))],
    [plain.AddConstraint("note", part) for part in (RowSecurity(name="wall"), AppendOnly(name="kept"))],
    [plain.RemoveIndex("note", "note_size")],
    [plain.RunSQL("CREATE FUNCTION f() RETURNS void LANGUAGE sql AS $$ UPDATE core_note SET size = 1 $$")],
    [plain.RunSQL("ALTER TABLE core_note ADD CONSTRAINT p CHECK (size > 0) NOT VALID")],
    [plain.RunSQL("CREATE TABLE a (id int NOT NULL); CREATE INDEX i ON a (id); INSERT INTO a VALUES (1)")],
    [plain.RunPython(plain.RunPython.noop)],
    [
        plain.CreateModel("Memo", [("size", models.IntegerField(primary_key=True))]),
        plain.AddIndex("memo", INDEX),
        plain.AddConstraint("memo", CHECK),
        plain.AddField("memo", "title", models.CharField(**TEXT)),
    ],
    [
        plain.SeparateDatabaseAndState(
            state_operations=[plain.RemoveField("note", "title"), plain.RenameModel("Note", "Memo")]
        )
    ],
]  # fmt: skip


@pytest.mark.parametrize("operations", ALLOWED, ids=range(len(ALLOWED)))
def test_what_takes_a_moment_is_allowed(operations: list[Any]) -> None:
    assert judge(*operations) == set()


STEPS = (
    schema.AddIndexConcurrently("note", INDEX),
    schema.AddConstraintValidated("note", CHECK),
    schema.SetNotNull("note", "title", models.CharField(**TEXT)),
    schema.BackfillInBatches("note", values={"title": "''"}, pending="title IS NULL"),
)


def test_what_commits_as_it_goes_stands_alone() -> None:
    assert judge(*STEPS, atomic=False) == set()
    assert judge(schema.RetireField("note", "title"), atomic=False) == set()
    assert judge(*STEPS, add(models.IntegerField(null=True)), atomic=False) == {"mixed"}
    words = alter("title", models.CharField(**TEXT, null=True, choices=[("a", "A")], default="a"))
    assert judge(words, *STEPS, atomic=False) == set(), "nothing of it reaches the database"


@pytest.mark.parametrize(
    ("operation", "subject"),
    [
        (plain.RemoveField("note", "title"), "core.note.title"),
        (plain.RenameField("note", "title", "name"), "core.note.title"),
        (plain.DeleteModel("Note"), "core.note"),
        (plain.RenameModel("Note", "Memo"), "core.note"),
    ],
    ids=lambda value: value if isinstance(value, str) else type(value).__name__,
)
def test_what_goes_says_since_when_nothing_uses_it(operation: Any, subject: str) -> None:
    since = "no code reads or writes it since 2027.1"

    assert judge(operation, contract={subject: since}) == set()
    assert judge(operation, contract={subject: " "}) != set()
    assert judge(operation, contract={"core.other": since}) != set()


def test_what_is_retired_goes_a_release_later() -> None:
    since = {"core_note.title": "no code reads or writes it since 2027.1"}
    retire, drop = schema.RetireField("note", "title"), schema.DropRetired("core_note", "title")

    with pytest.raises(ValueError, match="in use"):
        judge(drop, atomic=False, contract=since)
    assert judge(retire, drop, atomic=False, contract=since) == {"remove"}
    assert judge(schema.DropRetired("core_note", "gone"), atomic=False) == {"remove"}
    gone = {"core_note.gone": "nothing uses it since 2027.1"}
    assert judge(schema.DropRetired("core_note", "gone"), atomic=False, contract=gone) == set()


def test_a_step_is_what_makemigrations_would_write() -> None:
    """The operations leave the state that Django's own ones leave, and can be written into a file again."""
    state = ProjectState()
    state.add_model(ModelState("core", "File", [("id", models.UUIDField(primary_key=True))]))
    state.add_model(NOTE)
    for operation in STEPS:
        operation.state_forwards("core", state)
        name, arguments, named = operation.deconstruct()
        assert getattr(schema, name)(*arguments, **named).deconstruct() == operation.deconstruct()

    note = state.models["core", "note"]
    assert [index.name for index in note.options["indexes"]] == ["note_size"]
    assert note.options["constraints"] == [CHECK]
    assert not note.fields["title"].null
