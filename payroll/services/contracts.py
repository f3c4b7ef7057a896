"""Contracts: drafted, submitted, signed, cancelled, shortened.

Locks, in this order: worker file, contract, budget.
"""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from activities.models import Activity
from core import audit
from core.clock import ZONE
from core.locks import for_update
from core.money import ZERO, r
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.guarantee.selectors import hold_clients
from invoicing.models import Invoice
from ledger.services import release, reserve
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout
from members.models import Person
from payroll import plans
from payroll.engine.employer import employment_budget, largest_gross
from payroll.engine.errors import InvalidAmount, InvalidHours
from payroll.engine.statutory import figures_of
from payroll.enums import OPEN_STATES, ContractState, ContractType
from payroll.errors import (
    ActivityNotOpen,
    ContractAfterStart,
    ContractDates,
    ContractNotDraft,
    ContractNotFound,
    ContractNotOpen,
    ContractTooLate,
    GrossOrBudget,
    InvalidShortening,
)
from payroll.models import ContractMonth, EmploymentContract, PayItem, WorkerFile
from payroll.services.contract_rules import (
    check_guaranteed,
    check_minimum,
    check_overlap,
    check_student_hours,
    check_time,
    check_worker,
    is_late,
    written_day,
)
from payroll.services.reconciliation import reconcile_contract

SOURCE = "payroll.employmentcontract"
"""How a contract names itself in reservations and entries."""

EDITABLE = frozenset(
    {
        *("contract_type", "description", "place", "function_code", "joint_committee", "flat_tax"),
        *("starts_on", "ends_on", "hours", "day_starts", "day_ends"),
    }
)
"""What `edit_contract` changes beside gross and budget."""


@transaction.atomic
def create_contract(
    *,
    activity_id: UUID,
    person_id: UUID,
    contract_type: str,
    starts_on: date,
    ends_on: date,
    hours: Decimal,
    actor: Actor,
    gross: Decimal | None = None,
    budget: Decimal | None = None,
    description: str = "",
    place: str = "",
    function_code: str = "",
    joint_committee: str = "200",
    flat_tax: bool = False,
    day_starts: time | None = None,
    day_ends: time | None = None,
    invoice: Invoice | None = None,
) -> EmploymentContract:
    """Draft a contract; nothing is reserved or declared yet.

    Give `gross` or `budget` in euro; from a budget the gross is the largest whose cost fits. `day_starts` and
    `day_ends` are the hours of the working day, needed only beside another contract on the same days. Raises
    `GrossOrBudget`, `ContractDates`, `InvalidHours`, `InvalidAmount`,
    `NoRateInForce` (a budget without a multiplier), `BudgetTooSmall`.
    """
    if (gross is None) == (budget is None):
        raise GrossOrBudget
    if ends_on < starts_on or (day_starts and day_ends and day_ends <= day_starts):
        raise ContractDates
    if hours <= 0:
        raise InvalidHours(value=hours)
    kind = ContractType(contract_type)
    if gross is None:
        assert budget is not None
        if budget <= 0:
            raise InvalidAmount(value=budget, field="budget")
        gross = largest_gross(budget, policy(f"multiplier.{kind.value}", on=starts_on).rate)
    elif gross <= 0:
        raise InvalidAmount(value=gross, field="gross")
    activity = Activity.objects.select_related("function").get(pk=activity_id)
    person = Person.objects.get(pk=person_id)
    WorkerFile.objects.get_or_create(person=person)
    contract = EmploymentContract.objects.create(
        entity_id=activity.entity_id,
        activity=activity,
        person=person,
        contract_type=kind,
        joint_committee=joint_committee,
        function_code=function_code or activity.function_code,
        description=(description or str(activity.name))[:140],
        place=place[:120],
        starts_on=starts_on,
        ends_on=ends_on,
        day_starts=day_starts,
        day_ends=day_ends,
        hours=hours,
        gross=gross,
        asked_budget=budget,
        flat_tax=flat_tax,
        invoice=invoice,
    )
    audit.record(actor, "payroll.contract_created", contract, gross=str(gross))
    return contract


@transaction.atomic
def edit_contract(*, contract_id: UUID, actor: Actor, **changes: Any) -> EmploymentContract:
    """Change a draft: any of the arguments of `create_contract` but the worker and the Activity.

    Raises `ContractNotDraft` and what `create_contract` raises.
    """
    contract = locked_contract(contract_id)
    if contract.state != ContractState.DRAFT:
        raise ContractNotDraft(state=ContractState(contract.state).label)
    if "gross" in changes or "budget" in changes:
        gross, budget = changes.pop("gross", None), changes.pop("budget", None)
        if (gross is None) == (budget is None):
            raise GrossOrBudget
        contract.asked_budget = budget
        if gross is not None:
            contract.gross = gross
    if not changes.keys() <= EDITABLE:
        raise TypeError(f"not to be changed: {sorted(changes.keys() - EDITABLE)}")
    for name in changes:
        setattr(contract, name, changes[name])
    if contract.ends_on < contract.starts_on:
        raise ContractDates
    if contract.hours <= 0:
        raise InvalidHours(value=contract.hours)
    if contract.asked_budget is not None:
        rate = policy(f"multiplier.{contract.contract_type}", on=contract.starts_on).rate
        contract.gross = largest_gross(contract.asked_budget, rate)
    if contract.gross <= 0:
        raise InvalidAmount(value=contract.gross, field="gross")
    contract.save()
    audit.record(actor, "payroll.contract_edited", contract, fields=sorted(changes))
    return contract


@transaction.atomic
def submit_contract(
    *, contract_id: UUID, on: datetime, actor: Actor, accept_late: bool = False
) -> EmploymentContract:
    """Make a draft binding: its cost is reserved on the Activity's budget and its work is about to be
    declared.

    `on` is the moment in the cooperative's clock. Freezes multiplier and employment budget of the contract's
    first day, writes the months, and makes the DIMONA row. `accept_late` lets a payroll administrator submit
    after the start; the contract then carries the `late` flag. Locks: worker file, clients that owe the
    Activity something, contract, budget. Raises,
    with nothing changed: `ContractNotDraft`, `ActivityNotOpen`, `NoPayrollEngine`, `NoRateInForce`,
    `ContractTooLate`, `ContractTooLong`, `TooManyHours`, `FlatTaxNotAllowed`, `NationalNumberMissing`,
    `IbanMissing`, `AddressMissing`, `FamilySituationMissing`, `BelowMinimumWage`, `StudentQuotaExceeded`,
    `ContractOverlap`, `BudgetExceeded`, `NotGuaranteed`. A second call raises `ContractNotDraft`.
    """
    _hold_debtors(contract_id)
    contract = locked_contract(contract_id)
    if contract.state != ContractState.DRAFT:
        raise ContractNotDraft(state=ContractState(contract.state).label)
    activity = Activity.objects.get(pk=contract.activity_id)
    if activity.state != "open":
        raise ActivityNotOpen(name=activity.name)
    moment = on.astimezone(ZONE)
    figures = figures_of(current_cooperative().country.lower())
    multiplier = policy(f"multiplier.{contract.contract_type}", on=contract.starts_on).rate
    late = is_late(contract, moment)
    if late and not accept_late:
        raise ContractTooLate(starts_on=written_day(contract.starts_on))
    check_time(contract)
    person = Person.objects.get(pk=contract.person_id)
    check_worker(person, contract.ends_on)
    if contract.asked_budget is not None:
        contract.gross = largest_gross(contract.asked_budget, multiplier)
    cost = employment_budget(contract.gross, multiplier)
    contract.warning = check_minimum(contract, person, figures)
    months = plans.plan_months(contract.starts_on, contract.ends_on, contract.hours, contract.gross, cost)
    check_student_hours(contract, months, figures)
    check_overlap(contract)

    reserve(
        budget_id=activity.budget_id,
        amount=cost,
        source_type=SOURCE,
        source_id=contract.pk,
        text=f"{person}: {contract.description}",
    )
    check_guaranteed(activity, cost, moment.date())
    contract.multiplier = multiplier
    contract.employment_budget = cost
    contract.late = late
    contract.state = ContractState.SUBMITTED
    contract.submitted_at = moment
    contract.save()
    ContractMonth.objects.bulk_create(_month_rows(contract, months))
    audit.record(actor, "payroll.contract_submitted", contract, gross=str(contract.gross), budget=str(cost))
    publish("contract.submitted", contract, person_id=str(person.pk))
    reconcile_contract(contract, at=moment)
    return contract


@transaction.atomic
def cancel_contract(*, contract_id: UUID, on: datetime, actor: Actor, reason: str = "") -> EmploymentContract:
    """Cancel before the start: the reservation is freed, the declaration withdrawn. A draft simply ends.

    Locks: worker file, contract, budget. Raises `ContractNotOpen`, `ContractAfterStart`. A second call raises
    `ContractNotOpen`.
    """
    contract = locked_contract(contract_id)
    moment = on.astimezone(ZONE)
    if contract.state == ContractState.DRAFT:
        _end(contract, ContractState.CANCELLED, moment)
        audit.record(actor, "payroll.contract_cancelled", contract, reason=reason[:200])
        return contract
    if contract.state not in OPEN_STATES:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    if is_late(contract, moment):
        raise ContractAfterStart(starts_on=written_day(contract.starts_on))
    return _withdraw(contract, ContractState.CANCELLED, moment, actor, "payroll.contract_cancelled", reason)


@transaction.atomic
def report_no_show(*, contract_id: UUID, on: datetime, actor: Actor, reason: str = "") -> EmploymentContract:
    """The work did not take place at all: as if cancelled, known only afterwards. Raises
    `ContractNotOpen`.
    """
    contract = locked_contract(contract_id)
    settled = ContractMonth.objects.filter(contract=contract, settled=True).exists()
    if contract.state not in OPEN_STATES or settled:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    moment = on.astimezone(ZONE)
    return _withdraw(contract, ContractState.NO_SHOW, moment, actor, "payroll.contract_no_show", reason)


@transaction.atomic
def shorten_contract(
    *, contract_id: UUID, last_day: date, hours: Decimal, on: datetime, actor: Actor
) -> EmploymentContract:
    """Less was worked than planned: gross of what was worked, the rest of the reservation freed, the dates
    updated.

    `hours` are those of the whole contract now. Months that are settled stay; ended with the last of them,
    with its hours, the contract is settled. Raises `ContractNotOpen`, `InvalidShortening`.
    """
    contract = locked_contract(contract_id)
    if contract.state not in OPEN_STATES:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    assert contract.multiplier is not None and contract.employment_budget is not None
    rows = list(ContractMonth.objects.filter(contract=contract))
    settled = [row for row in rows if row.settled]
    paid_hours = sum((row.hours for row in settled), ZERO)
    open_start = min((row.first_day for row in rows if not row.settled), default=contract.ends_on)
    ended = bool(settled) and last_day == max(row.last_day for row in settled) and hours == paid_hours
    inside = open_start <= last_day <= contract.ends_on and paid_hours < hours <= contract.hours
    if not (inside or ended) or (last_day == contract.ends_on and hours == contract.hours):
        raise InvalidShortening
    if ended:
        gross = sum((row.gross for row in settled), ZERO)
        cost = sum((row.budget for row in settled), ZERO)
        contract.state = ContractState.SETTLED
    else:
        gross = r(contract.gross * hours / contract.hours)
        cost = employment_budget(gross, contract.multiplier)
    freed = contract.employment_budget - cost
    contract.ends_on, contract.hours = last_day, hours
    contract.gross, contract.employment_budget = gross, cost
    contract.save(update_fields=["ends_on", "hours", "gross", "employment_budget", "state"])
    ContractMonth.objects.filter(contract=contract, settled=False).delete()
    if not ended:
        months = plans.plan_months(
            open_start,
            last_day,
            hours - paid_hours,
            gross - sum((row.gross for row in settled), ZERO),
            cost - sum((row.budget for row in settled), ZERO),
        )
        ContractMonth.objects.bulk_create(_month_rows(contract, months))
    release(budget_id=_budget_id(contract), source_type=SOURCE, source_id=contract.pk, amount=freed)
    audit.record(
        actor, "payroll.contract_shortened", contract, last_day=last_day.isoformat(), hours=str(hours)
    )
    publish("contract.shortened", contract)
    reconcile_contract(contract, at=on.astimezone(ZONE))
    return contract


@transaction.atomic
def mark_paid(*, item_id: UUID, actor: Actor) -> EmploymentContract:
    """The bank paid a pay item: its contract is paid once every item of it is. Repeats change nothing."""
    contract_id = PayItem.objects.values_list("contract_id", flat=True).get(pk=item_id)
    contract = for_update(EmploymentContract.objects.filter(pk=contract_id)).get()
    if contract.state != ContractState.SETTLED:
        return contract
    owed = list(PayItem.objects.filter(contract=contract, payable__gt=0).values_list("pk", flat=True))
    paid = Payout.objects.filter(source_id__in=owed, kind=PayoutKind.WAGE, state=PayoutState.PAID)
    if paid.values("source_id").distinct().count() == len(owed):
        contract.state = ContractState.PAID
        contract.save(update_fields=["state"])
        audit.record(actor, "payroll.contract_paid", contract)
    return contract


@transaction.atomic
def mark_returned(*, item_id: UUID, actor: Actor) -> EmploymentContract:
    """The bank sent the pay of an item back: its contract waits for payment again. Repeats change nothing."""
    contract_id = PayItem.objects.values_list("contract_id", flat=True).get(pk=item_id)
    contract = for_update(EmploymentContract.objects.filter(pk=contract_id)).get()
    paid = Payout.objects.filter(source_id=item_id, kind=PayoutKind.WAGE, state=PayoutState.PAID)
    if contract.state == ContractState.PAID and not paid.exists():
        contract.state = ContractState.SETTLED
        contract.save(update_fields=["state"])
        audit.record(actor, "payroll.contract_pay_returned", contract)
    return contract


def _withdraw(
    contract: EmploymentContract,
    state: ContractState,
    moment: datetime,
    actor: Actor,
    action: str,
    reason: str,
) -> EmploymentContract:
    ContractMonth.objects.filter(contract=contract).delete()
    release(budget_id=_budget_id(contract), source_type=SOURCE, source_id=contract.pk)
    _end(contract, state, moment)
    audit.record(actor, action, contract, reason=reason[:200])
    publish("contract.cancelled", contract)
    reconcile_contract(contract, at=moment)
    return contract


def _end(contract: EmploymentContract, state: ContractState, moment: datetime) -> None:
    contract.state = state
    contract.closed_at = moment
    contract.save(update_fields=["state", "closed_at"])


def _hold_debtors(contract_id: UUID) -> None:
    """The worker's file, then the clients on whose payment the wages may rest; the contract comes after
    them. Raises `ContractNotFound`.
    """
    found = EmploymentContract.objects.filter(pk=contract_id).values_list("person_id", "activity_id").first()
    if found is None:
        raise ContractNotFound
    person_id, activity_id = found
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    hold_clients(activity_id)


def locked_contract(contract_id: UUID) -> EmploymentContract:
    """The contract, after its worker's file, both locked. Raises `ContractNotFound`."""
    person_id = EmploymentContract.objects.filter(pk=contract_id).values_list("person_id", flat=True).first()
    if person_id is None:
        raise ContractNotFound
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    return for_update(EmploymentContract.objects.filter(pk=contract_id)).get()


def _budget_id(contract: EmploymentContract) -> UUID:
    budget_id: UUID = Activity.objects.values_list("budget_id", flat=True).get(pk=contract.activity_id)
    return budget_id


def _month_rows(contract: EmploymentContract, months: tuple[plans.MonthPart, ...]) -> list[ContractMonth]:
    return [
        ContractMonth(
            contract=contract,
            month=part.month,
            first_day=part.first_day,
            last_day=part.last_day,
            hours=part.hours,
            gross=part.gross,
            budget=part.budget,
        )
        for part in months
    ]
