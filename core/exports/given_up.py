"""Lists that could not be made as files, as the operations page shows them.

What a rule refused (the person lost the right meanwhile) is theirs to see, and is not tried again.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext_lazy

from core.doorbell import ring
from core.enums import DocumentState
from core.exports.models import ListExport
from core.exports.services import MOST_ATTEMPTS
from core.exports.sources import label_of
from core.operations.given_up import dead_for_update
from core.operations.words import code_of, words_of
from core.registry import DeadRow, DeadRows
from core.tenancy import current_cooperative
from core.types import Actor


def _dead() -> QuerySet[ListExport]:
    return ListExport.objects.filter(state=DocumentState.FAILED, attempt__gte=MOST_ATTEMPTS)


def _find(limit: int) -> Sequence[DeadRow]:
    return [
        DeadRow(
            id=row.pk,
            subject=label_of(row.list),
            attempts=row.attempt,
            since=row.lease_until or row.asked_at,
            error=words_of(row.error),
            code=code_of(row.error),
        )
        for row in _dead().order_by("-pk")[:limit]
    ]


@transaction.atomic
def retry(row_id: UUID, at: datetime, actor: Actor) -> ListExport:
    """The file is made after all, with the rights that its person has then. Locks it.

    Raises `DeadRowNotFound`, `NotDead`.
    """
    row = dead_for_update(ListExport, row_id, DocumentState.FAILED)
    row.state, row.lease_until = DocumentState.PENDING, None
    row.save(update_fields=["state", "lease_until"])
    ring("exports.make", current_cooperative().pk)
    return row


@transaction.atomic
def drop(row_id: UUID) -> ListExport:
    """The file is never made; the person may ask for another. Locks it.

    Raises `DeadRowNotFound`, `NotDead`.
    """
    row = dead_for_update(ListExport, row_id, DocumentState.FAILED)
    row.state = DocumentState.DROPPED
    row.save(update_fields=["state"])
    return row


EXPORTS = DeadRows(
    "list_export", gettext_lazy("List as a file"), ListExport, lambda: _dead().count(), _find, retry, drop
)
