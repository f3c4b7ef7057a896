"""What the quarterly declaration is made of: pay in euro as booked, declared amounts in whole cents."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from payroll.worktime import WorkTime


@dataclass(frozen=True, slots=True)
class Terms:
    """Of a contract what the declaration says: dates (`ends_on` None: no end agreed) and joint committee."""

    contract_id: UUID
    worker_type: str
    worker_code: str
    joint_committee: str
    starts_on: date
    ends_on: date | None


@dataclass(frozen=True, slots=True)
class PaidWork:
    """One pay item: its own amounts. `owed`: what it made owed to the social security office (4540)."""

    terms: Terms
    month: date
    days: Decimal
    hours: Decimal
    gross: Decimal
    base: Decimal
    onss: Decimal
    work_bonus: Decimal
    special: Decimal
    employer: Mapping[str, Decimal]
    owed: Decimal


@dataclass(frozen=True, slots=True)
class PaidHoliday:
    """One exit holiday, declared with the last contract that earned it."""

    terms: Terms
    simple: Decimal
    double: Decimal
    employer_onss: Decimal
    onss_simple: Decimal
    onss_double: Decimal

    @property
    def owed(self) -> Decimal:
        """What it made owed to the social security office (4540)."""
        return self.employer_onss + self.onss_simple + self.onss_double


@dataclass(frozen=True, slots=True)
class PaidExtra:
    """Other pay (a premium, double holiday pay, the special contribution of the quarter), declared with the
    worker's last contract. `pay_code`: that of annex 7, empty when the declaration lists no pay for it.
    """

    terms: Terms
    pay_code: str
    gross: Decimal
    onss: Decimal
    employer_onss: Decimal
    owed: Decimal


@dataclass(frozen=True, slots=True)
class WorkerQuarter:
    """One worker of an entity in a quarter, as booked. `idle`: contracts with time but without any pay in the
    quarter.
    """

    person_id: UUID
    works: tuple[PaidWork, ...]
    holidays: tuple[PaidHoliday, ...] = ()
    extras: tuple[PaidExtra, ...] = ()
    times: tuple[WorkTime, ...] = ()
    idle: tuple[Terms, ...] = ()


@dataclass(frozen=True, slots=True)
class Codes:
    """The dated tables that the declaration is written with; `language`: that of the employer's category."""

    employer_class: Mapping[str, Mapping[str, str]]
    contributions: Mapping[str, Any]
    work_bonus: str
    codes: Mapping[str, Any]
    language: str

    def class_of(self, joint_committee: str) -> str:
        """The employer's category for a joint committee."""
        row = self.employer_class.get(joint_committee, self.employer_class["other"])
        return row.get(self.language, row["fr"])


@dataclass(frozen=True, slots=True)
class Declared:
    """What is declared of a worker: `records` as the file has them, amounts in cents, and the sum owed.

    `problem`: why it cannot be sent, empty when it can.
    """

    records: list[dict[str, Any]] = field(default_factory=list)
    contributions: int = 0
    deductions: int = 0
    booked: int = 0
    problem: str = ""

    @property
    def net(self) -> int:
        """Contributions less deductions, in cents."""
        return self.contributions - self.deductions
