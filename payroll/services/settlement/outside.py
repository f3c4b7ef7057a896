"""Hours of students that the social security office counts outside the quota of the year: paid as an
employee's (DOMAIN §7), at the price that was agreed.

The office says it of a declaration. *Late*: what was not declared in time never comes within the quota.
*Above*: the hours above the quota, in the order in which the office took the declarations. Within a
declaration the earliest hours are the student's.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import ROUND_CEILING, Decimal
from uuid import UUID

from core.errors import DomainError
from core.money import ZERO, r
from core.tenancy import current_cooperative
from payroll.dimona.anomalies import Consequence, known
from payroll.engine.statutory import figures_of
from payroll.enums import ACCEPTED_STATES, COUNTED_STATES, ContractType, CorrectionOrigin, DeclarationKind
from payroll.errors import QuotaHoursUnknown
from payroll.models import ContractMonth, Declaration, EmploymentContract
from payroll.student_hours import hours_elsewhere, looked_up_on

EMPLOYEE, STUDENT = ContractType.EMPLOYEE.value, ContractType.STUDENT.value
LATE = "Déclaration tardive (DIMONA) : heures hors du contingent étudiant"
ABOVE = "Contingent étudiant de l’année dépassé (DIMONA)"

MonthKey = tuple[UUID, date]
"""A contract and a month of it."""


@dataclass(frozen=True, slots=True)
class Outside:
    """Hours of a contract's month that bear ordinary contributions, and why; `problem` when nobody can say
    how many.
    """

    hours: Decimal
    why: str
    problem: DomainError | None = None


@dataclass(slots=True)
class _Declared:
    """The work of one quarter that one carrier's declarations cover."""

    months: list[ContractMonth] = field(default_factory=list)
    rows: list[Declaration] = field(default_factory=list)
    above: Decimal = ZERO
    problem: DomainError | None = None

    @property
    def hours(self) -> Decimal:
        return sum((month.hours for month in self.months), ZERO)

    @property
    def late(self) -> Decimal:
        """Hours that were not declared in time: all, or what goes beyond the periods that were."""
        periods: dict[date, list[Declaration]] = defaultdict(list)
        for row in self.rows:
            periods[row.part_starts_on].append(row)
        in_time = [rows for rows in periods.values() if not any(_is_late(row) for row in rows)]
        if len(in_time) == len(periods):
            return ZERO
        if not in_time:
            return self.hours
        return max(ZERO, self.hours - sum((Decimal(rows[-1].planned_hours or 0) for rows in in_time), ZERO))

    @property
    def within(self) -> Decimal:
        """Hours that eat the quota."""
        return self.hours - self.late - self.above

    @property
    def planned(self) -> Decimal:
        """What the office counts before the work is done: whole hours."""
        return (self.hours - self.late).quantize(Decimal(1), rounding=ROUND_CEILING)

    @property
    def exceeded_by(self) -> Declaration | None:
        """The declaration of which the office last said that it passes the quota."""
        late = {row.part_starts_on for row in self.rows if _is_late(row)}
        last = {row.part_starts_on: row for row in self.rows if row.part_starts_on not in late}
        return next((row for row in last.values() if row.outside_quota), None)


def outside_quota(contracts: Iterable[EmploymentContract]) -> Mapping[MonthKey, Outside]:
    """The months of these contracts' workers with hours outside the quota; others are left out. One query
    where the office said nothing of the kind.
    """
    return _outside({row.person_id for row in contracts})


def outside_quota_of(people: Collection[UUID]) -> Mapping[MonthKey, Outside]:
    """The same of workers."""
    return _outside(people) if people else {}


def set_apart(
    parts: Sequence[ContractMonth], *, write: bool = True
) -> tuple[list[ContractMonth], dict[UUID, DomainError]]:
    """The parts that are settled instead of these, and those of which nobody can say how many hours are
    outside, by their id.

    Hours outside the quota are an employee's; a planned part that is outside for some of its hours becomes
    two, of the same price together. Their contracts are locked; without `write` nothing is stored.
    """
    found = outside_quota(part.contract for part in parts)
    shares: list[ContractMonth] = []
    problems: dict[UUID, DomainError] = {}
    for part in parts:
        outside = found.get((part.contract_id, part.month))
        if outside is not None and outside.problem is not None:
            problems[part.pk] = outside.problem
            shares.append(part)
        else:
            shares += _shares(part, outside, write)
    return shares, problems


def put_together(parts: Iterable[ContractMonth], refused: Collection[UUID]) -> set[UUID]:
    """Undo the division of planned parts of which nothing could be settled; the parts that are gone."""
    by_month = {(part.contract_id, part.month, part.number): part for part in parts}
    gone: set[UUID] = set()
    for (contract_id, month, number), part in by_month.items():
        planned = by_month.get((contract_id, month, 0))
        if not number or part.worker_type != EMPLOYEE or planned is None:
            continue
        if {part.pk, planned.pk} <= set(refused):
            planned.hours += part.hours
            planned.gross += part.gross
            planned.budget += part.budget
            planned.save(update_fields=["hours", "gross", "budget"])
            gone.add(part.pk)
            part.delete()
    return gone


def share_of(hours: Decimal, whole: Decimal, amount: Decimal) -> Decimal:
    """What some of the hours take of an amount: in proportion, all of it for all hours."""
    return amount if hours == whole else r(amount * hours / whole) if whole else ZERO


def _shares(part: ContractMonth, outside: Outside | None, write: bool) -> list[ContractMonth]:
    """One part as it is settled. What was corrected between two types stays as it was written."""
    if part.number and part.worker_type or outside is None and not part.worker_type:
        return [part]
    ordinary, why = (outside.hours, outside.why) if outside else (ZERO, "")
    months = ContractMonth.objects.filter(contract=part.contract_id, month=part.month)
    whole = sum(months.values_list("hours", flat=True), ZERO)
    if ZERO < ordinary < whole:
        return [part, _divided(part, ordinary, why, write)] if part.hours == whole else [part]
    part.worker_type = EMPLOYEE if ordinary else ""
    part.reason = part.reason if part.number else why
    if write:
        part.save(update_fields=["worker_type", "reason"])
    return [part]


def _divided(part: ContractMonth, ordinary: Decimal, why: str, write: bool) -> ContractMonth:
    """Take the hours that are outside out of a part, the last ones of it; both keep their reservation."""
    gross = share_of(ordinary, part.hours, part.gross)
    budget = share_of(ordinary, part.hours, part.budget)
    rest = ContractMonth(
        contract=part.contract,
        month=part.month,
        first_day=part.first_day,
        last_day=part.last_day,
        hours=ordinary,
        gross=gross,
        budget=budget,
        number=part.number + 1,
        reason=why,
        made_by_label="DIMONA",
        worker_type=EMPLOYEE,
        origin=CorrectionOrigin.QUOTA,
    )
    part.hours, part.gross, part.budget = part.hours - ordinary, part.gross - gross, part.budget - budget
    part.worker_type = ""
    if write:
        part.save(update_fields=["hours", "gross", "budget", "worker_type"])
        rest.save()
    return rest


def _outside(people: Collection[UUID]) -> dict[MonthKey, Outside]:
    said = Declaration.objects.filter(contract__person_id__in=people, state__in=ACCEPTED_STATES)
    flagged = said.filter(outside_quota=True).order_by().values_list("contract__person_id", "part_starts_on")
    years = {(person, day.year) for person, day in flagged}
    if not years:
        return {}
    found: dict[MonthKey, Outside] = {}
    for (person, year), groups in _declared({person for person, _ in years}).items():
        if (person, year) in years:
            _share_quota(person, year, groups)
            for group in groups:
                found |= _months(group)
    return found


def _declared(people: Collection[UUID]) -> dict[tuple[UUID, int], list[_Declared]]:
    """What was declared of students' work, and the work, by worker and year."""
    groups: dict[tuple[UUID, UUID, int, int], _Declared] = defaultdict(_Declared)
    contracts = {"contract__person_id__in": people, "contract__contract_type": STUDENT}
    rows = Declaration.objects.filter(**contracts, state__in=ACCEPTED_STATES)
    for row in rows.exclude(kind=DeclarationKind.CANCEL).select_related("contract").order_by("id"):
        day = row.part_starts_on
        groups[row.contract.person_id, row.contract_id, day.year, (day.month + 2) // 3].rows.append(row)
    months = ContractMonth.objects.filter(**contracts, contract__state__in=COUNTED_STATES)
    for month in months.select_related("contract").order_by("first_day", "contract_id", "number"):
        carrier = month.contract.declared_by_id or month.contract_id
        day = month.first_day
        key = (month.contract.person_id, carrier, day.year, (day.month + 2) // 3)
        groups[key].months.append(month)
    found: dict[tuple[UUID, int], list[_Declared]] = defaultdict(list)
    for (person, _, year, _), group in groups.items():
        found[person, year].append(group)
    return found


def _share_quota(person: UUID, year: int, groups: Sequence[_Declared]) -> None:
    """What each declaration that passes the quota has above it, those taken first first."""
    exceeding = [(row, group) for group in groups if (row := group.exceeded_by) is not None]
    if not exceeding:
        return
    figures = figures_of(current_cooperative().country.lower())
    quota = figures.on("onss.student_hours_per_year", date(year, 1, 1)).number
    quota -= hours_elsewhere(person, year)
    passing = {id(group) for _, group in exceeding}
    left = quota - sum((group.within for group in groups if id(group) not in passing), ZERO)
    by_our_count = sum((group.planned for group in groups), ZERO) > quota
    looked_on = looked_up_on(person, year)
    for row, group in sorted(exceeding, key=lambda pair: pair[0].pk):
        group.above = max(ZERO, group.within - max(ZERO, left))
        left -= group.within
        said_on = (row.answered_at or row.declared_at).date()
        if not group.above and not by_our_count and (looked_on is None or looked_on < said_on):
            group.problem = QuotaHoursUnknown(year=year, left=max(ZERO, left))


def _months(group: _Declared) -> dict[MonthKey, Outside]:
    """The months of a group with hours outside: the last ones."""
    hours: dict[MonthKey, Decimal] = defaultdict(lambda: ZERO)
    for month in group.months:
        hours[month.contract_id, month.month] += month.hours
    why = LATE if group.late else ABOVE
    if group.problem is not None:
        return {key: Outside(ZERO, why, group.problem) for key in hours}
    left, found = group.late + group.above, {}
    for key in reversed(hours):
        taken = min(left, hours[key])
        if taken > 0:
            found[key] = Outside(taken, why)
        left -= taken
    return found


def _is_late(row: Declaration) -> bool:
    """Whether a start was declared late: the office said so, or holds it as such."""
    if row.kind != DeclarationKind.IN or not row.outside_quota:
        return False
    leads_to = {found.leads_to for item in row.anomalies if (found := known(item["code"])) is not None}
    return Consequence.LATE in leads_to or Consequence.OUTSIDE_QUOTA not in leads_to
