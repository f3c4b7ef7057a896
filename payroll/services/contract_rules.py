"""What must be so before a contract is binding: time, worker, wage, quota, overlap; and what is worth a word.

Each rule raises its own refusal and writes nothing.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal

from django.db.models import Q, Sum

from activities.models import Activity
from core.calendar import FULL_TIME_DAY, legal_holidays, nth_working_day_after
from core.money import ZERO, r
from invoicing.guarantee.errors import NotGuaranteed
from invoicing.guarantee.exposure import for_wages, unguaranteed
from ledger.models import Budget
from members.models import Person
from members.selectors import family_situation, has_national_number
from payroll import plans
from payroll.attestations import WORK_IN_ARTS, holds_attestation
from payroll.contract_errors import AttestationMissing, AttestationUnknown
from payroll.engine.employer import check_payable
from payroll.engine.errors import FlatTaxNotAllowed
from payroll.engine.minimum_wage import check_minimum_wage, minimum_wage
from payroll.engine.statutory import Figures
from payroll.engine.types import WorkerType
from payroll.enums import COUNTED_STATES, ContractType
from payroll.errors import (
    AddressMissing,
    BelowMinimumWage,
    ContractOverlap,
    ContractTooLong,
    FamilySituationMissing,
    IbanMissing,
    NationalNumberMissing,
    StudentQuotaExceeded,
    TooManyHours,
)
from payroll.models import ContractMonth, EmploymentContract
from payroll.student_hours import hours_elsewhere


def is_late(contract: EmploymentContract, moment: datetime) -> bool:
    """Whether the work has begun: on the day of the start, only before its hour is early enough."""
    if moment.date() == contract.starts_on and contract.day_starts is not None:
        return moment.time() >= contract.day_starts
    return moment.date() >= contract.starts_on


def check_time(contract: EmploymentContract) -> None:
    """Raises `ContractTooLong`, `TooManyHours`, `FlatTaxNotAllowed`."""
    latest = plans.latest_end(contract.starts_on)
    if contract.ends_on > latest:
        raise ContractTooLong(latest=written_day(latest))
    if contract.hours > plans.most_hours(contract.starts_on, contract.ends_on):
        raise TooManyHours(hours=contract.hours, days=contract.days)
    if contract.flat_tax and contract.contract_type != ContractType.ARTISTIC:
        raise FlatTaxNotAllowed


def check_worker(person: Person, on: date) -> None:
    """Raises what is missing of a worker who is to be paid: number, account, address, family situation."""
    name = str(person)
    if not has_national_number(person):
        raise NationalNumberMissing(name=name)
    if not person.iban:
        raise IbanMissing(name=name)
    if not (person.street and person.postal_code and person.city):
        raise AddressMissing(name=name)
    if family_situation(person, on).valid_from is None:
        raise FamilySituationMissing(name=name)


def check_minimum(contract: EmploymentContract, person: Person, figures: Figures) -> str:
    """Raise below the minimum wage, or for work that no figures pay; answers a warning code or nothing."""
    kind = WorkerType(contract.contract_type)
    check_payable(kind, contract.starts_on, figures)
    minimum = minimum_wage(
        kind,
        contract.starts_on,
        figures,
        joint_committee=contract.joint_committee,
        category=contract.work_category,
        years=contract.seniority,
        age=age_on(person.birth_date, contract.starts_on),
    )
    check = check_minimum_wage(contract.gross, contract.hours, minimum)
    if not check.ok:
        raise BelowMinimumWage(
            hourly=check.hourly_gross,
            minimum=minimum.hourly,
            hours=contract.hours,
            lowest=check.lowest_gross,
        )
    return minimum.warning or ""


def age_on(birth_date: date | None, day: date) -> int | None:
    """Age in whole years on a day, None when the date of birth is not known."""
    if birth_date is None:
        return None
    return day.year - birth_date.year - ((day.month, day.day) < (birth_date.month, birth_date.day))


def check_student_hours(
    contract: EmploymentContract, months: tuple[plans.MonthPart, ...], figures: Figures
) -> None:
    """Raises `StudentQuotaExceeded` when the year holds fewer hours than the months need."""
    if contract.contract_type != ContractType.STUDENT:
        return
    for year, hours in plans.hours_by_year(months).items():
        left = student_hours_left(contract, year, figures)
        if hours > left:
            raise StudentQuotaExceeded(left=max(left, ZERO), year=year, hours=hours)


def student_hours_left(contract: EmploymentContract, year: int, figures: Figures) -> Decimal:
    """Hours of the year's quota that other contracts of the worker and what they worked elsewhere leave;
    below zero when it is broken.
    """
    quota = figures.on("onss.student_hours_per_year", date(year, 1, 1)).number
    others = ContractMonth.objects.filter(
        contract__person_id=contract.person_id,
        contract__contract_type=ContractType.STUDENT,
        contract__state__in=COUNTED_STATES,
        month__year=year,
    ).exclude(Q(contract_id=contract.pk) | Q(worker_type=ContractType.EMPLOYEE))
    taken = others.aggregate(total=Sum("hours"))["total"]
    return quota - (taken or ZERO) - hours_elsewhere(contract.person_id, year)


def check_overlap(contract: EmploymentContract) -> None:
    """Raises `ContractOverlap` when the worker is at work elsewhere at the same hours."""
    others = EmploymentContract.objects.filter(
        person_id=contract.person_id,
        state__in=COUNTED_STATES,
        starts_on__lte=contract.ends_on,
        ends_on__gte=contract.starts_on,
    ).exclude(pk=contract.pk)
    for other in others.order_by("starts_on", "pk"):
        if plans.same_hours((contract.day_starts, contract.day_ends), (other.day_starts, other.day_ends)):
            raise ContractOverlap(starts_on=written_day(other.starts_on), ends_on=written_day(other.ends_on))


def check_attestation(contract: EmploymentContract, person: Person) -> list[str]:
    """Work in the arts and its attestation: raises `AttestationMissing` and `AttestationUnknown` for article
    1bis, where it must be held; answers the warnings of an artist's employment contract."""
    if contract.contract_type != ContractType.ARTISTIC:
        return []
    held = holds_attestation(person, WORK_IN_ARTS, contract.starts_on)
    if held:
        return []
    if contract.article_1bis:
        if held is None:
            raise AttestationUnknown(name=str(person))
        raise AttestationMissing(name=str(person), on=written_day(contract.starts_on))
    return ["attestation_unknown" if held is None else "attestation_missing"]


def warnings_of(contract: EmploymentContract, figures: Figures) -> list[str]:
    """Codes of `payroll.contract_warnings` that hold for the days and hours of a contract."""
    found = ["late"] if contract.late else []
    on = contract.starts_on
    days = plans.performances(contract.starts_on, contract.ends_on)
    if contract.hours < figures.on("contract.least_hours_per_performance", on).number * days:
        found.append("short_performance")
    least = figures.on("contract.least_part_time", on).number
    if contract.hours < r(FULL_TIME_DAY * days * least):
        found.append("part_time_too_small")
    years = {contract.starts_on.year, contract.ends_on.year}
    holidays = (day for year in years for day in legal_holidays(year))
    if any(contract.starts_on <= day <= contract.ends_on for day in holidays):
        found.append("public_holiday")
    return found + _successive(contract, figures)


def _successive(contract: EmploymentContract, figures: Figures) -> list[str]:
    """Contracts of the worker with the same employer that follow each other with no working day between."""
    if contract.justification:
        return []
    on = contract.starts_on
    years = int(figures.on("contract.successive_years", on).number)
    earlier = EmploymentContract.objects.filter(
        person_id=contract.person_id,
        entity_id=contract.entity_id,
        state__in=COUNTED_STATES,
        starts_on__lt=on,
        ends_on__gte=on - timedelta(days=round(365.25 * years)),
        ends_on__lt=on,
    ).exclude(pk=contract.pk)
    in_a_row, first, shortest = 1, on, contract.days
    for starts_on, ends_on in earlier.order_by("-ends_on").values_list("starts_on", "ends_on"):
        if ends_on >= first:
            continue
        if nth_working_day_after(ends_on, 1) < first:
            break
        in_a_row, first = in_a_row + 1, starts_on
        shortest = min(shortest, (ends_on - starts_on).days + 1)
    if in_a_row == 1:
        return []
    least = round(365.25 / 12 * int(figures.on("contract.successive_least_months", on).number))
    found = ["successive"] if shortest < least else []
    if in_a_row > figures.on("contract.successive_most", on).number:
        found.append("successive_too_many")
    return found


def check_guaranteed(activity: Activity, cost: Decimal, on: date) -> None:
    """Raises `NotGuaranteed` when wages that were just reserved rest on invoices above their clients' limits.

    The caller holds the clients and the budget, so that two submissions never take the same headroom.
    """
    above = unguaranteed(activity.pk, on)
    if not above:
        return
    available = Budget.objects.get(pk=activity.budget_id).available + cost
    left = for_wages(available, above)
    if cost > left:
        raise NotGuaranteed(needed=cost, left=left)


def written_day(day: date) -> str:
    """A day as messages write it."""
    return f"{day:%d/%m/%Y}"
