"""Reads of the queue of declarations, of files of the batch channel and of differences."""

from __future__ import annotations

from collections import Counter
from datetime import date
from uuid import UUID

from django.db.models import QuerySet

from payroll.enums import PENDING_STATES, QUEUE_STATES, DeclarationKind, DeclarationState
from payroll.models import Declaration, DeclarationBatch, DeclarationDifference, DeclarationStop


def queue_counts() -> dict[str, int]:
    """How many declarations are on their way, and how many matters wait for a person."""
    rows = Declaration.objects.order_by()
    return {
        "on_their_way": rows.filter(state__in=PENDING_STATES).count(),
        "queue": rows.filter(state__in=QUEUE_STATES, handled=False).count(),
        "differences": DeclarationDifference.objects.filter(closed_at=None).count(),
    }


def open_stops() -> list[tuple[DeclarationStop, int]]:
    """Employers for whom nothing is sent, and how many declarations wait for each."""
    stops = list(
        DeclarationStop.objects.filter(lifted_at=None).select_related("entity").order_by("since", "pk")
    )
    keys = Declaration.objects.filter(
        state=DeclarationState.DRAFT, contract__entity__in=[row.entity_id for row in stops]
    ).values_list("contract__entity_id", flat=True)
    waiting = Counter(keys) if stops else Counter[UUID]()
    return [(row, waiting[row.entity_id]) for row in stops]


def open_differences() -> QuerySet[DeclarationDifference]:
    """Differences that stand, oldest first."""
    rows = DeclarationDifference.objects.filter(closed_at=None)
    return rows.select_related("person", "entity", "contract").order_by("pk")


def batches() -> QuerySet[DeclarationBatch]:
    """Files of declarations, newest first."""
    return DeclarationBatch.objects.select_related("entity", "file").order_by("-pk")


def count_unsent() -> int:
    """Declarations that nothing was sent of yet and that stand in no file."""
    return Declaration.objects.filter(state=DeclarationState.DRAFT, attempt=0, batch=None).count()


def people_of_batch(batch: DeclarationBatch) -> list[UUID]:
    """Whose national numbers a file holds."""
    return list(batch.rows.order_by().values_list("contract__person_id", flat=True).distinct())


def count_late(today: date) -> int:
    """Starts of work that passed although the office has not accepted them."""
    rows = Declaration.objects.filter(kind=DeclarationKind.IN, starts_on__lt=today)
    pending = rows.filter(state__in=PENDING_STATES).count()
    return pending + rows.filter(state__in=QUEUE_STATES, handled=False).count()
