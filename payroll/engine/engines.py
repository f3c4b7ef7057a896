"""Whose pay is computed by whom: one engine per country, chosen here and nowhere else.

A country is paid when it has an engine below and its figures in `payroll/statutory/<country>`; any other is
refused with `NoPayrollEngine`. A new engine is a class with the methods of `PayEngine` and one row here.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from types import MappingProxyType
from typing import Protocol

from core.money import ZERO
from payroll.engine.employer import check_payable
from payroll.engine.errors import NoPayrollEngine
from payroll.engine.holiday import ExitHoliday, HolidayHeld, exit_holiday
from payroll.engine.minimum_wage import LOADED_COMMITTEE, MinimumWage, minimum_wage
from payroll.engine.month import Settlement, settle
from payroll.engine.statutory import Figures, figures_of
from payroll.engine.types import PayInput, SettledItem, Situation, WorkerType


class PayEngine(Protocol):
    """What a country's engine answers; each answer is pure and comes from the dated figures it was given."""

    @property
    def figures(self) -> Figures:
        """The figures that it computes with."""

    def check_payable(self, worker_type: WorkerType, first_day: date) -> None:
        """Refuse a kind of work that cannot be paid from that day on."""

    def minimum_wage(
        self,
        worker_type: WorkerType,
        on: date,
        *,
        joint_committee: str = LOADED_COMMITTEE,
        category: str = "A",
        years: int = 0,
        years_in_firm: int = 0,
        age: int | None = None,
    ) -> MinimumWage:
        """The least that a contract beginning that day pays."""

    def settle(
        self,
        previous: Sequence[SettledItem],
        new: PayInput,
        *,
        situation: Situation,
        work_bonus_of_other_months: Decimal = ZERO,
        carried_in: Decimal = ZERO,
    ) -> Settlement:
        """Settle one more item after those of its month."""

    def exit_holiday(
        self, held: HolidayHeld, *, yearly_gross: Decimal, children: int, ended_on: date, paid_on: date
    ) -> ExitHoliday:
        """Pay what was set aside for holidays."""


@dataclass(frozen=True, slots=True)
class BelgianEngine:
    """Belgium: see the modules beside this one."""

    figures: Figures

    def check_payable(self, worker_type: WorkerType, first_day: date) -> None:
        """See `payroll.engine.employer.check_payable`."""
        check_payable(worker_type, first_day, self.figures)

    def minimum_wage(
        self,
        worker_type: WorkerType,
        on: date,
        *,
        joint_committee: str = LOADED_COMMITTEE,
        category: str = "A",
        years: int = 0,
        years_in_firm: int = 0,
        age: int | None = None,
    ) -> MinimumWage:
        """See `payroll.engine.minimum_wage.minimum_wage`."""
        return minimum_wage(
            worker_type,
            on,
            self.figures,
            joint_committee=joint_committee,
            category=category,
            years=years,
            years_in_firm=years_in_firm,
            age=age,
        )

    def settle(
        self,
        previous: Sequence[SettledItem],
        new: PayInput,
        *,
        situation: Situation,
        work_bonus_of_other_months: Decimal = ZERO,
        carried_in: Decimal = ZERO,
    ) -> Settlement:
        """See `payroll.engine.month.settle`."""
        return settle(
            previous,
            new,
            situation=situation,
            figures=self.figures,
            work_bonus_of_other_months=work_bonus_of_other_months,
            carried_in=carried_in,
        )

    def exit_holiday(
        self, held: HolidayHeld, *, yearly_gross: Decimal, children: int, ended_on: date, paid_on: date
    ) -> ExitHoliday:
        """See `payroll.engine.holiday.exit_holiday`."""
        return exit_holiday(
            held,
            yearly_gross=yearly_gross,
            children=children,
            ended_on=ended_on,
            paid_on=paid_on,
            figures=self.figures,
        )


ENGINES: Mapping[str, Callable[[Figures], PayEngine]] = MappingProxyType({"be": BelgianEngine})
"""The engine of each country, by its code in small letters."""


@cache
def engine_of(country: str) -> PayEngine:
    """The engine of a country with the delivered figures; raises `NoPayrollEngine`."""
    make = ENGINES.get(country)
    if make is None:
        raise NoPayrollEngine(country=country)
    return make(figures_of(country))
