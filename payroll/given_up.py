"""Payroll's work that was given up: declarations that did not arrive, parts of a run that cannot be done.

Neither can be dropped: work must be declared, and people paid.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from core.doorbell import ring
from core.links import link
from core.operations.errors import DeadRowNotFound, NotDead
from core.operations.given_up import dead_for_update
from core.operations.words import code_of, words_of
from core.registry import DeadRow, DeadRows
from core.tenancy import current_cooperative
from core.types import Actor
from payroll.enums import DeclarationState, ShardState
from payroll.models import Declaration, RunShard
from payroll.services.declarations import retry_declaration

# --- declarations ---


def _undelivered() -> QuerySet[Declaration]:
    """What the index of the queue holds, without what the office refused: that is payroll's to mend."""
    return Declaration.objects.filter(state=DeclarationState.FAILED, handled=False)


def _declarations(limit: int) -> Sequence[DeadRow]:
    return [
        DeadRow(
            id=row.pk,
            subject=_("Declaration %(reference)s: %(kind)s")
            % {"reference": row.reference, "kind": row.get_kind_display()},
            attempts=row.attempt,
            since=row.answered_at or row.next_attempt_at,
            error=_words(row.error),
            code=code_of(row.error),
            link=link("payroll:contract", pk=row.contract_id),
        )
        for row in _undelivered().order_by("-pk")[:limit]
    ]


def _words(error: str) -> str:
    if code_of(error) == "unavailable":
        return words_of(error)
    return _("The message cannot be accepted as it stands: payroll sees why in its list of declarations.")


@transaction.atomic
def declare_again(row_id: UUID, at: datetime, actor: Actor) -> Declaration:
    """What should be declared is declared anew; the row that did not arrive is marked as dealt with.

    Locks: worker file, declaration. Raises `DeadRowNotFound`, `NotDead`, `DeclarationNotQueued`.
    """
    row = Declaration.objects.filter(pk=row_id).first()
    if row is None:
        raise DeadRowNotFound
    if row.state != DeclarationState.FAILED or row.handled:
        raise NotDead
    retry_declaration(declaration_id=row_id, at=at, actor=actor)
    return row


DECLARATIONS = DeadRows(
    "declaration",
    gettext_lazy("Declaration of work"),
    Declaration,
    lambda: _undelivered().count(),
    _declarations,
    declare_again,
    None,
    gettext_lazy("Work must be declared: change or cancel the contract if it is wrong, then retry."),
)

# --- parts of a run ---


def _slices(limit: int) -> Sequence[DeadRow]:
    rows = RunShard.objects.filter(state=ShardState.FAILED).select_related("run").order_by("-pk")[:limit]
    return [
        DeadRow(
            id=row.pk,
            subject=_("Payroll of %(month)s, part %(number)s: %(count)s people")
            % {"month": f"{row.run.month:%m/%Y}", "number": row.number, "count": len(row.people)},
            attempts=row.attempt,
            since=row.lease_until or row.run.started_at,
            error=words_of(row.error),
            code=code_of(row.error),
            link=link("payroll:month") + f"?month={row.run.month:%Y-%m}",
        )
        for row in rows
    ]


@transaction.atomic
def work_again(row_id: UUID, at: datetime, actor: Actor) -> RunShard:
    """A part of a run is done after all. Locks it. Raises `DeadRowNotFound`, `NotDead`."""
    row = dead_for_update(RunShard, row_id, ShardState.FAILED)
    row.state, row.lease_until = ShardState.PENDING, None
    row.save(update_fields=["state", "lease_until"])
    ring("payroll.work_run", current_cooperative().pk, str(row.run_id))
    return row


SLICES = DeadRows(
    "payroll_slice",
    gettext_lazy("Part of a payroll run"),
    RunShard,
    lambda: RunShard.objects.filter(state=ShardState.FAILED).count(),
    _slices,
    work_again,
    None,
    gettext_lazy("Its people would not be paid: repair the cause, then retry."),
)
