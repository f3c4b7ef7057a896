"""What goes from a table that people use: first the code forgets it, a release later the database does."""

from __future__ import annotations

from typing import Any

from django.db import router
from django.db.migrations import RemoveField
from django.db.migrations.operations.base import Operation

from core.schema.patience import run_patiently


class RetireField(RemoveField):
    """The code forgets a column; the column stays, and may be left out from now on.

    The code of the release before still reads and writes it. `DropRetired` takes it away when that code is
    gone. Constraints and indexes of the field are removed before.
    """

    atomic = False

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Demand no value any more."""
        model = from_state.apps.get_model(app_label, self.model_name)
        if not self.allow_migrate_model(schema_editor.connection.alias, model):
            return
        quote = schema_editor.quote_name
        column = quote(model._meta.get_field(self.name).column)
        run_patiently(
            schema_editor, f"ALTER TABLE {quote(model._meta.db_table)} ALTER COLUMN {column} DROP NOT NULL"
        )

    def database_backwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """The column is there; whether it needs a value again is for `SetNotNull` to say."""

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Retire field {self.name} of {self.model_name}"


class DropRetired(Operation):
    """Take a retired column, or with `column=None` a whole retired table, away for good.

    Its migration says in `contract` since when nothing uses it. There is no way back but a backup.
    """

    atomic = False
    reversible = False

    def __init__(self, table: str, column: str | None = None) -> None:
        self.table = table
        self.column = column

    def deconstruct(self) -> Any:
        """As it was made."""
        return self.__class__.__name__, [self.table, self.column], {}

    def describe(self) -> str:
        """What `migrate` prints."""
        return f"Drop retired {self.subject}"

    @property
    def subject(self) -> str:
        """What `contract` calls it: the table, or table.column."""
        return f"{self.table}.{self.column}" if self.column else self.table

    def state_forwards(self, app_label: str, state: Any) -> None:
        """The state forgot it a release ago. Raises `ValueError` when it did not."""
        for model in state.models.values():
            if model.options.get("db_table", f"{model.app_label}_{model.name_lower}") != self.table:
                continue
            columns = {field.db_column or name for name, field in model.fields.items()}
            columns |= {f"{name}_id" for name, field in model.fields.items() if field.remote_field}
            if self.column is None or self.column in columns:
                raise ValueError(f"{self.subject} is in use: RetireField comes a release before")

    def database_forwards(self, app_label: str, schema_editor: Any, from_state: Any, to_state: Any) -> None:
        """Nothing is read: the rows lose the column when they are next written."""
        if not router.allow_migrate(schema_editor.connection.alias, app_label):
            return
        quote = schema_editor.quote_name
        table = quote(self.table)
        run_patiently(
            schema_editor,
            f"ALTER TABLE {table} DROP COLUMN IF EXISTS {quote(self.column)}"
            if self.column
            else f"DROP TABLE IF EXISTS {table}",
        )
