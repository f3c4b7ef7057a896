"""Allowances of staff as they would be paid: figures, service, what account 4560 bears. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from core.calendar import first_of_month, last_of_month
from core.errors import DomainError
from core.money import ZERO, r
from core.tenancy import current_cooperative
from payroll.cdi import errors, selectors, worktime
from payroll.cdi.enums import StaffAllowance
from payroll.cdi.models import Allowance, OpenEndedTerms
from payroll.cdi.smoothing import FULL_WEEK
from payroll.engine.allowances import AllowanceKind, AllowancePay, exceptional_allowance, yearly_normal_gross
from payroll.engine.holiday import HolidayHeld
from payroll.engine.statutory import Figure, Figures, decimal, figures_of
from payroll.models import EmploymentContract
from payroll.services.holidays import held_of
from payroll.services.settlement import situation_of

PREMIUM = "minimum.pc200.annual_premium"
"""Figure of the annual premium: years without it have none."""

RULES = {
    StaffAllowance.YEAR_END: "allowance.pc200.year_end",
    StaffAllowance.DOUBLE_HOLIDAY: "allowance.double_holiday",
    StaffAllowance.ANNUAL_PREMIUM: "allowance.pc200.annual_premium",
}
LABELS = {
    StaffAllowance.YEAR_END: "Prime de fin d'année",
    StaffAllowance.DOUBLE_HOLIDAY: "Double pécule de vacances",
    StaffAllowance.ANNUAL_PREMIUM: "Prime annuelle CP 200",
}
COMMITTEE = "200"
"""Joint committee whose premiums are loaded; of another one only the double holiday pay is known."""


@dataclass(frozen=True, slots=True)
class EmployerPart:
    """One employer's contribution on an allowance."""

    code: str
    label: str
    rate: Decimal
    amount: Decimal
    source: str


@dataclass(frozen=True, slots=True)
class AllowanceDue:
    """An allowance, computed: service it counts, the worker's pay, the employer's contributions, what comes
    from account 4560 and what it costs the Activity.
    """

    kind: StaffAllowance
    year: int
    months: int
    base: Decimal
    share: Decimal
    rule: Figure
    yearly_gross: Decimal
    pay: AllowancePay
    employer: tuple[EmployerPart, ...]
    drawn: HolidayHeld

    @property
    def employer_onss(self) -> Decimal:
        """Contributions on top of the gross."""
        return sum((part.amount for part in self.employer), ZERO)

    @property
    def cost(self) -> Decimal:
        """What the Activity's budget bears."""
        return self.pay.gross + self.employer_onss - self.drawn.total


def due_from(kind: StaffAllowance, year: int) -> date:
    """The day from which an allowance of a year is paid. Raises `NoFigureInForce`."""
    figures = figures_of(current_cooperative().country.lower())
    rule = figures.on(RULES[kind], date(year, 12, 31)).value
    return date(year, int(rule["due_month"]), int(rule["due_day"]))


def compute_allowance(
    *, contract: EmploymentContract, kind: StaffAllowance, year: int, on: date
) -> AllowanceDue:
    """An allowance as it would be paid on a day; nothing is written.

    Year-end premium: a month's gross, a twelfth per month of service of the year. Double holiday pay: 92 % of
    it, a twelfth per month of the year before. Annual premium: the committee's amount by months and hours.
    Raises `AllowanceNotDue`, `NoFigureInForce`, `FamilySituationMissing`.
    """
    figures = figures_of(current_cooperative().country.lower())
    rule = figures.on(RULES[kind], on)
    needed = int(rule.value["service_months"])
    due = date(year, int(rule.value["due_month"]), int(rule.value["due_day"]))
    not_due = errors.AllowanceNotDue(on=f"{due:%d/%m/%Y}", months=needed)
    if on < due or (contract.joint_committee != COMMITTEE and kind != StaffAllowance.DOUBLE_HOLIDAY):
        raise not_due
    if kind == StaffAllowance.DOUBLE_HOLIDAY:
        months = selectors.service_months(contract, date(year - 1, 1, 1), date(year - 1, 12, 31))
    elif kind == StaffAllowance.YEAR_END:
        months = selectors.service_months(contract, date(year, 1, 1), date(year, 12, 31))
    else:
        months = selectors.service_months(contract, date(year - 1, 6, 1), date(year, 5, 31))
    served_by = min(last_of_month(due), contract.ends_on)
    if not months or worktime.months_after(contract.starts_on, needed) > served_by:
        raise not_due
    terms = selectors.terms_on(contract, min(on, contract.ends_on))
    base, share = _base(kind, terms, figures, due)
    gross = r(base * share * months / 12)
    person = contract.person
    situation = situation_of(person, paid_on=on, month=first_of_month(due))
    yearly = yearly_normal_gross(terms.gross)
    worker = AllowanceKind.DOUBLE_HOLIDAY if kind == StaffAllowance.DOUBLE_HOLIDAY else AllowanceKind.YEAR_END
    pay = exceptional_allowance(
        worker, gross, yearly_gross=yearly, children=situation.counted_children, paid_on=on, figures=figures
    )
    employer = tuple(
        EmployerPart(
            row["code"], row["label"], decimal(row["rate"]), r(gross * decimal(row["rate"])), row["source"]
        )
        for row in figures.on(f"allowance.employer.{kind.value}", on).value
    )
    drawn = _nothing()
    if kind == StaffAllowance.DOUBLE_HOLIDAY:
        held = held_of([person.pk]).get((person.pk, contract.entity_id))
        drawn = draw(held.parts, gross) if held else drawn
    return AllowanceDue(kind, year, months, base, share, rule, yearly, pay, employer, drawn)


def draw(held: HolidayHeld, wanted: Decimal) -> HolidayHeld:
    """Take an amount of what is held: the double part first, then the supplement, the simple part, the
    contribution on it; never more than there is.
    """
    taken: dict[str, Decimal] = {}
    for part in ("double", "supplement", "simple", "employer_onss"):
        taken[part] = max(ZERO, min(getattr(held, part), wanted))
        wanted -= taken[part]
    return HolidayHeld(**taken)


def due_allowances(contract: EmploymentContract, on: date) -> list[StaffAllowance]:
    """Kinds that are due in the year of a day and not paid; those without any right are left out."""
    figures = figures_of(current_cooperative().country.lower())
    found = []
    for kind in StaffAllowance:
        if figures.find(RULES[kind], on) is None or due_from(kind, on.year) > on:
            continue
        if kind == StaffAllowance.ANNUAL_PREMIUM and figures.find(PREMIUM, due_from(kind, on.year)) is None:
            continue
        if Allowance.objects.filter(contract=contract, kind=kind, year=on.year).exists():
            continue
        try:
            compute_allowance(contract=contract, kind=kind, year=on.year, on=on)
        except errors.AllowanceNotDue:
            continue
        except DomainError:
            found.append(kind)  # it is due: what stops it is said when it is paid
        else:
            found.append(kind)
    return found


def _base(
    kind: StaffAllowance, terms: OpenEndedTerms, figures: Figures, due: date
) -> tuple[Decimal, Decimal]:
    """What a whole year gives before the months: an amount and the share of it."""
    if kind == StaffAllowance.DOUBLE_HOLIDAY:
        return terms.gross, figures.on("holiday.double_month_share", due).number
    if kind == StaffAllowance.YEAR_END:
        return terms.gross, figures.on(RULES[kind], due).part("share")
    return figures.on(PREMIUM, due).number, terms.weekly_hours / FULL_WEEK


def _nothing() -> HolidayHeld:
    return HolidayHeld(ZERO, ZERO, ZERO, ZERO)
