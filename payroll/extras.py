"""Other pay than that of contracts: what rooms pay a worker in a month, and what stands on the payslip too.

Year-end premiums, yearly holiday pay, top-ups: each room registers where its rows are. Payslips, returns and
the checks of the books read them here, so that nothing in the root knows a room.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from payroll.engine.holiday import HolidayHeld


@dataclass(frozen=True, slots=True)
class ExtraLine:
    """One line that explains another pay, with the words of `payroll.models.PayLine`: `kind` is adds,
    withheld, explains or employer; employer lines name their `account`.
    """

    kind: str
    code: str
    label: str
    base: Decimal | None
    rate: Decimal | None
    amount: Decimal
    source: str
    valid_from: date | None = None
    status: str = ""
    account: str = ""


@dataclass(frozen=True, slots=True)
class Extra:
    """Another pay of a worker, posted: (`source_type`, `source_id`) names it in entries and payouts.

    `net = gross − onss − withholding_tax`, in euro. `employer_onss`: the employer's contributions on it.
    `owed`: what its entry credits by account of class 45. `remuneration_code`: as the quarterly declaration
    names it (2 premiums); empty when the declaration does not list it.
    """

    source_type: str
    source_id: UUID
    person_id: UUID
    entity_id: UUID
    month: date
    label: str
    worker_code: str
    remuneration_code: str
    paid_on: date
    gross: Decimal
    onss: Decimal
    taxable: Decimal
    withholding_tax: Decimal
    net: Decimal
    employer_onss: Decimal
    owed: Mapping[str, Decimal]
    lines: tuple[ExtraLine, ...]


FindExtras = Callable[[Collection[UUID] | None, date, date], Iterable[Extra]]
"""Extras of these people (None: of everybody) whose month lies from the first to the last month given."""


@dataclass(frozen=True, slots=True)
class ExtraPay:
    """A room's part: its kind of source, its rows, and what it owes workers by entity (credits of 455)."""

    source_type: str
    find: FindExtras
    nets: Callable[[], Iterable[tuple[UUID, Decimal]]]


HolidayDraws = Callable[[Collection[UUID]], Mapping[tuple[UUID, UUID], HolidayHeld]]
"""What left account 4560 of these people otherwise than by exit holiday, by (person, entity)."""

_sources: dict[str, ExtraPay] = {}
_draws: list[HolidayDraws] = []


def register_extra_pay(part: ExtraPay) -> None:
    """Let a kind of other pay stand on payslips, in returns and in the checks of the books."""
    _sources[part.source_type] = part


def register_holiday_draws(draws: HolidayDraws) -> None:
    """Tell what a room took from account 4560, so that no exit holiday pays it again."""
    if draws not in _draws:
        _draws.append(draws)


def source_types() -> tuple[str, ...]:
    """Kinds of source of other pay, as entries and payouts name them."""
    return tuple(sorted(_sources))


def extras_of(people: Collection[UUID] | None, first: date, last: date) -> list[Extra]:
    """Other pay of these people (None: of everybody), of months from `first` to `last`, in order of month."""
    found = [extra for key in source_types() for extra in _sources[key].find(people, first, last)]
    return sorted(found, key=lambda extra: (extra.month, extra.paid_on, extra.source_id))


def unpaid_nets() -> dict[UUID, Decimal]:
    """What other pay credited to account 455 so far, by entity."""
    total: dict[UUID, Decimal] = {}
    for key in source_types():
        for entity, amount in _sources[key].nets():
            total[entity] = total.get(entity, ZERO) + amount
    return total


def holiday_drawn(people: Collection[UUID]) -> dict[tuple[UUID, UUID], HolidayHeld]:
    """What left account 4560 otherwise than by exit holiday, by (person, entity)."""
    total: dict[tuple[UUID, UUID], HolidayHeld] = {}
    for draws in _draws:
        for key, part in draws(people).items():
            before = total.get(key, HolidayHeld(ZERO, ZERO, ZERO, ZERO))
            total[key] = HolidayHeld(
                before.simple + part.simple,
                before.double + part.double,
                before.supplement + part.supplement,
                before.employer_onss + part.employer_onss,
            )
    return total
