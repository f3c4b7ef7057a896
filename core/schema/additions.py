"""What is added to a table that people use: indexes, constraints, the demand of a value."""

from __future__ import annotations

from typing import Any

from django.contrib.postgres import operations as postgres
from django.db import models
from django.db.migrations import AddConstraint, AlterField

from core.fields import TenantReference
from core.schema.patience import BUILD_TIMEOUT, first_value, patiently, run_patiently


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
            nulls = " NULLS NOT DISTINCT" if constraint.nulls_distinct is False else ""
            written = f"CREATE UNIQUE INDEX {name} ON {table} ({columns}){nulls}"
        written = written.replace("CREATE UNIQUE INDEX", "CREATE UNIQUE INDEX CONCURRENTLY", 1)

        def build() -> None:
            if not _index_stands(editor, model, constraint.name):
                editor.execute(written, params=None)

        patiently(editor.connection, build, limit=BUILD_TIMEOUT)
        if declares:
            run_patiently(editor, f"ALTER TABLE {table} ADD CONSTRAINT {name} UNIQUE USING INDEX {name}")


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
            run_patiently(schema_editor, f"ALTER TABLE {table} ALTER COLUMN {column} SET NOT NULL")
        run_patiently(schema_editor, f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {quote(check)}")

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Allow nothing again."""
        model = to_state.apps.get_model(app_label, self.model_name)
        if self.allow_migrate_model(schema_editor.connection.alias, model):
            quote = schema_editor.quote_name
            column = quote(model._meta.get_field(self.name).column)
            run_patiently(
                schema_editor,
                f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {column} DROP NOT NULL",
            )


def _declare_and_validate(editor: Any, model: Any, name: str, declared: str) -> None:
    """Hold new rows to a constraint, commit, then read the old ones."""
    if _constraint_stands(editor, model, name) is None:
        run_patiently(editor, declared)
    if not _constraint_stands(editor, model, name):
        quote = editor.quote_name
        validate = f"ALTER TABLE {quote(model._meta.db_table)} VALIDATE CONSTRAINT {quote(name)}"
        patiently(editor.connection, lambda: editor.execute(validate, params=None), limit=BUILD_TIMEOUT)


def _constraint_stands(editor: Any, model: Any, name: str) -> bool | None:
    """None: no such constraint; else whether it is validated."""
    found: bool | None = first_value(
        editor.connection,
        "SELECT convalidated FROM pg_constraint WHERE conrelid = %s::regclass AND conname = %s",
        editor.quote_name(model._meta.db_table),
        name,
    )
    return found


def _index_stands(editor: Any, model: Any, name: str) -> bool:
    """Whether the table has the index; an invalid leftover is dropped."""
    valid = first_value(
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
        first_value(
            editor.connection,
            "SELECT attnotnull FROM pg_attribute WHERE attrelid = %s::regclass AND attname = %s",
            editor.quote_name(model._meta.db_table),
            column,
        )
    )


def _nullable(field: Any) -> Any:
    """The same field, without a demand."""
    copy = field.clone()
    copy.null = True
    return copy
