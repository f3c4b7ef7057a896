"""Corrections of a month whose pay was computed: one more part of that month, settled as the last one."""

from __future__ import annotations

from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum

from core import audit
from core.money import CENT, r
from core.outbox import publish
from core.types import Actor
from ledger.services import reserve_more
from payroll.contract_errors import (
    CorrectionEmpty,
    CorrectionPending,
    CorrectionTooLarge,
    MonthNotSettled,
    OwnPay,
    ReasonMissing,
)
from payroll.errors import ContractNotFound
from payroll.models import ContractMonth
from payroll.services.contracts.rows import SOURCE, locked_contract, paying_budget


@transaction.atomic
def correct_month(
    *,
    contract_month_id: UUID,
    hours: Decimal,
    gross: Decimal,
    reason: str,
    actor: Actor,
) -> ContractMonth:
    """Add (or, below zero, take away) hours and gross of a month of a contract whose pay was computed.

    Writes the next number of that contract's month; settlement makes of it one more pay item, the last of the
    month: items before it never change, and after the run of the month it stands on the next payslip. What is
    added is reserved on the Activity's budget, what is taken away is imposed. Locks: worker file, contract,
    budget. Raises `ContractNotFound`, `MonthNotSettled`, `CorrectionPending`, `ReasonMissing`,
    `CorrectionEmpty` (no gross), `CorrectionTooLarge`, `OwnPay`, `BudgetExceeded`. A second call raises
    `CorrectionPending` until the first one is settled.
    """
    contract_id = (
        ContractMonth.objects.filter(pk=contract_month_id).values_list("contract_id", flat=True).first()
    )
    if contract_id is None:
        raise ContractNotFound
    contract = locked_contract(contract_id)
    if actor.person_id == contract.person_id:
        raise OwnPay
    if not reason.strip():
        raise ReasonMissing
    if not gross:
        raise CorrectionEmpty
    planned = ContractMonth.objects.get(pk=contract_month_id)
    parts = ContractMonth.objects.filter(contract=contract, month=planned.month)
    if not planned.settled or planned.number:
        raise MonthNotSettled
    if parts.filter(settled=False).exists():
        raise CorrectionPending
    whole = parts.aggregate(hours=Sum("hours"), gross=Sum("gross"), budget=Sum("budget"), last=Max("number"))
    left_hours, left_gross = whole["hours"] + hours, whole["gross"] + gross
    if left_hours < 0 or left_gross < 0 or (left_hours == 0) != (left_gross == 0):
        raise CorrectionTooLarge(hours=whole["hours"], gross=whole["gross"])
    assert contract.multiplier is not None
    # What the month costs from now on less what it cost so far: corrected to nothing, it costs nothing.
    budget = _cost(planned, contract.multiplier, left_gross) - whole["budget"]
    if budget > 0:
        reserve_more(
            budget_id=paying_budget(contract),
            amount=budget,
            source_type=SOURCE,
            source_id=contract.pk,
            text=f"{contract.person}: {contract.description}",
        )
    row = ContractMonth.objects.create(
        contract=contract,
        month=planned.month,
        first_day=planned.first_day,
        last_day=planned.last_day,
        hours=hours,
        gross=gross,
        budget=budget,
        number=whole["last"] + 1,
        reason=reason.strip()[:200],
        made_by_label=actor.label[:120],
    )
    audit.record(
        actor, "payroll.month_corrected", contract, month=str(row), hours=str(hours), gross=str(gross)
    )
    publish("contract.corrected", contract, month_id=str(row.pk))
    return row


def _cost(planned: ContractMonth, multiplier: Decimal, gross: Decimal) -> Decimal:
    """What a gross of that month costs: by the contract's multiplier, or by that of the month itself where
    it was another one (a salary that goes on).
    """
    if abs(r(planned.gross * multiplier) - planned.budget) > CENT:
        return r(gross * planned.budget / planned.gross)
    return r(gross * multiplier)
