"""Requests for A1 certificates: the way to the office and back.

A request is a row first; carrying it is three steps (prepare in a scope, call outside of any, record in a
scope), so that no transaction waits for the office. The attempt number fences a carrier that came back late;
our own reference lets the office recognise what it was told before.

Locks: mission, request, step.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from pathlib import Path
from uuid import UUID

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from django.db.models import Q
from django.utils import timezone, translation

from core import audit, clock
from core.doorbell import ring
from core.errors import DomainError
from core.files import store_file
from core.gateway import carry as carry_errand
from core.locks import for_update
from core.models import Cooperative
from core.outbox import publish
from core.tenancy import current_tenant_id, tenant_scope
from core.types import Actor
from core.uuid7 import uuid7
from members.disclosure import reveal_national_number
from members.models import Person
from members.notices.services import notify
from payroll.abroad import errors
from payroll.abroad.countries import country_name
from payroll.abroad.enums import MOVING_STATES, QUEUE_STATES, MissionState, RequestState, StepKind, StepState
from payroll.abroad.models import A1Request, AbroadMission, MissionStep
from payroll.abroad.office.port import A1Office, Application, OfficeAnswer, OfficeUnavailable
from payroll.abroad.office.simulator import A1Simulator
from payroll.abroad.selectors import mission_for_update, step_for_update
from payroll.abroad.services.rows import (
    asked_of,
    empty_step,
    note_event,
    standing_for_update,
    withdraw_request,
)
from payroll.engine.statutory import figures_of
from payroll.enums import COUNTED_STATES
from payroll.models import EmploymentContract

LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 12
LONGEST_PAUSE = 3600
"""Seconds between two attempts, at most."""

CARRY = "abroad.carry"
OFFICE = Actor.system("A1")
NOTICE = "abroad_certificate"


@transaction.atomic
def ask_a1(*, step_id: UUID, on: datetime, day: date, actor: Actor) -> A1Request:
    """Send the request for the certificate of a mission on its way; `day` is the day of asking.

    One that was refused or not delivered stays as it is, this one is new. Locks: mission, step. Raises, with
    nothing written: `AbroadNotFound`, `NoOfficeForStep`, `NoOfficeHere`, `MissionCancelled`,
    `FormIncomplete`, `ContractNotSubmitted`, `StepSettled` (also on a second call).
    """
    step = step_for_update(step_id)
    mission = step.mission
    if step.kind != StepKind.A1:
        raise errors.NoOfficeForStep
    if office() is None:
        raise errors.NoOfficeHere
    if mission.state == MissionState.CANCELLED:
        raise errors.MissionCancelled
    if mission.state != MissionState.DECLARED:
        raise errors.FormIncomplete
    if not EmploymentContract.objects.filter(pk=mission.contract_id, state__in=COUNTED_STATES).exists():
        raise errors.ContractNotSubmitted
    if step.state not in QUEUE_STATES:
        raise errors.StepSettled(state=StepState(step.state).label)
    key = uuid7()
    request = A1Request.objects.create(
        id=key,
        mission=mission,
        reference=f"A1-{key.hex}",
        asked=asked_of(mission),
        asked_on=day,
        asked_by_label=actor.label[:120],
    )
    step.state = StepState.SENT
    step.save(update_fields=["state"])
    note_event(mission, "a1_asked", actor, on)
    audit.record(actor, "abroad.a1_asked", request, mission=str(mission.pk))
    ring(CARRY, current_tenant_id(), str(request.pk))
    return request


@transaction.atomic
def retract_a1(*, mission_id: UUID, on: datetime, actor: Actor, reason: str = "") -> A1Request:
    """Take the request of a mission back, granted or not; its step waits again. Locks: mission, request,
    step. Raises `AbroadNotFound`, `NothingToRetract` (also on a second call).
    """
    mission = mission_for_update(mission_id)
    request = standing_for_update(mission)
    if request is None:
        raise errors.NothingToRetract
    withdraw_request(request)
    for step in for_update(MissionStep.objects.filter(mission=mission, kind=StepKind.A1)):
        empty_step(step)
    note_event(mission, "a1_withdrawn", actor, on, reason)
    audit.record(actor, "abroad.a1_withdrawn", request, reason=reason[:200])
    ring(CARRY, current_tenant_id(), str(request.pk))
    return request


# --- the way to the office ----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class _Errand:
    """What a carrier takes along; without an application it withdraws."""

    attempt: int
    reference: str
    ticket: str
    application: Application | None


@dataclass(frozen=True, slots=True)
class _Outcome:
    """What a carrier comes back with."""

    ticket: str = ""
    answer: OfficeAnswer | None = None
    withdrawn: bool = False
    unavailable: bool = False


def office() -> A1Office | None:
    """The door that the settings name; None where people ask for certificates on the office's own site."""
    match settings.A1_OFFICE:
        case "simulator":
            return _simulator(Path(settings.SIMULATORS) / "a1.sqlite3")
        case "by_hand":
            return None
    raise ImproperlyConfigured(f"no office of A1 certificates {settings.A1_OFFICE!r} is built in")


@cache
def _simulator(path: Path) -> A1Simulator:
    figures = figures_of("be")
    groups = [
        figure for figure in figures if figure.code in ("abroad.coordination", "abroad.trade_agreement")
    ]
    return A1Simulator(path, countries=[code for figure in groups for code in figure.value["countries"]])


def due_requests(limit: int = 50) -> list[UUID]:
    """Requests that a carrier should take now, oldest first; in a scope."""
    moment = timezone.now()
    rows = A1Request.objects.filter(state__in=MOVING_STATES, next_attempt_at__lte=moment)
    free = rows.filter(Q(lease_until=None) | Q(lease_until__lt=moment))
    return list(free.order_by("next_attempt_at", "pk").values_list("pk", flat=True)[:limit])


def carry(cooperative: Cooperative, request_id: UUID, *, through: A1Office | None = None) -> None:
    """Send or withdraw one request, or ask for its answer, and keep what came. Safe at any frequency;
    outside of any scope.
    """
    body = through or office()
    if body is None:
        return
    carry_errand(
        cooperative,
        prepare=lambda: _take(request_id),
        call=lambda errand: _call(errand, body),
        record=lambda errand, outcome: _record(request_id, errand, outcome),
        fail=lambda errand, error: _fail(request_id, errand, error),
    )


def carry_due(cooperative: Cooperative, *, through: A1Office | None = None) -> int:
    """Carry everything that is due, in this process; answers how many. For sweeps, commands and stories."""
    with tenant_scope(cooperative):
        keys = due_requests()
    for key in keys:
        carry(cooperative, key, through=through)
    return len(keys)


def _take(request_id: UUID) -> _Errand | None:
    moment = timezone.now()
    row = (
        A1Request.objects.filter(pk=request_id, state__in=MOVING_STATES)
        .select_for_update(skip_locked=True, of=("self",))
        .first()
    )
    if row is None or (row.lease_until and row.lease_until > moment):
        return None
    application = None if row.state == RequestState.RETRACTING else _application(row)
    row.attempt += 1
    row.lease_until = moment + LEASE
    if row.state == RequestState.DRAFT:
        row.state = RequestState.SENT
    row.save(update_fields=["attempt", "lease_until", "state"])
    return _Errand(row.attempt, row.reference, row.ticket, application)


def _application(row: A1Request) -> Application:
    """The request as the office reads it. Raises `NationalNumberMissing`."""
    mission = AbroadMission.objects.select_related("person", "entity").get(pk=row.mission_id)
    asked = row.asked
    return Application(
        reference=row.reference,
        employer=mission.entity.enterprise_number,
        national_number=reveal_national_number(person=mission.person, actor=OFFICE, purpose="A1"),
        worker=str(mission.person),
        article=asked["article"],
        country=asked["country"],
        parts=tuple((date.fromisoformat(a), date.fromisoformat(b)) for a, b in asked["parts"]),
        place=asked["place"],
        receiver=asked["receiver"],
        receiver_vat=asked["receiver_vat"],
        asked_on=row.asked_on,
    )


def _call(errand: _Errand, body: A1Office) -> _Outcome:
    ticket = errand.ticket
    try:
        if errand.application is None:
            body.retract(errand.reference)
            return _Outcome(ticket, withdrawn=True)
        ticket = ticket or body.submit(errand.application)
        return _Outcome(ticket, body.poll(ticket))
    except OfficeUnavailable:
        return _Outcome(ticket, unavailable=True)


@transaction.atomic
def _record(request_id: UUID, errand: _Errand, outcome: _Outcome) -> None:
    """Keep what came. A carrier whose lease was given to another one keeps nothing; one that came back with
    an answer to what is withdrawn meanwhile keeps the ticket alone.
    """
    moment = timezone.now()
    mission_id = A1Request.objects.values_list("mission_id", flat=True).get(pk=request_id)
    mission = mission_for_update(mission_id)
    row = for_update(A1Request.objects.filter(pk=request_id)).get()
    if row.attempt != errand.attempt or row.state not in MOVING_STATES:
        return
    row.ticket, row.lease_until = outcome.ticket[:60], None
    if outcome.withdrawn:
        row.state, row.answered_at = RequestState.RETRACTED, moment
        audit.record(OFFICE, "abroad.a1_retracted", row)
    elif row.state == RequestState.RETRACTING:
        row.next_attempt_at = moment
    elif outcome.answer is not None:
        _take_answer(mission, row, outcome.answer, moment)
    elif outcome.unavailable and row.attempt >= MOST_ATTEMPTS:
        _give_up(mission, row, "unavailable", moment)
    else:
        row.next_attempt_at = moment + timedelta(seconds=min(2**row.attempt, LONGEST_PAUSE))
    row.save()


def _take_answer(mission: AbroadMission, row: A1Request, answer: OfficeAnswer, moment: datetime) -> None:
    row.answered_at = moment
    row.code, row.answer = answer.code[:40], answer.text[:300]
    step = for_update(MissionStep.objects.filter(mission=mission, kind=StepKind.A1)).get()
    if answer.granted:
        row.state = RequestState.GRANTED
        row.certificate_number = answer.number[:40]
        row.valid_from, row.valid_to = answer.valid_from, answer.valid_to
        row.file = store_file(answer.document, name=f"A1-{answer.number}.pdf", content_type="application/pdf")
        step.state, step.number, step.file = StepState.DONE, row.certificate_number, row.file
        step.done_by_label, step.done_on = OFFICE.label, row.asked_on
        _tell_worker(mission, row)
    else:
        row.state = RequestState.REFUSED
        step.state = StepState.REFUSED
    step.note = row.answer
    step.save(update_fields=["state", "number", "file", "note", "done_by_label", "done_on"])
    note_event(mission, f"a1_{row.state}", OFFICE, clock.now(), row.answer or row.certificate_number)
    audit.record(OFFICE, f"abroad.a1_{row.state}", row, code=row.code)
    publish("abroad.a1_answered", row, mission_id=str(mission.pk), state=str(row.state))


def _tell_worker(mission: AbroadMission, row: A1Request) -> None:
    person = Person.objects.select_related("user").get(pk=mission.person_id)
    contract = EmploymentContract.objects.get(pk=mission.contract_id)
    with translation.override(person.language):
        country = country_name(mission.country)
    notify(person=person, kind=NOTICE, cause=row.pk, work=contract.description, country=country)


def _give_up(mission: AbroadMission, row: A1Request, error: str, moment: datetime) -> None:
    row.state = RequestState.FAILED
    row.code, row.answered_at = error[:40], moment
    for step in for_update(MissionStep.objects.filter(mission=mission, kind=StepKind.A1)):
        step.state, step.note = StepState.FAILED, error[:300]
        step.save(update_fields=["state", "note"])
    note_event(mission, "a1_failed", OFFICE, clock.now(), error)
    audit.record(OFFICE, "abroad.a1_failed", row, code=row.code)


@transaction.atomic
def _fail(request_id: UUID, errand: _Errand | None, error: Exception) -> None:
    """A request that cannot be written, or an answer that nobody can read: people see it in the queue. The
    words may hold personal data, only their kind is kept.
    """
    mission_id = A1Request.objects.values_list("mission_id", flat=True).get(pk=request_id)
    mission = mission_for_update(mission_id)
    row = for_update(A1Request.objects.filter(pk=request_id)).get()
    if row.state not in MOVING_STATES or (errand is not None and errand.attempt != row.attempt):
        return
    row.lease_until = None
    code = error.code if isinstance(error, DomainError) else type(error).__name__
    if row.state == RequestState.RETRACTING:
        row.code = code[:40]
        row.next_attempt_at = timezone.now() + timedelta(seconds=LONGEST_PAUSE)
    else:
        _give_up(mission, row, code, timezone.now())
    row.save()
