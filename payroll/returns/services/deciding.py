"""One person checks a return against the books, another approves it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.doorbell import ring
from core.outbox import publish
from core.tenancy import current_tenant_id
from core.types import Actor
from ledger.errors import PersonNeeded
from payroll.returns.enums import PublicReturnKind, PublicReturnState
from payroll.returns.errors import (
    ReturnDiffers,
    ReturnHasProblems,
    ReturnNotReady,
    ReturnOutdated,
    ReturnPeriodOpen,
    SecondPersonChecks,
)
from payroll.returns.kinds import KINDS
from payroll.returns.models import PublicReturn
from payroll.returns.selectors import return_for_update, total

PAPERS = "returns.papers"


@transaction.atomic
def check_return(*, return_id: UUID, on: date, actor: Actor) -> PublicReturn:
    """Somebody looked at it: nothing forbids sending it, it declares what the books owe, and the books have
    not moved since.

    Locks: the return. Raises `ReturnNotReady` (also on a second call), `PersonNeeded`, `ReturnHasProblems`,
    `ReturnOutdated`, `ReturnDiffers`; then nothing is written.
    """
    row = return_for_update(return_id)
    if row.state != PublicReturnState.DRAFT:
        raise ReturnNotReady(state=row.get_state_display())
    if actor.kind != "user":
        raise PersonNeeded
    _agree_with_books(row)
    row.state = PublicReturnState.CHECKED
    row.checked_on = on
    row.checked_by = actor.label[:120]
    row.checked_by_user, row.checked_by_person = actor.user_id, actor.person_id
    row.save()
    audit.record(actor, "returns.checked", row, totals=row.totals)
    return row


@transaction.atomic
def approve_return(*, return_id: UUID, on: date, actor: Actor) -> PublicReturn:
    """A second person agrees, once the period is over: the figures stand. Workers get their papers of a year.

    Locks: the return. Raises `ReturnNotReady` (also on a second call), `PersonNeeded`, `SecondPersonChecks`,
    `ReturnPeriodOpen`, `ReturnOutdated`, `ReturnDiffers`, `ReturnHasProblems`; then nothing is written.
    """
    row = return_for_update(return_id)
    if row.state != PublicReturnState.CHECKED:
        raise ReturnNotReady(state=row.get_state_display())
    if actor.kind != "user":
        raise PersonNeeded
    if took_part(row, actor):
        raise SecondPersonChecks
    if on <= row.last:
        raise ReturnPeriodOpen(last=row.last)
    _agree_with_books(row)
    row.state = PublicReturnState.APPROVED
    row.approved_on = on
    row.approved_by = actor.label[:120]
    row.approved_by_user, row.approved_by_person = actor.user_id, actor.person_id
    row.save()
    audit.record(actor, "returns.approved", row, totals=row.totals)
    publish("public_return.approved", row)
    if row.kind in (PublicReturnKind.TAX_SLIPS, PublicReturnKind.ACCOUNTS):
        ring(PAPERS, current_tenant_id(), str(row.pk))
    return row


def took_part(row: PublicReturn, actor: Actor) -> bool:
    """Whether the actor made or checked it, by account or as a person."""
    users = {row.built_by_user, row.checked_by_user} - {None}
    people = {row.built_by_person, row.checked_by_person} - {None}
    return actor.user_id in users or actor.person_id in people


def _agree_with_books(row: PublicReturn) -> None:
    if row.problems:
        raise ReturnHasProblems(count=len(row.problems))
    if KINDS[row.kind].fresh(row) != total(row, "books"):
        raise ReturnOutdated
    difference = total(row, "difference")
    if difference:
        raise ReturnDiffers(difference=difference)
