"""Declarations of work: what should be declared against what is, and the way to the social security office.

A declaration is a row first; carrying it is three steps (prepare in a scope, call outside of any, record in a
scope), so that no transaction ever waits for the office. The attempt number fences a carrier that came back
late.
"""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from functools import cache, partial
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from core import audit
from core.clock import ZONE
from core.locks import for_update
from core.models import Cooperative
from core.money import ZERO
from core.outbox import publish
from core.tenancy import current_cooperative, tenant_scope
from core.types import Actor
from core.uuid7 import uuid7
from members.disclosure import reveal_national_number
from members.errors import NationalNumberMissing
from payroll import plans
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
    own_reference,
    planned_hours,
)
from payroll.enums import (
    ACCEPTED_STATES,
    COUNTED_STATES,
    PENDING_STATES,
    QUEUE_STATES,
    ContractState,
    ContractType,
    DeclarationKind,
    DeclarationState,
)
from payroll.errors import DeclarationNotQueued, NothingDeclared
from payroll.models import ContractMonth, Declaration, EmploymentContract

SYSTEM = Actor.system("dimona")
LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12


@dataclass(frozen=True, slots=True)
class Period:
    """A period of work as it is expected or declared; `hours` for students only."""

    starts_on: date
    ends_on: date
    hours: int | None


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a carrier takes along: nothing of it is kept."""

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


# --- reconciliation -----------------------------------------------------------------------------------------


@transaction.atomic
def reconcile_contract(contract: EmploymentContract, *, at: datetime) -> list[Declaration]:
    """Make the declaration rows that bring what is declared to what should be; nothing when both agree.

    `at` is the moment in the cooperative's clock: it says whether a declaration is late. A row that is on its
    way is left alone until its answer comes (which calls this again); a refused one waits for a person.
    Returns the new rows.
    """
    expected = expected_periods(contract)
    rows = list(for_update(Declaration.objects.filter(contract=contract)))
    made = []
    for part in sorted({*expected, *(row.part_starts_on for row in rows)}):
        row = _reconcile_part(
            contract, part, expected.get(part), [r for r in rows if r.part_starts_on == part], at
        )
        if row is not None:
            made.append(row)
    if made:
        ring(made)
    return made


def expected_periods(contract: EmploymentContract) -> dict[date, Period]:
    """The periods that should stand at the office for a contract, by the start of their part.

    A student's contract has one period per quarter, with its planned hours rounded up.
    """
    if contract.state not in COUNTED_STATES:
        return {}
    if contract.contract_type != ContractType.STUDENT:
        return {contract.starts_on: Period(contract.starts_on, contract.ends_on, None)}
    months = list(ContractMonth.objects.filter(contract=contract))
    periods = {}
    for first, last in plans.quarters(contract.starts_on, contract.ends_on):
        hours = sum((m.hours for m in months if first <= m.first_day <= last), ZERO)
        if hours > 0:
            periods[first] = Period(first, last, planned_hours(Decimal(hours)))
    return periods


def declared_period(rows: list[Declaration]) -> Period | None:
    """What the office knows of one part, from the declarations that it accepted, oldest first."""
    period = None
    for row in rows:
        if row.state not in ACCEPTED_STATES:
            continue
        period = (
            None
            if row.kind == DeclarationKind.CANCEL
            else Period(row.starts_on, row.ends_on, row.planned_hours)
        )
    return period


def _reconcile_part(
    contract: EmploymentContract, part: date, expected: Period | None, rows: list[Declaration], at: datetime
) -> Declaration | None:
    pending = next((row for row in rows if row.state in PENDING_STATES), None)
    if pending is not None:
        if pending.state == DeclarationState.DRAFT and pending.attempt == 0:
            _mend_unsent(pending, expected, declared_period(rows))
        return None
    declared = declared_period(rows)
    if expected == declared:
        return None
    last = rows[-1] if rows else None
    if last is not None and last.state in QUEUE_STATES and not last.handled:
        return None
    if declared is None and expected is not None:
        return _make(contract, DeclarationKind.IN, part, expected, "", at)
    period_id = next(row.period_id for row in reversed(rows) if row.period_id)
    if expected is None:
        assert declared is not None
        return _make(contract, DeclarationKind.CANCEL, part, declared, period_id, at)
    return _make(contract, DeclarationKind.UPDATE, part, expected, period_id, at)


def _mend_unsent(row: Declaration, expected: Period | None, declared: Period | None) -> None:
    """A row that never left follows the contract, or ends when nothing is left to say."""
    wanted = row.kind == DeclarationKind.CANCEL
    if (expected is None) == wanted and expected != declared:
        if expected is not None:
            row.starts_on, row.ends_on, row.planned_hours = (
                expected.starts_on,
                expected.ends_on,
                expected.hours,
            )
            row.save(update_fields=["starts_on", "ends_on", "planned_hours"])
        return
    row.state = DeclarationState.CANCELLED
    row.save(update_fields=["state"])


def _make(
    contract: EmploymentContract,
    kind: DeclarationKind,
    part: date,
    period: Period,
    period_id: str,
    at: datetime,
) -> Declaration:
    key = uuid7()
    return Declaration.objects.create(
        id=key,
        contract=contract,
        kind=kind,
        reference=own_reference(key),
        part_starts_on=part,
        starts_on=period.starts_on,
        ends_on=period.ends_on,
        planned_hours=period.hours,
        period_id=period_id,
        declared_at=at.astimezone(ZONE),
    )


def ring(rows: list[Declaration]) -> None:
    """Wake a carrier for each row once this transaction commits; the sweep finds them anyway."""
    from payroll.tasks import send_declaration

    cooperative_id = current_cooperative().pk
    for row in rows:
        transaction.on_commit(partial(send_declaration.delay, cooperative_id, str(row.pk)), robust=True)


@transaction.atomic
def retry_declaration(*, declaration_id: UUID, at: datetime, actor: Actor) -> list[Declaration]:
    """A person mended the cause of a refusal: declare again what should be declared.

    The refused row stays, marked as handled. Raises `DeclarationNotQueued`.
    """
    row = for_update(Declaration.objects.filter(pk=declaration_id)).first()
    if row is None:
        raise NothingDeclared
    if row.state not in QUEUE_STATES or row.handled:
        raise DeclarationNotQueued(state=DeclarationState(row.state).label)
    row.handled = True
    row.save(update_fields=["handled"])
    audit.record(actor, "payroll.declaration_retried", row)
    contract = EmploymentContract.objects.get(pk=row.contract_id)
    return reconcile_contract(contract, at=at)


# --- the way to the office ----------------------------------------------------------------------------------


def carry(cooperative: Cooperative, declaration_id: UUID, *, gateway: DimonaGateway | None = None) -> None:
    """Send one declaration, or fetch the answer of one that was sent. Safe at any frequency.

    Outside of any scope; opens one to prepare and one to record. The same row sent twice (a carrier died in
    between) has the same reference, so the office declares nothing twice.
    """
    errand = _prepare(cooperative, declaration_id)
    if errand is None:
        return
    outcome = _call(errand, gateway or office())
    _record(cooperative, declaration_id, errand.attempt, outcome)


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


def _prepare(cooperative: Cooperative, declaration_id: UUID) -> _Errand | None:
    moment = timezone.now()
    with tenant_scope(cooperative):
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
    gateway_id = errand.gateway_id
    try:
        gateway_id = gateway_id or gateway.submit(errand.message)
        return _Outcome(gateway_id, gateway.poll(gateway_id))
    except GatewayUnavailable:
        return _Outcome(gateway_id, unavailable=True)
    except DeclarationRejected as error:
        return _Outcome(gateway_id, rejected=f"{error.code}: {error}")


def _record(cooperative: Cooperative, declaration_id: UUID, attempt: int, outcome: _Outcome) -> None:
    moment = timezone.now()
    with tenant_scope(cooperative):
        contract_id = Declaration.objects.values_list("contract_id", flat=True).get(pk=declaration_id)
        contract = for_update(EmploymentContract.objects.filter(pk=contract_id)).get()
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
    rows = list(Declaration.objects.filter(contract=contract))
    expected = expected_periods(contract)
    if contract.state == ContractState.SUBMITTED and all(
        declared_period([r for r in rows if r.part_starts_on == part]) is not None for part in expected
    ):
        contract.state = ContractState.DECLARED
        contract.save(update_fields=["state"])
        audit.record(SYSTEM, "payroll.contract_declared", contract)
        publish("contract.declared", contract)
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
