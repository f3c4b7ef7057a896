"""What makes a table belong to a tenant: row-level security, tenant-wide keys, references that cannot cross.

Each piece is a `BaseConstraint`, so `makemigrations` carries it like any other constraint.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from django.db import models
from django.db.models.constraints import BaseConstraint

from core.keys import ReferenceIn

CURRENT_TENANT_SQL = "NULLIF(current_setting('smart.tenant', true), '')::smallint"


class SchemaConstraint(BaseConstraint, ABC):
    """A constraint written in plain SQL after its table stands; it has nothing to check in Python."""

    def constraint_sql(self, model: Any, schema_editor: Any) -> Any:
        schema_editor.deferred_sql.append(self.create_sql(model, schema_editor))

    @abstractmethod
    def create_sql(self, model: Any, schema_editor: Any) -> str:
        """The statement that creates it."""

    @abstractmethod
    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        """The statement that removes it."""

    def validate(self, *args: Any, **kwargs: Any) -> None:
        """PostgreSQL enforces it; a form has nothing to add."""

    def __eq__(self, other: object) -> bool:
        if isinstance(other, SchemaConstraint):
            return self.deconstruct() == other.deconstruct()
        return NotImplemented

    def __hash__(self) -> int:
        return hash(self.name)


class RowSecurity(SchemaConstraint):
    """Rows of another tenant do not exist: enabled and forced, for reading and for writing."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY;"
            f"ALTER TABLE {table} FORCE ROW LEVEL SECURITY;"
            f"CREATE POLICY {schema_editor.quote_name(self.name)} ON {table} "
            f"USING (tenant_id = {CURRENT_TENANT_SQL}) WITH CHECK (tenant_id = {CURRENT_TENANT_SQL})"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"DROP POLICY {schema_editor.quote_name(self.name)} ON {table}"


class TenantReference(SchemaConstraint):
    """FOREIGN KEY (tenant_id, x_id): foreign-key checks ignore row-level security, so the key names the
    tenant.
    """

    def __init__(self, *, field: str, name: str) -> None:
        super().__init__(name=name)
        self.field = field

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        field = model._meta.get_field(self.field)
        quote = schema_editor.quote_name
        return (
            f"ALTER TABLE {quote(model._meta.db_table)} ADD CONSTRAINT {quote(self.name)} "
            f"FOREIGN KEY (tenant_id, {quote(field.column)}) "
            f"REFERENCES {quote(field.remote_field.model._meta.db_table)} (tenant_id, id)"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        quote = schema_editor.quote_name
        return f"ALTER TABLE {quote(model._meta.db_table)} DROP CONSTRAINT {quote(self.name)}"

    def deconstruct(self) -> Any:
        path, args, kwargs = super().deconstruct()
        return path, args, {**kwargs, "field": self.field}


class AppendOnly(SchemaConstraint):
    """Rows are added and never changed: no grant to change them, and a trigger that raises for everyone."""

    def create_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return (
            f"REVOKE UPDATE, DELETE, TRUNCATE ON {table} FROM smart_app;"
            f"CREATE TRIGGER append_only BEFORE UPDATE OR DELETE OR TRUNCATE ON {table} "
            f"FOR EACH STATEMENT EXECUTE FUNCTION smart_append_only()"
        )

    def remove_sql(self, model: Any, schema_editor: Any) -> str:
        table = schema_editor.quote_name(model._meta.db_table)
        return f"DROP TRIGGER append_only ON {table}; GRANT UPDATE, DELETE ON {table} TO smart_app"


class TenantForeignKey(models.ForeignKey):  # type: ignore[type-arg]
    """A reference inside the tenant: protected on delete, without a reverse name, enforced with the tenant's
    id.
    """

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


class TenantOneToOneField(models.OneToOneField):  # type: ignore[type-arg]
    """The one-to-one form of `TenantForeignKey`."""

    def __init__(self, to: Any, on_delete: Any = models.PROTECT, **kwargs: Any) -> None:
        kwargs["db_constraint"] = False
        kwargs.setdefault("related_name", "+")
        super().__init__(to, on_delete, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        kwargs.pop("db_constraint", None)
        return name, path, args, kwargs


TenantForeignKey.register_lookup(ReferenceIn)
TenantOneToOneField.register_lookup(ReferenceIn)

if TYPE_CHECKING:
    _Decimal = models.DecimalField[Decimal | int | str, Decimal]
else:
    _Decimal = models.DecimalField


class MoneyField(_Decimal):
    """An amount in euro: 14 digits, 2 of them decimals."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs["max_digits"] = 14
        kwargs["decimal_places"] = 2
        super().__init__(*args, **kwargs)

    def deconstruct(self) -> Any:
        name, path, args, kwargs = super().deconstruct()
        del kwargs["max_digits"], kwargs["decimal_places"]
        return name, path, args, kwargs
