"""The way of declarations of work to the social security office and back.

A declaration is a row first; carrying it is three steps (prepare in a scope, call outside of any, record in a
scope), so that no transaction ever waits for the office. The attempt number fences a carrier that came back
late.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit
from core.clock import ZONE
from core.gateway import carry as carry_errand
from core.locks import for_update
from core.models import Cooperative
from core.outbox import publish
from core.tenancy import tenant_scope
from core.types import Actor
from members.disclosure import reveal_national_number
from members.errors import NationalNumberMissing
from payroll.dimona.port import DeclarationRejected, DimonaGateway, GatewayUnavailable
from payroll.dimona.simulator import DimonaSimulator
from payroll.dimona.types import Declaration as Message
from payroll.dimona.types import (
    DimonaCancel,
    DimonaError,
    DimonaIn,
    DimonaUpdate,
    Employer,
    Result,
    ResultCode,
    WorkerType,
    joint_committee_code,
)
from payroll.enums import (
    ACCEPTED_STATES,
    PENDING_STATES,
    QUEUE_STATES,
    ContractType,
    DeclarationKind,
    DeclarationState,
)
from payroll.errors import DeclarationNotQueued, NothingDeclared
from payroll.models import Declaration, EmploymentContract, WorkerFile
from payroll.services.reconciliation import SYSTEM, reconcile_contract

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12


@dataclass(slots=True)
class _Errand:
    """What a carrier takes along: nothing of it is kept. `gateway_id` is there as soon as the office has it,
    whatever happens afterwards.
    """

    attempt: int
    message: Message
    gateway_id: str


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a carrier comes back with."""

    gateway_id: str = ""
    result: Result | None = None
    unavailable: bool = False
    rejected: str = ""


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
    row.handled = True
    row.save(update_fields=["handled"])
    audit.record(actor, "payroll.declaration_retried", row)
    return reconcile_contract(EmploymentContract.objects.get(pk=row.contract_id), at=at)


# --- the way to the office ----------------------------------------------------------------------------------


def carry(cooperative: Cooperative, declaration_id: UUID, *, gateway: DimonaGateway | None = None) -> None:
    """Send one declaration, or fetch the answer of one that was sent. Safe at any frequency.

    Outside of any scope; opens one to prepare and one to record. The same row sent twice (a carrier died in
    between) has the same reference, so the office declares nothing twice. What is neither an answer nor a
    door that stays shut (an answer that nobody can read) is a failure, for people to look at.
    """
    through = gateway or office()
    carry_errand(
        cooperative,
        prepare=lambda: _prepare(declaration_id),
        call=lambda errand: _call(errand, through),
        record=lambda errand, outcome: _record(declaration_id, errand.attempt, outcome),
        fail=lambda errand, error: _fail(declaration_id, errand, error),
    )


def due_declarations(limit: int = 200) -> list[UUID]:
    """Declarations that a carrier should take now, oldest first; in a scope."""
    moment = timezone.now()
    rows = Declaration.objects.filter(state__in=PENDING_STATES, next_attempt_at__lte=moment)
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


def office() -> DimonaGateway:
    """The gateway that the settings name."""
    if settings.DIMONA_GATEWAY != "simulator":
        raise ImproperlyConfigured(f"no DIMONA gateway {settings.DIMONA_GATEWAY!r} is built in")
    return _simulator(Path(settings.SIMULATORS) / "dimona.sqlite3")


def _prepare(declaration_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        Declaration.objects.filter(pk=declaration_id, state__in=PENDING_STATES)
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or (row.lease_until and row.lease_until > moment):
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
    return _Errand(row.attempt, message, row.gateway_id)


def _call(errand: _Errand, gateway: DimonaGateway) -> _Outcome:
    try:
        errand.gateway_id = errand.gateway_id or gateway.submit(errand.message)
        return _Outcome(errand.gateway_id, gateway.poll(errand.gateway_id))
    except GatewayUnavailable:
        return _Outcome(errand.gateway_id, unavailable=True)
    except DeclarationRejected as error:
        return _Outcome(errand.gateway_id, rejected=f"{error.code}: {error}")


def _fail(declaration_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A declaration that cannot be written, or an office that cannot be understood. The words may hold
    personal data: only their kind is kept.
    """
    held = errand or Declaration.objects.get(pk=declaration_id)
    _record(declaration_id, held.attempt, _Outcome(held.gateway_id, rejected=type(error).__name__))


def _record(declaration_id: UUID, attempt: int, outcome: _Outcome) -> None:
    moment = timezone.now()
    contract = EmploymentContract.objects.get(declarations=declaration_id)
    list(for_update(WorkerFile.objects.filter(person_id=contract.person_id)))
    row = for_update(Declaration.objects.filter(pk=declaration_id)).get()
    if row.attempt != attempt or row.state not in PENDING_STATES:
        return
    row.gateway_id = outcome.gateway_id
    row.lease_until = None
    if outcome.rejected:
        row.state, row.error, row.answered_at = DeclarationState.FAILED, outcome.rejected[:300], moment
    elif outcome.unavailable and row.attempt >= MOST_ATTEMPTS:
        row.state, row.error, row.answered_at = DeclarationState.FAILED, "unavailable", moment
    elif outcome.result is None:
        row.next_attempt_at = moment + timedelta(seconds=min(2**row.attempt, 3600))
    else:
        _take_answer(row, outcome.result, moment)
    row.save()
    _draw_consequences(contract, row)


def _take_answer(row: Declaration, result: Result, moment: datetime) -> None:
    row.anomalies = [
        {"code": a.code, "fr": a.description_fr, "nl": a.description_nl} for a in result.anomalies
    ]
    row.answer = json.loads(result.answer) if result.answer else {}
    if result.code is ResultCode.WAITING:
        row.state = DeclarationState.WAITING
        row.next_attempt_at = moment + timedelta(seconds=30)
        return
    row.answered_at = moment
    if result.period_id:
        row.period_id = result.period_id
    if result.code is ResultCode.WARNING:
        row.state = DeclarationState.ACCEPTED_WITH_WARNING
    elif result.is_accepted or (row.kind == DeclarationKind.CANCEL and result.was_already_cancelled):
        row.state = DeclarationState.ACCEPTED
    else:
        row.state = DeclarationState.REFUSED


def _draw_consequences(contract: EmploymentContract, row: Declaration) -> None:
    if row.state in PENDING_STATES:
        return
    if row.state in ACCEPTED_STATES and row.kind == DeclarationKind.CANCEL:
        Declaration.objects.filter(
            contract=contract, part_starts_on=row.part_starts_on, state__in=ACCEPTED_STATES
        ).exclude(pk=row.pk).update(state=DeclarationState.CANCELLED)
    if row.state in QUEUE_STATES:
        publish("declaration.refused", row, contract_id=str(contract.pk))
        return
    reconcile_contract(contract, at=row.declared_at)


def message_of(row: Declaration) -> Message:
    """The declaration as the office reads it. Raises `NationalNumberMissing`, `DimonaError`."""
    contract = EmploymentContract.objects.select_related("person", "entity").get(pk=row.contract_id)
    employer = Employer(contract.entity.nsso_number, contract.entity.enterprise_number)
    number = reveal_national_number(person=contract.person, actor=SYSTEM, purpose="DIMONA")
    at = row.declared_at.astimezone(ZONE)
    student = contract.contract_type == ContractType.STUDENT
    match row.kind:
        case DeclarationKind.IN:
            return DimonaIn(
                row.reference,
                at,
                employer,
                number,
                row.starts_on,
                row.ends_on,
                WorkerType.STUDENT if student else WorkerType.ORDINARY,
                joint_committee_code(contract.joint_committee),
                row.planned_hours,
            )
        case DeclarationKind.UPDATE:
            return DimonaUpdate(
                row.reference,
                at,
                employer,
                row.period_id,
                row.starts_on,
                row.ends_on,
                row.planned_hours,
                number,
            )
        case _:
            return DimonaCancel(row.reference, at, employer, row.period_id, number)
