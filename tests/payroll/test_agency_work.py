"""Agency work is refused until the cooperative enters its multiplier, and somebody the employer's lines."""

from __future__ import annotations

from datetime import date
from decimal import Decimal as D
from typing import Any

import pytest

from core.errors import DomainError


def test_neither_without_a_multiplier_nor_without_employer_lines(world: Any, snapshot: Any) -> None:
    from core.models import PolicyRate

    contract = world.contract(contract_type="interim")
    before = snapshot()

    with pytest.raises(DomainError) as no_multiplier:
        world.submit(contract)
    assert (no_multiplier.value.code, no_multiplier.value.params["key"]) == (
        "no_rate_in_force",
        "multiplier.interim",
    )
    PolicyRate.objects.create(
        key="multiplier.interim",
        valid_from=date(2026, 1, 1),
        value="1.62",
        source="board",
        status="confirmed",
    )
    with pytest.raises(DomainError) as no_lines:
        world.submit(contract)
    assert (no_lines.value.code, no_lines.value.params["figure"]) == (
        "no_rate_in_force",
        "employer.lines.interim",
    )

    assert snapshot() == before
    assert world.budget() == (D("10000.00"), D("0.00"))


def test_the_simulator_says_the_same(world: Any, client: Any) -> None:
    body = {"amount": "1000.00", "contract_type": "interim", "hours": "7.60", "direction": "net"}
    answer = client.post("/be/api/v1/simulations/", body, content_type="application/json")
    assert answer.json()["code"] == "no_rate_in_force"
