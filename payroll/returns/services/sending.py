"""The way of a return to its body and back.

Sending is a row first; carrying it is three steps (prepare in a scope, call outside of any, record in a
scope), so that no transaction waits for the body; the attempt fences a carrier that came back late.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from core import audit, clock
from core.doorbell import ring
from core.files import read_file
from core.gateway import carry as carry_errand
from core.models import Cooperative
from core.outbox import publish
from core.tenancy import current_tenant_id, tenant_scope
from core.types import Actor
from payroll.returns.enums import BODIES, STANDING, Body, PublicReturnKind, PublicReturnState
from payroll.returns.errors import ReturnFileMissing, ReturnNotReady
from payroll.returns.gateway.port import BodyAnswer, BodyUnavailable, Parcel, ReturnsGateway
from payroll.returns.gateway.simulator import ReturnsSimulator
from payroll.returns.models import PublicReturn, ReturnRow, WorkerPaper
from payroll.returns.selectors import return_for_update

LEASE = timedelta(minutes=3)
PAUSE = timedelta(minutes=1)
MOST_ATTEMPTS = 12
CARRY = "returns.carry"
WITH_PAPERS = (PublicReturnKind.TAX_SLIPS, PublicReturnKind.ACCOUNTS)
"""Kinds whose workers get a paper once somebody stands for them."""
OFFICE = Actor.system("public body")


@transaction.atomic
def send_return(*, return_id: UUID, on: date, actor: Actor) -> PublicReturn:
    """Send an approved return on its way. Individual accounts go to workers, not to a body.

    Locks: the return. Raises `ReturnNotReady` (also on a second call), `ReturnFileMissing`.
    """
    row = return_for_update(return_id)
    if row.state != PublicReturnState.APPROVED or BODIES[row.kind] == Body.NOBODY:  # type: ignore[index]
        raise ReturnNotReady(state=row.get_state_display())
    return _sent(row, on, actor)


@transaction.atomic
def retry_return(*, return_id: UUID, on: date, actor: Actor) -> PublicReturn:
    """Send again what did not arrive: the same file, so the body takes it once. Locks: the return. Raises
    `ReturnNotReady` unless it failed.
    """
    row = return_for_update(return_id)
    if row.state != PublicReturnState.FAILED:
        raise ReturnNotReady(state=row.get_state_display())
    return _sent(row, on, actor)


def _sent(row: PublicReturn, on: date, actor: Actor) -> PublicReturn:
    if row.file is None:
        raise ReturnFileMissing
    row.state = PublicReturnState.SENT
    row.sent_on = row.sent_on or on
    row.lease_until, row.error = None, ""
    row.attempt = 0
    row.save()
    audit.record(actor, "returns.sent", row, sha256=row.file.sha256)
    ring(CARRY, current_tenant_id(), str(row.pk))
    return row


# --- the way to the body ------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Errand:
    attempt: int
    ticket: str
    parcel: Parcel


@dataclass(frozen=True, slots=True)
class _Outcome:
    ticket: str
    answer: BodyAnswer | None


def gateway() -> ReturnsGateway:
    """The door that the settings name."""
    if settings.RETURNS_GATEWAY != "simulator":
        raise ImproperlyConfigured(f"no gateway of returns {settings.RETURNS_GATEWAY!r} is built in")
    return _simulator(Path(settings.SIMULATORS) / "returns.sqlite3")


@cache
def _simulator(path: Path) -> ReturnsSimulator:
    return ReturnsSimulator(path)


def waiting_returns(limit: int = 50) -> list[UUID]:
    """What waits for a carrier, oldest first; in a scope."""
    rows = PublicReturn.objects.filter(state=PublicReturnState.SENT)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=timezone.now()))
    return list(free.order_by("pk").values_list("pk", flat=True)[:limit])


def waiting() -> tuple[list[UUID], list[UUID], list[UUID]]:
    """Returns that are being made, that wait for a carrier, and whose workers have no paper yet; in a
    scope.
    """
    building = PublicReturn.objects.filter(state=PublicReturnState.BUILDING).order_by("pk")
    made = WorkerPaper.objects.filter(public_return=OuterRef("public_return"), person=OuterRef("person"))
    left = ReturnRow.objects.filter(
        public_return__state__in=STANDING, public_return__kind__in=WITH_PAPERS
    ).filter(~Exists(made))
    return (
        list(building.values_list("pk", flat=True)[:50]),
        waiting_returns(),
        list(left.order_by().values_list("public_return_id", flat=True).distinct()[:50]),
    )


def carry(cooperative: Cooperative, return_id: UUID, *, through: ReturnsGateway | None = None) -> None:
    """Send one file, or ask for its answer, and keep what came. Safe at any frequency; outside of any
    scope.
    """
    body = through or gateway()
    carry_errand(
        cooperative,
        prepare=lambda: _take(return_id),
        call=lambda errand: _call(errand, body),
        record=lambda errand, outcome: _record(return_id, errand.attempt, outcome),
        fail=lambda errand, error: _fail(return_id, errand, error),
    )


def carry_due(cooperative: Cooperative, *, through: ReturnsGateway | None = None) -> int:
    """Carry everything that waits, in this process; answers how many. For sweeps, commands and stories."""
    with tenant_scope(cooperative):
        keys = waiting_returns()
    for key in keys:
        carry(cooperative, key, through=through)
    return len(keys)


def _take(return_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        PublicReturn.objects.filter(pk=return_id, state=PublicReturnState.SENT)
        .select_related("file")
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or row.file is None or row.sent_on is None:
        return None
    if row.lease_until and row.lease_until > moment:
        return None
    row.attempt += 1
    row.lease_until = moment + LEASE
    row.save(update_fields=["attempt", "lease_until"])
    parcel = Parcel(f"{row.pk}-{row.version}", row.kind, row.last, row.sent_on, read_file(row.file))
    return _Errand(row.attempt, row.ticket, parcel)


def _call(errand: _Errand, body: ReturnsGateway) -> _Outcome | None:
    try:
        ticket = errand.ticket or body.submit(errand.parcel)
        return _Outcome(ticket, body.poll(ticket))
    except BodyUnavailable:
        return None


@transaction.atomic
def _record(return_id: UUID, attempt: int, outcome: _Outcome | None) -> None:
    """Keep receipt and answer; a body that is shut or still reads is asked again after a pause."""
    row = return_for_update(return_id)
    if row.attempt != attempt or row.state != PublicReturnState.SENT:
        return
    if outcome is not None:
        row.ticket = outcome.ticket[:60]
    if outcome is None or outcome.answer is None:
        if row.attempt >= MOST_ATTEMPTS:
            row.state, row.error = PublicReturnState.FAILED, "unavailable"
        row.lease_until = timezone.now() + PAUSE
        row.save()
        return
    answer = outcome.answer
    row.state = PublicReturnState.ACCEPTED if answer.accepted else PublicReturnState.REFUSED
    row.answer = {"receipt": answer.receipt, "remarks": list(answer.remarks)}
    row.answered_on = clock.today()
    row.lease_until = None
    row.save()
    audit.record(OFFICE, f"returns.{row.state}", row, ticket=row.ticket)
    publish(f"public_return.{row.state}", row)


@transaction.atomic
def _fail(return_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A file that is gone, or an answer that nobody can read: people see it in the queue."""
    row = return_for_update(return_id)
    if row.state == PublicReturnState.SENT and (errand is None or errand.attempt == row.attempt):
        row.state = PublicReturnState.FAILED
        row.error = f"{type(error).__name__}"[:300]
        row.lease_until = None
        row.save()
