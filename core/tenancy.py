"""The tenant of the moment: a context variable for Python and a transaction-local setting for PostgreSQL."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import TYPE_CHECKING

from django.db import connection, transaction

if TYPE_CHECKING:
    from core.models import Cooperative

_current: ContextVar[Cooperative | None] = ContextVar("cooperative", default=None)


class TenancyError(RuntimeError):
    """A defect in the program: work outside a tenant, or inside two at once."""


def current_cooperative() -> Cooperative:
    """The cooperative of the open scope; a defect if there is none."""
    cooperative = _current.get()
    if cooperative is None:
        raise TenancyError("no tenant scope is open")
    return cooperative


def current_cooperative_or_none() -> Cooperative | None:
    """The cooperative of the open scope, if one is open."""
    return _current.get()


def current_tenant_id() -> int:
    """Key of the current cooperative: the default of every `tenant` column."""
    return current_cooperative().pk


@contextmanager
def tenant_scope(cooperative: Cooperative) -> Iterator[None]:
    """Open a transaction in which exactly one tenant's rows exist.

    Nested in the same tenant it is a savepoint; nested in another tenant it is a defect. Inside a larger
    transaction the deferred checks run before the scope closes, because afterwards they would look at the
    rows under another tenant (or none).
    """
    outer = _current.get()
    if outer is not None:
        if outer.pk != cooperative.pk:
            raise TenancyError(f"scope of {cooperative.slug} opened inside the scope of {outer.slug}")
        with transaction.atomic():
            yield
        return
    nested = connection.in_atomic_block
    with transaction.atomic():
        with connection.cursor() as cursor:
            cursor.execute("SELECT set_config('smart.tenant', %s, true)", [str(cooperative.pk)])
        token = _current.set(cooperative)
        try:
            yield
            if nested and not connection.needs_rollback:
                with connection.cursor() as cursor:
                    cursor.execute("SET CONSTRAINTS ALL IMMEDIATE; SET CONSTRAINTS ALL DEFERRED")
                    cursor.execute("SELECT set_config('smart.tenant', '', true)")
        finally:
            _current.reset(token)
