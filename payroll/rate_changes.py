"""What a month's pay would be with other figures or policies: computed in memory, nothing is written.

The pay items of a month are settled once more, in their order, as if their work and payment fell in another
month (next month's rates, the file of next year dropped in), or with other multipliers; what comes out is
compared with what was paid, worker by worker. Hours and gross stay; balances that one pay leaves to the next
are left out.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.calendar import FIRST_YEAR, LAST_YEAR, first_of_month
from core.errors import DomainError
from core.money import ZERO, r
from core.tenancy import current_cooperative
from ledger.models import LegalEntity
from members.models import Person
from members.selectors import families_known
from payroll.engine.month import settle
from payroll.engine.statutory import BrokenFigureFile, Figures, figures_of, read_figures
from payroll.engine.types import PayInput, SettledItem, WorkerType
from payroll.errors import FiguresUnreadable, NoSuchMonth
from payroll.models import PayItem
from payroll.services.settlement import situation_on

MISSHAPEN = (AttributeError, IndexError, KeyError, TypeError, ValueError, ArithmeticError)
"""What computing with figures of another shape than those delivered ends in."""

SHOWN = 50
"""Workers named, the largest difference first."""


@dataclass(slots=True)
class RateTotals:
    """Totals in euro; `cost` is what Activities bear: gross, employer's part and margin."""

    gross: Decimal = ZERO
    onss: Decimal = ZERO
    withholding_tax: Decimal = ZERO
    special_contribution: Decimal = ZERO
    net: Decimal = ZERO
    employer_total: Decimal = ZERO
    margin: Decimal = ZERO
    cost: Decimal = ZERO

    def add(self, other: RateTotals) -> None:
        """Count another pay in."""
        for part in fields(RateTotals):
            setattr(self, part.name, getattr(self, part.name) + getattr(other, part.name))

    def minus(self, other: RateTotals) -> RateTotals:
        """The difference, name by name."""
        return RateTotals(
            *(getattr(self, part.name) - getattr(other, part.name) for part in fields(RateTotals))
        )


@dataclass(frozen=True, slots=True)
class WorkerChange:
    """One worker in one entity: net today and with the other rates."""

    person_id: UUID
    name: str
    entity: str
    net: Decimal
    net_then: Decimal

    @property
    def difference(self) -> Decimal:
        """What the worker would have more, or less."""
        return self.net_then - self.net


@dataclass(frozen=True, slots=True)
class RateChange:
    """The answer: both totals, their difference, the workers who differ most, and what could not be computed
    by code. Refused items are in neither total.
    """

    month: date
    as_of: date
    items: int
    today: RateTotals
    then: RateTotals
    difference: RateTotals
    workers_changed: int
    workers: Sequence[WorkerChange]
    refused: dict[str, int]


def read_proposal(text: str) -> Figures:
    """The figures delivered, and those of a statutory file on top: the same code and start is replaced.

    Raises `FiguresUnreadable` with the place, `NoPayrollEngine`.
    """
    country = current_cooperative().country.lower()
    try:
        proposed = read_figures(text, "file")
        if not proposed:
            raise BrokenFigureFile("file: a list of figures is needed")
        replaced = {(figure.code, figure.valid_from) for figure in proposed}
        kept = [figure for figure in figures_of(country) if (figure.code, figure.valid_from) not in replaced]
        return Figures(country, [*kept, *proposed])
    except (BrokenFigureFile, TypeError) as error:  # codes and dates of other kinds cannot be put in order
        raise FiguresUnreadable(reason=str(error)[:200]) from None


def simulate_rates(
    month: date,
    entity_id: UUID | None,
    *,
    as_of: date,
    figures: Figures | None = None,
    multipliers: Mapping[str, Decimal] | None = None,
) -> RateChange:
    """The month's pay items with the rates of the month `as_of`; see the module.

    `figures` are those of `read_proposal`; raises `FiguresUnreadable` when their values are of another shape
    than those delivered, `NoSuchMonth`.
    """
    month, target = first_of_month(month), first_of_month(as_of)
    if not FIRST_YEAR <= target.year <= LAST_YEAR:
        raise NoSuchMonth(month=f"{target:%Y-%m}")
    proposed = figures is not None
    figures = figures or figures_of(current_cooperative().country.lower())
    items = PayItem.objects.filter(month=month).order_by("settled_at", "id")
    if entity_id is not None:
        items = items.filter(entity_id=entity_id)
    rows = list(items)
    people = Person.objects.in_bulk({row.person_id for row in rows})
    families = families_known(people)
    before: dict[tuple[UUID, UUID], list[SettledItem]] = defaultdict(list)
    today, then, refused = RateTotals(), RateTotals(), Counter[str]()
    nets: dict[tuple[UUID, UUID], list[Decimal]] = defaultdict(lambda: [ZERO, ZERO])
    for row in rows:
        key = (row.person_id, row.entity_id)
        paid_on = target + (row.paid_on - month)
        given = PayInput(WorkerType(row.worker_type), row.gross, row.hours, target, paid_on, row.flat_tax)
        try:
            situation = situation_on(
                families[key[0]], people[key[0]], paid_on=paid_on, month=target, figures=figures
            )
            new = settle(before[key], given, situation=situation, figures=figures)
        except DomainError as error:
            refused[error.code] += 1
            continue
        except MISSHAPEN as error:
            if not proposed:
                raise
            raise FiguresUnreadable(reason=f"{type(error).__name__}: {error}"[:200]) from None
        before[key].append(new.settled)
        multiplier = (multipliers or {}).get(row.worker_type)
        budget = row.employment_budget if multiplier is None else r(row.gross * multiplier)
        today.add(_stored(row))
        then.add(
            RateTotals(
                new.amounts.gross,
                new.amounts.onss - new.amounts.work_bonus,
                new.amounts.withholding_tax,
                new.amounts.special_contribution,
                new.amounts.net,
                new.employer_total,
                new.margin(budget),
                budget,
            )
        )
        nets[key][0] += row.net
        nets[key][1] += new.amounts.net
    changed = [key for key, (was, will) in nets.items() if was != will]
    return RateChange(
        month=month,
        as_of=target,
        items=len(rows),
        today=today,
        then=then,
        difference=then.minus(today),
        workers_changed=len(changed),
        workers=_named(changed, nets, people),
        refused=dict(sorted(refused.items())),
    )


def _stored(row: PayItem) -> RateTotals:
    return RateTotals(
        row.gross,
        row.onss - row.work_bonus_a - row.work_bonus_b,
        row.withholding_tax,
        row.special_contribution,
        row.net,
        row.employer_total,
        row.margin,
        row.employment_budget,
    )


def _named(
    changed: Iterable[tuple[UUID, UUID]],
    nets: Mapping[tuple[UUID, UUID], Sequence[Decimal]],
    people: Mapping[UUID, Person],
) -> list[WorkerChange]:
    codes = dict(LegalEntity.objects.values_list("pk", "code"))
    first = sorted(changed, key=lambda key: (-abs(nets[key][1] - nets[key][0]), key))[:SHOWN]
    return [WorkerChange(key[0], str(people[key[0]]), codes[key[1]], *nets[key]) for key in first]
