"""Closing a month, with its list gone through."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any

from django.db import transaction

from core.types import Actor
from ledger.closing import closing_points
from ledger.errors import MonthNotReady, PersonNeeded
from ledger.models import LegalEntity, Period
from ledger.services.registers import close_period


@transaction.atomic
def close_month(
    *,
    entity: LegalEntity,
    year: int,
    month: int,
    today: date,
    explanations: Mapping[str, str],
    actor: Actor,
) -> Period:
    """Close a month for ever, once each point of its list is met or, where that is allowed, explained.

    Waits for postings under way; what was found and explained is kept with the month. Raises `PersonNeeded`
    for a program, `MonthNotReady` naming what is left; then nothing is written. A second call changes
    nothing.
    """
    if actor.kind != "user":
        raise PersonNeeded

    def go_through() -> list[dict[str, Any]]:
        points = closing_points(entity, year, month, today=today)
        said = {key: text.strip()[:300] for key, text in explanations.items() if text.strip()}
        left = [p for p in points if not p.met and not (p.explainable and p.key in said)]
        if left:
            labels = "; ".join(str(point.label) for point in left)
            raise MonthNotReady(month=f"{year}-{month:02}", points=labels)
        return [
            {
                "key": point.key,
                "label": str(point.label),
                "met": point.met,
                "detail": str(point.detail),
                "explanation": "" if point.met else said[point.key],
            }
            for point in points
        ]

    return close_period(entity=entity, year=year, month=month, actor=actor, checklist=go_through)
