"""What a month's pay will be, before anybody runs it: a pure reading, nothing is written and nobody waits.

Settled pay is read as it stands. Parts of contracts that are not settled are computed in memory by the same
functions that settle them (`services.settlement.amounts.compute` on `read_facts`): the preview of a month
whose days are over is what its run will find. Parts that meet a refusal are named with its code.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, fields
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, F, OuterRef, Q, QuerySet, Sum

from core.calendar import last_of_month
from core.errors import DomainError
from core.money import ZERO
from ledger.models import LegalEntity
from members.models import Person
from payroll.enums import COUNTED_STATES, OPEN_STATES, QUEUE_STATES, Side
from payroll.models import (
    ContractMonth,
    ContractSignature,
    Declaration,
    EmploymentContract,
    PayItem,
    RunLine,
)
from payroll.months import month_before
from payroll.services.payslips import loose_items
from payroll.services.settlement.amounts import compute
from payroll.services.settlement.facts import read_facts
from payroll.services.settlement.outside import set_apart

MOVED = Decimal("0.20")
"""A net that moved by more than so much of last month's is worth a look."""

MOST_COMPUTED = 20_000
"""Parts that a preview computes itself; beyond, it says how many it left out."""

SHOWN = 50
"""Names in a list of people."""


@dataclass(slots=True)
class Sums:
    """Totals of some pay: people and contracts counted once, hours, amounts in euro."""

    workers: int = 0
    contracts: int = 0
    hours: Decimal = ZERO
    gross: Decimal = ZERO
    onss: Decimal = ZERO
    withholding_tax: Decimal = ZERO
    special_contribution: Decimal = ZERO
    net: Decimal = ZERO
    employer_total: Decimal = ZERO
    margin: Decimal = ZERO
    cost: Decimal = ZERO

    def minus(self, other: Sums) -> Sums:
        """The difference, name by name."""
        return Sums(*(getattr(self, part.name) - getattr(other, part.name) for part in fields(Sums)))


@dataclass(frozen=True, slots=True)
class Row:
    """One entity and contract type: this month, the month before, the difference."""

    entity: str
    contract_type: str
    this: Sums
    last: Sums
    difference: Sums


@dataclass(frozen=True, slots=True)
class Moved:
    """A worker whose net is not what it was: new, gone, or moved by more than the threshold."""

    person_id: UUID
    name: str
    entity: str
    net: Decimal
    net_before: Decimal

    @property
    def difference(self) -> Decimal:
        """What the worker has more, or less."""
        return self.net - self.net_before


@dataclass(frozen=True, slots=True)
class People:
    """How many, and the first of them by size of the difference."""

    count: int
    first: Sequence[Moved]


@dataclass(frozen=True, slots=True)
class Missing:
    """What the month should hold and does not, as counts; `refused` by code of the refusal."""

    under_way: int
    to_settle: int
    of_earlier_months: int
    not_computed: int
    declarations_refused: int
    unsigned: int
    below_zero: int
    refused: dict[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Preview:
    """A month of an entity, or of all. `to_come` is that part of `total` that is not settled yet.

    `holiday`, `regularisation` are those of the run, once it has computed them; None before. `corrections`:
    pay of earlier months that stands on no payslip and will stand on this month's.
    """

    month: date
    before: date
    entity: str
    rows: Sequence[Row]
    total: Sums
    total_before: Sums
    difference: Sums
    to_come: Sums
    corrections: Sums
    holiday: Decimal | None
    regularisation: Decimal | None
    new: People
    gone: People
    moved: People
    missing: Missing

    @property
    def named(self) -> list[Moved]:
        """Everybody whose pay it tells by name."""
        return [*self.new.first, *self.gone.first, *self.moved.first]


@dataclass(slots=True)
class _Pay:
    """One pay of one contract, settled or computed."""

    person_id: UUID
    entity_id: UUID
    contract_id: UUID
    contract_type: str
    hours: Decimal
    gross: Decimal
    onss: Decimal
    withholding_tax: Decimal
    special_contribution: Decimal
    net: Decimal
    employer_total: Decimal
    margin: Decimal


_STORED = (
    "person_id", "entity_id", "contract_id", "worker_type", "hours", "gross", "withheld", "withholding_tax",
    "special_contribution", "net", "employer_total", "margin",
)  # fmt: skip


def preview_month(month: date, entity_id: UUID | None, *, on: date, moved: Decimal = MOVED) -> Preview:
    """The month as it would be run on a day; see `Preview`."""
    before = month_before(month)
    codes = dict(LegalEntity.objects.values_list("pk", "code"))
    settled = _settled(Q(month=month), entity_id)
    last = _settled(Q(month=before), entity_id)
    waiting = _waiting(entity_id)
    parts = list(waiting.filter(month=month).select_related("contract")[:MOST_COMPUTED])
    to_come, refused = _computed(parts, on)
    this = [*settled, *to_come]
    total, total_before = _sums(this), _sums(last)
    people = _People(this, last, codes, moved)
    late = _late(month, entity_id)
    lines = RunLine.objects.filter(_at("entity_id", entity_id), run__month=month)
    return Preview(
        month=month,
        before=before,
        entity=codes.get(entity_id, "") if entity_id else "",
        rows=_rows(this, last, codes),
        total=total,
        total_before=total_before,
        difference=total.minus(total_before),
        to_come=_sums(to_come),
        corrections=_sums(late),
        holiday=_total(lines, "holiday_net"),
        regularisation=_total(lines, "regularisation"),
        new=people.new(),
        gone=people.gone(),
        moved=people.moved(),
        missing=Missing(
            under_way=sum(1 for part in parts if part.last_day >= on),
            to_settle=sum(1 for part in parts if part.last_day < on),
            of_earlier_months=waiting.filter(month__lt=month).count(),
            not_computed=max(0, waiting.filter(month=month).count() - len(parts)),
            declarations_refused=_declarations_refused(month, entity_id),
            unsigned=_unsigned(month, entity_id, on),
            below_zero=_below_zero(month, entity_id),
            refused=dict(sorted(Counter(error.code for error in refused).items())),
        ),
    )


# --- reading ------------------------------------------------------------------------------------------------


def _settled(which: Q, entity_id: UUID | None) -> list[_Pay]:
    rows = PayItem.objects.filter(which, _at("entity_id", entity_id))
    withheld = F("onss") - F("work_bonus_a") - F("work_bonus_b")
    found = rows.annotate(withheld=withheld).order_by().values_list(*_STORED)
    return [_Pay(*row) for row in found]


def _late(month: date, entity_id: UUID | None) -> Iterable[_Pay]:
    keys = loose_items(month).filter(_at("entity_id", entity_id), month__lt=month)
    return _settled(Q(pk__in=keys.order_by().values("pk")), entity_id)


def _waiting(entity_id: UUID | None) -> QuerySet[ContractMonth]:
    """Parts of contracts that are not settled, in the order in which they would be."""
    binding = Q(contract__state__in=OPEN_STATES) | Q(number__gt=0, contract__state__in=COUNTED_STATES)
    rows = ContractMonth.objects.filter(binding, _at("contract__entity_id", entity_id), settled=False)
    return rows.order_by("last_day", "contract_id", "month", "number")


def _computed(parts: Sequence[ContractMonth], on: date) -> tuple[list[_Pay], list[DomainError]]:
    if not parts:
        return [], []
    shares, unknown = set_apart(parts, write=False)
    done = compute(shares, read_facts(parts), on, without=unknown)
    found = [
        _Pay(
            part.person.pk,
            part.contract.entity_id,
            part.contract.pk,
            part.part.paid_as,
            part.part.hours,
            part.settlement.amounts.gross,
            part.settlement.amounts.onss - part.settlement.amounts.work_bonus,
            part.settlement.amounts.withholding_tax,
            part.settlement.amounts.special_contribution,
            part.settlement.amounts.net,
            part.settlement.employer_total,
            part.margin,
        )
        for part in done.parts
    ]
    return found, [*unknown.values(), *done.refused.values()]


def _declarations_refused(month: date, entity_id: UUID | None) -> int:
    rows = Declaration.objects.filter(
        _at("contract__entity_id", entity_id),
        state__in=QUEUE_STATES,
        handled=False,
        contract__starts_on__lte=last_of_month(month),
    )
    return rows.count()


def _unsigned(month: date, entity_id: UUID | None, on: date) -> int:
    """Contracts of the month whose work has begun and that the worker has not signed."""
    signed = ContractSignature.objects.filter(contract=OuterRef("pk"), side=Side.WORKER)
    rows = EmploymentContract.objects.filter(
        _at("entity_id", entity_id),
        state__in=COUNTED_STATES,
        starts_on__lte=min(last_of_month(month), on),
        ends_on__gte=month,
    )
    return rows.filter(~Exists(signed)).count()


def _below_zero(month: date, entity_id: UUID | None) -> int:
    """Workers whose month left less than nothing: the next pay takes it along."""
    rows = PayItem.objects.filter(_at("entity_id", entity_id), month=month, carried_out__lt=0)
    return rows.order_by().values("person_id").distinct().count()


def _total(lines: QuerySet[RunLine], name: str) -> Decimal | None:
    found: Decimal | None = lines.aggregate(total=Sum(name))["total"]
    return found


def _at(name: str, entity_id: UUID | None) -> Q:
    return Q() if entity_id is None else Q(**{name: entity_id})


# --- adding up ----------------------------------------------------------------------------------------------


def _sums(pays: Iterable[_Pay]) -> Sums:
    total = Sums()
    people: set[UUID] = set()
    contracts: set[UUID] = set()
    for pay in pays:
        people.add(pay.person_id)
        contracts.add(pay.contract_id)
        total.hours += pay.hours
        total.gross += pay.gross
        total.onss += pay.onss
        total.withholding_tax += pay.withholding_tax
        total.special_contribution += pay.special_contribution
        total.net += pay.net
        total.employer_total += pay.employer_total
        total.margin += pay.margin
    total.cost = total.gross + total.employer_total
    total.workers, total.contracts = len(people), len(contracts)
    return total


def _rows(this: Iterable[_Pay], last: Iterable[_Pay], codes: dict[UUID, str]) -> list[Row]:
    kinds: dict[tuple[str, str], tuple[list[_Pay], list[_Pay]]] = defaultdict(lambda: ([], []))
    for place, pays in enumerate((this, last)):
        for pay in pays:
            kinds[(codes[pay.entity_id], pay.contract_type)][place].append(pay)
    found = []
    for (entity, kind), (now, then) in sorted(kinds.items()):
        new, old = _sums(now), _sums(then)
        found.append(Row(entity, kind, new, old, new.minus(old)))
    return found


class _People:
    """Whose net changed, by worker and entity."""

    def __init__(
        self, this: Iterable[_Pay], last: Iterable[_Pay], codes: dict[UUID, str], moved: Decimal
    ) -> None:
        self._codes, self._threshold = codes, moved
        self._this, self._last = _nets(this), _nets(last)

    def new(self) -> People:
        """Paid this month and not the month before."""
        return self._named([key for key in self._this if key not in self._last])

    def gone(self) -> People:
        """Paid the month before and not this month."""
        return self._named([key for key in self._last if key not in self._this])

    def moved(self) -> People:
        """Paid in both, and the net moved by more than the threshold."""
        both = [key for key in self._this if key in self._last]
        far = [
            key
            for key in both
            if abs(self._this[key] - self._last[key]) > abs(self._last[key]) * self._threshold
        ]
        return self._named(far)

    def _named(self, keys: list[tuple[UUID, UUID]]) -> People:
        def difference(key: tuple[UUID, UUID]) -> Decimal:
            return abs(self._this.get(key, ZERO) - self._last.get(key, ZERO))

        first = sorted(keys, key=lambda key: (-difference(key), key))[:SHOWN]
        names = Person.objects.in_bulk({person for person, _ in first})
        return People(
            len(keys),
            [
                Moved(
                    person,
                    str(names[person]),
                    self._codes[entity],
                    self._this.get((person, entity), ZERO),
                    self._last.get((person, entity), ZERO),
                )
                for person, entity in first
            ],
        )


def _nets(pays: Iterable[_Pay]) -> dict[tuple[UUID, UUID], Decimal]:
    nets: dict[tuple[UUID, UUID], Decimal] = defaultdict(lambda: ZERO)
    for pay in pays:
        nets[(pay.person_id, pay.entity_id)] += pay.net
    return nets
