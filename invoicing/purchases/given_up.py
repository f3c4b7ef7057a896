"""Answers to suppliers that were given up, as the operations page shows them."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.doorbell import ring
from core.links import link
from core.operations.given_up import dead_for_update
from core.operations.words import code_of, words_of
from core.registry import DeadRow, DeadRows
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.purchases.enums import AnswerState
from invoicing.purchases.models import SupplierAnswer
from invoicing.purchases.services.answering import TASK


def _count() -> int:
    return SupplierAnswer.objects.filter(state=AnswerState.FAILED).count()


def _find(limit: int) -> Sequence[DeadRow]:
    rows = SupplierAnswer.objects.filter(state=AnswerState.FAILED).select_related("purchase__supplier")
    return [
        DeadRow(
            id=row.pk,
            subject=_("Refusal of %(number)s by %(supplier)s")
            % {"number": row.purchase.number, "supplier": row.purchase.supplier.name},
            attempts=row.attempt,
            since=row.created_at,
            error=words_of(row.error),
            code=code_of(row.error),
            link=link("purchases:purchase", pk=row.purchase_id),
        )
        for row in rows.order_by("-pk")[:limit]
    ]


@transaction.atomic
def _retry(row_id: UUID, at: datetime, actor: Actor) -> SupplierAnswer:
    """The network is told after all. Raises `DeadRowNotFound`, `NotDead` (also on a second call)."""
    del at, actor
    row = dead_for_update(SupplierAnswer, row_id, AnswerState.FAILED)
    row.state, row.failures, row.next_attempt_at = AnswerState.PENDING, 0, timezone.now()
    row.save(update_fields=["state", "failures", "next_attempt_at"])
    ring(TASK, current_cooperative().pk)
    return row


@transaction.atomic
def _drop(row_id: UUID) -> SupplierAnswer:
    """The network is never told: somebody told the supplier. Raises `DeadRowNotFound`, `NotDead`."""
    row = dead_for_update(SupplierAnswer, row_id, AnswerState.FAILED)
    row.state = AnswerState.DROPPED
    row.save(update_fields=["state"])
    return row


ANSWERS = DeadRows(
    "supplier_answer",
    gettext_lazy("Answer to a supplier"),
    SupplierAnswer,
    _count,
    _find,
    _retry,
    _drop,
)
