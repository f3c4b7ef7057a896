"""What people do with given-up work."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit, registry
from core.operations.errors import DeadRowNotFound, NotDroppable, ReasonNeeded
from core.registry import DeadRows
from core.types import Actor


@transaction.atomic
def retry_dead(*, row_id: UUID, at: datetime, actor: Actor) -> DeadRows:
    """Given-up work is tried again, as often as it was the first time. `at`: the moment in the cooperative's
    clock. Locks the row (see `core.locks`).

    Answers what kind it is. Raises `DeadRowNotFound`, `NotDead` (also on a second call).
    """
    rows = kind_of(row_id)
    row = rows.retry(row_id, at, actor)
    audit.record(actor, "operations.retried", row, kind=rows.kind)
    return rows


@transaction.atomic
def drop_dead(*, row_id: UUID, reason: str, actor: Actor) -> DeadRows:
    """Given-up work is never done; the reason is kept. Locks the row (see `core.locks`).

    Answers what kind it is. Raises `ReasonNeeded`, `DeadRowNotFound`, `NotDroppable`, `NotDead` (also on a
    second call).
    """
    if not reason.strip():
        raise ReasonNeeded
    rows = kind_of(row_id)
    if rows.drop is None:
        raise NotDroppable(because=rows.kept_because)
    row: Any = rows.drop(row_id)
    audit.record(actor, "operations.dropped", row, kind=rows.kind, reason=reason.strip()[:300])
    return rows


def kind_of(row_id: UUID) -> DeadRows:
    """The kind of work that a key names. Raises `DeadRowNotFound`."""
    for rows in registry.dead_rows():
        if rows.model.objects.filter(pk=row_id).exists():
            return rows
    raise DeadRowNotFound
