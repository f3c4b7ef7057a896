"""Contracts that end otherwise than planned: cancelled, not performed, shortened."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from core import audit
from core.clock import ZONE
from core.money import ZERO, r
from core.outbox import publish
from core.types import Actor
from ledger.services import release
from payroll import plans
from payroll.engine.employer import employment_budget
from payroll.enums import OPEN_STATES, ContractState, EndedBy, EndReason
from payroll.errors import (
    ContractAfterStart,
    ContractNotOpen,
    InvalidShortening,
)
from payroll.models import ContractMonth, EmploymentContract
from payroll.services.contract_rules import (
    is_late,
    written_day,
)
from payroll.services.contracts.rows import (
    SOURCE,
    check_fixed_term,
    locked_contract,
    month_rows,
    paying_budget,
)
from payroll.services.reconciliation import reconcile_contract

WHY = ("end_reason", "ended_by", "end_note")
"""Why it ended otherwise than planned, and who ended it."""


@transaction.atomic
def cancel_contract(
    *,
    contract_id: UUID,
    on: datetime,
    actor: Actor,
    reason: str = "",
    end_reason: str = "",
    ended_by: str = "",
) -> EmploymentContract:
    """Cancel before the start: the reservation is freed, the declaration withdrawn. A draft simply ends.

    `end_reason` and `ended_by` (`EndReason`, `EndedBy`) and `reason` in words stay on the contract.

    Locks: worker file, contract, budget. Raises `ContractNotOpen`, `ContractAfterStart`. A second call raises
    `ContractNotOpen`.
    """
    contract = locked_contract(contract_id)
    moment = on.astimezone(ZONE)
    _say_why(contract, end_reason, ended_by, reason)
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
def report_no_show(
    *,
    contract_id: UUID,
    on: datetime,
    actor: Actor,
    reason: str = "",
    end_reason: str = EndReason.NO_SHOW,
    ended_by: str = EndedBy.WORKER,
) -> EmploymentContract:
    """The work did not take place at all: as if cancelled, known only afterwards. Raises
    `ContractNotOpen`.
    """
    contract = locked_contract(contract_id)
    settled = ContractMonth.objects.filter(contract=contract, settled=True).exists()
    if contract.state not in OPEN_STATES or settled:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    moment = on.astimezone(ZONE)
    _say_why(contract, end_reason, ended_by, reason)
    return _withdraw(contract, ContractState.NO_SHOW, moment, actor, "payroll.contract_no_show", reason)


@transaction.atomic
def shorten_contract(
    *,
    contract_id: UUID,
    last_day: date,
    hours: Decimal,
    on: datetime,
    actor: Actor,
    reason: str = "",
    end_reason: str = EndReason.LESS_WORK,
    ended_by: str = "",
) -> EmploymentContract:
    """Less was worked than planned: gross of what was worked, the rest of the reservation freed, the dates
    updated.

    `hours` are those of the whole contract now. Months that are settled stay; ended with the last of them,
    with its hours, the contract is settled. Raises `ContractNotOpen`, `SalaryGoesOn`, `InvalidShortening`.
    """
    contract = locked_contract(contract_id)
    if contract.state not in OPEN_STATES:
        raise ContractNotOpen(state=ContractState(contract.state).label)
    check_fixed_term(contract)
    assert contract.multiplier is not None and contract.employment_budget is not None
    rows = list(ContractMonth.objects.filter(contract=contract, number=0))
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
        gross = _gross_of(contract, settled, hours - paid_hours)
        cost = employment_budget(gross, contract.multiplier)
    freed = contract.employment_budget - cost
    contract.ends_on, contract.hours = last_day, hours
    contract.gross, contract.employment_budget = gross, cost
    _say_why(contract, end_reason, ended_by, reason)
    contract.save(update_fields=[*("ends_on", "hours", "gross", "employment_budget", "state"), *WHY])
    ContractMonth.objects.filter(contract=contract, settled=False, number=0).delete()
    if not ended:
        months = plans.plan_months(
            open_start,
            last_day,
            hours - paid_hours,
            gross - sum((row.gross for row in settled), ZERO),
            cost - sum((row.budget for row in settled), ZERO),
        )
        ContractMonth.objects.bulk_create(month_rows(contract, months))
    release(
        budget_id=paying_budget(contract),
        source_type=SOURCE,
        source_id=contract.pk,
        amount=freed,
        on=on.astimezone(ZONE).date(),
    )
    audit.record(
        actor, "payroll.contract_shortened", contract, last_day=last_day.isoformat(), hours=str(hours)
    )
    publish("contract.shortened", contract)
    reconcile_contract(contract, at=on.astimezone(ZONE))
    return contract


def _gross_of(contract: EmploymentContract, settled: Sequence[ContractMonth], hours: Decimal) -> Decimal:
    """The gross of what was paid and of that many of the hours that are not paid yet, each at its own pay:
    an amendment may have changed the pay since.
    """
    paid = sum((row.gross for row in settled), ZERO)
    left = contract.hours - sum((row.hours for row in settled), ZERO)
    return paid + r((contract.gross - paid) * hours / left)


def _withdraw(
    contract: EmploymentContract,
    state: ContractState,
    moment: datetime,
    actor: Actor,
    action: str,
    reason: str,
) -> EmploymentContract:
    ContractMonth.objects.filter(contract=contract).delete()
    release(budget_id=paying_budget(contract), source_type=SOURCE, source_id=contract.pk, on=moment.date())
    _end(contract, state, moment)
    audit.record(actor, action, contract, reason=reason[:200])
    publish("contract.cancelled", contract)
    reconcile_contract(contract, at=moment)
    return contract


def _end(contract: EmploymentContract, state: ContractState, moment: datetime) -> None:
    contract.state = state
    contract.closed_at = moment
    contract.save(update_fields=["state", "closed_at", *WHY])


def _say_why(contract: EmploymentContract, end_reason: str, ended_by: str, note: str) -> None:
    contract.end_reason = EndReason(end_reason) if end_reason else ""
    contract.ended_by = EndedBy(ended_by) if ended_by else ""
    contract.end_note = note.strip()[:200]
