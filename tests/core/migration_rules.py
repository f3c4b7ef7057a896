"""What a migration of a released table must not do, because people use the table meanwhile.

`refusals` names each broken rule. A rule looks at tables that stand: what a migration
creates itself is empty, and nobody uses it yet.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from django.contrib.postgres.operations import RemoveIndexConcurrently
from django.db import connections, models
from django.db.migrations import Migration
from django.db.migrations import operations as plain
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from django.db.models.expressions import Value
from django.db.models.fields import NOT_PROVIDED
from django.db.models.functions import Now

from core import schema
from core.fields import AppendOnly, RowSecurity

RESUMABLE = (
    schema.AddIndexConcurrently,
    schema.AddConstraintValidated,
    schema.SetNotNull,
    schema.BackfillInBatches,
    schema.RetireField,
    schema.DropRetired,
    RemoveIndexConcurrently,
)
"""They commit as they go and may be run again: a migration of them, and of nothing else, is not atomic."""

HARMLESS = (
    plain.AlterModelTableComment,
    plain.CreateModel,
    plain.RemoveConstraint,
    plain.RemoveIndex,
)
"""Nothing but the catalogue, for a moment."""

Refusals = Iterator[tuple[str, str]]


def refusals(migration: Migration, state: ProjectState) -> Refusals:
    """Rule and what breaks it, for each. `state` is what stands before."""
    created: set[str] = set()
    touched: set[str] = set()
    state = state.clone()
    for operation in migration.operations:
        for part in _of_database([operation]):
            if _is_words(part, migration, state):
                continue
            if isinstance(part, RESUMABLE) and migration.atomic:
                yield "not-atomic", f"{_said(part)} commits as it goes: atomic = False"
            if not isinstance(part, RESUMABLE) and not migration.atomic:
                yield "mixed", f"{_said(part)} cannot be run again: an atomic migration of its own"
            name = getattr(part, "model_name", getattr(part, "name", "")).lower()
            if isinstance(part, plain.CreateModel):
                created.add(name)
            if name in created and not isinstance(part, plain.RunSQL | plain.RunPython):
                if touched and migration.atomic:
                    yield "lock-last", f"{_said(part)}: meanwhile {', '.join(sorted(touched))} stays locked"
                continue
            if isinstance(part, plain.AddField | plain.AlterField | plain.AddConstraint):
                touched.add(name)
            yield from _of(part, migration, state)
        operation.state_forwards(migration.app_label, state)
    if migration.atomic and len(touched) > 1:
        yield "several-tables", f"one migration keeps {', '.join(sorted(touched))} locked together: split it"


def _is_words(operation: Operation, migration: Migration, state: ProjectState) -> bool:
    """Whether it changes what Python knows (choices, labels, defaults) and nothing in the database."""
    if isinstance(operation, plain.AlterModelOptions | plain.AlterModelManagers):
        return True
    if not isinstance(operation, plain.AlterField):
        return False
    fields = state.models[migration.app_label, operation.model_name_lower].fields
    before, after = fields[operation.name], operation.field
    return before.null == after.null and _in_database(before) == _in_database(after)


def _in_database(field: Any) -> object:
    _, path, arguments, named = field.deconstruct()
    kept = {name: value for name, value in named.items() if name not in {*field.non_db_attrs, "default"}}
    return path, arguments, kept


def _of_database(operations: list[Operation]) -> Iterator[Operation]:
    for operation in operations:
        if isinstance(operation, plain.SeparateDatabaseAndState):
            yield from _of_database(operation.database_operations)
        else:
            yield operation


def _of(operation: Any, migration: Migration, state: ProjectState) -> Refusals:
    said = _said(operation)
    if isinstance(operation, schema.DropRetired):
        yield from _of_contraction("remove", operation, migration, "the old code still uses it")
        if any(isinstance(other, schema.RetireField) for other in migration.operations):
            yield "remove", f"{said}: a release after it is retired, not together"
    if isinstance(operation, HARMLESS + RESUMABLE):
        return
    if isinstance(operation, plain.AddIndex):
        yield "index", f"{said}: writers wait while it is built; AddIndexConcurrently"
    elif isinstance(operation, plain.AddConstraint):
        if not isinstance(operation.constraint, RowSecurity | AppendOnly):
            yield "constraint", f"{said}: everybody waits while rows are read; AddConstraintValidated"
    elif isinstance(operation, plain.AddField):
        yield from _of_new_column(operation.field, said)
    elif isinstance(operation, plain.AlterField):
        before = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        yield from _of_changed_column(before, operation.field, said)
    elif isinstance(operation, plain.RenameField | plain.RenameModel | plain.AlterModelTable):
        yield from _of_contraction("rename", operation, migration, "the old code still uses the old name")
    elif isinstance(operation, plain.RemoveField | plain.DeleteModel):
        yield from _of_contraction("remove", operation, migration, "the old code still uses it")
    elif isinstance(operation, plain.RunPython):
        if operation.code is not plain.RunPython.noop:
            yield "python", f"{said}: one transaction over whole tables; BackfillInBatches"
    elif isinstance(operation, plain.RunSQL):
        yield from _of_sql(operation.sql)
    else:
        yield "unknown", f"{said}: no rule knows it"


def _of_new_column(field: Any, said: str) -> Refusals:
    if field.many_to_many:
        return
    if isinstance(field, models.GeneratedField):
        yield "rewrite", f"{said}: a stored column that is computed rewrites the table"
        return
    if not field.null and field.db_default is NOT_PROVIDED:
        yield "not-null", f"{said}: rows that stand, and the old code, have no value; null or db_default"
    if field.db_default is not NOT_PROVIDED and not isinstance(field._db_default_expression, Value | Now):
        yield "rewrite", f"{said}: a default that differs by row rewrites the table; fill it in batches"
    if field.db_index or field.unique:
        yield "index", f"{said}: db_index=False or not unique, then AddIndexConcurrently"
    if isinstance(field, models.ForeignKey) and field.db_constraint:
        yield "constraint", f"{said}: its foreign key reads the table; db_constraint=False"
    if not field.remote_field and _named(field).db_check(connections["owner"]):
        yield "constraint", f"{said}: its check reads the table; a plain integer, then AddConstraintValidated"


def _of_changed_column(before: Any, after: Any, said: str) -> Refusals:
    if _stored(before) != _stored(after) and not _widened(before, after):
        yield "type", f"{said}: rewrites the table; a new column, a backfill, then the old one goes"
    if before.null and not after.null:
        yield "not-null", f"{said}: reads the table under a lock; SetNotNull"
    if (after.db_index and not before.db_index) or (after.unique and not before.unique):
        yield (
            "index",
            f"{said}: writers wait while it is built; AddIndexConcurrently or AddConstraintValidated",
        )
    if getattr(after, "db_constraint", False) and not getattr(before, "db_constraint", False):
        yield "constraint", f"{said}: its foreign key reads the table"


def _stored(field: Any) -> object:
    """What a column holds: a reference to another table holds something else."""
    if field.remote_field:
        return str(getattr(field.remote_field.model, "_meta", field.remote_field.model)).lower()
    owner, named = connections["owner"], _named(field)
    return named.db_type(owner), named.db_check(owner), getattr(field, "db_collation", None)


def _named(field: Any) -> Any:
    """A copy that can write its SQL, which names the column."""
    copy = field.clone()
    copy.set_attributes_from_name("column")
    return copy


def _widened(before: Any, after: Any) -> bool:
    """Text that may only be longer than before is not written anew."""
    if not (isinstance(before, models.CharField) and isinstance(after, models.CharField | models.TextField)):
        return False
    if before.db_collation != after.db_collation:
        return False
    if isinstance(after, models.TextField) or after.max_length is None:
        return True
    return before.max_length is not None and before.max_length <= after.max_length


def _of_contraction(rule: str, operation: Any, migration: Migration, why: str) -> Refusals:
    model = getattr(operation, "model_name", None)
    name = getattr(operation, "old_name", None) or getattr(operation, "name", "")
    subject = getattr(operation, "subject", "") or ".".join(
        part.lower() for part in (migration.app_label, model, name) if part
    )
    if not str(getattr(migration, "contract", {}).get(subject, "")).strip():
        yield rule, f"{_said(operation)}: {why}, unless `contract` says of {subject!r} since when not"


STATEMENTS = {
    "index": r"\bcreate\s+(unique\s+)?index\s+(?!concurrently)|\breindex\s+(?!.*concurrently)",
    "constraint": r"\badd\s+(constraint\s+\S+\s+)?(check|foreign\s+key|unique|primary\s+key|exclude)\b"
    r"(?![^;]*(\bnot\s+valid\b|\busing\s+index\b))",
    "not-null": r"\bset\s+not\s+null\b|\badd\s+column\b(?=[^;,]*\bnot\s+null\b)(?![^;,]*\bdefault\b)",
    "type": r"\balter\s+(column\s+)?\S+\s+(set\s+data\s+)?type\b",
    "rename": r"\brename\b",
    "remove": r"\bdrop\s+(column|table|schema)\b|\btruncate\b",
    "python": r"^((with\b.*\b)?(update|delete\s+from|insert\s+into|merge)|do)\b",
}
"""What SQL must not say, by rule; what a function does when it is called is not said here."""


def _of_sql(sql: Any) -> Refusals:
    text = sql if isinstance(sql, str) else ";".join(_statement(part) for part in sql)
    text = re.sub(r"\$(\w*)\$.*?\$\1\$", "", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
    new = set(re.findall(r"\bcreate\s+table\s+(?:if\s+not\s+exists\s+)?([\w.\"]+)", text, re.IGNORECASE))
    for statement in text.split(";"):
        if any(re.search(rf"\b{re.escape(table)}(?!\w)", statement) for table in new):
            continue
        for rule, pattern in STATEMENTS.items():
            if re.search(pattern, statement.strip(), re.IGNORECASE | re.DOTALL):
                yield rule, f"SQL: {' '.join(statement.split())[:80]}"


def _statement(part: Any) -> str:
    return part if isinstance(part, str) else str(part[0])


def _said(operation: Operation) -> str:
    return operation.describe()
