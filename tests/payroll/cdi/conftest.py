"""A member with an open-ended contract."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest

D = Decimal
WEEK = [D("7.6")] * 5 + [D(0), D(0)]


@dataclass
class Staff:
    """The world of payroll, with a contract without an end."""

    world: Any

    def months(self, first: date, income: str, costs: str = "0.00") -> list[Any]:
        """Twelve months of the same estimate."""
        from payroll.cdi.estimates import months_from
        from payroll.cdi.smoothing import Estimate

        return [Estimate(month, D(income), D(costs), "accord annuel") for month in months_from(first)]

    def propose(
        self, starts_on: date = date(2026, 4, 1), income: str = "6000.00", on: date | None = None, **more: Any
    ) -> Any:
        """A proposal of the adviser, full time, category B."""
        from payroll.cdi.services import propose_salary

        world = self.world
        given: dict[str, Any] = {
            "activity_id": world.activity.pk,
            "person_id": world.worker.pk,
            "valid_from": starts_on,
            "hours_by_day": WEEK,
            "estimates": self.months(starts_on, income),
            "category": "B",
            "place": "Bruxelles",
            "actor": world.actor(world.adviser),
            "on": on or starts_on - timedelta(days=10),
        } | more
        return propose_salary(**given)

    def agree(self, proposal: Any, on: datetime) -> Any:
        """Member and adviser agree; the contract that stands then."""
        from payroll.cdi.services import agree_salary

        world = self.world
        agree_salary(
            proposal_id=proposal.pk, side="worker", person=world.worker, as_cooperative=False, on=on,
            actor=world.member,
        )  # fmt: skip
        agree_salary(
            proposal_id=proposal.pk, side="adviser", person=world.adviser, as_cooperative=True, on=on,
            actor=world.actor(world.adviser),
        )  # fmt: skip
        proposal.refresh_from_db()
        return proposal.contract

    def contract(self, starts_on: date = date(2026, 4, 1), **more: Any) -> Any:
        """A contract that stands, agreed ten days before its start."""
        on = starts_on - timedelta(days=10)
        return self.agree(self.propose(starts_on, **more), moment_of(on))

    def day(self, on: date, contract: Any) -> None:
        """What happens by itself on a day: settlement, then the look at the contract."""
        from core.types import Actor
        from payroll.cdi.services import follow_contract
        from payroll.services import settle_due

        settle_due(on=on, actor=Actor.system("settlement"))
        follow_contract(contract_id=contract.pk, on=on, actor=Actor.system("cdi"))


def moment_of(day: date) -> datetime:
    """Nine o'clock in Belgium."""
    from core.clock import ZONE

    return datetime(day.year, day.month, day.day, 9, tzinfo=ZONE)


@pytest.fixture
def staff(world: Any) -> Staff:
    """Nora, who is about to have a salary that goes on."""
    return Staff(world)


@pytest.fixture
def books() -> Callable[[], Sequence[Any]]:
    """What the checks of the books find; the income of these stories has no invoices, which is left out."""
    from core.registry import ledger_checks

    return lambda: [found for check in ledger_checks() for found in check() if found.code != "receivables"]
