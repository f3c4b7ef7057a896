"""Insurances of the house: from a day on, until a day."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.locks import for_update
from core.types import Actor
from payroll.workers import errors
from payroll.workers.enums import CoverKind
from payroll.workers.models import InsuranceCover


@transaction.atomic
def add_cover(
    *,
    kind: str,
    insurer: str,
    policy_number: str,
    valid_from: date,
    actor: Actor,
    months_after: int = 0,
    text: str = "",
) -> InsuranceCover:
    """Let an insurance cover the workers from a day on."""
    row = InsuranceCover.objects.create(
        kind=CoverKind(kind),
        insurer=insurer.strip()[:120],
        policy_number=policy_number.strip()[:40],
        text=text.strip()[:300],
        months_after=months_after,
        valid_from=valid_from,
    )
    audit.record(actor, "workers.cover_added", row, kind=row.kind)
    return row


@transaction.atomic
def end_cover(*, cover_id: UUID, last_day: date, actor: Actor) -> InsuranceCover:
    """Name its last day; said again it is another last day. Raises `WorkerThingNotFound`, `DatesReversed`."""
    row = for_update(InsuranceCover.objects.filter(pk=cover_id)).first()
    if row is None:
        raise errors.WorkerThingNotFound
    if last_day < row.valid_from:
        raise errors.DatesReversed
    row.valid_to = last_day
    row.save(update_fields=["valid_to"])
    audit.record(actor, "workers.cover_ended", row, last_day=last_day.isoformat())
    return row
