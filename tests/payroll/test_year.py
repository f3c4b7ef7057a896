"""A year of hirings, changes, ends and mistakes; an office that is slow, refuses at random and loses answers.

At the end the office holds what is expected, or somebody's queue says why not.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Any

import pytest
from django.utils import timezone

from tests.payroll.cdi.conftest import Staff

D = Decimal
FIRST, LAST = date(2026, 1, 5), date(2026, 11, 20)
REFUSALS = ("90017-151", "00913-357", "12345-678")


class Moody:
    """The simulated office on bad days: away, slow, losing what it says, refusing for no reason."""

    answers_at_once = True

    def __init__(self, office: Any, chance: random.Random) -> None:
        self.office, self.chance = office, chance
        self.calm = False
        self.refuses: dict[str, str] = {}

    def _may_fail(self) -> None:
        from payroll.dimona.port import GatewayUnavailable

        if not self.calm and self.chance.random() < 0.08:
            raise GatewayUnavailable

    def submit(self, declaration: Any) -> str:
        self._may_fail()
        if not self.calm and self.chance.random() < 0.06:
            key = f"refused-{len(self.refuses)}"
            self.refuses[key] = self.chance.choice(REFUSALS)
            return key
        found: str = self.office.submit(declaration)
        self._may_fail()
        return found

    def find(self, declaration: Any, *, besides: frozenset[str] = frozenset()) -> str | None:
        self._may_fail()
        found: str | None = self.office.find(declaration, besides=besides)
        return found

    def periods(self, employer: Any, **window: Any) -> Any:
        self._may_fail()
        return self.office.periods(employer, **window)

    def poll(self, declaration_id: str) -> Any:
        from payroll.dimona.types import Anomaly, Result, ResultCode

        self._may_fail()
        if declaration_id in self.refuses:
            return Result(ResultCode.REFUSED, (Anomaly(self.refuses[declaration_id], "Refus", "Nee"),))
        if not self.calm and self.chance.random() < 0.2:
            return None
        return self.office.poll(declaration_id)


class Year:
    """People who are hired and change their plans, day after day."""

    def __init__(self, world: Any, office: Moody, chance: random.Random) -> None:
        from tests.factories import make_person

        self.world, self.office, self.chance = world, office, chance
        self.people = [make_person() for _ in range(5)]
        self.staff = Staff(world)
        self.contracts: list[Any] = []
        self.done: dict[str, int] = {}

    def run(self, acts: int) -> None:
        """So many acts over the year, the post going to the office between them."""
        kinds: list[Callable[[datetime], bool]] = [
            self.hire, self.hire, self.hire, self.hire_for_good, self.shorten, self.extend, self.move,
            self.cancel, self.no_show, self.end_for_good, self.end_for_good, self.reopen,
            self.hire_for_good, self.clerk_tries_again,
        ]  # fmt: skip
        for number in range(acts):
            day = FIRST + (LAST - FIRST) * number // acts
            act = self.chance.choice(kinds)
            if act(self.at(day)):
                self.done[act.__name__] = self.done.get(act.__name__, 0) + 1
            if self.chance.random() < 0.6:
                self.post()

    def at(self, day: date) -> datetime:
        """A moment of that day."""
        from core.clock import ZONE

        return datetime.combine(day, time(self.chance.randrange(7, 18)), tzinfo=ZONE)

    def post(self) -> None:
        """Everything that waits is due: declarations go and come."""
        from payroll.models import Declaration
        from payroll.services.declarations import carry_due

        Declaration.objects.update(next_attempt_at=timezone.now(), lease_until=None)
        carry_due(self.world.cooperative, gateway=self.office)

    # --- acts ---

    def hire(self, at: datetime) -> bool:
        """A contract of some days, perhaps beside another one; refused where the rules forbid it."""
        start = at.date() + timedelta(self.chance.randrange(0, 25))
        end = start + timedelta(self.chance.choice([0, 0, 1, 2, 4, 9, 20]))
        kind = self.chance.choice(["employee", "employee", "artistic", "student"])
        hours = D((end - start).days + 1) * 4 + D("0.5")
        from_hour = self.chance.choice([8, 13])
        return self._acted(
            lambda: self.contracts.append(
                self.world.submit(
                    self.world.contract(
                        str(hours * 25),
                        person_id=self.chance.choice(self.people).pk,
                        contract_type=kind,
                        starts_on=start,
                        ends_on=end,
                        hours=hours,
                        day_starts=time(from_hour),
                        day_ends=time(from_hour + 4),
                    ),
                    at,
                    accept_late=True,
                )
            )
        )

    def hire_for_good(self, at: datetime) -> bool:
        """A salary that goes on from month to month, agreed by both sides."""
        if self._one(lambda c: c.open_ended) is not None:
            return False
        start = at.date() + timedelta(self.chance.randrange(1, 20))
        return self._acted(
            lambda: self.contracts.append(self.staff.agree(self.staff.propose(start, on=at.date()), at))
        )

    def end_for_good(self, at: datetime) -> bool:
        """What had no end gets one, or another one."""
        from payroll.cdi.services import end_contract

        found = self._one(lambda c: c.person_id == self.world.worker.pk)
        end = at.date() + timedelta(self.chance.randrange(0, 10))
        return found is not None and self._acted(
            lambda: end_contract(
                contract_id=found.pk,
                last_day=end,
                reason="agreed",
                ended_by="both",
                note="",
                on=at,
                actor=self.world.actor(self.world.clerk),
            )
        )

    def reopen(self, at: datetime) -> bool:
        """An end is taken away again. Nobody can do so in the house; the office would follow."""
        from payroll.models import OPEN_END, EmploymentContract
        from payroll.services.reconciliation import reconcile_contracts

        row = self._one(lambda c: c.person_id == self.world.worker.pk)
        if row is None or row.open_ended:
            return False
        EmploymentContract.objects.filter(pk=row.pk).update(ends_on=OPEN_END)
        row.refresh_from_db()
        reconcile_contracts([row.pk], at=at)
        return True

    def extend(self, at: datetime) -> bool:
        """Longer, by agreement of both sides."""
        row = self._one(lambda c: at.date() <= c.ends_on < LAST)
        return row is not None and self._amend(row, at, ends_on=row.ends_on + timedelta(3))

    def move(self, at: datetime) -> bool:
        """All of it some days later, as long as it has not begun."""
        row = self._one(lambda c: at.date() < c.starts_on and c.ends_on < LAST)
        return row is not None and self._amend(
            row, at, starts_on=row.starts_on + timedelta(2), ends_on=row.ends_on + timedelta(2)
        )

    def shorten(self, at: datetime) -> bool:
        """Less was worked."""
        from payroll.services import shorten_contract

        row = self._one(lambda c: c.ends_on > c.starts_on and c.ends_on < LAST)
        if row is None:
            return False
        days = self.chance.randrange((row.ends_on - row.starts_on).days + 1)
        return self._acted(
            lambda: shorten_contract(
                contract_id=row.pk,
                last_day=row.starts_on + timedelta(days),
                hours=row.hours - D("0.5"),
                on=at,
                actor=self.world.member,
            )
        )

    def cancel(self, at: datetime) -> bool:
        """Called off before the start."""
        from payroll.services import cancel_contract

        row = self._one(lambda c: c.starts_on > at.date())
        return row is not None and self._acted(
            lambda: cancel_contract(contract_id=row.pk, on=at, actor=self.world.member)
        )

    def no_show(self, at: datetime) -> bool:
        """Nobody came."""
        from payroll.services import report_no_show

        row = self._one(lambda c: c.starts_on <= at.date())
        return row is not None and self._acted(
            lambda: report_no_show(contract_id=row.pk, on=at, actor=self.world.member)
        )

    def clerk_tries_again(self, at: datetime) -> bool:
        """What waits for a person is declared again."""
        from payroll.selectors import declaration_queue
        from payroll.services.declarations import retry_declaration

        row = declaration_queue().first()
        return row is not None and self._acted(
            lambda: retry_declaration(declaration_id=row.pk, at=at, actor=self.world.member)
        )

    def _one(self, fits: Callable[[Any], bool]) -> Any:
        """A contract that stands."""
        for contract in self.contracts:
            contract.refresh_from_db()
        found = [c for c in self.contracts if c.state in ("submitted", "declared") and fits(c)]
        return self.chance.choice(found) if found else None

    def _amend(self, row: Any, at: datetime, **changes: Any) -> bool:
        """Other days, signed again by both sides."""
        from payroll.services import amend_contract

        return self._acted(
            lambda: amend_contract(
                contract_id=row.pk, reason="Planning", on=at, actor=self.world.member, **changes
            )
        )

    def _acted(self, act: Callable[[], Any]) -> bool:
        """The house may refuse: then nothing happened."""
        from django.db import transaction

        from core.errors import DomainError

        try:
            with transaction.atomic():
                act()
        except DomainError:
            return False
        return True


def unexplained(year: Year) -> list[str]:
    """Periods where the office does not hold what is expected, and nobody was told why."""
    from payroll.enums import QUEUE_STATES
    from payroll.models import EmploymentContract
    from payroll.services.reconciliation import parts_of
    from payroll.services.reconciliation.neighbours import neighbourhoods

    contracts = list(EmploymentContract.objects.exclude(state="draft"))
    wrong = []
    for chain in neighbourhoods(contracts):
        parts = parts_of(chain.contracts, chain.rows)
        told = any(
            row.state in QUEUE_STATES and not row.handled and (row.anomalies or row.error)
            for part in parts
            for row in part.rows
        )
        for part in parts:
            number = next((row.period_id for row in reversed(part.rows) if row.period_id), "")
            held = year.office.office.period(number) if number else None
            there = None
            if held is not None and not held.is_cancelled:
                there = (held.starts_on, held.ends_on or date(9999, 12, 31), held.planned_hours)
            want = part.expected and (part.expected.starts_on, part.expected.ends_on, part.expected.hours)
            if want != there and not told:
                said = [(p.expected, p.declared, [f"{r.kind} {r.state}" for r in p.rows]) for p in parts]
                wrong.append(f"{want} {there} {said}")
    return wrong


def a_year(world: Any, office: Any, seed: int, acts: int) -> Year:
    """A whole year, and the quiet days after it in which the post catches up."""
    chance = random.Random(seed)
    year = Year(world, Moody(office, chance), chance)
    world.earn("500000.00")
    year.run(acts)
    year.office.calm = True
    for _ in range(12):
        year.post()
    return year


@pytest.mark.parametrize("seed", [1, 2])
def test_at_the_end_of_the_year_expected_is_declared(world: Any, office: Any, seed: int) -> None:
    from payroll.models import Declaration
    from payroll.selectors import declaration_queue

    year = a_year(world, office, seed, 120)

    assert unexplained(year) == []
    assert not Declaration.objects.filter(state__in=("draft", "sent", "waiting")).exists()
    assert sum(year.done.values()) > 50 and len(year.done) >= 10, year.done
    for row in declaration_queue():
        assert row.anomalies or row.error

    # Somebody mends the causes: then everything is declared.
    for _ in range(60):
        year.clerk_tries_again(year.at(LAST))
        year.post()
    assert unexplained(year) == []
    left = [(row.kind, row.anomalies, row.error, row.answer.get("held")) for row in declaration_queue()]
    assert left == []


@pytest.mark.soak
@pytest.mark.parametrize("seed", range(10, 30))
def test_many_years(world: Any, office: Any, seed: int) -> None:
    assert unexplained(a_year(world, office, seed, 400)) == []
