"""The way of declarations of work to the social security office and back.

A declaration is a row first; carrying it is three steps (prepare in a scope, call outside of any, record in a
scope), so that no transaction ever waits for the office. The attempt number fences a carrier that came back
late.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit, doorbell
from core.gateway import carry as carry_errand
from core.locks import for_update
from core.models import Cooperative
from core.tenancy import tenant_scope
from core.types import Actor
from members.errors import NationalNumberMissing
from payroll.dimona.anomalies import consequence_of
from payroll.dimona.client import RestGateway
from payroll.dimona.port import DeclarationRejected, DimonaGateway, GatewayUnavailable
from payroll.dimona.rest import next_poll_after
from payroll.dimona.simulator import DimonaSimulator
from payroll.dimona.types import Declaration as Message
from payroll.dimona.types import DimonaError, DimonaIn, HeldPeriod, Result
from payroll.enums import PENDING_STATES, QUEUE_STATES, DeclarationState
from payroll.errors import DeclarationNotQueued, NoteMissing, NothingDeclared
from payroll.models import OPEN_END, Declaration, DeclarationStop, EmploymentContract, WorkerFile
from payroll.services.declaration_answers import (
    LOOKS_UP,
    MOST_ATTEMPTS,
    NO_MANDATE,
    draw_consequences,
    stop_sending,
    take_answer,
)
from payroll.services.declaration_messages import message_of
from payroll.services.reconciliation import reconcile_contract

LEASE = timedelta(minutes=3)
SOON = timedelta(seconds=30)
"""Questions closer than this are rung for one by one."""

LONGEST_SILENCE = timedelta(hours=24)
"""How long the answer to a declaration that was handed in is asked for while the office cannot be reached."""

AROUND = timedelta(days=400)
"""Periods of a worker are looked up so far around the days of a declaration."""

NOT_MANDATED = frozenset({"403", NO_MANDATE})
"""How the office says at its door that nobody may declare for this employer."""


@dataclass(slots=True)
class _Errand:
    """What a carrier takes along: nothing of it is kept. `gateway_id` is there as soon as the office has it,
    whatever happens afterwards.
    """

    attempt: int
    message: Message
    gateway_id: str
    days: tuple[date, date]
    besides: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a carrier comes back with."""

    gateway_id: str = ""
    result: Result | None = None
    held: Sequence[HeldPeriod] = ()
    unavailable: bool = False
    wait: int = 0
    rejected: str = ""
    code: str = ""


@transaction.atomic
def retry_declaration(*, declaration_id: UUID, at: datetime, actor: Actor) -> list[Declaration]:
    """A person mended the cause of a refusal: declare again what should be declared.

    The refused row stays, marked as handled. Locks: worker file, declaration. Raises `NothingDeclared`,
    `DeclarationNotQueued`.
    """
    person_id = Declaration.objects.filter(pk=declaration_id).values("contract__person_id")
    list(for_update(WorkerFile.objects.filter(person_id__in=person_id)))
    row = for_update(Declaration.objects.filter(pk=declaration_id)).first()
    if row is None:
        raise NothingDeclared
    if row.state not in QUEUE_STATES or row.handled:
        raise DeclarationNotQueued(state=DeclarationState(row.state).label)
    _close(row, actor, at, "")
    audit.record(actor, "payroll.declaration_retried", row)
    return reconcile_contract(EmploymentContract.objects.get(pk=row.contract_id), at=at)


@transaction.atomic
def settle_declaration(*, declaration_id: UUID, note: str, at: datetime, actor: Actor) -> Declaration:
    """A person dealt with it elsewhere (on the office's own website): it leaves the queue, with their note.

    Nothing is declared again because of it: what still differs is found by the nightly comparison. Locks:
    declaration. Raises `NothingDeclared`, `DeclarationNotQueued`, `NoteMissing`.
    """
    if not note.strip():
        raise NoteMissing
    row = for_update(Declaration.objects.filter(pk=declaration_id)).first()
    if row is None:
        raise NothingDeclared
    if row.state not in QUEUE_STATES or row.handled:
        raise DeclarationNotQueued(state=DeclarationState(row.state).label)
    _close(row, actor, at, note)
    audit.record(actor, "payroll.declaration_settled", row, note=row.note)
    return row


@transaction.atomic
def lift_stop(*, stop_id: UUID, at: datetime, actor: Actor) -> DeclarationStop:
    """The cause is mended (a mandate is given): declarations of the employer are sent again.

    A second call changes nothing. Raises `NothingDeclared`.
    """
    stop = for_update(DeclarationStop.objects.filter(pk=stop_id)).first()
    if stop is None:
        raise NothingDeclared
    if stop.lifted_at is None:
        stop.lifted_at, stop.lifted_by = at, actor.label[:120]
        stop.save(update_fields=["lifted_at", "lifted_by"])
        audit.record(actor, "payroll.declarations_resumed", stop, code=stop.code)
        doorbell.ring("payroll.sweep_declarations")
    return stop


def _close(row: Declaration, actor: Actor, at: datetime, note: str) -> None:
    row.handled, row.handled_at = True, at
    row.handled_by, row.note = actor.label[:120], note.strip()[:300]
    row.save(update_fields=["handled", "handled_at", "handled_by", "note"])


# --- the way to the office ----------------------------------------------------------------------------------


def carry(cooperative: Cooperative, declaration_id: UUID, *, gateway: DimonaGateway | None = None) -> None:
    """Send one declaration, or fetch the answer of one that was sent. Safe at any frequency.

    Outside of any scope; opens one to prepare and one to record. A row that may have been sent before (a
    carrier died in between) is looked for at the office first, so nothing is declared twice. What is neither
    an answer nor a door that stays shut (an answer that nobody can read) is a failure, for people to look at.
    """
    through = gateway or office()
    carry_errand(
        cooperative,
        prepare=lambda: _prepare(declaration_id),
        call=lambda errand: _call(errand, through),
        record=lambda errand, outcome: _record(declaration_id, errand.attempt, outcome),
        fail=lambda errand, error: _fail(declaration_id, errand, error),
    )


def next_question(declaration_id: UUID) -> timedelta | None:
    """How long until the office may be asked about a declaration that it has, None if that is not soon: the
    sweep of each minute is good enough then. In a scope.
    """
    at = Declaration.objects.filter(
        pk=declaration_id, state=DeclarationState.SENT, batch=None, sent_at__isnull=False
    ).values_list("next_attempt_at", flat=True)
    wait = next((moment - timezone.now() for moment in at), None)
    return None if wait is None or wait > SOON else max(wait, timedelta(0))


def known_declarations(keys: Iterable[UUID]) -> list[UUID]:
    """Those of the keys that are declarations of the cooperative, oldest first; in a scope."""
    rows = Declaration.objects.filter(pk__in=list(keys))
    return list(rows.order_by("pk").values_list("pk", flat=True))


def due_declarations(limit: int = 200) -> list[UUID]:
    """Declarations that a carrier should take now, oldest first; in a scope."""
    moment = timezone.now()
    stopped = list(DeclarationStop.objects.filter(lifted_at=None).values_list("entity_id", flat=True))
    rows = Declaration.objects.filter(state__in=PENDING_STATES, next_attempt_at__lte=moment, batch=None)
    if stopped:
        rows = rows.exclude(contract__entity_id__in=stopped)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=moment))
    return list(free.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def carry_due(cooperative: Cooperative, *, gateway: DimonaGateway | None = None, limit: int = 200) -> int:
    """Carry everything that is due, in this process; answers how many. For sweeps, commands and stories."""
    with tenant_scope(cooperative):
        keys = due_declarations(limit)
    for key in keys:
        carry(cooperative, key, gateway=gateway)
    return len(keys)


@cache
def _simulator(path: Path) -> DimonaSimulator:
    return DimonaSimulator(path, identity_polls=1)


@cache
def _online(client_id: str, key: Path, simulation: bool) -> RestGateway:
    return RestGateway(client_id, key.read_bytes(), simulation=simulation)


def office() -> DimonaGateway:
    """The gateway that the settings name."""
    match settings.DIMONA_GATEWAY:
        case "simulator":
            return _simulator(Path(settings.SIMULATORS) / "dimona.sqlite3")
        case "rest" | "rest-simulation" as name:
            key = Path(settings.DIMONA_KEY)
            return _online(settings.DIMONA_CLIENT_ID, key, simulation=name == "rest-simulation")
    raise ImproperlyConfigured(f"no DIMONA gateway {settings.DIMONA_GATEWAY!r} is built in")


def _prepare(declaration_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        Declaration.objects.filter(pk=declaration_id, state__in=PENDING_STATES, batch=None)
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or (row.lease_until and row.lease_until > moment):
        return None
    if DeclarationStop.objects.filter(
        lifted_at=None, entity__in=EmploymentContract.objects.filter(pk=row.contract_id).values("entity")
    ).exists():
        return None
    row.attempt += 1
    try:
        message = message_of(row)
    except (DimonaError, NationalNumberMissing) as error:
        row.state = DeclarationState.FAILED
        row.error = str(error)[:300]
        row.answered_at = moment
        row.save(update_fields=["attempt", "state", "error", "answered_at"])
        return None
    row.lease_until = moment + LEASE
    if row.state == DeclarationState.DRAFT:
        row.state = DeclarationState.SENT
    row.save(update_fields=["attempt", "lease_until", "state"])
    return _Errand(row.attempt, message, row.gateway_id, (row.starts_on, row.ends_on), _others(row))


def _others(row: Declaration) -> frozenset[str]:
    """What the office calls the other declarations of the worker: none of them is this one."""
    if row.gateway_id or row.attempt == 1:
        return frozenset()
    person = EmploymentContract.objects.filter(pk=row.contract_id).values("person_id")
    rows = Declaration.objects.filter(contract__person_id__in=person).exclude(gateway_id="")
    return frozenset(rows.exclude(pk=row.pk).values_list("gateway_id", flat=True))


def _call(errand: _Errand, gateway: DimonaGateway) -> _Outcome:
    try:
        if not errand.gateway_id:
            known = gateway.find(errand.message, besides=errand.besides) if errand.attempt > 1 else None
            errand.gateway_id = known or gateway.submit(errand.message)
            if not gateway.answers_at_once:
                return _Outcome(errand.gateway_id)
        result = gateway.poll(errand.gateway_id)
        return _Outcome(errand.gateway_id, result, _held(errand, gateway, result))
    except GatewayUnavailable as error:
        return _Outcome(errand.gateway_id, unavailable=True, wait=error.retry_after)
    except DeclarationRejected as error:
        return _Outcome(errand.gateway_id, rejected=f"{error.code}: {error}", code=error.code)


def _held(errand: _Errand, gateway: DimonaGateway, result: Result | None) -> Sequence[HeldPeriod]:
    """The worker's periods at the office, when the answer cannot be understood without them."""
    if result is None or not result.is_final or result.is_accepted:
        return ()
    if consequence_of(anomaly.code for anomaly in result.anomalies) not in LOOKS_UP:
        return ()
    message, (first, last) = errand.message, errand.days
    found = gateway.periods(
        message.employer,
        first=first - AROUND,
        last=last if last >= OPEN_END - AROUND else last + AROUND,
        national_number=message.national_number,
    )
    if isinstance(message, DimonaIn):
        kind = (message.worker_type.value, message.joint_committee)
        return [period for period in found if (period.worker_type, period.joint_committee) == kind]
    return found


def _fail(declaration_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A declaration that cannot be written, or an office that cannot be understood. The words may hold
    personal data: only their kind is kept.
    """
    held = errand or Declaration.objects.get(pk=declaration_id)
    _record(declaration_id, held.attempt, _Outcome(held.gateway_id, rejected=type(error).__name__))


def _record(declaration_id: UUID, attempt: int, outcome: _Outcome) -> None:
    moment = timezone.now()
    person = EmploymentContract.objects.filter(declarations=declaration_id).values("person_id")
    list(for_update(WorkerFile.objects.filter(person_id__in=person)))
    row = for_update(Declaration.objects.filter(pk=declaration_id)).get()
    contract = EmploymentContract.objects.get(pk=row.contract_id)  # only now: somebody may have cancelled it
    if row.attempt != attempt or row.state not in PENDING_STATES:
        return
    if outcome.gateway_id and not row.gateway_id:
        row.gateway_id, row.sent_at = outcome.gateway_id, moment
    row.lease_until = None
    if outcome.code in NOT_MANDATED:
        stop_sending(contract, row, NO_MANDATE, moment)
    elif outcome.rejected:
        _give_up(row, outcome.rejected, moment)
    elif outcome.unavailable:
        _wait_for_office(row, outcome.wait, moment)
    elif outcome.result is None:
        _ask_again(row, moment)
    else:
        take_answer(contract, row, outcome.result, outcome.held, moment)
    row.save()
    draw_consequences(contract, row)


def _wait_for_office(row: Declaration, asked: int, moment: datetime) -> None:
    """The office cannot be reached: longer each time, or as long as it asks for; given up after a while."""
    silent = row.sent_at is not None and moment - row.sent_at > LONGEST_SILENCE
    if silent or (row.sent_at is None and row.attempt >= MOST_ATTEMPTS):
        _give_up(row, "unavailable", moment)
    else:
        row.next_attempt_at = moment + timedelta(seconds=max(asked, min(2**row.attempt, 3600)))


def _ask_again(row: Declaration, moment: datetime) -> None:
    """The office is at work: as often as it lets itself be asked, and no longer."""
    wait = next_poll_after(moment - (row.sent_at or moment))
    if wait is None:
        _give_up(row, "no_answer", moment)
    else:
        row.next_attempt_at = moment + wait


def _give_up(row: Declaration, error: str, moment: datetime) -> None:
    row.state, row.error, row.answered_at = DeclarationState.FAILED, error[:300], moment
