"""What people note about steps, and the certificate that is read.

Locks: mission, step.
"""

from __future__ import annotations

from datetime import date, datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.files import store_upload
from core.locks import for_update
from core.models import StoredFile
from core.outbox import publish
from core.types import Actor
from members.disclosure import log_access
from members.enums import Disclosed
from payroll.abroad import errors
from payroll.abroad.enums import QUEUE_STATES, SETTLED_STATES, RequestState, StepKind, StepState
from payroll.abroad.models import A1Request, MissionStep
from payroll.abroad.selectors import step_for_update
from payroll.abroad.services.rows import empty_step, is_open, note_event, standing_for_update


@transaction.atomic
def note_done(
    *,
    step_id: UUID,
    on: datetime,
    day: date,
    actor: Actor,
    number: str = "",
    upload: Any = None,
    note: str = "",
) -> MissionStep:
    """A person did it by hand, and this proves it: a number or a file.

    Raises, with nothing kept: `AbroadNotFound`, `MissionCancelled`, `StepSettled` (done, not needed, at the
    office; also on a second call), `EvidenceMissing`, and what `core.uploads` raises of a file.
    """
    step = _waiting(step_id)
    if not number.strip() and not upload:
        raise errors.EvidenceMissing
    step.state = StepState.DONE
    step.number, step.note = number.strip()[:60], note.strip()[:300]
    step.file = store_upload(upload) if upload else None
    step.done_by_label, step.done_on = actor.label[:120], day
    step.save(update_fields=["state", "number", "note", "file", "done_by_label", "done_on"])
    note_event(step.mission, "done", actor, on, f"{StepKind(step.kind).label} {step.number}")
    audit.record(actor, "abroad.step_done", step, kind=step.kind)
    publish("abroad.step_settled", step, mission_id=str(step.mission_id))
    return step


@transaction.atomic
def note_not_needed(*, step_id: UUID, reason: str, on: datetime, day: date, actor: Actor) -> MissionStep:
    """A person looked and says why nothing is to be done. Raises as `note_done`, and `ReasonMissing`."""
    step = _waiting(step_id)
    if not reason.strip():
        raise errors.ReasonMissing
    step.state, step.note = StepState.NOT_NEEDED, reason.strip()[:300]
    step.done_by_label, step.done_on = actor.label[:120], day
    step.save(update_fields=["state", "note", "done_by_label", "done_on"])
    note_event(step.mission, "not_needed", actor, on, f"{StepKind(step.kind).label}: {step.note}")
    audit.record(actor, "abroad.step_not_needed", step, kind=step.kind)
    publish("abroad.step_settled", step, mission_id=str(step.mission_id))
    return step


@transaction.atomic
def reopen_step(*, step_id: UUID, on: datetime, actor: Actor) -> MissionStep:
    """What a person noted was wrong: the step waits again, without its evidence.

    Raises `AbroadNotFound`, `MissionCancelled`, `StepSettled` (it waits already; a certificate of the office
    is withdrawn, not reopened).
    """
    step = step_for_update(step_id)
    if not is_open(step.mission) and step.kind != StepKind.WITHDRAWAL:
        raise errors.MissionCancelled
    by_office = step.kind == StepKind.A1 and standing_for_update(step.mission) is not None
    if step.state not in SETTLED_STATES or by_office:
        raise errors.StepSettled(state=StepState(step.state).label)
    empty_step(step)
    note_event(step.mission, "reopened", actor, on, str(StepKind(step.kind).label))
    audit.record(actor, "abroad.step_reopened", step, kind=step.kind)
    return step


@transaction.atomic
def read_certificate(*, step: MissionStep, at: datetime, actor: Actor, purpose: str) -> StoredFile:
    """The certificate, once the reading by staff is written down; the worker's first reading is kept, so
    that nobody reminds them. Raises `CertificateMissing`, `PurposeMissing`.
    """
    if step.file is None:
        raise errors.CertificateMissing
    log_access(
        person=step.mission.person,
        what=Disclosed.NATIONAL_NUMBER,
        purpose=purpose,
        actor=actor,
        source_id=step.pk,
    )
    if actor.person_id == step.mission.person_id:
        unread = A1Request.objects.filter(
            mission_id=step.mission_id, state=RequestState.GRANTED, fetched_at=None
        )
        for request in for_update(unread):
            request.fetched_at = at
            request.save(update_fields=["fetched_at"])
    found: StoredFile = step.file
    return found


def _waiting(step_id: UUID) -> MissionStep:
    step = step_for_update(step_id)
    if not is_open(step.mission) and step.kind != StepKind.WITHDRAWAL:
        raise errors.MissionCancelled
    if step.state not in QUEUE_STATES:
        raise errors.StepSettled(state=StepState(step.state).label)
    return step
