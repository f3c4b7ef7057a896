"""What people do with exceptions: look at them and say what follows, or have them tried again."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.locks import for_update
from core.types import Actor
from payroll import errors
from payroll.enums import RunState
from payroll.models import PayException, PayrollRun
from payroll.services.quota import correct_quota
from payroll.services.run_work import recompute
from payroll.services.settlement import settle_months

MOST_AT_ONCE = 200
"""Exceptions tried again by one act; the rest is for the next one."""


@dataclass(frozen=True, slots=True)
class Retried:
    """How many were tried, and how many of them are over."""

    tried: int
    mended: int


@transaction.atomic
def review_exception(*, exception_id: UUID, note: str, at: datetime, actor: Actor) -> PayException:
    """Somebody other than the worker looked at an exception and says what follows. Raises `PayNotFound`,
    `PaidToSelf`.
    """
    [row] = review_exceptions(exception_ids=[exception_id], note=note, at=at, actor=actor)
    return row


@transaction.atomic
def review_exceptions(
    *, exception_ids: Iterable[UUID], note: str, at: datetime, actor: Actor
) -> list[PayException]:
    """The same note for several: nothing is written when one of them is about the reviewer's own pay.

    Raises `PayNotFound`, `PaidToSelf`. Again: the newer note stands.
    """
    keys = set(exception_ids)
    rows = list(for_update(PayException.objects.filter(pk__in=keys)))
    if not rows or len(rows) != len(keys):
        raise errors.PayNotFound
    if actor.person_id is not None and any(row.person_id == actor.person_id for row in rows):
        raise errors.PaidToSelf
    for row in rows:
        row.reviewed_by_id = actor.person_id
        row.reviewed_by_label = actor.label
        row.reviewed_at = at
        row.note = note[:200]
        row.save(update_fields=["reviewed_by", "reviewed_by_label", "reviewed_at", "note"])
        audit.record(actor, "payroll.exception_reviewed", row, code=row.code)
    return rows


@transaction.atomic
def retry_exceptions(*, exception_ids: Iterable[UUID], on: date, actor: Actor) -> Retried:
    """Settle at once what these exceptions stopped, each by itself; what is refused again keeps its row.

    Where the run of the month is in review, these workers are computed anew in it, exit holiday and quarter
    included, so that what was mended stands on this month's payslip. Locks: runs, then as settlement does.
    Raises `PayNotFound`.
    """
    keys = list(exception_ids)[:MOST_AT_ONCE]
    rows = list(PayException.objects.filter(pk__in=keys).order_by("pk"))
    if not rows:
        raise errors.PayNotFound
    in_review = list(for_update(PayrollRun.objects.filter(state=RunState.REVIEW)))
    parts = [row.contract_month_id for row in rows if row.contract_month_id is not None]
    settle_months(keys=parts, on=on, actor=actor)
    correct_quota(on=on, people={row.person_id for row in rows})
    for run in in_review:
        people = {
            row.person_id for row in rows if row.month <= run.month and run.entity_id in (None, row.entity_id)
        }
        if people:
            recompute(run, people)
    mended = PayException.objects.filter(pk__in=keys, resolved_at__isnull=False).count()
    return Retried(len(rows), mended)
