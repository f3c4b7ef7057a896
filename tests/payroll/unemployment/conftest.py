"""Days without work in the stories of payroll."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from tests.payroll.conftest import at


@pytest.fixture
def lose(world: Any) -> Callable[..., Any]:
    """The payroll administrator enters days of November 2026, on the 3rd unless said otherwise."""

    def do(contract: Any, *days: int, **more: Any) -> Any:
        from payroll.unemployment.services import record_unemployment

        given: dict[str, Any] = {
            "contract_id": contract.pk,
            "days": [date(2026, 11, day) for day in days],
            "reason": "economic",
            "on": at(2026, 11, 3),
            "actor": world.actor(world.clerk),
        } | more
        return record_unemployment(**given)

    return do


def breaks() -> list[str]:
    """What does not agree in the books; the income of these stories has no invoice."""
    from core.registry import ledger_checks

    return [str(one) for check in ledger_checks() for one in check() if one.code != "receivables"]
