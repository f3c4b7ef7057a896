"""Attestations handed in and checked, hours worked elsewhere noted."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.files import store_upload
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from members.models import Person
from payroll.engine.statutory import figures_of
from payroll.workers import errors, selectors
from payroll.workers.enums import ArtsLevel, AttestationKind, AttestationState
from payroll.workers.models import Attestation, ElsewhereHours


@transaction.atomic
def hand_in_attestation(
    *,
    person: Person,
    kind: str,
    valid_from: date,
    actor: Actor,
    valid_to: date | None = None,
    level: str = "",
    number: str = "",
    upload: Any = None,
) -> Attestation:
    """Keep a paper of a worker until somebody else checks it; contracts count on it from then on.

    Raises, with nothing kept: `DatesReversed`, `LevelWrong`, and what `core.uploads` raises of a file.
    """
    if valid_to is not None and valid_to < valid_from:
        raise errors.DatesReversed
    if (kind == AttestationKind.WORK_IN_ARTS) != bool(level):
        raise errors.LevelWrong
    row = Attestation.objects.create(
        person=person,
        kind=AttestationKind(kind),
        level=ArtsLevel(level).value if level else "",
        number=number.strip()[:40],
        valid_from=valid_from,
        valid_to=valid_to,
        file=store_upload(upload) if upload else None,
        handed_in_by_label=actor.label[:120],
    )
    audit.record(actor, "workers.attestation_handed_in", row, kind=row.kind)
    publish("attestation.handed_in", row, person_id=str(person.pk))
    return row


def check_attestation(*, attestation_id: UUID, on: date, actor: Actor, answer: str = "") -> Attestation:
    """Somebody other than its holder saw that it is in order: it counts. Raises `WorkerThingNotFound`,
    `OwnFile`, `AttestationDecided` (also on a second call).
    """
    return _decide(attestation_id, AttestationState.CHECKED, on, actor, answer)


def refuse_attestation(*, attestation_id: UUID, on: date, actor: Actor, answer: str) -> Attestation:
    """It is not in order, and the answer says why. Raises as `check_attestation`."""
    return _decide(attestation_id, AttestationState.REFUSED, on, actor, answer)


@transaction.atomic
def _decide(pk: UUID, state: AttestationState, on: date, actor: Actor, answer: str) -> Attestation:
    row = selectors.attestation_for_update(pk)
    if actor.person_id == row.person_id:
        raise errors.OwnFile
    if row.state != AttestationState.HANDED_IN:
        raise errors.AttestationDecided(state=AttestationState(row.state).label)
    row.state = state
    row.decided_by_label, row.decided_on, row.answer = actor.label[:120], on, answer.strip()[:200]
    row.save(update_fields=["state", "decided_by_label", "decided_on", "answer"])
    audit.record(actor, f"workers.attestation_{state}", row, kind=row.kind)
    publish("attestation.decided", row, person_id=str(row.person_id), state=str(state))
    return row


@transaction.atomic
def note_elsewhere(*, person: Person, year: int, hours: Decimal, on: date, actor: Actor) -> ElsewhereHours:
    """Note a student's hours of a year with other employers: contracts from now on count them.

    Raises `HoursOutOfRange`, `NoPayrollEngine`, `NoFigureInForce`.
    """
    figures = figures_of(current_cooperative().country.lower())
    most = figures.on("onss.student_hours_per_year", date(year, 1, 1)).number
    if not 0 <= hours <= most:
        raise errors.HoursOutOfRange(year=year, most=most)
    row = ElsewhereHours.objects.create(
        person=person, year=year, hours=hours, noted_on=on, noted_by_label=actor.label[:120]
    )
    audit.record(actor, "workers.hours_elsewhere_noted", row, year=year, hours=str(hours))
    return row
