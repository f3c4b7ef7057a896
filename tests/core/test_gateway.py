"""An errand is prepared, carried and recorded apart; what no retry mends is written on its row."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from django.db import OperationalError, connection

from core.gateway import carry
from core.models import Cooperative, PolicyRate
from core.tenancy import current_cooperative_or_none, tenant_scope
from tests.cluster import FreshDatabase

said: list[str] = []


@pytest.fixture
def be(fresh_database: FreshDatabase) -> Cooperative:
    said.clear()
    return Cooperative.objects.create(id=1, slug="be", name="Smart", country="BE", languages=["fr"])


def note(key: str) -> None:
    PolicyRate.objects.create(key=key, valid_from=date(2026, 1, 1), value="1", source="t", status="confirmed")


def noted(be: Cooperative) -> list[str]:
    with tenant_scope(be):
        return list(PolicyRate.objects.order_by("key").values_list("key", flat=True))


def prepare() -> str:
    note("prepared")
    return "errand"


def call(errand: str) -> str:
    said.append("in a transaction" if connection.in_atomic_block else "outside of any transaction")
    said.append("in a scope" if current_cooperative_or_none() else "outside of any scope")
    return "answer"


def record(errand: str, outcome: str) -> None:
    note(f"recorded {outcome}")


def fail(errand: str | None, error: Exception) -> None:
    note(f"failed {errand} {type(error).__name__}")


def test_no_transaction_waits_for_the_other_side(be: Cooperative) -> None:
    assert carry(be, prepare=prepare, call=call, record=record, fail=fail) == "answer"
    assert said == ["outside of any transaction", "outside of any scope"]
    assert noted(be) == ["prepared", "recorded answer"]


def test_without_errand_nobody_is_called(be: Cooperative) -> None:
    assert carry(be, prepare=lambda: None, call=call, record=record, fail=fail) is None
    assert said == [] and noted(be) == []


def test_what_passes_by_itself_is_left_to_the_lease(be: Cooperative) -> None:
    def interrupted(errand: str) -> Any:
        raise OperationalError("the server was restarted")

    with pytest.raises(OperationalError):
        carry(be, prepare=prepare, call=interrupted, record=record, fail=fail)
    assert noted(be) == ["prepared"]


@pytest.mark.parametrize("step", ["prepare", "call", "record"])
def test_anything_else_is_on_the_row_at_once(be: Cooperative, step: str) -> None:
    def broken(*_: Any) -> Any:
        note("half done") if step != "call" else None
        raise LookupError

    steps: dict[str, Any] = {"prepare": prepare, "call": call, "record": record, step: broken}
    assert carry(be, **steps, fail=fail) is None
    assert (
        noted(be)
        == {
            "prepare": ["failed None LookupError"],
            "call": ["failed errand LookupError", "prepared"],
            "record": ["failed errand LookupError", "prepared"],
        }[step]
    )
