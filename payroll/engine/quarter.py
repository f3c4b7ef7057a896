"""The special contribution of a quarter: what is due on the quarter's pay less what its months withheld.

By law the contribution is quarterly; the months withhold on account and the third month settles (law of
30 March 1994; BELGIUM §4.5, §4.15). One answer per worker and legal entity.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from core.calendar import last_of_month
from core.money import ZERO
from payroll.engine.contributions import special_contribution
from payroll.engine.month import NET_WAGES_ACCOUNT, ONSS_ACCOUNT
from payroll.engine.statutory import Figures
from payroll.engine.types import FamilyStatus, LineKind, PayLine, SettledItem, WorkerType


@dataclass(frozen=True, slots=True)
class WithheldMonth:
    """What one month of the quarter bore: the base of the special contribution, and what was withheld on it.

    `base` is that of every contract but a student's, at 108 % for artists; `withheld` has the sign of a
    withholding. A month may be given in several parts; they add up.
    """

    month: date
    base: Decimal
    withheld: Decimal


@dataclass(frozen=True, slots=True)
class QuarterSettled:
    """The regularisation: `amount = due − withheld`, still withheld when positive, given back when negative.

    `lines` explain it: a base per month, what is due, what was withheld, and the difference
    (`special_contribution_quarter`), the only one that changes the net.
    """

    base: Decimal
    due: Decimal
    withheld: Decimal
    amount: Decimal
    lines: tuple[PayLine, ...]

    @property
    def net(self) -> Decimal:
        """What it does to the worker's net."""
        return -self.amount

    def liabilities(self) -> Mapping[str, Decimal]:
        """Credits by ledger account (a negative one is a debit): 4540 takes it, 455 bears it."""
        return {ONSS_ACCOUNT: self.amount, NET_WAGES_ACCOUNT: -self.amount} if self.amount else {}


def withheld_months(items: Sequence[SettledItem]) -> tuple[WithheldMonth, ...]:
    """The months of settled items as the quarter reads them; students' pay bears none and is left out."""
    found: dict[date, WithheldMonth] = {}
    for one in items:
        if one.item.worker_type is WorkerType.STUDENT:
            continue
        month = one.item.work_month.replace(day=1)
        before = found.get(month, WithheldMonth(month, ZERO, ZERO))
        found[month] = replace(
            before,
            base=before.base + one.amounts.base,
            withheld=before.withheld + one.amounts.special_contribution,
        )
    return tuple(found[month] for month in sorted(found))


def quarter_special_contribution(
    months: Sequence[WithheldMonth], status: FamilyStatus, figures: Figures
) -> QuarterSettled:
    """Settle the quarter of the months, all of one quarter, with the family status of its third month.

    The figures are those of the quarter's last day; raises `NoFigureInForce`. Called again with what it
    withheld itself added to a month, the amount is zero.
    """
    quarters = {(part.month.year, (part.month.month - 1) // 3) for part in months}
    if len(quarters) != 1:
        raise ValueError("months of one quarter are needed")
    [(year, quarter)] = quarters
    last_day = last_of_month(date(year, quarter * 3 + 3, 1))
    base = max(ZERO, sum((part.base for part in months), ZERO))
    withheld = sum((part.withheld for part in months), ZERO)
    on_quarter = special_contribution(base, status, last_day, figures, "quarterly")
    amount = on_quarter.amount - withheld
    lines = [
        on_quarter._replace(
            code="special_contribution_month",
            label=f"Retenue de {part.month:%m/%Y}",
            base=part.base,
            rate=None,
            amount=part.withheld,
            month_amount=part.withheld,
            kind=LineKind.EXPLAINS,
        )
        for part in months
    ]
    lines.append(
        on_quarter._replace(
            code="special_contribution_due",
            label="Cotisation spéciale due pour le trimestre",
            kind=LineKind.EXPLAINS,
        )
    )
    lines.append(
        on_quarter._replace(
            code="special_contribution_quarter",
            label="Cotisation spéciale, régularisation du trimestre",
            amount=amount,
            month_amount=amount,
            kind=LineKind.WITHHELD,
        )
    )
    return QuarterSettled(base, on_quarter.amount, withheld, amount, tuple(lines))
