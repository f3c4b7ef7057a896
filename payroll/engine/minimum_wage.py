"""Minimum wage by the hour, of the contract's joint committee (BELGIUM §4.12, §4.15)."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import r
from payroll.engine.errors import InvalidHours, NoFigureInForce
from payroll.engine.statutory import Figure, Figures, decimal
from payroll.engine.types import WorkerType

LOADED_COMMITTEE = "200"
STUDENT_AGES_END = 21
HOURS_A_WEEK = 38

COMMITTEE_NOT_LOADED = "committee_not_loaded"


@dataclass(frozen=True, slots=True)
class MinimumWage:
    """The minimum of a contract: per month full time, per hour (four decimals), where it comes from.

    `warning` is a code when the joint committee's own scale is not loaded, else None.
    """

    monthly: Decimal
    hourly: Decimal
    source: str
    valid_from: date
    status: str
    warning: str | None


@dataclass(frozen=True, slots=True)
class MinimumWageCheck:
    """A gross against its minimum: `ok` when gross / hours is at least the hourly minimum."""

    minimum: MinimumWage
    hourly_gross: Decimal
    lowest_gross: Decimal
    ok: bool


def hourly_of(monthly: Decimal) -> Decimal:
    """Hourly pay of a monthly one at 38 hours a week, four decimals: `r4(monthly × 12 / 52 / 38)`."""
    return r(monthly * 12 / (52 * HOURS_A_WEEK), 4)


def minimum_wage(
    worker_type: WorkerType,
    on: date,
    figures: Figures,
    *,
    joint_committee: str = LOADED_COMMITTEE,
    category: str = "A",
    years: int = 0,
    years_in_firm: int = 0,
    age: int | None = None,
) -> MinimumWage:
    """Minimum of a contract that begins on the day; raises `NoFigureInForce`.

    Students under 21 whose age is known follow the age table; a committee that is not loaded falls back on
    the guaranteed monthly income, with a warning. Categories are A to D, A and no experience unless known.
    """
    if worker_type is WorkerType.STUDENT and age is not None and age < STUDENT_AGES_END:
        figure = figures.on("minimum.pc200.students", on)
        by_age = figure.value[category]
        if age not in by_age:
            raise NoFigureInForce(figure=f"{figure.code}.{category}.{age}", on=on.isoformat())
        warning = None if joint_committee == LOADED_COMMITTEE else COMMITTEE_NOT_LOADED
        return _minimum(decimal(by_age[age]), figure, warning)
    if joint_committee != LOADED_COMMITTEE:
        figure = figures.on("minimum.rmmmg", on)
        return _minimum(figure.number, figure, COMMITTEE_NOT_LOADED)
    code = "minimum.pc200.scale_2" if years_in_firm >= 1 else "minimum.pc200.scale_1"
    figure = figures.on(code, on)
    return _minimum(_by_years(figure.value[category], max(years, years_in_firm)), figure, None)


def check_minimum_wage(gross: Decimal, hours: Decimal, minimum: MinimumWage) -> MinimumWageCheck:
    """Compare a gross for its hours with the minimum; hours are needed also for a fee per piece."""
    if hours <= 0:
        raise InvalidHours(value=hours)
    exact = minimum.hourly * hours
    lowest = r(exact) if r(exact) >= exact else r(exact) + Decimal("0.01")
    return MinimumWageCheck(minimum, r(gross / hours, 4), lowest, gross >= exact)


def _by_years(scale: Mapping[int, Any], years: int) -> Decimal:
    return decimal(scale[max(step for step in scale if step <= years)])


def _minimum(monthly: Decimal, figure: Figure, warning: str | None) -> MinimumWage:
    return MinimumWage(monthly, hourly_of(monthly), figure.source, figure.valid_from, figure.status, warning)
