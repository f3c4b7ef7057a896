"""Answers to suppliers, carried to the network: written in a scope, handed over outside of any, recorded."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from functools import partial
from uuid import UUID

from django.utils import timezone

from core.doorbell import ring
from core.gateway import carry as carry_errand
from core.locks import for_update
from core.models import Cooperative
from core.tenancy import current_cooperative, tenant_scope
from invoicing.purchases import selectors
from invoicing.purchases.enums import AnswerState, Origin
from invoicing.purchases.models import Purchase, SupplierAnswer
from invoicing.purchases.port import Answer, Inbox

LEASE = timedelta(minutes=2)
MOST_FAILURES = 12
"""Times that the way may be closed, with pauses that double up to an hour: some six hours in all."""
TASK = "purchases.answer"


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a carrier takes along."""

    attempt: int
    answer: Answer


def write_answer(purchase: Purchase, *, code: str, reason: str) -> SupplierAnswer | None:
    """The row of what the network is told about a (locked) purchase, and a knock at the carrier's door; None
    for what came by another way. A repeat changes nothing.
    """
    if purchase.document.origin != Origin.NETWORK:
        return None
    answer, _ = SupplierAnswer.objects.get_or_create(
        purchase=purchase, code=code, defaults={"reason": reason, "next_attempt_at": timezone.now()}
    )
    ring(TASK, current_cooperative().pk)
    return answer


def carry_answers(cooperative: Cooperative, *, inbox: Inbox, limit: int = 50) -> int:
    """Hand over what is due, one after the other; answers how many. Outside of any scope; safe at any
    frequency: the network knows an answer by its purchase and code, and keeps it once.
    """
    with tenant_scope(cooperative):
        keys = selectors.due_answers(timezone.now(), limit)
    for key in keys:
        carry_errand(
            cooperative,
            prepare=partial(_prepare, key),
            call=partial(_call, inbox=inbox),
            record=lambda errand, closed, key=key: _record(key, errand.attempt, closed),  # type: ignore[misc]
            fail=partial(_fail, key),
        )
    return len(keys)


def _prepare(answer_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        SupplierAnswer.objects.filter(pk=answer_id, next_attempt_at__lte=moment)
        .select_related("purchase__supplier")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or (row.lease_until and row.lease_until > moment):
        return None
    row.attempt += 1
    row.lease_until = moment + LEASE
    row.save(update_fields=["attempt", "lease_until"])
    purchase = row.purchase
    told = Answer(str(purchase.pk), purchase.number, purchase.supplier.endpoint, row.code, row.reason)
    return _Errand(row.attempt, told)


def _call(errand: _Errand, *, inbox: Inbox) -> str:
    """Why the way is closed, or nothing."""
    try:
        inbox.answer(errand.answer)
    except OSError as error:
        return type(error).__name__
    return ""


def _record(answer_id: UUID, attempt: int, closed: str) -> None:
    row = for_update(SupplierAnswer.objects.filter(pk=answer_id)).first()
    if row is None or row.attempt != attempt or row.state != AnswerState.PENDING:
        return
    moment = timezone.now()
    row.lease_until, row.error = None, closed
    if not closed:
        row.state, row.sent_at, row.next_attempt_at = AnswerState.SENT, moment, None
    else:
        row.failures += 1
        row.next_attempt_at = moment + timedelta(seconds=min(15 * 2 ** min(row.failures, 8), 3600))
        if row.failures >= MOST_FAILURES:
            row.state, row.next_attempt_at = AnswerState.FAILED, None
    row.save()


def _fail(answer_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """An answer that cannot be given, or a network that cannot be understood: people look at it."""
    row = for_update(SupplierAnswer.objects.filter(pk=answer_id)).first()
    late = row is None or row.state != AnswerState.PENDING
    if row is None or late or (errand is not None and row.attempt != errand.attempt):
        return
    row.state, row.next_attempt_at, row.lease_until = AnswerState.FAILED, None, None
    row.error = type(error).__name__
    row.save(update_fields=["state", "next_attempt_at", "lease_until", "error"])
