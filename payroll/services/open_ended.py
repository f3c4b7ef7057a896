"""Contracts without an end: concluded, their months written one by one, given an end.

The terms (hours of the week, salary, absences) belong to the room of open-ended contracts; here are the rows
that settlement, declarations and the books know: the contract, its months, what is reserved for them. Locks:
worker file, contract, budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from activities.models import Activity
from core import audit
from core.clock import ZONE
from core.errors import DomainError
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from core.uuid7 import uuid7
from ledger.services import lend_for, release, reserve_more
from members.models import Person
from payroll.engine.employer import employment_budget
from payroll.engine.statutory import figures_of
from payroll.enums import OPEN_STATES, ContractState, ContractType
from payroll.errors import ActivityNotOpen, ContractNotOpen, ContractTooLate, InvalidShortening
from payroll.models import OPEN_END, ContractMonth, EmploymentContract, PayException, WorkerFile
from payroll.services.contract_rules import check_overlap, check_worker, is_late, written_day
from payroll.services.contracts import SOURCE, locked_contract
from payroll.services.contracts.rows import paying_budget
from payroll.services.exceptions import Stopped, note_exceptions
from payroll.services.reconciliation import reconcile_contract


@dataclass(frozen=True, slots=True)
class MonthPlan:
    """One month of a salary: days, paid hours, gross and employment budget in euro."""

    month: date
    first_day: date
    last_day: date
    hours: Decimal
    gross: Decimal
    budget: Decimal


@transaction.atomic
def conclude_open_ended(
    *,
    activity_id: UUID,
    person_id: UUID,
    starts_on: date,
    hours: Decimal,
    gross: Decimal,
    category: str,
    seniority: int,
    joint_committee: str,
    description: str,
    place: str,
    function_code: str,
    on: datetime,
    actor: Actor,
) -> EmploymentContract:
    """Make a contract without an end binding and have its start declared; no month is planned yet.

    `hours` and `gross` are those of an average month. Raises, with nothing changed: `ActivityNotOpen`,
    `NoPayrollEngine`, `NoRateInForce`, `ContractTooLate`, what is missing of the worker, `ContractOverlap`.
    """
    moment = on.astimezone(ZONE)
    activity = Activity.objects.select_related("function").get(pk=activity_id)
    if activity.state != "open":
        raise ActivityNotOpen(name=activity.name)
    figures_of(current_cooperative().country.lower())
    multiplier = policy("multiplier.employee", on=starts_on).rate
    person = Person.objects.get(pk=person_id)
    check_worker(person, starts_on)
    WorkerFile.objects.get_or_create(person=person)
    list(for_update(WorkerFile.objects.filter(person=person)))
    contract = EmploymentContract(
        entity_id=activity.entity_id,
        activity=activity,
        person=person,
        contract_type=ContractType.EMPLOYEE,
        joint_committee=joint_committee,
        function_code=function_code or activity.function_code,
        description=(description or str(activity.name))[:140],
        place=place[:120],
        starts_on=starts_on,
        ends_on=OPEN_END,
        hours=hours,
        gross=gross,
        work_category=category,
        seniority=seniority,
        multiplier=multiplier,
        employment_budget=employment_budget(gross, multiplier),
        state=ContractState.SUBMITTED,
        submitted_at=moment,
    )
    if is_late(contract, moment):
        raise ContractTooLate(starts_on=written_day(starts_on))
    check_overlap(contract)
    contract.save(force_insert=True)
    audit.record(actor, "payroll.open_ended_concluded", contract, gross=str(gross))
    publish("contract.submitted", contract, person_id=str(person.pk))
    reconcile_contract(contract, at=moment)
    return contract


@transaction.atomic
def change_salary(
    *,
    contract_id: UUID,
    hours: Decimal,
    gross: Decimal,
    category: str,
    seniority: int,
    on: date,
    actor: Actor,
) -> EmploymentContract:
    """Show the terms in force on the contract: hours and gross of an average month, scale. Raises
    `ContractNotOpen`.
    """
    contract = _open(contract_id)
    multiplier = policy("multiplier.employee", on=on).rate
    contract.hours, contract.gross = hours, gross
    contract.work_category, contract.seniority = category, seniority
    contract.multiplier, contract.employment_budget = multiplier, employment_budget(gross, multiplier)
    contract.save()
    audit.record(actor, "payroll.salary_changed", contract, gross=str(gross), hours=str(hours))
    return contract


@transaction.atomic
def set_month(
    *, contract_id: UUID, plan: MonthPlan, on: date, text: str, lend: bool, actor: Actor
) -> Decimal:
    """Write the month of a salary that goes on, or write it anew while it is not settled; its budget is
    reserved.

    With `lend` the pot lends what the budget lacks, since law imposes the salary; without, `BudgetExceeded`
    is raised and nothing is written. Returns what was lent. Called again with the same plan it changes
    nothing. Raises `ContractNotOpen`.
    """
    contract = _open(contract_id)
    row = ContractMonth.objects.filter(contract=contract, month=plan.month, number=0).first()
    if row is not None and row.settled:
        return ZERO
    budget_id = paying_budget(contract)
    more = plan.budget - (row.budget if row else ZERO)
    lent = ZERO
    if more > 0:
        if lend:
            lent = lend_for(
                budget_id=budget_id,
                needed=more,
                on=on,
                source_type=SOURCE,
                source_id=contract.pk,
                entry_id=uuid7(),
                text=text,
            )
        reserve_more(
            budget_id=budget_id,
            amount=more,
            source_type=SOURCE,
            source_id=contract.pk,
            text=text,
            lent=lent,
        )
    elif more < 0:
        release(budget_id=budget_id, source_type=SOURCE, source_id=contract.pk, amount=-more)
    fields = {name: getattr(plan, name) for name in ("first_day", "last_day", "hours", "gross", "budget")}
    if row is None:
        ContractMonth.objects.create(contract=contract, month=plan.month, **fields)
    else:
        ContractMonth.objects.filter(pk=row.pk).update(**fields)
    if row is None or more or row.hours != plan.hours:
        audit.record(
            actor, "payroll.salary_planned", contract, month=f"{plan.month:%Y-%m}", budget=str(plan.budget)
        )
    return lent


@transaction.atomic
def drop_month(*, contract_id: UUID, month: date, actor: Actor) -> None:
    """Take a month that is not settled back and free its money: nothing is paid in it. Repeats change
    nothing. Raises `ContractNotOpen`.
    """
    contract = _open(contract_id)
    row = ContractMonth.objects.filter(contract=contract, month=month, number=0, settled=False).first()
    if row is None:
        return
    budget = row.budget
    row.delete()
    release(budget_id=paying_budget(contract), source_type=SOURCE, source_id=contract.pk, amount=budget)
    audit.record(actor, "payroll.salary_month_dropped", contract, month=f"{month:%Y-%m}")


@transaction.atomic
def end_open_ended(
    *, contract_id: UUID, last_day: date, reason: str, ended_by: str, note: str, on: datetime, actor: Actor
) -> EmploymentContract:
    """Give a contract without an end its last day; the declaration follows. The caller cuts its months.

    The day may be moved while the contract is open. Raises `ContractNotOpen`, `InvalidShortening` (before
    the start, or inside a month that is settled).
    """
    contract = _open(contract_id)
    settled = ContractMonth.objects.filter(contract=contract, settled=True, number=0).order_by("-last_day")
    paid_until = settled.values_list("last_day", flat=True).first()
    if last_day < contract.starts_on or (paid_until is not None and last_day < paid_until):
        raise InvalidShortening
    contract.ends_on = last_day
    contract.end_reason, contract.ended_by, contract.end_note = reason, ended_by, note[:200]
    contract.save(update_fields=["ends_on", "end_reason", "ended_by", "end_note"])
    audit.record(actor, "payroll.open_ended_ended", contract, last_day=last_day.isoformat(), reason=reason)
    publish("contract.shortened", contract)
    reconcile_contract(contract, at=on.astimezone(ZONE))
    return contract


@transaction.atomic
def close_if_over(*, contract_id: UUID, actor: Actor) -> EmploymentContract:
    """A contract with an end and nothing left to settle is settled: its last month bore no pay, or was
    settled before the end was known. Repeats change nothing.
    """
    contract = locked_contract(contract_id)
    left = ContractMonth.objects.filter(contract=contract, settled=False)
    if contract.state in OPEN_STATES and not contract.open_ended and not left.exists():
        contract.state = ContractState.SETTLED
        contract.save(update_fields=["state"])
        audit.record(actor, "payroll.contract_settled", contract)
    return contract


def _open(contract_id: UUID) -> EmploymentContract:
    contract = locked_contract(contract_id)
    if contract.state not in OPEN_STATES:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    return contract


def note_shortfall(contract: EmploymentContract, *, month: date, error: DomainError, on: date) -> None:
    """Keep what stops the salary of a month among the exceptions of that month: payroll sees it there too."""
    note_exceptions([Stopped(contract.person_id, contract.entity_id, month, error)], on=on)


def clear_shortfall(contract: EmploymentContract, *, month: date, code: str) -> None:
    """The salary of the month is set aside: its exception is over. Repeats change nothing."""
    PayException.objects.filter(
        person_id=contract.person_id,
        entity_id=contract.entity_id,
        month=month,
        contract_month=None,
        code=code,
        resolved_at=None,
    ).update(resolved_at=timezone.now())
