"""The month of one worker in one legal entity: an item gets what it adds to the cumulated month.

`item n = f(items 1..n) − f(items 1..n−1)` (DOMAIN §7). ONSS, work bonus and employer lines cumulate per
worker code; tax and special contribution per calendar year of payment. What was settled is read from the
stored items, never computed again: an earlier item never changes, the newest one takes whatever the month has
become.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from core.calendar import first_of_month
from core.money import ZERO
from payroll.engine.contributions import (
    Contributions,
    special_contribution,
    worker_contributions,
)
from payroll.engine.employer import amounts_by_account, employer_lines, margin_of
from payroll.engine.errors import FlatTaxNotAllowed, InvalidHours, NegativeMonth
from payroll.engine.statutory import Figures
from payroll.engine.types import (
    Amounts,
    EmployerLine,
    LineKind,
    PayInput,
    PayLine,
    SettledItem,
    Situation,
    TaxRegime,
    WorkerType,
)
from payroll.engine.withholding import check_situation, flat_withholding, ordinary_withholding

ONSS_ACCOUNT = "4540"
TAX_ACCOUNT = "453"
NET_WAGES_ACCOUNT = "455"

_NOTHING = Amounts()


class SocialTotals(NamedTuple):
    """Cumulated month of one (person, entity, work month, worker code)."""

    gross: Decimal = ZERO
    hours: Decimal = ZERO
    base: Decimal = ZERO
    onss: Decimal = ZERO
    work_bonus_a: Decimal = ZERO
    work_bonus_b: Decimal = ZERO
    employer: Mapping[str, Decimal] | None = None


class TaxTotals(NamedTuple):
    """Cumulated month of one (person, entity, work month, calendar year of payment)."""

    taxable_ordinary: Decimal = ZERO
    taxable_flat: Decimal = ZERO
    taxable_untaxed: Decimal = ZERO
    work_bonus_a: Decimal = ZERO
    work_bonus_b: Decimal = ZERO
    special_base: Decimal = ZERO
    withholding_tax: Decimal = ZERO
    special_contribution: Decimal = ZERO

    @property
    def taxable(self) -> Decimal:
        """Taxable pay of every regime."""
        return self.taxable_ordinary + self.taxable_flat + self.taxable_untaxed

    @property
    def net(self) -> Decimal:
        """Net pay of the group."""
        return self.taxable - self.withholding_tax - self.special_contribution


_NO_TAX = TaxTotals()


@dataclass(frozen=True, slots=True)
class Settlement:
    """The answer of `settle`: the item's own amounts, the totals before and after it, the explaining lines.

    `payable` is what is paid now: the item's net with the balance carried in; `carried_out` (zero or
    below) goes to the next item.
    """

    item: PayInput
    amounts: Amounts
    social_before: SocialTotals
    social_after: SocialTotals
    tax_before: TaxTotals
    tax_after: TaxTotals
    lines: tuple[PayLine, ...]
    employer_lines: tuple[EmployerLine, ...]
    carried_in: Decimal
    payable: Decimal
    carried_out: Decimal

    @property
    def settled(self) -> SettledItem:
        """What must be stored of the item so that the next one can be settled after it."""
        return SettledItem(self.item, self.amounts, {line.code: line.amount for line in self.employer_lines})

    @property
    def employer_total(self) -> Decimal:
        """Sum of the employer lines of this item (ledger account 621)."""
        return sum((line.amount for line in self.employer_lines), ZERO)

    def margin(self, budget: Decimal) -> Decimal:
        """What this item's employment budget leaves to the common pot; it may be negative."""
        return margin_of(budget, self.amounts.gross, self.employer_lines)

    def liabilities(self) -> Mapping[str, Decimal]:
        """What the item makes owed, by ledger account: 4540, 453, 455 and the employer lines' accounts.

        Their sum is gross + employer lines; zero amounts are left out, a negative one is a debit.
        """
        owed = dict(amounts_by_account(self.employer_lines))
        worker = self.amounts.onss - self.amounts.work_bonus + self.amounts.special_contribution
        owed[ONSS_ACCOUNT] = owed.get(ONSS_ACCOUNT, ZERO) + worker
        owed[TAX_ACCOUNT] = self.amounts.withholding_tax
        owed[NET_WAGES_ACCOUNT] = self.amounts.net
        return {account: amount for account, amount in owed.items() if amount}


def settle(
    previous: Sequence[SettledItem],
    new: PayInput,
    *,
    situation: Situation,
    figures: Figures,
    work_bonus_of_other_months: Decimal = ZERO,
    carried_in: Decimal = ZERO,
) -> Settlement:
    """Settle one more item of a worker's month in one entity, after those already settled, in their order.

    `previous` holds the items of the same person, entity and work month, of any worker code and payment year.
    `work_bonus_of_other_months` is the work bonus of the calendar year's other months in that entity (yearly
    cap); `carried_in` the balance left by earlier items and acts. Raises `NoFigureInForce`, `InvalidHours`,
    `NegativeMonth`, `UnsupportedSituation`, `ContradictorySituation`, `FlatTaxNotAllowed`.
    """
    _check(previous, new, situation)
    month = first_of_month(new.work_month)

    code = new.worker_type.worker_code
    social_before = _social_totals([s for s in previous if s.item.worker_type.worker_code == code])
    same_type = [s for s in previous if s.item.worker_type is new.worker_type]
    type_gross = sum((s.item.gross for s in same_type), ZERO) + new.gross
    gross, hours = social_before.gross + new.gross, social_before.hours + new.hours
    if gross < 0 or hours < 0 or (gross > 0 and hours == 0):
        raise NegativeMonth(gross=gross, hours=hours)
    contributions = _contributions(new.worker_type, gross, hours, month, figures, work_bonus_of_other_months)
    own_employer = _own_employer_lines(
        employer_lines(new.worker_type, type_gross, month, figures), _employer_totals(same_type)
    )
    social_after = SocialTotals(
        gross=gross,
        hours=hours,
        base=contributions.base,
        onss=contributions.onss,
        work_bonus_a=contributions.work_bonus_a,
        work_bonus_b=contributions.work_bonus_b,
        employer=_added(social_before.employer or {}, own_employer),
    )
    own = Amounts(
        gross=new.gross,
        hours=new.hours,
        base=social_after.base - social_before.base,
        onss=social_after.onss - social_before.onss,
        work_bonus_a=social_after.work_bonus_a - social_before.work_bonus_a,
        work_bonus_b=social_after.work_bonus_b - social_before.work_bonus_b,
    )

    same_year = [s for s in previous if s.item.paid_on.year == new.paid_on.year]
    tax_before = _tax_totals(same_year)
    untaxed = _tax_totals([*same_year, SettledItem(new, own)])
    tax, special, tax_lines = _tax(untaxed, situation, new.paid_on, month, figures)
    tax_after = untaxed._replace(withholding_tax=tax, special_contribution=special)
    amounts = own._replace(
        withholding_tax=tax - tax_before.withholding_tax,
        special_contribution=special - tax_before.special_contribution,
    )

    balance = amounts.net + carried_in
    return Settlement(
        item=new,
        amounts=amounts,
        social_before=social_before,
        social_after=social_after,
        tax_before=tax_before,
        tax_after=tax_after,
        lines=_lines(contributions, social_after, tax_after, tax_lines, amounts),
        employer_lines=own_employer,
        carried_in=carried_in,
        payable=max(ZERO, balance),
        carried_out=min(ZERO, balance),
    )


def gross_to_net(
    worker_type: WorkerType,
    gross: Decimal,
    hours: Decimal,
    *,
    work_month: date,
    paid_on: date,
    situation: Situation,
    figures: Figures,
    flat_tax: bool = False,
) -> Settlement:
    """Pay of a gross that is alone in its month; a full month has `hours = month_hours(work_month)`."""
    item = PayInput(worker_type, gross, hours, work_month, paid_on, flat_tax)
    return settle((), item, situation=situation, figures=figures)


def _check(previous: Sequence[SettledItem], new: PayInput, situation: Situation) -> None:
    check_situation(situation, new.worker_type)
    if new.flat_tax and new.worker_type is not WorkerType.ARTISTIC:
        raise FlatTaxNotAllowed()
    # Only a first item needs hours of its own: a later one may correct the pay of hours that are there.
    if new.gross > 0 and new.hours <= 0 and not previous:
        raise InvalidHours(value=new.hours)
    month = first_of_month(new.work_month)
    if any(first_of_month(s.item.work_month) != month for s in previous):
        raise ValueError("only items of the same work month are cumulated")


def _contributions(
    worker_type: WorkerType,
    gross: Decimal,
    hours: Decimal,
    month: date,
    figures: Figures,
    work_bonus_of_other_months: Decimal,
) -> Contributions:
    if not gross:
        return Contributions(ZERO, ZERO, ZERO, ZERO, ())
    cap = figures.find("work_bonus.yearly_cap", month)
    room = None if cap is None else cap.number - work_bonus_of_other_months
    return worker_contributions(worker_type, gross, hours, month, figures, work_bonus_room=room)


def _total(items: Sequence[SettledItem]) -> Amounts:
    return sum((settled.amounts for settled in items), _NOTHING)


def _social_totals(items: Sequence[SettledItem]) -> SocialTotals:
    total = _total(items)
    return SocialTotals(
        gross=total.gross,
        hours=total.hours,
        base=total.base,
        onss=total.onss,
        work_bonus_a=total.work_bonus_a,
        work_bonus_b=total.work_bonus_b,
        employer=_employer_totals(items),
    )


def _employer_totals(items: Sequence[SettledItem]) -> dict[str, Decimal]:
    employer: dict[str, Decimal] = {}
    for settled in items:
        for code, amount in settled.employer.items():
            employer[code] = employer.get(code, ZERO) + amount
    return employer


def _tax_totals(items: Sequence[SettledItem]) -> TaxTotals:
    if not items:
        return _NO_TAX
    ordinary, flat, untaxed = (
        _total([settled for settled in items if settled.item.regime is regime]) for regime in TaxRegime
    )
    return TaxTotals(
        taxable_ordinary=ordinary.taxable,
        taxable_flat=flat.taxable,
        taxable_untaxed=untaxed.taxable,
        work_bonus_a=ordinary.work_bonus_a,
        work_bonus_b=ordinary.work_bonus_b,
        special_base=ordinary.base + flat.base,
        withholding_tax=ordinary.withholding_tax + flat.withholding_tax + untaxed.withholding_tax,
        special_contribution=sum((settled.amounts.special_contribution for settled in items), ZERO),
    )


def _tax(
    totals: TaxTotals, situation: Situation, paid_on: date, month: date, figures: Figures
) -> tuple[Decimal, Decimal, list[PayLine]]:
    """Tax and special contribution of the group, with their lines; a group of students owes neither."""
    tax = ZERO
    lines: list[PayLine] = []
    last: PayLine | None = None
    if totals.taxable_ordinary:
        ordinary = ordinary_withholding(
            totals.taxable_ordinary,
            totals.work_bonus_a,
            totals.work_bonus_b,
            situation,
            paid_on,
            figures,
        )
        tax += ordinary.amount
        lines += ordinary.lines
        last = ordinary.lines[0]
    if totals.taxable_flat:
        flat = flat_withholding(totals.taxable_flat, paid_on, figures)
        tax += flat.amount
        lines += flat.lines
        last = flat.lines[0]
    if last is None:
        return ZERO, ZERO, []
    lines.append(
        last._replace(
            code="withholding_tax",
            label="Précompte professionnel",
            base=totals.taxable_ordinary + totals.taxable_flat,
            rate=None if totals.taxable_ordinary else last.rate,
            amount=tax,
            month_amount=tax,
            kind=LineKind.WITHHELD,
        )
    )
    special = special_contribution(max(ZERO, totals.special_base), situation.status, month, figures)
    return tax, special.amount, [*lines, special]


def _lines(
    contributions: Contributions,
    social: SocialTotals,
    tax: TaxTotals,
    tax_lines: Sequence[PayLine],
    own: Amounts,
) -> tuple[PayLine, ...]:
    adds = LineKind.ADDS
    computed = "Somme des lignes ci-dessus"
    month_lines = [
        PayLine("gross", "Salaire brut", None, None, ZERO, "Contrat", adds, month_amount=social.gross),
        *contributions.lines,
        PayLine("taxable", "Imposable", None, None, ZERO, computed, month_amount=tax.taxable),
        *tax_lines,
        PayLine("net", "Net à payer", None, None, ZERO, computed, month_amount=tax.net),
    ]  # fmt: skip
    parts = {
        "gross": own.gross,
        "contribution_base": own.base,
        "onss": own.onss,
        "work_bonus_a": own.work_bonus_a,
        "work_bonus_b": own.work_bonus_b,
        "taxable": own.taxable,
        "withholding_tax": own.withholding_tax,
        "special_contribution": own.special_contribution,
        "net": own.net,
    }
    return tuple(line.with_part(parts.get(line.code, line.amount)) for line in month_lines)


def _added(before: Mapping[str, Decimal], lines: Sequence[EmployerLine]) -> Mapping[str, Decimal]:
    return {**before, **{line.code: before.get(line.code, ZERO) + line.amount for line in lines}}


def _own_employer_lines(
    month_lines: Sequence[EmployerLine], before: Mapping[str, Decimal]
) -> tuple[EmployerLine, ...]:
    if not before:
        return tuple(month_lines)
    return tuple(line.with_part(line.amount - before.get(line.code, ZERO)) for line in month_lines)
