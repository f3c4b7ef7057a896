"""The people and money of payroll's stories."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from activities.models import Activity
    from core.models import Cooperative
    from core.types import Actor
    from members.models import Person
    from payroll.models import EmploymentContract


@dataclass
class World:
    """One member with one open Activity and money on it, an adviser, two payroll administrators."""

    cooperative: Cooperative
    worker: Person
    adviser: Person
    clerk: Person
    chief: Person
    activity: Activity

    def actor(self, person: Person) -> Actor:
        """The person at the keyboard."""
        from tests.factories import actor

        return actor(person)

    @property
    def member(self) -> Actor:
        """The worker at the keyboard."""
        return self.actor(self.worker)

    def budget(self) -> tuple[Decimal, Decimal]:
        """Balance and reserved money of the Activity, in euro."""
        from ledger.models import Budget

        row = Budget.objects.get(pk=self.activity.budget_id)
        return row.balance, row.reserved

    def earn(self, amount: str, activity: Activity | None = None) -> None:
        """Put money on the Activity's budget, as income does."""
        from core.uuid7 import uuid7
        from ledger.services import post_entry
        from ledger.types import Entry, cr, dr

        activity = activity or self.activity
        lines = (dr("400", Decimal(amount)), cr("700", Decimal(amount), budget=activity.budget_id))
        post_entry(
            Entry(
                activity.entity_id, date(2026, 9, 1), "SAL", "test.income", uuid7(), "issue", "income", lines
            )
        )

    def contract(self, gross: str | None = "500.00", **changes: Any) -> EmploymentContract:
        """A draft: three days of November 2026, 22.8 hours, an employee, unless said otherwise."""
        from payroll.services import create_contract

        given: dict[str, Any] = {
            "activity_id": self.activity.pk,
            "person_id": self.worker.pk,
            "contract_type": "employee",
            "starts_on": date(2026, 11, 4),
            "ends_on": date(2026, 11, 6),
            "hours": Decimal("22.8"),
            "gross": None if gross is None else Decimal(gross),
            "description": "Graphisme",
            "place": "Bruxelles",
            "actor": self.member,
        } | changes
        return create_contract(**given)

    def submit(
        self, contract: EmploymentContract, on: datetime | None = None, **more: Any
    ) -> EmploymentContract:
        """Submit it, on 2 November 2026 at nine unless said otherwise."""
        from payroll.services import submit_contract

        return submit_contract(contract_id=contract.pk, on=on or at(2026, 11, 2), actor=self.member, **more)

    def lines(self, **source: Any) -> list[tuple[str, Decimal, Decimal, str]]:
        """Posted lines as a bookkeeper reads them: account, debit, credit, who bears it."""
        from ledger.models import JournalLine

        rows = JournalLine.objects.filter(**{f"entry__{key}": value for key, value in source.items()})
        return [
            (row.account, row.debit, row.credit, row.fund or ("A" if row.budget_id else ""))
            for row in rows.order_by("entry_id", "position")
        ]


def at(year: int, month: int, day: int, hour: int = 9) -> datetime:
    """A moment in Belgium."""
    from core.clock import ZONE

    return datetime(year, month, day, hour, tzinfo=ZONE)


@pytest.fixture
def world(tenant: Cooperative) -> World:
    """Nora, single, with 10,000.00 on the budget of her Activity in Productions Associées."""
    from activities.services import approve_activity, request_activity
    from members.enums import Role
    from tests.factories import actor, load_cooperative, make_person

    load_cooperative()
    adviser = make_person(Role.ADVISER)
    worker = make_person(first_name="Nora", last_name="Peeters", adviser=adviser)
    activity = request_activity(
        person=worker,
        name="Lumières",
        tool="activity",
        function_code="informatique_graphisme",
        entity_code="PA",
        requested_on=date(2026, 9, 1),
        actor=actor(worker),
    )
    approve_activity(activity_id=activity.pk, on=date(2026, 9, 1), actor=actor(adviser))
    made = World(
        tenant, worker, adviser, make_person(Role.PAYROLL_ADMIN), make_person(Role.PAYROLL_ADMIN), activity
    )
    made.earn("10000.00")
    return made


@pytest.fixture
def moment() -> Callable[..., datetime]:
    """Moments in Belgium: `moment(2026, 11, 3)` is nine o'clock that day."""
    return at


@pytest.fixture
def office(tmp_path: Path) -> Any:
    """A social security office of one test."""
    from payroll.dimona.simulator import DimonaSimulator

    return DimonaSimulator(tmp_path / "office.sqlite3", identity_polls=1)


@pytest.fixture
def snapshot() -> Callable[[], Any]:
    """Everything that a refusal must leave as it is, but that somebody read."""
    from core.models import AuditEvent, OutboxMessage
    from ledger.models import Budget, JournalEntry, JournalLine, Reservation
    from payroll.models import ContractMonth, Declaration, EmploymentContract, PayItem

    def take() -> Any:
        models = (OutboxMessage, JournalEntry, JournalLine, ContractMonth, PayItem)
        return (
            AuditEvent.objects.exclude(action="payroll.pay_listed").count(),
            [model.objects.count() for model in models],
            list(Budget.objects.order_by("pk").values_list("pk", "balance", "reserved", "shortfall")),
            list(Reservation.objects.order_by("pk").values_list("pk", "amount")),
            list(EmploymentContract.objects.order_by("pk").values()),
            list(Declaration.objects.order_by("pk").values()),
        )

    return take
