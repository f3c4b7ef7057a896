"""Amendments: what both sides agree to change in a submitted contract, before and during its days."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from activities.models import Activity
from core import audit
from core.clock import ZONE
from core.money import ZERO
from core.outbox import publish
from core.tenancy import current_cooperative
from core.types import Actor
from ledger.services import release, reserve_more
from members.models import Person
from payroll import plans
from payroll.contract_errors import (
    AmendmentBeforeToday,
    AmendmentSettled,
    AmendmentTooLate,
    NothingAmended,
    ReasonMissing,
)
from payroll.engine.employer import employment_budget, largest_gross
from payroll.engine.errors import InvalidAmount, InvalidHours
from payroll.engine.statutory import figures_of
from payroll.enums import OPEN_STATES, ContractState
from payroll.errors import ContractDates, ContractNotOpen, GrossOrBudget
from payroll.models import ContractAmendment, ContractMonth, EmploymentContract
from payroll.services.contract_rules import (
    check_guaranteed,
    check_overlap,
    check_student_hours,
    check_time,
    is_late,
    written_day,
)
from payroll.services.contracts.rows import SOURCE, locked_contract, month_rows, paying_budget
from payroll.services.contracts.signing import sign_for_employer
from payroll.services.contracts.submitting import hold_debtors, weigh
from payroll.services.reconciliation import reconcile_contract

AMENDABLE = (
    *("starts_on", "ends_on", "day_starts", "day_ends", "hours", "gross"),
    *("place", "function_code", "description", "work_category", "seniority", "justification"),
)
"""Terms that an amendment changes; the worker, the Activity and the kind of contract stay."""


@transaction.atomic
def amend_contract(
    *,
    contract_id: UUID,
    reason: str,
    on: datetime,
    actor: Actor,
    budget: Decimal | None = None,
    **changes: Any,
) -> ContractAmendment:
    """Change terms of a submitted contract from now on; what is asked again is everything that submission
    asked.

    `changes` are fields of `AMENDABLE`; `budget` in place of a gross gives the largest gross that fits, with
    the multiplier of the submission. Months whose pay is computed stay as they are, the others are planned
    anew; the reservation follows; the declaration is reconciled; both sides sign again. Up to the last day.
    Locks: worker file, clients that owe the Activity something, contract, budget. Raises, with nothing
    changed: `ContractNotOpen` (also without an end), `ReasonMissing`, `NothingAmended`, `AmendmentTooLate`,
    `AmendmentBeforeToday`, `AmendmentSettled`, `GrossOrBudget`, `ContractDates`, `InvalidHours`,
    `InvalidAmount`, `ContractTooLong`, `TooManyHours`, `BelowMinimumWage`, `StudentQuotaExceeded`,
    `ContractOverlap`, `BudgetExceeded`, `NotGuaranteed`. The same call twice raises `NothingAmended`.
    """
    hold_debtors(contract_id)
    contract = locked_contract(contract_id)
    moment = on.astimezone(ZONE)
    if contract.state not in OPEN_STATES or contract.open_ended:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    assert contract.multiplier is not None and contract.employment_budget is not None
    if not reason.strip():
        raise ReasonMissing
    if moment.date() > contract.ends_on:
        raise AmendmentTooLate(ends_on=written_day(contract.ends_on))
    before = _terms(contract)
    first_before = contract.starts_on
    _apply(contract, budget, changes)
    after = _terms(contract)
    changed = [name for name in AMENDABLE if before[name] != after[name]]
    if not changed:
        raise NothingAmended
    _check_days(contract, first_before, moment)
    settled = list(ContractMonth.objects.filter(contract=contract, settled=True, number=0))
    cost = employment_budget(contract.gross, contract.multiplier)
    months = _plan(contract, settled, cost)
    figures = figures_of(current_cooperative().country.lower())
    person = Person.objects.get(pk=contract.person_id)
    check_time(contract)
    contract.warnings = weigh(contract, person, figures)
    check_student_hours(contract, (*map(_part, settled), *months), figures)
    check_overlap(contract)
    _move_reservation(contract, cost - contract.employment_budget, str(person), moment.date())
    contract.employment_budget = cost
    contract.version += 1
    contract.signed_at = contract.reminded_at = None
    contract.save()
    ContractMonth.objects.filter(contract=contract, settled=False, number=0).delete()
    ContractMonth.objects.bulk_create(month_rows(contract, months))
    amendment = ContractAmendment.objects.create(
        contract=contract,
        number=contract.version,
        made_at=moment,
        made_by_label=actor.label[:120],
        reason=reason.strip()[:200],
        before={name: before[name] for name in changed},
        after={name: after[name] for name in changed},
    )
    audit.record(actor, "payroll.contract_amended", contract, number=contract.version, fields=changed)
    publish("contract.amended", contract, number=contract.version)
    sign_for_employer(contract, moment)
    reconcile_contract(contract, at=moment)
    return amendment


def _apply(contract: EmploymentContract, budget: Decimal | None, changes: dict[str, Any]) -> None:
    if not changes.keys() <= set(AMENDABLE):
        raise TypeError(f"not to be amended: {sorted(changes.keys() - set(AMENDABLE))}")
    if budget is not None and changes.get("gross") is not None:
        raise GrossOrBudget
    for name, value in changes.items():
        if value is not None or name in ("day_starts", "day_ends"):
            setattr(contract, name, value)
    if budget is not None:
        if budget <= 0:
            raise InvalidAmount(value=budget, field="budget")
        assert contract.multiplier is not None
        contract.gross = largest_gross(budget, contract.multiplier)
        contract.asked_budget = budget
    elif "gross" in changes:
        contract.asked_budget = None
    if contract.gross <= 0:
        raise InvalidAmount(value=contract.gross, field="gross")
    if contract.hours <= 0:
        raise InvalidHours(value=contract.hours)
    hours = contract.day_starts, contract.day_ends
    if contract.ends_on < contract.starts_on or (hours[0] and hours[1] and hours[1] <= hours[0]):
        raise ContractDates


def _check_days(contract: EmploymentContract, first_before: date, moment: datetime) -> None:
    """What has begun is not moved, and nothing is made to begin or end in the past."""
    begun = first_before < moment.date() or (first_before == moment.date() and contract.day_starts is None)
    moved = contract.starts_on != first_before
    if (moved and (begun or is_late(contract, moment))) or contract.ends_on < moment.date():
        raise AmendmentBeforeToday(starts_on=written_day(first_before), today=written_day(moment.date()))


def _plan(
    contract: EmploymentContract, settled: list[ContractMonth], cost: Decimal
) -> tuple[plans.MonthPart, ...]:
    """The months that are not settled: what the contract holds less what the settled ones took."""
    hours = sum((row.hours for row in settled), ZERO)
    gross = sum((row.gross for row in settled), ZERO)
    taken = sum((row.budget for row in settled), ZERO)
    until = max((row.last_day for row in settled), default=None)
    first = contract.starts_on
    if until is not None:
        if contract.ends_on <= until or contract.hours <= hours or contract.gross <= gross or cost < taken:
            raise AmendmentSettled(until=written_day(until), hours=hours, gross=gross)
        first = plans.day_after(until)
    return plans.plan_months(
        first, contract.ends_on, contract.hours - hours, contract.gross - gross, cost - taken
    )


def _move_reservation(contract: EmploymentContract, more: Decimal, name: str, on: date) -> None:
    budget_id = paying_budget(contract)
    if more < 0:
        release(budget_id=budget_id, source_type=SOURCE, source_id=contract.pk, amount=-more)
    elif more > 0:
        reserve_more(
            budget_id=budget_id,
            amount=more,
            source_type=SOURCE,
            source_id=contract.pk,
            text=f"{name}: {contract.description}",
        )
        check_guaranteed(Activity.objects.get(pk=contract.activity_id), more, on)


def _part(row: ContractMonth) -> plans.MonthPart:
    return plans.MonthPart(row.month, row.first_day, row.last_day, row.hours, row.gross, row.budget)


def _terms(contract: EmploymentContract) -> dict[str, str]:
    """The terms as texts, as an amendment keeps them."""
    return {name: _written(getattr(contract, name)) for name in AMENDABLE}


def _written(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:.2f}"
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, time):
        return f"{value:%H:%M}"
    return "" if value is None else str(value)
