"""Reads of contracts, declarations, pay and runs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Count, Prefetch, Q, QuerySet, Sum

from activities.models import ActivityHolder
from activities.selectors import READERS, own_or_accompanied
from core.calendar import first_of_month, next_month, pay_due_date
from core.money import ZERO
from core.rates import find_policy
from ledger.treasury.enums import PayoutState
from ledger.treasury.models import Payout
from members.enums import ADVISERS, Role
from members.models import Person
from payroll.enums import (
    COUNTED_STATES,
    OPEN_STATES,
    QUEUE_STATES,
    RunState,
    ShardPhase,
    ShardState,
)
from payroll.errors import ContractNotFound, PayNotFound
from payroll.models import (
    OPEN_END,
    ContractMonth,
    Declaration,
    EmploymentContract,
    HolidayBlock,
    PayException,
    PayItem,
    PayLine,
    PayrollRun,
    Payslip,
    RunLine,
    RunShard,
)
from payroll.types import MonthTotals

PAY_READERS = frozenset({Role.PAYROLL_ADMIN, Role.AUDITOR})
"""Staff who may read anybody's pay; each reading of a payslip is written down."""


# --- contracts ----------------------------------------------------------------------------------------------


def contracts() -> QuerySet[EmploymentContract]:
    """Contracts with what every page shows of them; the newest declaration comes last in `declared_rows`."""
    declared = Declaration.objects.order_by("id")
    return EmploymentContract.objects.select_related(
        "person", "activity", "entity", "invoice", "declared_by"
    ).prefetch_related(
        Prefetch("declarations", queryset=declared), Prefetch("declared_by__declarations", queryset=declared)
    )


def visible_contracts(
    person: Person | None, roles: frozenset[str] = frozenset()
) -> QuerySet[EmploymentContract]:
    """Contracts that a person may see, the latest start first: their own, those of their Activities, those of
    their portfolio, every one for staff who read all."""
    rows = contracts().order_by("-starts_on", "-pk")
    if roles & READERS:
        return rows
    if person is None:
        return rows.none()
    keys = own_or_accompanied(person, roles)
    if roles & ADVISERS:
        return rows.filter(Q(person=person) | Q(activity_id__in=keys))
    # Few among many: joined by OR, the newest of the whole cooperative are read until a page is full.
    mine = EmploymentContract.objects.filter(person=person).order_by().values("pk")
    theirs = EmploymentContract.objects.filter(activity_id__in=keys).order_by().values("pk")
    return rows.filter(pk__in=mine.union(theirs))


def contract_for(
    person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()
) -> EmploymentContract:
    """A contract that the person may see. Raises `ContractNotFound`, as if it did not exist."""
    found = visible_contracts(person, roles).filter(pk=pk).first()
    if found is None:
        raise ContractNotFound
    return found


def contract_to_manage(
    person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()
) -> EmploymentContract:
    """A contract that the person may submit, change or cancel: of an Activity of theirs; any for a payroll
    administrator. Raises `ContractNotFound`."""
    rows = contracts().filter(pk=pk)
    if Role.PAYROLL_ADMIN not in roles:
        held = ActivityHolder.objects.filter(person=person).values("activity_id")
        rows = rows.filter(activity_id__in=held) if person is not None else rows.none()
    found = rows.first()
    if found is None:
        raise ContractNotFound
    return found


def contracts_of_activity(activity_id: UUID) -> QuerySet[EmploymentContract]:
    """Contracts that an Activity pays, the latest start first."""
    return contracts().filter(activity_id=activity_id).order_by("-starts_on", "-pk")


def last_quick_job(person: Person, activity_id: UUID) -> EmploymentContract | None:
    """The contract of the last job that the person did with the Contract tool in an Activity."""
    return (
        EmploymentContract.objects.filter(person=person, activity_id=activity_id, invoice__isnull=False)
        .select_related("invoice__client")
        .order_by("-pk")
        .first()
    )


def student_hours_of(person: Person, year: int) -> Decimal:
    """Hours of student contracts of a calendar year, planned and worked."""
    return ContractMonth.objects.filter(
        contract__person=person,
        contract__contract_type="student",
        contract__state__in=COUNTED_STATES,
        month__year=year,
    ).exclude(worker_type="employee").aggregate(total=Sum("hours"))["total"] or ZERO  # fmt: skip


def due_on(contract: EmploymentContract, last_day: date) -> date | None:
    """The day on which work that ends on a day is paid, by the policy of that day; None without a policy or
    an end."""
    if last_day == OPEN_END:
        return None
    delay = find_policy("pay_delay", on=last_day)
    return pay_due_date(last_day, delay.value) if delay else None


# --- declarations -------------------------------------------------------------------------------------------


def declarations() -> QuerySet[Declaration]:
    """Declarations with contract, worker and entity, newest first."""
    return Declaration.objects.select_related("contract__person", "contract__entity").order_by("-id")


def declaration_queue() -> QuerySet[Declaration]:
    """Declarations refused or not delivered that nobody has dealt with, oldest first."""
    return declarations().filter(state__in=QUEUE_STATES, handled=False).order_by("id")


def visible_declarations(person: Person | None, roles: frozenset[str] = frozenset()) -> QuerySet[Declaration]:
    """Declarations of the contracts that a person may see."""
    if roles & READERS:
        return declarations()
    mine = visible_contracts(person, roles).order_by().values("pk")
    return declarations().filter(contract_id__in=mine)


# --- pay ----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class PayRow:
    """A pay item with what became of its payout: state and day on which it is (or was) paid."""

    item: PayItem
    payout_state: str
    payout_label: object
    on: date


def items_of(person: Person) -> QuerySet[PayItem]:
    """Pay items of a worker, newest month first."""
    return (
        PayItem.objects.filter(person=person)
        .select_related("contract", "entity")
        .order_by("-month", "-settled_at", "-id")
    )


def with_payouts(items: Iterable[PayItem]) -> list[PayRow]:
    """The same with their payouts, in one more query."""
    rows = list(items)
    payouts = {
        payout.source_id: payout
        for payout in Payout.objects.filter(source_id__in=[item.pk for item in rows]).order_by("attempt")
    }
    found = []
    for item in rows:
        payout = payouts.get(item.pk)
        state = PayoutState(payout.state) if payout else PayoutState.PAID
        when = (payout.paid_on or payout.due_on) if payout else item.paid_on
        found.append(PayRow(item, state.value, state.label, when))
    return found


def visible_items(person: Person | None, roles: frozenset[str] = frozenset()) -> QuerySet[PayItem]:
    """Pay items that a person may read: their own; every one for who keeps the pay."""
    rows = PayItem.objects.select_related("contract", "entity", "person").order_by("-id")
    if roles & PAY_READERS:
        return rows
    return rows.filter(person=person) if person is not None else rows.none()


def item_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> PayItem:
    """A pay item that the person may read. Raises `PayNotFound`."""
    found = visible_items(person, roles).filter(pk=pk).first()
    if found is None:
        raise PayNotFound
    return found


def lines_of(item: PayItem) -> QuerySet[PayLine]:
    """The lines that explain a pay item, in order."""
    return PayLine.objects.filter(item=item).order_by("position")


def payslips_of(person: Person) -> QuerySet[Payslip]:
    """Payslips of a worker, newest first."""
    return Payslip.objects.filter(person=person).select_related("entity").order_by("-month", "entity_id")


def visible_payslips(person: Person | None, roles: frozenset[str] = frozenset()) -> QuerySet[Payslip]:
    """Payslips that a person may read: their own; every one for who keeps the pay."""
    rows = Payslip.objects.select_related("person", "entity", "run").order_by("-id")
    if roles & PAY_READERS:
        return rows
    return rows.filter(person=person) if person is not None else rows.none()


def payslip_for(person: Person | None, pk: UUID, *, roles: frozenset[str] = frozenset()) -> Payslip:
    """A payslip that the person may read. Raises `PayNotFound`."""
    found = visible_payslips(person, roles).filter(pk=pk).first()
    if found is None:
        raise PayNotFound
    return found


def coming_pay(person: Person, today: date) -> list[tuple[EmploymentContract, date | None]]:
    """Contracts whose work is under way or planned, with the day on which they will be paid. Salaries of
    contracts without an end are not among them: their months are.
    """
    rows = EmploymentContract.objects.filter(
        person=person, state__in=OPEN_STATES, ends_on__lt=OPEN_END
    ).select_related("entity")
    delay = find_policy("pay_delay", on=today)
    return [
        (contract, pay_due_date(contract.ends_on, delay.value) if delay else None)
        for contract in rows.order_by("ends_on", "pk")
    ]


# --- the month ----------------------------------------------------------------------------------------------


def run_of(month: date, entity_id: UUID | None = None) -> PayrollRun | None:
    """The run of a month that pays an entity (None: the first of any), if it was started."""
    rows = PayrollRun.objects.filter(month=first_of_month(month))
    if entity_id is not None:
        rows = rows.filter(Q(entity_id=entity_id) | Q(entity=None))
    return rows.order_by("pk").first()


def runs_of(month: date) -> QuerySet[PayrollRun]:
    """The runs of a month: one per entity, or one of all."""
    return PayrollRun.objects.filter(month=first_of_month(month)).select_related("entity").order_by("pk")


def run_lines(month: date) -> QuerySet[RunLine]:
    """Lines of a month's runs, by name of the worker."""
    return (
        RunLine.objects.filter(run__month=month)
        .select_related("person", "entity")
        .order_by("person__search_key", "pk")
    )


def month_payslips(month: date) -> QuerySet[Payslip]:
    """Payslips of a month by name."""
    rows = Payslip.objects.filter(month=month).select_related("person", "entity")
    return rows.order_by("person__search_key", "entity_id", "pk")


@dataclass(frozen=True, slots=True)
class MonthState:
    """What a month still needs: contracts under way, parts to settle, exit holidays paid."""

    under_way: int
    to_settle: int
    holiday_net: Decimal


def month_state(month: date, today: date) -> MonthState:
    """Counts of a month on a day."""
    parts = ContractMonth.objects.filter(month=month, settled=False, contract__state__in=OPEN_STATES)
    holiday = HolidayBlock.objects.filter(month=month).aggregate(total=Sum("net"))["total"]
    return MonthState(
        under_way=parts.filter(last_day__gte=today).count(),
        to_settle=parts.filter(last_day__lt=today).count(),
        holiday_net=holiday or ZERO,
    )


@dataclass(frozen=True, slots=True)
class Deadline:
    """A date by which a public body wants something of a month's pay."""

    on: date
    code: str


def deadlines_of(month: date) -> list[Deadline]:
    """Dates of the month's duties (to confirm): advance to the social security office by the 5th, withholding
    tax by the 15th, quarterly declaration at the end of the month after the quarter."""
    following = next_month(month)
    found = [
        Deadline(following.replace(day=5), "onss_advance"),
        Deadline(following.replace(day=15), "withholding_tax"),
    ]
    if month.month % 3 == 0:
        end = next_month(following)
        found.append(Deadline(date.fromordinal(end.toordinal() - 1), "dmfa"))
    return found


# --- runs --------------------------------------------------------------------------------------------------


def progress_of(run: PayrollRun) -> tuple[int, int]:
    """Shards done and shards in all, of the phase that the run is in."""
    phase = ShardPhase.COMPUTE if run.state == RunState.COMPUTING else ShardPhase.CLOSE
    counts = RunShard.objects.filter(run=run, phase=phase).aggregate(
        done=Count("pk", filter=Q(state=ShardState.DONE)), total=Count("pk")
    )
    return counts["done"], counts["total"]


def exception_for(pk: UUID) -> PayException:
    """An exception by its key. Raises `PayNotFound`."""
    found = PayException.objects.filter(pk=pk).first()
    if found is None:
        raise PayNotFound
    return found


def open_exceptions(month: date, entity_id: UUID | None = None) -> QuerySet[PayException]:
    """Exceptions of months up to this one whose cause is not gone, oldest first, of an entity or of all."""
    rows = PayException.objects.filter(month__lte=month, resolved_at=None)
    if entity_id is not None:
        rows = rows.filter(entity_id=entity_id)
    return rows.select_related("person", "entity", "contract_month").order_by("month", "pk")


def totals_of(month: date, entity_id: UUID | None = None) -> MonthTotals:
    """Totals of the pay items of a month, of one entity or of all."""
    rows = PayItem.objects.filter(month=month)
    if entity_id is not None:
        rows = rows.filter(entity_id=entity_id)
    found = rows.aggregate(
        items=Count("pk"),
        workers=Count("person_id", distinct=True),
        gross=Sum("gross"),
        employer=Sum("employer_total"),
        margin=Sum("margin"),
        net=Sum("net"),
    )
    gross, net = found["gross"] or ZERO, found["net"] or ZERO
    return MonthTotals(
        items=found["items"],
        workers=found["workers"],
        gross=gross,
        employer=found["employer"] or ZERO,
        margin=found["margin"] or ZERO,
        withheld=gross - net,
        net=net,
    )
