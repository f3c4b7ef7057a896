"""What a contract costs: employer lines from the dated list, budget, margin, inversion, split by hours.

Sources: DOMAIN §4 example B, §5; BELGIUM §4.9, §4.13, §4.15.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import CENT, ZERO, in_cents, r
from payroll.engine.contributions import contribution_base
from payroll.engine.errors import BudgetTooSmall
from payroll.engine.statutory import Figures, decimal
from payroll.engine.types import EmployerLine, WorkerType


@dataclass(frozen=True, slots=True)
class EmploymentCost:
    """The employment budget of a gross and what it pays: `budget = gross + employer lines + margin`."""

    gross: Decimal
    multiplier: Decimal
    budget: Decimal
    lines: tuple[EmployerLine, ...]
    margin: Decimal


def employer_lines(
    worker_type: WorkerType, gross: Decimal, month: date, figures: Figures
) -> tuple[EmployerLine, ...]:
    """The employer's lines of a (cumulated) gross, one `r(base × rate)` per line and creditor."""
    figure = figures.on(f"employer.lines.{worker_type.value}", month)
    bases = {"gross": gross, "gross_108": contribution_base(worker_type, gross, month, figures)}
    lines: list[EmployerLine] = []
    for row in figure.value:
        base, rate = bases[row["base"]], decimal(row["rate"])
        taken = sum((bases[code] for code in row.get("less", ())), ZERO)
        amount = r(base * decimal(row.get("total_rate", rate))) - taken
        bases[row["code"]] = amount
        lines.append(
            EmployerLine(
                row["code"],
                row["label"],
                base,
                rate,
                amount,
                row["account"],
                row["creditor"],
                row["source"],
                figure.valid_from,
                row["status"],
                amount,
            )
        )
    return tuple(lines)


def check_payable(worker_type: WorkerType, first_day: date, figures: Figures) -> None:
    """Refuse work whose employer lines nobody entered, before it is promised; raises `NoFigureInForce`.

    An agency worker is refused here even when the multiplier is known: what an agency sets aside for holidays
    follows a regime of its own, and is a figure to be loaded (`employer.lines.interim`), not a guess.
    """
    figures.on(f"employer.lines.{worker_type.value}", first_day)


def employer_cost(worker_type: WorkerType, gross: Decimal, month: date, figures: Figures) -> Decimal:
    """Gross and employer lines: what a contract costs where no multiplier is agreed; grows with the gross."""
    return gross + sum((line.amount for line in employer_lines(worker_type, gross, month, figures)), ZERO)


def largest_gross_of_cost(
    cost: Decimal,
    worker_type: WorkerType,
    month: date,
    figures: Figures,
    *,
    month_gross: Decimal = ZERO,
) -> Decimal:
    """The largest gross whose own gross and employer lines fit in `cost`.

    `month_gross` is what contracts of the same kind have already cost their lines on in the month: lines are
    those of the cumulated month, less theirs. One cent more of gross costs at least one cent more, so that a
    bisection finds it. Raises `BudgetTooSmall`, `NoFigureInForce`.
    """
    before = employer_cost(worker_type, month_gross, month, figures)

    def fits(cents: int) -> bool:
        after = employer_cost(worker_type, month_gross + CENT * cents, month, figures)
        return after - before <= cost

    if cost <= 0 or not fits(1):
        raise BudgetTooSmall(budget=cost)
    low, high = 1, in_cents(cost) + 1
    while high - low > 1:
        middle = (low + high) // 2
        if fits(middle):
            low = middle
        else:
            high = middle
    return CENT * low


def employment_budget(gross: Decimal, multiplier: Decimal) -> Decimal:
    """What a gross costs its Activity: `r(gross × multiplier)`."""
    return r(gross * multiplier)


def margin_of(budget: Decimal, gross: Decimal, lines: Sequence[EmployerLine]) -> Decimal:
    """The remainder of the employment budget, a second contribution to the common pot; it may be negative."""
    return budget - gross - sum((line.amount for line in lines), ZERO)


def employment_cost(
    worker_type: WorkerType, gross: Decimal, multiplier: Decimal, month: date, figures: Figures
) -> EmploymentCost:
    """Budget, employer lines and margin of a contract alone in its month."""
    budget = employment_budget(gross, multiplier)
    lines = employer_lines(worker_type, gross, month, figures)
    return EmploymentCost(gross, multiplier, budget, lines, margin_of(budget, gross, lines))


def largest_gross(budget: Decimal, multiplier: Decimal) -> Decimal:
    """The largest gross whose employment budget fits: 835.00 at 1.55 gives 538.71 (DOMAIN §5).

    Raises `BudgetTooSmall` when not even one cent fits.
    """
    gross = r(budget / multiplier)
    while employment_budget(gross, multiplier) > budget:
        gross -= CENT
    while employment_budget(gross + CENT, multiplier) <= budget:
        gross += CENT
    if gross <= 0:
        raise BudgetTooSmall(budget=budget)
    return gross


def amounts_by_account(lines: Sequence[EmployerLine]) -> Mapping[str, Decimal]:
    """Employer lines summed per liability account."""
    totals: dict[str, Decimal] = {}
    for line in lines:
        totals[line.account] = totals.get(line.account, ZERO) + line.amount
    return totals


def split_by_hours(amount: Decimal, hours: Sequence[Decimal]) -> tuple[Decimal, ...]:
    """Split an amount over the months of a contract by planned hours; the last month takes the rest."""
    total = sum(hours, ZERO)
    if not hours or total <= 0 or min(hours) < 0:
        raise ValueError("planned hours of every month are needed")
    parts = [r(amount * part / total) for part in hours[:-1]]
    return (*parts, amount - sum(parts, ZERO))
