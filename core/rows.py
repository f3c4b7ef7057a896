"""Many rows written at once, where one statement per row would be too slow and `bulk_update` reads badly.

New rows travel as array literals, one text per column whatever the number of rows, and become rows by
`INSERT … SELECT FROM unnest`: one trip, no table in between, every wall and trigger as ever.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Sequence
from functools import cache
from operator import attrgetter
from typing import Any

from django.db import connection, models
from django.db.models.fields import NOT_PROVIDED
from django.utils import timezone
from psycopg2.extras import execute_values

from core.keys import array_of_keys
from core.models import TenantModel
from core.uuid7 import uuid7_texts

PAGE = 1000
"""Rows per statement of an update."""

MOST_VALUES = 400_000
"""Values of one statement of an insert: its text stays well below what a connection takes."""


def insert_rows(rows: Sequence[TenantModel]) -> None:
    """Insert unsaved rows of one model, in the order given; nothing is read back. Quicker than `bulk_create`
    by far; a column left to its database default stays so only if every row leaves it.
    """
    if not rows:
        return
    model = type(rows[0])
    fields = [
        field
        for field in model._meta.local_concrete_fields
        if not all(hasattr(getattr(row, field.attname), "resolve_expression") for row in rows)
    ]
    for field in fields:
        if getattr(field, "auto_now_add", False):
            for row in rows:
                field.pre_save(row, add=True)
    _insert(model, fields, list(map(attrgetter(*(field.attname for field in fields)), rows)))
    for row in rows:
        row._state.adding = False


def insert_values(model: type[TenantModel], names: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Insert rows given as values, in the order of `names` (column attributes: `person_id`, not `person`).

    Faster still than `insert_rows`, for rows that come in thousands. The tenant and the plain defaults of
    fields that are not named are added; the key is given, or made here.
    """
    if not rows:
        return
    meta = model._meta
    fields = [field for name in names for field in meta.local_concrete_fields if field.attname == name]
    if len(fields) != len(names):
        raise ValueError(f"not columns of {meta.label}: {sorted(set(names) - {f.attname for f in fields})}")
    missing = [
        field
        for field in meta.local_concrete_fields
        if field.attname not in names and field.db_default is NOT_PROVIDED
    ]
    if not missing:
        _insert(model, fields, rows)
        return
    missing.sort(key=lambda field: bool(field.primary_key))
    keyed = bool(missing) and missing[-1].primary_key
    constants = [_default_of(field) for field in missing if not field.primary_key]
    keys = [[key] for key in uuid7_texts(len(rows))] if keyed else [[]] * len(rows)
    _insert(
        model,
        [*fields, *missing],
        [[*row, *constants, *key] for row, key in zip(rows, keys, strict=True)],
    )


def array_of(values: Iterable[Any]) -> str:
    """An array literal of identifiers, numbers, dates or yes and no: nothing in them needs quoting."""
    return "{" + ",".join(["NULL" if value is None else str(value) for value in values]) + "}"


def array_of_texts(values: Iterable[Any]) -> str:
    """An array literal of texts (or moments)."""
    return "{" + ",".join(["NULL" if value is None else _quoted(str(value)) for value in values]) + "}"


def array_of_documents(values: Iterable[Any]) -> str:
    """An array literal of JSON values."""
    return "{" + ",".join(["NULL" if value is None else _quoted(json.dumps(value)) for value in values]) + "}"


def array_of_bytes(values: Iterable[Any]) -> str:
    """An array literal of byte strings."""
    return (
        "{"
        + ",".join(["NULL" if value is None else f'"\\\\x{bytes(value).hex()}"' for value in values])
        + "}"
    )


def _quoted(text: str) -> str:
    if "\\" in text or '"' in text:
        text = text.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{text}"'


def _default_of(field: Any) -> Any:
    """What fills a column that is not named: the same for every row of the statement."""
    return timezone.now() if getattr(field, "auto_now_add", False) else field.get_default()


PLAIN = (models.DecimalField, models.IntegerField, models.BooleanField)


def _insert(model: type[TenantModel], fields: Sequence[Any], rows: Sequence[Sequence[Any]]) -> None:
    statement = _statement(model, tuple(fields))
    writers = [_writer(field) for field in fields]
    page = max(MOST_VALUES // len(fields), 1)
    with connection.cursor() as cursor:
        for start in range(0, len(rows), page):
            columns = zip(*rows[start : start + page], strict=True)
            cursor.execute(statement, [write(column) for write, column in zip(writers, columns, strict=True)])


@cache
def _statement(model: type[TenantModel], fields: tuple[Any, ...]) -> str:
    quote = connection.ops.quote_name
    columns = ", ".join(quote(field.column) for field in fields)
    # Without lengths: a cast to varchar(40) would cut a text in silence, the column refuses it.
    arrays = ", ".join(f"%s::{field.db_type(connection).partition('(')[0]}[]" for field in fields)
    # The names come from the model, the values travel as parameters.
    return (
        f"INSERT INTO {quote(model._meta.db_table)} ({columns})"  # noqa: S608
        f" SELECT {columns} FROM unnest({arrays}) AS given ({columns})"
    )


def _writer(field: Any) -> Callable[[Iterable[Any]], str]:
    """How the values of a column become an array literal."""
    if isinstance(field, models.JSONField):
        return array_of_documents
    if isinstance(field, models.BinaryField):
        return array_of_bytes
    target = field.target_field if field.remote_field else field
    if isinstance(target, models.UUIDField):
        return array_of_keys
    if isinstance(target, PLAIN) or (
        isinstance(target, models.DateField) and not isinstance(target, models.DateTimeField)
    ):
        return array_of
    return array_of_texts


def update_rows(rows: Sequence[TenantModel], fields: Sequence[str]) -> None:
    """Write these fields of rows of one model that are locked already; one statement per thousand rows."""
    if not rows:
        return
    meta = rows[0]._meta
    key = meta.pk
    columns: list[models.Field[object, object]] = [meta.get_field(name) for name in fields]  # type: ignore[misc]
    types = {str(field.column): field.db_type(connection) for field in (key, *columns)}
    quote = connection.ops.quote_name
    # The names come from the model, the values travel as parameters.
    statement = (
        f"UPDATE {quote(meta.db_table)} AS kept SET "  # noqa: S608
        + ", ".join(f"{quote(str(field.column))} = given.{quote(str(field.column))}" for field in columns)
        + f" FROM (VALUES %s) AS given ({', '.join(map(quote, types))})"
        + f" WHERE kept.{quote(str(key.column))} = given.{quote(str(key.column))}"
    )
    casts = ", ".join(f"%s::{sort}" for sort in types.values())
    values = [
        tuple(field.get_db_prep_save(getattr(row, field.attname), connection) for field in (key, *columns))
        for row in rows
    ]
    with connection.cursor() as cursor:
        execute_values(cursor.cursor, statement, values, template=f"({casts})", page_size=PAGE)
