"""Making a return: workers are read in the order of their keys, a slice at a time, then the file is written.

The row keeps how far it is; a process that dies loses a slice at most, and the next one goes on there.
"""

from __future__ import annotations

import logging
import tempfile
from datetime import date, datetime
from time import monotonic
from uuid import UUID

from django.db import transaction
from django.db.models import Count
from django.utils import timezone

from core import audit
from core.clock import ZONE
from core.doorbell import ring
from core.errors import DomainError
from core.files import store_stream
from core.gateway import RETRYABLE
from core.locks import for_update
from core.models import Cooperative, StoredFile
from core.outbox import publish
from core.tenancy import current_tenant_id, tenant_scope
from core.types import Actor
from ledger.errors import PersonNeeded
from ledger.models import LegalEntity
from payroll.models import EmploymentContract
from payroll.returns.enums import REMADE, PublicReturnKind, PublicReturnState
from payroll.returns.errors import NobodyPaid, NssoNumberMissing, ReturnStands
from payroll.returns.kinds import KINDS
from payroll.returns.kinds.parts import OTHERS, SLICE
from payroll.returns.models import PublicReturn, ReturnRow
from payroll.returns.periods import ReturnPeriod, due_day
from payroll.returns.selectors import return_for_update

log = logging.getLogger(__name__)

SECONDS = 40
"""How long one task builds before it rings for the next."""

WORK = "returns.work"
SPILL = 1 << 23
"""Bytes of a file that are kept in memory before it goes to the disk."""


@transaction.atomic
def build_return(
    *,
    kind: str,
    entity: LegalEntity,
    period: ReturnPeriod,
    on: date,
    actor: Actor,
    contract: EmploymentContract | None = None,
) -> PublicReturn:
    """Begin a return, or begin it anew when nobody stands for it yet: the workers that it held go, the work
    waits as a row.

    Locks: the return. Raises `ReturnStands` (approved, sent, accepted), `NobodyPaid`, `NssoNumberMissing`,
    `PersonNeeded`, `NoFigureInForce`; then nothing changes.
    """
    if actor.kind != "user" and kind != PublicReturnKind.END:
        raise PersonNeeded
    if kind == PublicReturnKind.DMFA and not entity.nsso_number:
        raise NssoNumberMissing(entity=entity.name)
    row = _row_of(kind, entity, period, on, contract)
    if row.state not in REMADE:
        raise ReturnStands(state=row.get_state_display())
    row.totals = {OTHERS: KINDS[kind].others(row)}
    if not KINDS[kind].people(row, None, 1):
        raise NobodyPaid(entity=entity.name)
    ReturnRow.objects.filter(public_return=row).delete()
    row.state = PublicReturnState.BUILDING
    row.version += 1
    row.cursor = row.file = row.checked_on = row.approved_on = row.sent_on = row.answered_on = None
    row.checked_by = row.approved_by = row.error = row.ticket = ""
    row.checked_by_user = row.approved_by_user = row.lease_until = None
    row.checked_by_person = row.approved_by_person = None
    row.workers = row.attempt = 0
    row.problems, row.notes, row.answer = [], [], {}
    row.built_on = on
    row.built_by = actor.label[:120]
    row.built_by_user = actor.user_id
    row.built_by_person = actor.person_id
    row.save()
    audit.record(actor, "returns.built", row, kind=row.kind, version=row.version)
    ring(WORK, current_tenant_id(), str(row.pk))
    return row


def work_return(cooperative: Cooperative, return_id: UUID) -> bool:
    """Do slices for less than a minute, outside of any scope; True when more is left. Safe at any frequency:
    each slice locks the row, and begins where the last committed one ended. What would fail again each time
    stands on the row, in the queue of people.
    """
    started = monotonic()
    try:
        while monotonic() - started < SECONDS:
            with tenant_scope(cooperative):
                if not build_slice(return_id=return_id):
                    finish_building(return_id=return_id)
                    return False
    except RETRYABLE:
        raise
    except Exception as error:  # noqa: BLE001 - the row says it; nobody else would
        log.exception("return %s cannot be made", return_id)
        with tenant_scope(cooperative):
            give_up(return_id=return_id, error=error)
        return False
    return True


@transaction.atomic
def give_up(*, return_id: UUID, error: Exception) -> None:
    """Keep why a return cannot be made; somebody mends the cause and makes it again. Locks: the return."""
    row = return_for_update(return_id)
    if row.state == PublicReturnState.BUILDING:
        row.state = PublicReturnState.FAILED
        words = error.detail if isinstance(error, DomainError) else type(error).__name__
        row.error = str(words)[:300]
        row.save(update_fields=["state", "error"])


@transaction.atomic
def build_slice(*, return_id: UUID, limit: int = SLICE) -> bool:
    """Read and keep the next workers; False when none is left or the return is not being made."""
    row = for_update(PublicReturn.objects.filter(pk=return_id)).select_related("entity").first()
    if row is None or row.state != PublicReturnState.BUILDING:
        return False
    kind = KINDS[row.kind]
    people = kind.people(row, row.cursor, limit)
    if not people:
        return False
    drafts = kind.rows(row, people)
    made = ReturnRow.objects.bulk_create(
        ReturnRow(
            public_return=row,
            version=row.version,
            person_id=draft.person_id,
            data=draft.data,
            declared=draft.declared,
            booked=draft.booked,
            problem=draft.problem,
        )
        for draft in drafts
    )
    row.cursor = people[-1]
    row.workers += len(made)
    row.save(update_fields=["cursor", "workers"])
    return True


@transaction.atomic
def finish_building(*, return_id: UUID) -> PublicReturn | None:
    """Count the totals and write the file, once every worker is there; None when it is not being made.

    Locks: the return. The same rows give the same file, but for the moment that it names.
    """
    row = for_update(PublicReturn.objects.filter(pk=return_id)).select_related("entity").first()
    if row is None or row.state != PublicReturnState.BUILDING:
        return None
    outcome = KINDS[row.kind].conclude(row)
    row.totals, row.notes = outcome.totals, outcome.notes
    counts = ReturnRow.objects.filter(public_return=row).exclude(problem="").order_by().values("problem")
    row.problems = [{"code": code, "workers": 0} for code in outcome.problems] + [
        {"code": found["problem"], "workers": found["many"]} for found in counts.annotate(many=Count("pk"))
    ]
    row.file = None if outcome.problems else _write(row)
    row.state = PublicReturnState.DRAFT
    row.save()
    publish("public_return.built", row)
    return row


def moment_of(row: PublicReturn) -> datetime:
    """The moment that the file names: noon of the day of making, so that a repeat gives the same bytes."""
    return datetime(row.built_on.year, row.built_on.month, row.built_on.day, 12, tzinfo=ZONE)


def _write(row: PublicReturn) -> StoredFile | None:
    write = KINDS[row.kind].write
    if write is None:
        return None
    period = ReturnPeriod(row.first, row.last).code.replace("/", "_")
    name = f"{row.entity.code}-{row.kind}-{period}.xml"
    with tempfile.SpooledTemporaryFile(max_size=SPILL) as target:
        write(row, target, moment_of(row))
        return store_stream(target, name=name, content_type="application/xml")


def _row_of(
    kind: str, entity: LegalEntity, period: ReturnPeriod, on: date, contract: EmploymentContract | None
) -> PublicReturn:
    row, _created = PublicReturn.objects.get_or_create(
        kind=kind,
        entity=entity,
        first=period.first,
        contract=contract,
        defaults={
            "last": period.last,
            "due_on": due_day(kind, period.last, entity.country),
            "built_on": on,
            "version": 0,
            "created_at": timezone.now(),
        },
    )
    return return_for_update(row.pk)
