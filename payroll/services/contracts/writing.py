"""Drafts of contracts: nothing is reserved or declared yet."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from activities.models import Activity
from core import audit
from core.calendar import FIRST_YEAR, LAST_YEAR
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.models import Invoice
from members.models import Person
from payroll.engine.employer import largest_gross
from payroll.engine.engines import engine_of
from payroll.engine.errors import InvalidAmount, InvalidHours
from payroll.enums import ContractState, ContractType
from payroll.errors import (
    ContractDates,
    ContractNotDraft,
    GrossOrBudget,
)
from payroll.models import EmploymentContract, WorkerFile
from payroll.services.contracts.rows import locked_contract

EDITABLE = frozenset(
    {
        *("contract_type", "description", "place", "function_code", "joint_committee", "flat_tax"),
        *("starts_on", "ends_on", "hours", "day_starts", "day_ends"),
        *("work_category", "seniority", "article_1bis", "justification"),
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
    work_category: str = "A",
    seniority: int = 0,
    article_1bis: bool = False,
    justification: str = "",
    day_starts: time | None = None,
    day_ends: time | None = None,
    invoice: Invoice | None = None,
) -> EmploymentContract:
    """Draft a contract; nothing is reserved or declared yet.

    Give `gross` or `budget` in euro; from a budget the gross is the largest whose cost fits. `day_starts` and
    `day_ends` are the hours of the working day, needed only beside another contract on the same days. Raises
    `NoPayrollEngine`, `GrossOrBudget`, `ContractDates`, `InvalidHours`, `InvalidAmount`,
    `NoRateInForce` (a budget without a multiplier), `BudgetTooSmall`.
    """
    engine_of(current_cooperative().country.lower())
    if (gross is None) == (budget is None):
        raise GrossOrBudget
    _check_days(starts_on, ends_on, day_starts, day_ends)
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
        work_category=work_category,
        seniority=seniority,
        article_1bis=article_1bis,
        justification=justification[:200],
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
    _check_days(contract.starts_on, contract.ends_on, contract.day_starts, contract.day_ends)
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


def _check_days(starts_on: date, ends_on: date, day_starts: time | None, day_ends: time | None) -> None:
    """In order, and of a year that is one: the very last date of all means "without an end"."""
    reversed_day = day_starts is not None and day_ends is not None and day_ends <= day_starts
    if ends_on < starts_on or reversed_day or starts_on.year < FIRST_YEAR or ends_on.year > LAST_YEAR:
        raise ContractDates
