"""From parts of contracts to amounts: each part after the others of its worker's month, all in memory."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.calendar import pay_due_date
from core.errors import DomainError
from core.money import ZERO
from core.uuid7 import uuid7
from ledger.treasury.services import account_of
from members.models import Person
from payroll.engine.month import Settlement
from payroll.engine.types import PayInput, SettledItem, Situation, WorkerType
from payroll.models import ContractMonth, EmploymentContract, PayCarry
from payroll.payable import Payable
from payroll.services.settlement.facts import Facts, Group, situation_on

ITEM = "payroll.payitem"
"""How a pay item names itself in entries and payouts."""


@dataclass(frozen=True, slots=True)
class ComputedPart:
    """A part of a contract with everything that its rows will say. `key` is the id of the coming item;
    `employer_total` the sum of its employer lines; `owed` what it makes owed by account; `carries` the
    balances that it takes along.
    """

    key: UUID
    part: ContractMonth
    contract: EmploymentContract
    person: Person
    settlement: Settlement
    situation: Situation
    employer_total: Decimal
    margin: Decimal
    owed: Mapping[str, Decimal]
    carries: Sequence[PayCarry]
    budget_id: UUID
    booked_on: date

    def payable(self, on: date) -> Payable:
        """What sources of deductions are asked about."""
        settlement = self.settlement
        return Payable(
            id=self.key,
            source_type=ITEM,
            person_id=self.person.pk,
            party_id=self.person.party_id,
            entity_id=self.contract.entity_id,
            month=self.part.month,
            paid_on=settlement.item.paid_on,
            on=on,
            gross=settlement.amounts.gross,
            net=settlement.amounts.net,
            payable=settlement.payable,
            left=settlement.payable,
            worker_type=self.part.paid_as,
        )


@dataclass(frozen=True, slots=True)
class Computed:
    """The parts that can be settled, in order, and what stops the others, by the part's id."""

    parts: list[ComputedPart]
    refused: dict[UUID, DomainError]


def compute(
    parts: Sequence[ContractMonth], facts: Facts, on: date, *, without: Collection[UUID] = ()
) -> Computed:
    """Settle the parts one after the other as the engine does; a refusal leaves a part out and stops nobody.

    Parts whose id is in `without` are left out from the start.
    """
    month = _Running(facts)
    computed: list[ComputedPart] = []
    refused: dict[UUID, DomainError] = {}
    for part in parts:
        if part.pk in without:
            continue
        try:
            computed.append(month.settle(part, on))
        except DomainError as error:
            refused[part.pk] = error
    return Computed(computed, refused)


class _Running:
    """The months of the batch as they grow, part by part, on top of what is stored."""

    def __init__(self, facts: Facts) -> None:
        self._facts = facts
        self._items: dict[tuple[UUID, UUID, date], list[SettledItem]] = {}
        self._bonus: dict[Group, dict[date, Decimal]] = {}
        self._left: dict[Group, Decimal] = {}
        self._taken: set[Group] = set()
        self._due: dict[date, date] = {}

    def settle(self, part: ContractMonth, on: date) -> ComputedPart:
        """The part after everything before it. Raises what the engine raises, `NoRateInForce`,
        `FamilySituationMissing`, `InvalidPayout`; then nothing has changed.
        """
        facts, contract = self._facts, part.contract
        person = facts.people[contract.person_id]
        paid_on = max(self._due_on(part.last_day), on)
        situation = situation_on(facts.families[person.pk], person, paid_on=paid_on, month=part.month)
        group = (person.pk, contract.entity_id)
        previous = self._previous(group, part.month)
        carries = [] if group in self._taken else list(facts.carries.get(group, ()))
        settlement = facts.engine.settle(
            previous,
            PayInput(
                WorkerType(part.paid_as),
                part.gross,
                part.hours,
                part.month,
                paid_on,
                contract.flat_tax,
            ),
            situation=situation,
            work_bonus_of_other_months=self._other_bonus(group, part.month),
            carried_in=self._carried(group) + sum((carry.amount for carry in carries), ZERO),
        )
        if settlement.payable > 0:
            account_of(person.iban, str(person))
        previous.append(settlement.settled)
        bonus = self._bonus.setdefault(group, dict(facts.bonus.get(group, {})))
        bonus[part.month] = bonus.get(part.month, ZERO) + settlement.amounts.work_bonus
        self._left[group] = settlement.carried_out
        self._taken.add(group)
        return ComputedPart(
            key=uuid7(),
            part=part,
            contract=contract,
            person=person,
            settlement=settlement,
            situation=situation,
            employer_total=settlement.employer_total,
            margin=settlement.margin(part.budget),
            owed=settlement.liabilities(),
            carries=carries,
            budget_id=facts.budgets[contract.activity_id],
            booked_on=facts.closed.entry_date(contract.entity_id, part.last_day, on),
        )

    def _due_on(self, last_day: date) -> date:
        """The day on which pay of work until then is due; few days, many parts."""
        if last_day not in self._due:
            self._due[last_day] = pay_due_date(last_day, self._facts.delay.on(last_day).value)
        return self._due[last_day]

    def _previous(self, group: Group, month: date) -> list[SettledItem]:
        key = (*group, month)
        if key not in self._items:
            self._items[key] = list(self._facts.items.get(key, ()))
        return self._items[key]

    def _carried(self, group: Group) -> Decimal:
        return self._left.get(group, self._facts.carried.get(group, ZERO))

    def _other_bonus(self, group: Group, month: date) -> Decimal:
        """Work bonus of the calendar year's other months: stored, and settled in this batch."""
        known = self._bonus.get(group) or self._facts.bonus.get(group, {})
        return sum(
            (amount for when, amount in known.items() if when.year == month.year and when != month), ZERO
        )
