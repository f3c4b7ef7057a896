"""Words of the pay engine: frozen values in, frozen values out. Amounts are EUR with two decimals, hours are
hours with two decimals, months are the first day of the month."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType
from typing import NamedTuple

from core.money import ZERO


class WorkerType(StrEnum):
    """Kind of employment contract. An agency worker contributes as an employee; what the agency owes for the
    holidays differs, so that nothing is paid until a file gives `employer.lines.interim`."""

    EMPLOYEE = "employee"
    ARTISTIC = "artistic"
    STUDENT = "student"
    INTERIM = "interim"

    @property
    def worker_code(self) -> str:
        """NSSO worker code (DmfA annex 2): 495 employees, 046 artists, 841 student employees."""
        return WORKER_CODES[self]


WORKER_CODES: Mapping[WorkerType, str] = MappingProxyType(
    {
        WorkerType.EMPLOYEE: "495",
        WorkerType.ARTISTIC: "046",
        WorkerType.STUDENT: "841",
        WorkerType.INTERIM: "495",
    }
)


class FamilyStatus(StrEnum):
    """Scale of the withholding tax and of the special contribution: married includes legal cohabitants."""

    SINGLE = "single"
    MARRIED_ONE_INCOME = "married_one_income"
    MARRIED_TWO_INCOMES = "married_two_incomes"


class TaxRegime(StrEnum):
    """How the withholding tax of a contract is computed."""

    ORDINARY = "ordinary"
    FLAT_ARTIST = "flat_artist"
    NONE = "none"


class LineKind(StrEnum):
    """What a pay line does to the net."""

    ADDS = "adds"
    WITHHELD = "withheld"
    EXPLAINS = "explains"


@dataclass(frozen=True, slots=True)
class Situation:
    """Family situation of a worker on the day of payment, and what would put the worker outside the figures.

    `disabled_children` are among `children` and count twice. `age` is in whole years at the end of the work
    month, None when not known. The spouse's flags are for scale I (two incomes) only.
    """

    status: FamilyStatus = FamilyStatus.SINGLE
    children: int = 0
    disabled_children: int = 0
    single_parent: bool = False
    spouse_low_income: bool = False
    spouse_low_pension: bool = False
    disabled_persons: int = 0
    other_dependants: int = 0
    resident: bool = True
    age: int | None = None

    @property
    def counted_children(self) -> int:
        """Children as the tax counts them: a disabled child is two."""
        return self.children + self.disabled_children


@dataclass(frozen=True, slots=True)
class PayInput:
    """One pay item: the pay of one contract in one month. A correction has a negative gross or hours."""

    worker_type: WorkerType
    gross: Decimal
    hours: Decimal
    work_month: date
    paid_on: date
    flat_tax: bool = False

    @property
    def regime(self) -> TaxRegime:
        """Students within their yearly hours bear no tax; artists may choose the flat rate."""
        if self.worker_type is WorkerType.STUDENT:
            return TaxRegime.NONE
        return TaxRegime.FLAT_ARTIST if self.flat_tax else TaxRegime.ORDINARY


class PayLine(NamedTuple):
    """One line that explains a pay: `amount` is this item's part, `month_amount` the cumulated month's.

    `base` and `rate` are those of the cumulated month. Withheld amounts are positive, of kind WITHHELD.
    `valid_from` and `status` are those of the statutory figure; both are None for a line that uses none.
    """

    code: str
    label: str
    base: Decimal | None
    rate: Decimal | None
    amount: Decimal
    source: str
    kind: LineKind = LineKind.EXPLAINS
    valid_from: date | None = None
    status: str | None = None
    month_amount: Decimal = ZERO

    def with_part(self, amount: Decimal) -> "PayLine":
        """The line of the month as it stands for one item, of which it says the part."""
        if amount == self.amount:
            return self
        return PayLine(
            self.code,
            self.label,
            self.base,
            self.rate,
            amount,
            self.source,
            self.kind,
            self.valid_from,
            self.status,
            self.month_amount,
        )


class EmployerLine(NamedTuple):
    """One employer's cost line: who is owed (`creditor`), in which liability account, and why."""

    code: str
    label: str
    base: Decimal
    rate: Decimal
    amount: Decimal
    account: str
    creditor: str
    source: str
    valid_from: date
    status: str
    month_amount: Decimal = ZERO

    def with_part(self, amount: Decimal) -> "EmployerLine":
        """The line of the month as it stands for one item, of which it says the part."""
        if amount == self.amount:
            return self
        return EmployerLine(
            self.code,
            self.label,
            self.base,
            self.rate,
            amount,
            self.account,
            self.creditor,
            self.source,
            self.valid_from,
            self.status,
            self.month_amount,
        )


class Amounts(NamedTuple):
    """Amounts of a pay: of one item (then a difference, any sign) or of a cumulated month.

    `base` is the contribution base (108 % for artists). `net = taxable − tax − special_contribution`.
    """

    gross: Decimal = ZERO
    hours: Decimal = ZERO
    base: Decimal = ZERO
    onss: Decimal = ZERO
    work_bonus_a: Decimal = ZERO
    work_bonus_b: Decimal = ZERO
    withholding_tax: Decimal = ZERO
    special_contribution: Decimal = ZERO

    @property
    def taxable(self) -> Decimal:
        """Gross less the worker's contribution that is really withheld."""
        return self.gross - (self.onss - self.work_bonus_a - self.work_bonus_b)

    @property
    def net(self) -> Decimal:
        """What the worker receives."""
        return self.taxable - self.withholding_tax - self.special_contribution

    @property
    def work_bonus(self) -> Decimal:
        """Both parts of the work bonus."""
        return self.work_bonus_a + self.work_bonus_b

    def __add__(self, other: "Amounts") -> "Amounts":  # type: ignore[override]  # a sum, not a longer tuple
        return Amounts(
            self.gross + other.gross,
            self.hours + other.hours,
            self.base + other.base,
            self.onss + other.onss,
            self.work_bonus_a + other.work_bonus_a,
            self.work_bonus_b + other.work_bonus_b,
            self.withholding_tax + other.withholding_tax,
            self.special_contribution + other.special_contribution,
        )

    def __sub__(self, other: "Amounts") -> "Amounts":
        return Amounts(
            self.gross - other.gross,
            self.hours - other.hours,
            self.base - other.base,
            self.onss - other.onss,
            self.work_bonus_a - other.work_bonus_a,
            self.work_bonus_b - other.work_bonus_b,
            self.withholding_tax - other.withholding_tax,
            self.special_contribution - other.special_contribution,
        )


NO_EMPLOYER: Mapping[str, Decimal] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class SettledItem:
    """A pay item already settled, as stored: its input, its own amounts and its employer lines by code."""

    item: PayInput
    amounts: Amounts
    employer: Mapping[str, Decimal] = field(default_factory=lambda: NO_EMPLOYER)
