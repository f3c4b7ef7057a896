"""Work abroad in the stories of payroll."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from tests.payroll.conftest import at


@pytest.fixture
def terms() -> Callable[..., Any]:
    """A form: two days on a stage in Lille in November 2026, unless said otherwise."""
    from payroll.abroad.types import MissionTerms

    def make(*days: tuple[int, int], **changes: Any) -> MissionTerms:
        given: dict[str, Any] = {
            "country": "FR",
            "parts": tuple((date(2026, 11, a), date(2026, 11, b)) for a, b in days or ((4, 5),)),
            "place": "Le Grand Sud, 50 rue de l'Europe, 59000 Lille",
            "receiver_name": "Ville de Lille",
            "activity_kind": "performance",
            "receiver_vat": "FR40303265045",
        } | changes
        return MissionTerms(**given)

    return make


@pytest.fixture
def declare(world: Any, terms: Any) -> Callable[..., Any]:
    """The worker fills and confirms the form of a contract on 2 November 2026."""
    from payroll.abroad.services import declare_mission

    def do(contract: Any, *days: tuple[int, int], stated: bool = True, by: Any = None, **changes: Any) -> Any:
        return declare_mission(
            contract_id=contract.pk,
            terms=terms(*days, **changes),
            on=at(2026, 11, 2),
            actor=by or world.member,
            stated=stated,
        )

    return do


@pytest.fixture
def a1_office(tmp_path: Path) -> Any:
    """An office of certificates of one test, that answers the second time it is asked."""
    from payroll.abroad.office.simulator import A1Simulator

    return A1Simulator(tmp_path / "a1.sqlite3", countries=["FR", "DE", "NL", "GB"])


@pytest.fixture
def ask(world: Any) -> Callable[..., Any]:
    """Payroll sends the request of a mission."""
    from payroll.abroad.services import ask_a1

    def do(mission: Any, day: int = 2) -> Any:
        step = mission.steps.get(kind="a1")
        return ask_a1(
            step_id=step.pk, on=at(2026, 11, day), day=date(2026, 11, day), actor=world.actor(world.clerk)
        )

    return do


@pytest.fixture
def bring(world: Any, a1_office: Any) -> Callable[..., None]:
    """Carriers go to the office so many times, however long they would wait between."""
    from django.utils import timezone

    from payroll.abroad.models import A1Request
    from payroll.abroad.services import carry_due

    def do(times: int = 2, office: Any = None) -> None:
        for _ in range(times):
            A1Request.objects.update(next_attempt_at=timezone.now())
            carry_due(world.cooperative, through=office or a1_office)

    return do


@pytest.fixture
def everything() -> Callable[[], Any]:
    """All that a refusal must leave as it is."""
    from core.models import AuditEvent, OutboxMessage, StoredFile
    from payroll.abroad.models import A1Request, AbroadMission, MissionEvent, MissionPart, MissionStep

    def take() -> Any:
        kept = (AbroadMission, MissionPart, MissionStep, A1Request, MissionEvent)
        return (
            [list(model.objects.order_by("pk").values()) for model in kept],
            [model.objects.count() for model in (AuditEvent, OutboxMessage, StoredFile)],
        )

    return take
