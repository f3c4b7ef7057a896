"""Filling columns of rows that stand."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from typing import Any

from django.db import transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations.operations.base import Operation

from core.schema.patience import first_value, patiently

MOST_ROWS = 1_000
"""Rows that one transaction fills at most: their locks are held for some milliseconds."""


class BackfillInBatches(Operation):
    """Fill columns of rows that stand: by primary key, a thousand rows a transaction, tenant by tenant.

    `values` says the SQL expression of each column, `pending` which rows still wait (SQL); a filled row must
    not be pending any more, so that a second run goes on where the first one ended. Runs as a role that
    passes row level security: for another one the rows do not exist, and nothing would be filled in silence.
    Triggers and append-only tables refuse as ever. Backwards it does nothing.
    """

    atomic = False
    reduces_to_sql = False
    reversible = True

    def __init__(
        self, model_name: str, *, values: Mapping[str, str], pending: str, rows: int = MOST_ROWS
    ) -> None:
        if not 1 <= rows <= MOST_ROWS:
            raise ValueError(f"a batch has 1 to {MOST_ROWS} rows")
        self.model_name = model_name
        self.values = dict(values)
        self.pending = pending
        self.rows = rows

    def deconstruct(self) -> Any:
        """As it was made."""
        return (
            self.__class__.__name__,
            [self.model_name],
            {"values": self.values, "pending": self.pending, "rows": self.rows},
        )

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Fill {', '.join(self.values)} of {self.model_name} in batches"

    def state_forwards(self, app_label: str, state: Any) -> None:
        """Rows are no part of the state."""

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Fill what waits."""
        connection = schema_editor.connection
        if connection.in_atomic_block:
            raise ValueError("a backfill commits as it goes: its migration needs atomic = False")
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(connection.alias, model):
            return
        _must_pass_the_wall(connection)
        for tenant in _tenants(connection, model):
            last: Any = None
            while True:
                filled = patiently(connection, partial(self._fill, connection, model, tenant, last))
                if not filled:
                    break
                last = max(filled)

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """A value that was filled in stays until its column goes."""

    def _fill(self, connection: Any, model: Any, tenant: int | None, after: Any) -> list[Any]:
        """Fill the next rows behind the key `after`; their keys."""
        quote = connection.ops.quote_name
        table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
        waits = f"({self.pending})".replace("%", "%%")
        sets = ", ".join(f"{quote(column)} = {value}" for column, value in self.values.items())
        wanted: dict[str, Any] = {waits: None}
        if tenant is not None:
            wanted["tenant_id = %s"] = tenant
        if after is not None:
            wanted[f"{key} > %s"] = after
        with transaction.atomic(using=connection.alias), connection.cursor() as cursor:
            # Triggers compare a row's tenant with the setting, also for those who pass the wall.
            cursor.execute("SELECT set_config('smart.tenant', %s, true)", [str(tenant or "")])
            cursor.execute(
                f"UPDATE {table} SET {sets.replace('%', '%%')} WHERE {key} = ANY(ARRAY("  # noqa: S608
                f"SELECT {key} FROM {table} WHERE {' AND '.join(wanted)}"
                f" ORDER BY {key} LIMIT %s FOR UPDATE)) RETURNING {key}, {waits}",
                [*(value for value in wanted.values() if value is not None), self.rows],
            )
            rows = cursor.fetchall()
            if any(still for _, still in rows):
                raise ValueError(f"{self.describe()}: rows that were filled still wait; it would never end")
        return [key for key, _ in rows]


def _must_pass_the_wall(connection: BaseDatabaseWrapper) -> None:
    if not first_value(
        connection, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"
    ):
        raise PermissionError("rows of tenants are filled by smart_owner: migrate --database owner")


def _tenants(connection: BaseDatabaseWrapper, model: Any) -> list[int | None]:
    """The cooperatives whose rows the table holds apart; None alone for a global table."""
    if not any(field.column == "tenant_id" for field in model._meta.local_fields):
        return [None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_cooperative ORDER BY id")
        return [row[0] for row in cursor.fetchall()]
