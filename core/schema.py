"""Changes of the schema that let people go on working.

Each operation takes its strong locks for a moment only, gives up soon when it does not get one (everybody
who comes later waits behind the one that waits), and tries again. All of them find out what stands already:
a migration that was cut off is simply run again. They belong in a migration with `atomic = False` that holds
nothing else. docs/guides/schema.md tells which one to take, tests/core/test_migrations_rules.py refuses the
operations that would stop everybody.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from functools import partial
from typing import Any, TypeVar

from django.contrib.postgres import operations as postgres
from django.db import OperationalError, models, transaction
from django.db.backends.base.base import BaseDatabaseWrapper
from django.db.migrations import AddConstraint, AlterField
from django.db.migrations.operations.base import Operation

from core.fields import TenantReference

LOCK_TIMEOUT = "1s"
"""How long a change waits for a lock that people need: so long do they wait behind it, at most."""

BUILD_TIMEOUT = "15min"
"""How long a concurrent build waits for older transactions: nobody waits behind it."""

ATTEMPTS = 30
PAUSE = 2.0
"""Seconds between attempts: those who waited get through first."""

MOST_ROWS = 1_000
"""Rows that one transaction fills at most: their locks are held for some milliseconds."""

BUSY = {"55P03", "40P01"}
"""Lock not available, deadlock: it was only the moment."""

T = TypeVar("T")


def is_busy(error: BaseException) -> bool:
    """Whether a refusal of the database means that somebody else was at work."""
    return getattr(error.__cause__, "pgcode", None) in BUSY


@contextmanager
def lock_timeout(connection: BaseDatabaseWrapper, limit: str) -> Iterator[None]:
    """Wait for locks no longer than `limit` inside the block; afterwards as before."""
    with connection.cursor() as cursor:
        cursor.execute("SHOW lock_timeout")
        before = cursor.fetchone()[0]
        cursor.execute("SELECT set_config('lock_timeout', %s, false)", [limit])
    try:
        yield
    finally:
        if not connection.needs_rollback:
            with connection.cursor() as cursor:
                cursor.execute("SELECT set_config('lock_timeout', %s, false)", [before])


def patiently(
    connection: BaseDatabaseWrapper,
    act: Callable[[], T],
    *,
    limit: str = LOCK_TIMEOUT,
    attempts: int = ATTEMPTS,
    pause: float = PAUSE,
) -> T:
    """Do `act`, again and again while others hold what it needs. The last refusal is raised.

    `act` must be able to start again: one transaction, or steps that look at what stands.
    """
    with lock_timeout(connection, limit):
        for left in reversed(range(attempts)):
            try:
                return act()
            except OperationalError as error:
                if not (left and is_busy(error)):
                    raise
            time.sleep(pause)
    raise AssertionError("unreachable: the last attempt answers or raises")


class AddIndexConcurrently(postgres.AddIndexConcurrently):
    """Build an index of the model's Meta while rows are read and written.

    What a broken-off build left (an invalid index) goes first; an index that stands is left alone.
    """

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Build it; the waiting is for older transactions only."""
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return

        def build() -> None:
            if not _index_stands(schema_editor, model, self.index.name):
                schema_editor.add_index(model, self.index, concurrently=True)

        patiently(schema_editor.connection, build, limit=BUILD_TIMEOUT)


class AddConstraintValidated(postgres.NotInTransactionMixin, AddConstraint):
    """Add a check, a tenant reference or a uniqueness to a table that holds rows.

    A check and a reference hold for new rows at once (NOT VALID), then the old ones are read under a lock
    that stops nobody. A uniqueness is built as a concurrent index, then declared. When old rows do not
    comply it fails and new rows are still held to it: repair, run again.
    """

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Declare, then validate, each in a transaction of its own."""
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        if isinstance(self.constraint, models.UniqueConstraint):
            self._add_unique(schema_editor, model, self.constraint)
        elif isinstance(self.constraint, models.CheckConstraint | TenantReference):
            declared = f"{self.constraint.create_sql(model, schema_editor)} NOT VALID"
            _declare_and_validate(schema_editor, model, self.constraint.name, declared)
        else:
            raise TypeError(f"{type(self.constraint).__name__} reads no rows: AddConstraint is enough for it")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Take it away."""
        undo = super().database_backwards
        patiently(schema_editor.connection, lambda: undo(app_label, schema_editor, from_state, to_state))

    def _add_unique(self, editor: Any, model: Any, constraint: models.UniqueConstraint) -> None:
        table, name = editor.quote_name(model._meta.db_table), editor.quote_name(constraint.name)
        if constraint.deferrable or constraint.expressions:
            raise TypeError("a deferrable uniqueness or one of expressions needs steps of its own")
        if _constraint_stands(editor, model, constraint.name) is not None:
            return
        written = str(constraint.create_sql(model, editor))
        declares = written.startswith("ALTER TABLE")
        if declares:
            columns = ", ".join(
                editor.quote_name(model._meta.get_field(field).column) for field in constraint.fields
            )
            written = f"CREATE UNIQUE INDEX {name} ON {table} ({columns})"
        written = written.replace("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY", 1)

        def build() -> None:
            if not _index_stands(editor, model, constraint.name):
                editor.execute(written, params=None)

        patiently(editor.connection, build, limit=BUILD_TIMEOUT)
        if declares:
            _patient(editor, f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


class SetNotNull(postgres.NotInTransactionMixin, AlterField):
    """Demand a value of a column that has one in every row by now, without reading the table under a lock.

    The rows are read by validating a check that stops nobody; NOT NULL then believes the check, which goes.
    """

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Check, validate, demand, drop the check."""
        self._ensure_not_in_transaction(schema_editor)
        model = to_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        before = from_state.apps.get_model(app_label, self.model_name)._meta.get_field(self.name)
        after = model._meta.get_field(self.name)
        if before.clone().deconstruct()[1:] != _nullable(after).deconstruct()[1:]:
            raise ValueError(f"{self.model_name}.{self.name}: SetNotNull changes nothing but null")
        quote = schema_editor.quote_name
        table, column = quote(model._meta.db_table), quote(after.column)
        check = f"{after.column}_is_given"
        if not _is_not_null(schema_editor, model, after.column):
            _declare_and_validate(
                schema_editor,
                model,
                check,
                f"ALTER TABLE {table} ADD CONSTRAINT {quote(check)} CHECK ({column} IS NOT NULL) NOT VALID",
            )
            _patient(schema_editor, f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")
        _patient(schema_editor, f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quote(check)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Allow nothing again."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            quote = schema_editor.quote_name
            column = quote(model._meta.get_field(self.name).column)
            _patient(
                schema_editor,
                f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {column} DROP NOT NULL",
            )


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


def _patient(editor: Any, statement: str) -> None:
    patiently(editor.connection, lambda: editor.execute(statement, params=None))


def _declare_and_validate(editor: Any, model: Any, name: str, declared: str) -> None:
    """Hold new rows to a constraint, commit, then read the old ones."""
    if _constraint_stands(editor, model, name) is None:
        _patient(editor, declared)
    if not _constraint_stands(editor, model, name):
        quote = editor.quote_name
        validate = f"ALTER TABLE {quote(model._meta.db_table)} VALIDATE CONSTRAINT {quote(name)}"
        patiently(editor.connection, lambda: editor.execute(validate, params=None), limit=BUILD_TIMEOUT)


def _constraint_stands(editor: Any, model: Any, name: str) -> bool | None:
    """None: no such constraint; else whether it is validated."""
    found: bool | None = _ask(
        editor.connection,
        "SELECT convalidated FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
        editor.quote_name(model._meta.db_table),
        name,
    )
    return found


def _index_stands(editor: Any, model: Any, name: str) -> bool:
    """Whether the table has the index; an invalid leftover is dropped."""
    valid = _ask(
        editor.connection,
        "SELECT indisvalid FROM pg_index JOIN pg_class ON pg_class.oid = indexrelid"
        " WHERE indrelid = %s::regclass AND relname = %s",
        editor.quote_name(model._meta.db_table),
        name,
    )
    if valid is False:
        editor.execute(f"DROP INDEX CONCURRENTLY IF EXISTS {editor.quote_name(name)}", params=None)
    return bool(valid)


def _is_not_null(editor: Any, model: Any, column: str) -> bool:
    return bool(
        _ask(
            editor.connection,
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
            editor.quote_name(model._meta.db_table),
            column,
        )
    )


def _must_pass_the_wall(connection: BaseDatabaseWrapper) -> None:
    if not _ask(connection, "SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user"):
        raise PermissionError("rows of tenants are filled by smart_owner: migrate --database owner")


def _tenants(connection: BaseDatabaseWrapper, model: Any) -> list[int | None]:
    """The cooperatives whose rows the table holds apart; None alone for a global table."""
    if not any(field.column == "tenant_id" for field in model._meta.local_fields):
        return [None]
    with connection.cursor() as cursor:
        cursor.execute("SELECT id FROM core_cooperative ORDER BY id")
        return [row[0] for row in cursor.fetchall()]


def _ask(connection: Any, question: str, *parameters: Any) -> Any:
    """The first value of the first row; None without a row."""
    with connection.cursor() as cursor:
        cursor.execute(question, parameters)
        row = cursor.fetchone()
    return row[0] if row else None


def _nullable(field: Any) -> Any:
    """The same field, without a demand."""
    copy = field.clone()
    copy.null = True
    return copy
