"""Withholding tax on exceptional allowances: year-end premium, holiday pay, arrears (BELGIUM §4.7, §4.15).

A flat percentage of what remains after the worker's contribution, chosen by the yearly normal gross pay.
Order: child exemption, rate, child reduction, each rounded half-up.
"""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from enum import StrEnum

from core.money import ZERO, r
from payroll.engine.errors import ContradictorySituation
from payroll.engine.statutory import Figure, Figures, decimal
from payroll.engine.types import LineKind, PayLine

MONTHS = 12


class AllowanceKind(StrEnum):
    """What the allowance is: it decides the column of the table and what bears the worker's contribution."""

    YEAR_END = "year_end"
    DOUBLE_HOLIDAY = "double_holiday"
    ARREARS = "arrears"
    EXIT_HOLIDAY = "exit_holiday"

    @property
    def column(self) -> str:
        """Column of the rates table."""
        return "holiday" if self in (AllowanceKind.DOUBLE_HOLIDAY, AllowanceKind.EXIT_HOLIDAY) else "other"


@dataclass(frozen=True, slots=True)
class AllowanceTax:
    """Tax on an allowance, and how it came: `amount = r(r(taxable − exempt) × rate) − reduction`."""

    taxable: Decimal
    exempt: Decimal
    rate: Decimal
    reduction: Decimal
    amount: Decimal
    lines: tuple[PayLine, ...]


@dataclass(frozen=True, slots=True)
class AllowancePay:
    """An exceptional allowance from gross to net: `net = gross − onss − tax`."""

    kind: AllowanceKind
    gross: Decimal
    onss: Decimal
    taxable: Decimal
    withholding_tax: Decimal
    net: Decimal
    lines: tuple[PayLine, ...]


def yearly_normal_gross(month_gross: Decimal) -> Decimal:
    """Twelve times the ordinary gross of the worker, entity and month, allowances left out."""
    return MONTHS * month_gross


def allowance_tax(
    taxable: Decimal,
    yearly_gross: Decimal,
    children: int,
    kind: AllowanceKind,
    paid_on: date,
    figures: Figures,
) -> AllowanceTax:
    """Tax on what remains of an allowance after the worker's contribution; raises `NoFigureInForce`.

    With children the part of the allowance that lifts the yearly pay up to the limit of their number is
    exempt.
    """
    if children < 0:
        raise ContradictorySituation(reason="the number of dependants is not possible")
    table = figures.on("allowance.rates", paid_on)
    rate = next(
        decimal(row[kind.column])
        for row in table.value
        if "up_to" not in row or yearly_gross <= decimal(row["up_to"])
    )
    exempt = ZERO
    share = Decimal(0)
    lines: list[PayLine] = []
    if children:
        exemption = figures.on("allowance.child_exemption", paid_on)
        limit = decimal(exemption.value[min(children, len(exemption.value)) - 1])
        exempt = min(taxable, r(max(ZERO, limit - yearly_gross)))
        label = "Exonération pour enfants à charge"
        lines.append(_line("allowance_exempt", label, limit, None, exempt, exemption))
        child = figures.on("allowance.child_reduction", paid_on)
        row = child.value[min(children, len(child.value)) - 1]
        share = decimal(row["rate"]) if yearly_gross <= decimal(row["up_to"]) else Decimal(0)
    gross_tax = r((taxable - exempt) * rate)
    lines.append(
        _line("allowance_rate", "Précompte au taux annuel", taxable - exempt, rate, gross_tax, table)
    )
    reduction = r(gross_tax * share)
    if share:
        label = "Réduction pour enfants à charge"
        lines.append(_line("allowance_reduction", label, gross_tax, share, reduction, child))
    amount = gross_tax - reduction
    lines.append(
        _line("withholding_tax", "Précompte professionnel", taxable, rate, amount, table, LineKind.WITHHELD)
    )
    return AllowanceTax(taxable, exempt, rate, reduction, amount, tuple(lines))


def exceptional_allowance(
    kind: AllowanceKind,
    gross: Decimal,
    *,
    yearly_gross: Decimal,
    children: int,
    paid_on: date,
    figures: Figures,
) -> AllowancePay:
    """A year-end premium, arrears or the yearly double holiday pay of an employee, from gross to net.

    The double holiday pay bears the retention on 85/92 of it only. The exit holiday has its own function.
    """
    if kind is AllowanceKind.EXIT_HOLIDAY:
        raise ValueError("payroll.engine.holiday.exit_holiday pays the exit holiday")
    if kind is AllowanceKind.DOUBLE_HOLIDAY:
        share = figures.on("holiday.double_subject_share", paid_on)
        subject = r(gross * share.part("numerator") / share.part("denominator"))
        rate = figures.on("holiday.double_retention_rate", paid_on)
    else:
        subject = gross
        rate = figures.on("onss.worker_rate", paid_on)
    onss = r(subject * rate.number)
    taxable = gross - onss
    tax = allowance_tax(taxable, yearly_gross, children, kind, paid_on, figures)
    label = "Cotisation personnelle ONSS"
    lines = (
        _line("onss", label, subject, rate.number, onss, rate, LineKind.WITHHELD),
        *tax.lines,
    )
    return AllowancePay(kind, gross, onss, taxable, tax.amount, taxable - tax.amount, lines)


def _line(
    code: str,
    label: str,
    base: Decimal | None,
    rate: Decimal | None,
    amount: Decimal,
    figure: Figure,
    kind: LineKind = LineKind.EXPLAINS,
) -> PayLine:
    return PayLine(
        code, label, base, rate, amount, figure.source, kind, figure.valid_from, figure.status, amount
    )
