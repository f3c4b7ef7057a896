"""Accidents: reported, declared to the insurer, closed."""

from __future__ import annotations

from datetime import date, time
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.files import store_upload
from core.outbox import publish
from core.types import Actor
from members.models import Person
from payroll.workers import errors, selectors
from payroll.workers.enums import AccidentKind, AccidentState
from payroll.workers.models import WorkAccident


@transaction.atomic
def report_accident(
    *,
    person: Person,
    kind: str,
    happened_on: date,
    place: str,
    text: str,
    on: date,
    actor: Actor,
    happened_at: time | None = None,
    days_lost: int = 0,
    upload: Any = None,
) -> WorkAccident:
    """Keep what happened, for the employer of that day's contract; it is to be declared within eight days.

    Raises, with nothing kept: `AccidentInFuture`, `NoWorkOnThatDay`, and what `core.uploads` raises.
    """
    if happened_on > on:
        raise errors.AccidentInFuture
    contract = selectors.contract_on(person, happened_on)
    if contract is None:
        raise errors.NoWorkOnThatDay(name=str(person), day=f"{happened_on:%d/%m/%Y}")
    row = WorkAccident.objects.create(
        person=person,
        contract=contract,
        entity_id=contract.entity_id,
        kind=AccidentKind(kind),
        happened_on=happened_on,
        happened_at=happened_at,
        place=place.strip()[:120],
        text=text.strip()[:1000],
        days_lost=days_lost,
        file=store_upload(upload) if upload else None,
        reported_on=on,
        reported_by_label=actor.label[:120],
    )
    audit.record(actor, "workers.accident_reported", row, day=happened_on.isoformat())
    publish("accident.reported", row, person_id=str(person.pk))
    return row


@transaction.atomic
def declare_accident(
    *, accident_id: UUID, on: date, insurer_reference: str, days_lost: int, actor: Actor
) -> WorkAccident:
    """Note that the insurer has the declaration; said again while open it renews reference and lost days.

    Raises `WorkerThingNotFound`, `OwnFile`, `AccidentNotOpen`.
    """
    row = _held(accident_id, actor)
    if row.state == AccidentState.CLOSED:
        raise errors.AccidentNotOpen(state=AccidentState(row.state).label)
    row.state = AccidentState.DECLARED
    row.declared_on = row.declared_on or on
    row.insurer_reference, row.days_lost = insurer_reference.strip()[:40], days_lost
    row.save(update_fields=["state", "declared_on", "insurer_reference", "days_lost"])
    audit.record(actor, "workers.accident_declared", row, days_lost=days_lost)
    return row


@transaction.atomic
def close_accident(*, accident_id: UUID, on: date, days_lost: int, actor: Actor) -> WorkAccident:
    """The worker is back and the insurer has paid: the lost days are final.

    Raises `WorkerThingNotFound`, `OwnFile`, `AccidentNotOpen` (not declared, or closed before).
    """
    row = _held(accident_id, actor)
    if row.state != AccidentState.DECLARED:
        raise errors.AccidentNotOpen(state=AccidentState(row.state).label)
    row.state, row.closed_on, row.days_lost = AccidentState.CLOSED, on, days_lost
    row.save(update_fields=["state", "closed_on", "days_lost"])
    audit.record(actor, "workers.accident_closed", row, days_lost=days_lost)
    return row


def _held(accident_id: UUID, actor: Actor) -> WorkAccident:
    row = selectors.accident_for_update(accident_id)
    if actor.person_id == row.person_id:
        raise errors.OwnFile
    return row
