"""Rows that several services write: history, steps that follow from the form, what a request says."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from core.locks import for_update
from core.tenancy import current_cooperative
from core.types import Actor
from payroll.abroad.enums import (
    SETTLED_STATES,
    STANDING_STATES,
    MissionState,
    RequestState,
    StepKind,
    StepState,
)
from payroll.abroad.models import A1Request, AbroadMission, MissionEvent, MissionStep
from payroll.abroad.rules import planned_steps
from payroll.engine.statutory import figures_of
from payroll.insurance import TRAVEL, policy_number


def note_event(mission: AbroadMission, what: str, actor: Actor, at: datetime, text: str = "") -> None:
    """Write down what happened to a mission."""
    MissionEvent.objects.create(
        mission=mission, what=what, text=text[:300], by_label=actor.label[:120], happened_at=at
    )


def asked_of(mission: AbroadMission) -> dict[str, Any]:
    """What a request for the mission says, without the national number."""
    return {
        "article": mission.article,
        "country": mission.country,
        "parts": [[part.first_day.isoformat(), part.last_day.isoformat()] for part in mission.parts.all()],
        "place": mission.place,
        "receiver": mission.receiver_name,
        "receiver_vat": mission.receiver_vat,
    }


def derive_steps(mission: AbroadMission) -> None:
    """Write the steps that the rules ask for; those that somebody settled stay as they are. Raises
    `NoPayrollEngine`, `NoFigureInForce`.
    """
    figures = figures_of(current_cooperative().country.lower())
    policy = policy_number(TRAVEL, mission.starts_on, mission.ends_on)
    known = {row.kind: row for row in for_update(MissionStep.objects.filter(mission=mission))}
    for plan in planned_steps(mission.country, mission.starts_on, figures, policy=policy):
        row = known.get(plan.kind)
        if row is None:
            MissionStep.objects.create(
                mission=mission,
                kind=plan.kind,
                state=plan.state,
                due_on=plan.due_on,
                rule=plan.rule,
                to_check=plan.to_check,
                number=plan.number[:60],
            )
            continue
        row.due_on, row.rule, row.to_check = plan.due_on, plan.rule, plan.to_check
        if row.kind == StepKind.INSURANCE and not row.done_by_label:
            row.state, row.number = plan.state, plan.number[:60]
        row.save(update_fields=["due_on", "rule", "to_check", "state", "number"])


def withdraw_request(request: A1Request) -> None:
    """Take a request back: one that never left is gone at once, another one is for a carrier to withdraw."""
    gone = request.state == RequestState.DRAFT and not request.attempt
    request.state = RequestState.RETRACTED if gone else RequestState.RETRACTING
    request.save(update_fields=["state"])


def standing_for_update(mission: AbroadMission) -> A1Request | None:
    """The request on which the mission counts, locked."""
    return for_update(A1Request.objects.filter(mission=mission, state__in=STANDING_STATES)).first()


def empty_step(step: MissionStep, state: StepState = StepState.TO_DO) -> None:
    """Put a step back: what proved it no longer does."""
    step.state, step.number, step.note, step.done_by_label = state, "", "", ""
    step.file = step.done_on = None
    step.save(update_fields=["state", "number", "note", "done_by_label", "file", "done_on"])


def keep_request_true(mission: AbroadMission, actor: Actor, at: datetime) -> None:
    """After a change: a request that says something else is withdrawn and its step waits again; a
    certificate that still holds stays. A notice that was made for other days is to be made again.
    """
    request = standing_for_update(mission)
    says = asked_of(mission)
    if request is not None and not _still_true(request, mission, says):
        withdraw_request(request)
        for step in for_update(MissionStep.objects.filter(mission=mission, kind=StepKind.A1)):
            empty_step(step)
        note_event(mission, "a1_withdrawn", actor, at)


def _still_true(request: A1Request, mission: AbroadMission, says: dict[str, Any]) -> bool:
    if request.asked == says:
        return True
    same = {**request.asked, "parts": says["parts"]} == says
    return same and request.covers(mission.starts_on, mission.ends_on)


def undo_notice(mission: AbroadMission) -> None:
    """A notice that the host country holds must be withdrawn there by a person."""
    made = MissionStep.objects.filter(mission=mission, kind=StepKind.NOTICE, state=StepState.DONE).first()
    if made is None:
        return
    MissionStep.objects.get_or_create(
        mission=mission,
        kind=StepKind.WITHDRAWAL,
        defaults={"due_on": made.due_on, "rule": made.rule, "number": made.number},
    )


def is_open(mission: AbroadMission) -> bool:
    """Whether the mission stands."""
    return mission.state != MissionState.CANCELLED


def is_settled(step: MissionStep) -> bool:
    """Whether nothing is left to do for the step."""
    return step.state in SETTLED_STATES
