"""Withholding on authors' income: 15 % after flat costs, per author and calendar year (BELGIUM §4.16)."""

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO, r
from payroll.engine.errors import CopyrightCeiling
from payroll.engine.statutory import Figures


@dataclass(frozen=True, slots=True)
class CopyrightPay:
    """One payment of copyright: `net = gross − tax`; `costs` are the flat costs that it brings."""

    gross: Decimal
    costs: Decimal
    tax: Decimal
    net: Decimal
    rate: Decimal
    source: str
    valid_from: date
    status: str


def copyright_pay(
    gross: Decimal, *, paid_before: Decimal, tax_before: Decimal, paid_on: date, figures: Figures
) -> CopyrightPay:
    """Pay copyright to an author who received `paid_before` this calendar year, taxed `tax_before`.

    The tax is that of the year's total less what was withheld, so that any split of an amount costs the same.
    Flat costs are half of the first bracket, a quarter of the second, nothing above. Raises
    `CopyrightCeiling` above the yearly ceiling and `NoFigureInForce` for a year whose brackets are not
    loaded.
    """
    figure = figures.on("copyright.brackets", paid_on)
    total = paid_before + gross
    if total > figure.part("ceiling"):
        raise CopyrightCeiling(ceiling=figure.part("ceiling"), total=total)
    half, quarter = figure.part("half_costs_up_to"), figure.part("quarter_costs_up_to")

    def costs(income: Decimal) -> Decimal:
        in_half = min(income, half)
        in_quarter = max(ZERO, min(income, quarter) - half)
        return r(in_half / 2 + in_quarter / 4)

    tax = r((total - costs(total)) * figure.part("rate")) - tax_before
    return CopyrightPay(
        gross=gross,
        costs=costs(total) - costs(paid_before),
        tax=tax,
        net=gross - tax,
        rate=figure.part("rate"),
        source=figure.source,
        valid_from=figure.valid_from,
        status=figure.status,
    )
