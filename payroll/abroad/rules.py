"""What work in a country asks for, by the dated table of the cooperative's own country."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from payroll.abroad.enums import StepKind, StepState
from payroll.abroad.types import PlannedStep
from payroll.engine.statutory import Figure, Figures

CONFIRMED = "confirmed"
UNKNOWN = "unknown"
"""Status of a rule that nobody has entered: a person looks it up."""


def planned_steps(country: str, starts_on: date, figures: Figures, *, policy: str) -> list[PlannedStep]:
    """Everything that must be done before work in a country begins, the social security first.

    `policy`: number of the travel insurance in force on the days. Rules are those of the first day. Raises
    `NoFigureInForce`.
    """
    steps = [_social_security(country, starts_on, figures)]
    notice = _notice(country, starts_on, figures)
    if notice is not None:
        steps.append(notice)
    if country not in _countries(figures.on("abroad.free_movement", starts_on)):
        lead = figures.on("abroad.permit_days_before", starts_on)
        steps.append(
            PlannedStep(
                StepKind.PERMIT, _before(starts_on, int(lead.number)), StepState.TO_DO, True, _said(lead)
            )
        )
    state = StepState.DONE if policy else StepState.TO_DO
    steps.append(PlannedStep(StepKind.INSURANCE, _before(starts_on, 1), state, False, {}, policy))
    return steps


def needs_a1(country: str, on: date, figures: Figures) -> bool:
    """Whether an A1 certificate shows there that the worker stays insured at home."""
    groups = (figures.on("abroad.coordination", on), figures.find("abroad.trade_agreement", on))
    return any(country in _countries(group) for group in groups if group is not None)


def _social_security(country: str, starts_on: date, figures: Figures) -> PlannedStep:
    lead = int(figures.on("abroad.a1_days_before", starts_on).number)
    due = _before(starts_on, lead)
    for code in ("abroad.coordination", "abroad.trade_agreement"):
        group = figures.find(code, starts_on)
        if group is not None and country in _countries(group):
            return PlannedStep(StepKind.A1, due, StepState.TO_DO, group.status != CONFIRMED, _said(group))
    conventions = figures.find("abroad.conventions", starts_on)
    if conventions is not None and country in _countries(conventions):
        return PlannedStep(StepKind.CONVENTION, due, StepState.TO_DO, True, _said(conventions))
    return PlannedStep(StepKind.CONTRIBUTIONS, due, StepState.TO_DO, True, {"status": UNKNOWN})


def _notice(country: str, starts_on: date, figures: Figures) -> PlannedStep | None:
    row = figures.find(f"abroad.notice.{country}", starts_on)
    if row is None:
        if country not in _countries(figures.on("abroad.free_movement", starts_on)):
            return None
        return PlannedStep(StepKind.NOTICE, _before(starts_on, 1), StepState.TO_DO, True, {"status": UNKNOWN})
    sure = row.status == CONFIRMED
    nothing = row.value["notice"] == "no" and sure
    state = StepState.NOT_NEEDED if nothing else StepState.TO_DO
    to_check = not sure or row.value["notice"] == "sector"
    due = _before(starts_on, int(row.part("days_before")))
    return PlannedStep(StepKind.NOTICE, due, state, to_check, _said(row))


def _before(day: date, days: int) -> date:
    return day - timedelta(days=days)


def _countries(figure: Figure) -> list[str]:
    found: list[str] = figure.value["countries"]
    return found


def _said(figure: Figure) -> dict[str, Any]:
    """What a row keeps of its rule."""
    value = figure.value if isinstance(figure.value, dict) else {}
    kept = {name: str(value[name]) for name in ("notice", "where", "url", "exemptions") if name in value}
    return {**kept, "source": figure.source, "status": figure.status, "from": figure.valid_from.isoformat()}
