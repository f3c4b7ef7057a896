"""Many rows written at once, where one statement per row would be too slow and `bulk_update` reads badly."""

from __future__ import annotations

from collections.abc import Sequence

from django.db import connection, models
from psycopg2.extras import execute_values

from core.models import TenantModel

PAGE = 1000
"""Rows per statement."""


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
