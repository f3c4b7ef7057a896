"""Withholding tax on a month's pay: the key formula, scale of the payment date (BELGIUM §4.1–4.4).

The municipal surcharge is inside the scale. Every step is rounded half-up to the cent.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from core.money import ZERO, r
from payroll.engine.errors import ContradictorySituation, UnsupportedSituation
from payroll.engine.statutory import Figure, Figures, decimal
from payroll.engine.types import FamilyStatus, LineKind, PayLine, Situation, WorkerType

MONTHS = 12
YOUNGEST = 19


@dataclass(frozen=True, slots=True)
class Withholding:
    """Tax of a month and the lines that explain it, the last one being the tax itself."""

    amount: Decimal
    lines: tuple[PayLine, ...]


def check_situation(situation: Situation, worker_type: WorkerType) -> None:
    """Refuse what has no figures or contradicts itself: `UnsupportedSituation`, `ContradictorySituation`."""
    if not situation.resident:
        raise UnsupportedSituation(reason="the worker does not live in Belgium")
    if situation.age is not None and situation.age < YOUNGEST and worker_type is not WorkerType.STUDENT:
        raise UnsupportedSituation(reason="the worker is under 19")
    counts = (
        situation.children,
        situation.disabled_children,
        situation.disabled_persons,
        situation.other_dependants,
    )
    if min(counts) < 0 or situation.disabled_children > situation.children:
        raise ContradictorySituation(reason="the number of dependants is not possible")
    if situation.single_parent and (situation.status is not FamilyStatus.SINGLE or not situation.children):
        raise ContradictorySituation(reason="a single parent is single and has at least one child")
    if situation.spouse_low_income or situation.spouse_low_pension:
        if situation.status is not FamilyStatus.MARRIED_TWO_INCOMES:
            raise ContradictorySituation(reason="a spouse's low income counts only for two incomes")
        if situation.spouse_low_income and situation.spouse_low_pension:
            raise ContradictorySituation(reason="a spouse's low income and low pension exclude each other")


def ordinary_withholding(
    taxable: Decimal,
    work_bonus_a: Decimal,
    work_bonus_b: Decimal,
    situation: Situation,
    paid_on: date,
    figures: Figures,
) -> Withholding:
    """Tax on the month's taxable pay by the key formula; raises `NoFigureInForce` when no scale is loaded."""
    scale = figures.on("tax.scale", paid_on)
    yearly = MONTHS * max(ZERO, taxable)
    expenses_rate = scale.part("expenses_rate")
    expenses = min(r(expenses_rate * yearly), scale.part("expenses_cap"))
    net_yearly = yearly - expenses
    credit = scale.part("exempt_credit")
    if situation.status is FamilyStatus.MARRIED_ONE_INCOME:
        quotient = min(
            r(scale.part("marital_quotient_rate") * net_yearly), scale.part("marital_quotient_cap")
        )
        gross_tax = _scale_tax(quotient, scale) + _scale_tax(net_yearly - quotient, scale)
        credit *= 2
    else:
        gross_tax = _scale_tax(net_yearly, scale)
    base_tax = max(ZERO, gross_tax - credit)
    lines = [
        _line("taxable_yearly", "Imposable annualisé", taxable, Decimal(MONTHS), yearly, scale),
        _line("professional_expenses", "Frais forfaitaires", yearly, expenses_rate, expenses, scale),
        _line("net_yearly", "Revenu annuel net imposable", None, None, net_yearly, scale),
        _line("scale_tax", "Impôt annuel du barème", net_yearly, None, gross_tax, scale),
        _line("exempt_credit", "Quotité exemptée", None, None, credit, scale),
        _line("base_tax", "Impôt annuel de base", None, None, base_tax, scale),
    ]  # fmt: skip
    reductions = family_reductions(situation, paid_on, figures)
    lines += reductions
    yearly_tax = max(ZERO, base_tax - sum((line.amount for line in reductions), ZERO))
    monthly_tax = r(yearly_tax / MONTHS)
    lines.append(
        _line("monthly_tax", "Précompte mensuel avant bonus fiscal", yearly_tax, None, monthly_tax, scale)
    )
    fiscal = figures.on("tax.fiscal_bonus", paid_on)
    tax = monthly_tax
    for part, bonus in (("a", work_bonus_a), ("b", work_bonus_b)):
        rate = fiscal.part(part)
        reduction = r(rate * max(ZERO, bonus))
        tax -= reduction
        label = f"Bonus à l'emploi fiscal, volet {part.upper()}"
        lines.append(_line(f"fiscal_bonus_{part}", label, bonus, rate, reduction, fiscal))
    return Withholding(max(ZERO, tax), tuple(lines))


def flat_withholding(taxable: Decimal, paid_on: date, figures: Figures) -> Withholding:
    """Flat tax of an artistic contract: no fiscal bonus, no family reduction (BELGIUM §4.10, §4.15)."""
    figure = figures.on("tax.flat_artist_rate", paid_on)
    amount = r(max(ZERO, taxable) * figure.number)
    label = "Précompte forfaitaire artistes"
    return Withholding(amount, (_line("flat_tax", label, taxable, figure.number, amount, figure),))


def family_reductions(situation: Situation, paid_on: date, figures: Figures) -> list[PayLine]:
    """Yearly reductions of the tax for the family; none for a situation without dependants."""
    lines: list[PayLine] = []

    def add(code: str, label: str, figure: Figure, amount: Decimal) -> None:
        lines.append(_line(code, label, None, None, amount, figure))

    if situation.counted_children:
        figure = figures.on("tax.children", paid_on)
        amount = _children_reduction(situation.counted_children, figure.value)
        add("reduction_children", "Réduction pour enfants à charge", figure, amount)
    flags: tuple[tuple[int, str, str], ...] = (
        (int(situation.single_parent), "single_parent", "Réduction parent isolé"),
        (int(situation.spouse_low_income), "spouse_low_income", "Réduction conjoint à faible revenu"),
        (int(situation.spouse_low_pension), "spouse_low_pension", "Réduction conjoint pensionné"),
        (situation.disabled_persons, "disabled", "Réduction handicap"),
        (situation.other_dependants, "other_dependant", "Réduction autres personnes à charge"),
    )
    for count, code, label in flags:
        if count:
            figure = figures.on(f"tax.{code}", paid_on)
            add(f"reduction_{code}", label, figure, figure.number * count)
    return lines


def _children_reduction(children: int, table: Mapping[str, Any]) -> Decimal:
    listed = table["reductions"]
    if children <= len(listed):
        return decimal(listed[children - 1])
    return decimal(listed[-1]) + decimal(table["each_further"]) * (children - len(listed))


def _scale_tax(income: Decimal, scale: Figure) -> Decimal:
    for bracket in scale.value["brackets"]:
        if "up_to" not in bracket or income <= decimal(bracket["up_to"]):
            return r(
                decimal(bracket["base"]) + decimal(bracket["rate"]) * (income - decimal(bracket["over"]))
            )
    raise AssertionError("the last bracket of a scale has no limit")


def _line(
    code: str, label: str, base: Decimal | None, rate: Decimal | None, amount: Decimal, figure: Figure
) -> PayLine:
    rounded = r(amount)
    return PayLine(
        code,
        label,
        base,
        rate,
        rounded,
        figure.source,
        LineKind.EXPLAINS,
        figure.valid_from,
        figure.status,
        rounded,
    )
