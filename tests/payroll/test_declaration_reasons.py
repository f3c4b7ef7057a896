"""Work that the office has not accepted: the adviser is told, and the worker does not begin."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest


@pytest.fixture
def told(world: Any) -> Any:
    """What advisers read of the worker's declarations on a day, and what the worker does."""

    def on(day: date) -> tuple[list[str], list[str]]:
        from payroll.panels import adviser_reasons, declarations_need_me

        kinds = [reason.kind for reason in adviser_reasons([world.worker.pk], day)]
        needs = [need.tone for need in declarations_need_me(world.worker, [], day)]
        return [kind for kind in kinds if kind.startswith("declaration")], needs

    return on


def test_waiting_is_told_on_the_eve_then_it_is_late(world: Any, told: Any) -> None:
    """Submitted on the 2nd for the 4th; the office never answers."""
    world.submit(world.contract())
    assert told(date(2026, 11, 2)) == ([], [])
    assert told(date(2026, 11, 3)) == (["declaration_waits"], ["warning"])
    assert told(date(2026, 11, 4)) == (["declaration_late"], ["danger"])


def test_waiting_too_long_is_told_although_the_work_is_far(world: Any, told: Any) -> None:
    world.submit(world.contract(starts_on=date(2026, 11, 23), ends_on=date(2026, 11, 25)))
    assert told(date(2026, 11, 3)) == ([], [])
    assert told(date(2026, 11, 5)) == (["declaration_waits"], ["warning"])


def test_refused_is_told_once_and_declared_not_at_all(world: Any, told: Any, office: Any) -> None:
    from payroll.models import Declaration
    from payroll.services.declarations import carry_due

    contract = world.submit(world.contract())
    Declaration.objects.filter(contract=contract).update(state="refused")
    assert told(date(2026, 11, 4)) == (["declaration_refused"], ["danger"])

    Declaration.objects.filter(contract=contract).update(state="draft")
    for _ in range(3):
        carry_due(world.cooperative, gateway=office)
    assert told(date(2026, 11, 4)) == ([], [])


def test_a_contract_declared_with_another_is_followed_too(world: Any, told: Any) -> None:
    """Morning and afternoon of the same days share one declaration: both are told about."""
    from datetime import time

    for starts, ends in ((time(8), time(12)), (time(13), time(17))):
        world.submit(world.contract("250.00", hours=12, day_starts=starts, day_ends=ends))
    assert told(date(2026, 11, 4)) == (["declaration_late"] * 2, ["danger"] * 2)
