"""Reads of open-ended contracts: who may see them, the terms of a day, absences, balances."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db.models import Exists, OuterRef, Q, QuerySet, Sum

from activities.enums import ActivityState
from activities.models import Activity, ActivityHolder
from activities.selectors import holds, own_or_accompanied
from core.calendar import first_of_month, last_of_month, next_month
from core.locks import for_update
from core.tenancy import current_cooperative
from members.enums import ADVISERS, Role
from members.models import Person
from members.selectors import search_people
from payroll.cdi import worktime
from payroll.cdi.enums import AbsenceKind, AbsenceState, ProposalState, SalaryState
from payroll.cdi.errors import OpenEndedNotFound
from payroll.cdi.models import (
    Absence,
    Allowance,
    HolidayRight,
    OpenEndedTerms,
    SalaryMonth,
    SalaryProposal,
    SalaryWarning,
)
from payroll.engine.statutory import figures_of
from payroll.enums import COUNTED_STATES, OPEN_STATES
from payroll.models import EmploymentContract

KEEPERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
SEE_ALL = KEEPERS | {Role.ADVISER_LEAD}
"""Staff who see every open-ended contract."""

STANDING = (AbsenceState.ASKED, AbsenceState.APPROVED)
"""An absence that takes its days, or may."""

LOOK_BACK = timedelta(days=62)
"""Absences that ended so shortly before still count: a relapse goes on with their paid days."""


# --- contracts ----------------------------------------------------------------------------------------------


def contracts() -> QuerySet[EmploymentContract]:
    """Contracts with a salary that goes on, also those that have ended."""
    terms = OpenEndedTerms.objects.filter(contract=OuterRef("pk"))
    return EmploymentContract.objects.filter(Exists(terms)).select_related(
        "person", "activity__budget", "entity"
    )


def open_contracts() -> QuerySet[EmploymentContract]:
    """Those whose salaries are still planned, in order of their key."""
    return contracts().filter(state__in=OPEN_STATES).order_by("pk")


def to_follow(on: date) -> QuerySet[EmploymentContract]:
    """Those that the daily work looks at: open ones, and those that ended in the last two months."""
    ended = Q(state__in=COUNTED_STATES, ends_on__gte=on - timedelta(days=62), ends_on__lt=on)
    return contracts().filter(Q(state__in=OPEN_STATES) | ended).order_by("pk")


def visible_contracts(
    person: Person | None, roles: frozenset[str] = frozenset()
) -> QuerySet[EmploymentContract]:
    """Those that a person may see, by name: their own, those that their Activities pay, their portfolio's;
    all for who keeps the pay or leads the advisers."""
    rows = contracts().order_by("person__search_key", "pk")
    if roles & SEE_ALL:
        return rows
    if person is None:
        return rows.none()
    return rows.filter(Q(person=person) | Q(activity_id__in=own_or_accompanied(person, roles)))


def contract_for(
    person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()
) -> EmploymentContract:
    """One that the person may see. Raises `OpenEndedNotFound`, as if it did not exist."""
    found = visible_contracts(person, roles).filter(pk=pk).first()
    if found is None:
        raise OpenEndedNotFound
    return found


def activities_run_by(name: str) -> QuerySet[ActivityHolder]:
    """Who runs which open Activity, of people whose name begins so, by name."""
    people = search_people(Person.objects.order_by(), name).values("pk")
    rows = ActivityHolder.objects.filter(person__in=people, activity__state=ActivityState.OPEN)
    return rows.select_related("person", "activity__budget").order_by("person__search_key", "activity__name")


def own_contracts(person: Person) -> QuerySet[EmploymentContract]:
    """The person's own, newest first."""
    return contracts().filter(person=person).order_by("-starts_on", "-pk")


def decides(person: Person | None, activity_id: UUID, roles: frozenset[str]) -> bool:
    """Whether the person decides for the cooperative: payroll, the adviser of the Activity, or who leads the
    advisers, unless the Activity is theirs.
    """
    if Role.PAYROLL_ADMIN in roles:
        return True
    if person is None or not roles & ADVISERS:
        return False
    led = Role.ADVISER_LEAD in roles and not holds(person.pk, activity_id)
    return led or activity_id in accompanied(person, roles)


def accompanied(person: Person, roles: frozenset[str]) -> set[UUID]:
    """Keys of the Activities that a person accompanies as an adviser, without those that they only run."""
    if not roles & ADVISERS:
        return set()
    with_own = set(own_or_accompanied(person, roles))
    advised = Q(adviser=person) | Q(
        holders__person__in=Person.objects.filter(Q(adviser=person) | Q(backup_adviser=person))
    )
    rows = Activity.objects.filter(advised, pk__in=with_own)
    return set(rows.values_list("pk", flat=True))


# --- terms and proposals ------------------------------------------------------------------------------------


def terms_on(contract: EmploymentContract, day: date) -> OpenEndedTerms:
    """The terms in force on a day; before the start the first ones. Raises `OpenEndedNotFound`."""
    rows = list(OpenEndedTerms.objects.filter(contract=contract).order_by("valid_from"))
    return in_force(rows, day)


def in_force(rows: Sequence[OpenEndedTerms], day: date) -> OpenEndedTerms:
    """Of terms by their day those in force on a day; before the start the first ones. Raises
    `OpenEndedNotFound`."""
    if not rows:
        raise OpenEndedNotFound
    return next((row for row in reversed(rows) if row.valid_from <= day), rows[0])


def proposals() -> QuerySet[SalaryProposal]:
    """Proposals with what pages show of them."""
    return SalaryProposal.objects.select_related("person", "activity", "contract").prefetch_related(
        "consents"
    )


def visible_proposals(person: Person | None, roles: frozenset[str] = frozenset()) -> QuerySet[SalaryProposal]:
    """Proposals that a person may see: about them, of their Activities, of their portfolio; newest first."""
    rows = proposals().order_by("-pk")
    if roles & SEE_ALL:
        return rows
    if person is None:
        return rows.none()
    return rows.filter(Q(person=person) | Q(activity_id__in=own_or_accompanied(person, roles)))


def proposal_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> SalaryProposal:
    """One that the person may see. Raises `OpenEndedNotFound`."""
    found = visible_proposals(person, roles).filter(pk=pk).first()
    if found is None:
        raise OpenEndedNotFound
    return found


def proposal_for_update(pk: UUID) -> SalaryProposal:
    """The proposal, locked. Raises `OpenEndedNotFound`."""
    found = for_update(SalaryProposal.objects.filter(pk=pk)).first()
    if found is None:
        raise OpenEndedNotFound
    return found


def waiting_proposals(person: Person) -> QuerySet[SalaryProposal]:
    """Proposals about a person that wait for somebody."""
    return proposals().filter(person=person, state=ProposalState.OPEN).order_by("pk")


# --- salaries -----------------------------------------------------------------------------------------------


def salary_months(contract: EmploymentContract) -> QuerySet[SalaryMonth]:
    """Months of a salary, in order."""
    return SalaryMonth.objects.filter(contract=contract).order_by("month")


def uncovered() -> QuerySet[SalaryMonth]:
    """Salaries that nobody could set aside, oldest month first."""
    return (
        SalaryMonth.objects.filter(state__in=(SalaryState.REFUSED, SalaryState.ASKED))
        .select_related("contract__person", "contract__activity")
        .order_by("month", "pk")
    )


def uncovered_of(person: Person | None, roles: frozenset[str], pk: UUID) -> SalaryMonth:
    """A month of a contract that the person may see. Raises `OpenEndedNotFound`."""
    found = SalaryMonth.objects.filter(
        pk=pk, contract__in=visible_contracts(person, roles).order_by().values("pk")
    ).first()
    if found is None:
        raise OpenEndedNotFound
    return found


def warnings_of(contract_ids: Collection[UUID]) -> dict[UUID, SalaryWarning]:
    """Open warnings by contract."""
    rows = SalaryWarning.objects.filter(contract_id__in=list(contract_ids), resolved_on=None)
    return {row.contract_id: row for row in rows}


def allowances_of(contract: EmploymentContract) -> QuerySet[Allowance]:
    """What was paid beside the salary, newest first."""
    return Allowance.objects.filter(contract=contract).order_by("-paid_on", "-pk")


def allowance_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Allowance:
    """An allowance that the person may read: their own, any for who keeps the pay. Raises
    `OpenEndedNotFound`."""
    rows = Allowance.objects.select_related("contract", "person", "entity").filter(pk=pk)
    if not roles & KEEPERS:
        rows = rows.filter(person=person) if person is not None else rows.none()
    found = rows.first()
    if found is None:
        raise OpenEndedNotFound
    return found


# --- absences -----------------------------------------------------------------------------------------------


def absences_of(contract: EmploymentContract) -> QuerySet[Absence]:
    """Absences of a contract, the latest first."""
    return Absence.objects.filter(contract=contract).order_by("-first_day", "-pk")


def absence_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Absence:
    """An absence of a contract that the person may see. Raises `OpenEndedNotFound`."""
    found = (
        Absence.objects.select_related("contract__person", "file")
        .filter(pk=pk, contract__in=visible_contracts(person, roles).order_by().values("pk"))
        .first()
    )
    if found is None:
        raise OpenEndedNotFound
    return found


def absences_waiting(contract_ids: Collection[UUID]) -> QuerySet[Absence]:
    """Absences that wait for a decision, oldest first."""
    return (
        Absence.objects.filter(contract_id__in=list(contract_ids), state=AbsenceState.ASKED)
        .select_related("contract__person")
        .order_by("pk")
    )


def approved(contract: EmploymentContract, first: date, last: date) -> list[worktime.Away]:
    """Approved absences that meet a span of days or came shortly before it (a relapse looks back)."""
    rows = Absence.objects.filter(
        contract=contract,
        state=AbsenceState.APPROVED,
        first_day__lte=last,
        last_day__gte=first - LOOK_BACK,
    )
    return [away(row) for row in rows.order_by("first_day", "pk")]


def away(row: Absence) -> worktime.Away:
    """An absence as the rules read it."""
    return worktime.Away(row.kind, row.first_day, row.last_day, bool(row.half))


def work_days(contract: EmploymentContract, first: date, last: date) -> tuple[worktime.WorkDay, ...]:
    """Every part of a day under a contract: hours, work-time code, paid or not. Days outside the contract are
    left out. Raises `NoFigureInForce`.
    """
    first, last = max(first, contract.starts_on), min(last, contract.ends_on)
    if last < first:
        return ()
    rows = list(OpenEndedTerms.objects.filter(contract=contract).order_by("valid_from"))
    return planned_days(contract, first, last, terms=rows, absences=approved(contract, first, last))


def planned_days(
    contract: EmploymentContract,
    first: date,
    last: date,
    *,
    terms: Sequence[OpenEndedTerms],
    absences: Sequence[worktime.Away],
) -> tuple[worktime.WorkDay, ...]:
    """`work_days` from rows that were read: terms by their day, absences by theirs."""
    figures = figures_of(current_cooperative().country.lower())
    found: list[worktime.WorkDay] = []
    month = first_of_month(first)
    while month <= last:
        begin, end = max(first, month), min(last, last_of_month(month))
        found += worktime.work_days(
            begin,
            end,
            pattern=in_force(terms, begin).pattern,
            absences=absences,
            rules=worktime.rules_on(figures, begin),
            worked_code=str(figures.on("absence.worked_code", begin).value),
            started_on=contract.starts_on,
        )
        month = next_month(month)
    return tuple(found)


@dataclass(frozen=True, slots=True)
class HolidayBalance:
    """Days of paid holiday of a year: a right, what is taken or asked, what is left."""

    year: int
    right: Decimal
    taken: Decimal
    asked: Decimal

    @property
    def left(self) -> Decimal:
        """Days that may still be asked for."""
        return self.right - self.taken - self.asked


def holiday_balance(contract: EmploymentContract, year: int) -> HolidayBalance:
    """Paid holiday of a year. The right: the days of the contract, a twelfth for each month of service of the
    year before, to the half day above, and what was granted apart.
    """
    terms = terms_on(contract, min(max(date(year, 1, 1), contract.starts_on), contract.ends_on))
    served = service_months(contract, date(year - 1, 1, 1), date(year - 1, 12, 31))
    halves = terms.holiday_days * served / 12 * 2
    earned = Decimal(-int(-halves // 1)) / 2
    granted = HolidayRight.objects.filter(contract=contract, year=year).aggregate(total=Sum("days"))["total"]
    taken = asked = Decimal(0)
    for row in Absence.objects.filter(
        contract=contract,
        kind=AbsenceKind.PAID_HOLIDAY,
        state__in=STANDING,
        first_day__year__lte=year,
        last_day__year__gte=year,
    ):
        days = holiday_days(contract, row, year)
        if row.state == AbsenceState.APPROVED:
            taken += days
        else:
            asked += days
    return HolidayBalance(year, earned + (granted or Decimal(0)), taken, asked)


def holiday_days(contract: EmploymentContract, row: Absence, year: int) -> Decimal:
    """Working days of a holiday that lie in a year."""
    first, last = max(row.first_day, date(year, 1, 1)), min(row.last_day, date(year, 12, 31))
    if last < first:
        return Decimal(0)
    inside = worktime.Away(row.kind, first, last, bool(row.half))
    return worktime.days_taken(inside, terms_on(contract, first).pattern)


def service_months(contract: EmploymentContract, first: date, last: date) -> int:
    """Whole calendar months under contract between two days, those without any pay left out. A month that
    began with the contract's first working day is whole.
    """
    empty = set(
        SalaryMonth.objects.filter(contract=contract, state=SalaryState.EMPTY).values_list("month", flat=True)
    )
    count, month = 0, first_of_month(first)
    while month <= last:
        begin, end = month, last_of_month(month)
        if contract.starts_on <= _first_weekday(begin) and contract.ends_on >= end and month not in empty:
            count += 1
        month = next_month(month)
    return count


def _first_weekday(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def of_people(people: Sequence[UUID]) -> QuerySet[EmploymentContract]:
    """Open-ended contracts of these people that count."""
    return contracts().filter(person_id__in=list(people), state__in=COUNTED_STATES).order_by("pk")
