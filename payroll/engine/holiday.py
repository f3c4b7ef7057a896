"""The exit holiday: one block per worker and entity, paid in the month of the last contract's end.

DOMAIN §4 example B, §7; BELGIUM §4.8. Only what account 4560 holds is paid, so the block costs no budget.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.money import ZERO, r
from payroll.engine.allowances import AllowanceKind, allowance_tax
from payroll.engine.month import NET_WAGES_ACCOUNT, ONSS_ACCOUNT, TAX_ACCOUNT
from payroll.engine.statutory import Figures
from payroll.engine.types import LineKind, PayLine

EXIT_HOLIDAY_ACCOUNT = "4560"


@dataclass(frozen=True, slots=True)
class HolidayHeld:
    """What account 4560 holds of a worker in an entity, by part."""

    simple: Decimal
    double: Decimal
    supplement: Decimal
    employer_onss: Decimal

    @property
    def gross(self) -> Decimal:
        """Holiday pay before the worker's contributions and tax."""
        return self.simple + self.double + self.supplement

    @property
    def total(self) -> Decimal:
        """Everything held: holiday pay and the employer's contribution on its simple part."""
        return self.gross + self.employer_onss


@dataclass(frozen=True, slots=True)
class ExitHoliday:
    """The block from what is held to the net: `held.gross = onss_simple + onss_double + tax + net`."""

    held: HolidayHeld
    onss_simple: Decimal
    onss_double: Decimal
    taxable: Decimal
    withholding_tax: Decimal
    net: Decimal
    lines: tuple[PayLine, ...]

    def liabilities(self) -> Mapping[str, Decimal]:
        """Credits against `Dr 4560 held.total`, by ledger account; zero amounts are left out."""
        owed = {
            ONSS_ACCOUNT: self.onss_simple + self.onss_double + self.held.employer_onss,
            TAX_ACCOUNT: self.withholding_tax,
            NET_WAGES_ACCOUNT: self.net,
        }
        return {account: amount for account, amount in owed.items() if amount}


def holiday_held(settled_employer_lines: Iterable[Mapping[str, Decimal]]) -> HolidayHeld:
    """Sum the exit holiday parts of the stored employer lines (by code) of items not yet paid out."""
    parts = {"simple": ZERO, "double": ZERO, "supplement": ZERO, "onss": ZERO}
    for lines in settled_employer_lines:
        for part in parts:
            parts[part] += lines.get(f"exit_holiday_{part}", ZERO)
    return HolidayHeld(parts["simple"], parts["double"], parts["supplement"], parts["onss"])


def exit_holiday_of_gross(gross: Decimal, ended_on: date, figures: Figures) -> HolidayHeld:
    """An exit holiday of that gross in its parts, by their shares of 15.34 %; the supplement is the rest.

    What the employer owes on it is not part of the question: zero. Raises `NoFigureInForce`.
    """
    rates = figures.on("holiday.exit_rates", ended_on)
    simple = r(gross * rates.part("simple") / rates.part("total"))
    double = r(gross * rates.part("double") / rates.part("total"))
    return HolidayHeld(simple, double, gross - simple - double, ZERO)


def exit_holiday(
    held: HolidayHeld,
    *,
    yearly_gross: Decimal,
    children: int,
    ended_on: date,
    paid_on: date,
    figures: Figures,
) -> ExitHoliday:
    """Pay the exit holiday that is held; contributions by the day of the end, tax by the day of payment.

    Ordinary worker's contribution on the simple part, the retention on the double part, nothing on the
    supplement; tax at the holiday rate of the yearly normal gross pay. Raises `NoFigureInForce`.
    """
    ordinary = figures.on("onss.worker_rate", ended_on)
    retention = figures.on("holiday.double_retention_rate", ended_on)
    rates = figures.on("holiday.exit_rates", ended_on)
    onss_simple = r(held.simple * ordinary.number)
    onss_double = r(held.double * retention.number)
    taxable = held.gross - onss_simple - onss_double
    tax = allowance_tax(taxable, yearly_gross, children, AllowanceKind.EXIT_HOLIDAY, paid_on, figures)
    net = taxable - tax.amount
    added, withheld = LineKind.ADDS, LineKind.WITHHELD
    rows = (
        ("exit_holiday_simple", "Pécule de sortie, simple", None, held.simple, rates, added),
        ("exit_holiday_double", "Pécule de sortie, double", None, held.double, rates, added),
        ("exit_holiday_supplement", "Pécule de sortie, complément", None, held.supplement, rates, added),
        ("onss_simple", "Cotisation ONSS sur le pécule simple", held.simple, onss_simple, ordinary, withheld),
        ("onss_double", "Retenue sur le double pécule", held.double, onss_double, retention, withheld),
    )
    lines = tuple(
        PayLine(
            code=code,
            label=label,
            base=base,
            rate=rates.part(code.removeprefix("exit_holiday_")) if figure is rates else figure.number,
            amount=amount,
            source=figure.source,
            kind=kind,
            valid_from=figure.valid_from,
            status=figure.status,
            month_amount=amount,
        )
        for code, label, base, amount, figure, kind in rows
    )
    return ExitHoliday(held, onss_simple, onss_double, taxable, tax.amount, net, (*lines, *tax.lines))
