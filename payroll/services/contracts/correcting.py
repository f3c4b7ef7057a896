"""Corrections of a month whose pay was computed: one more part of that month, settled as the last one. Made,
and taken back while nothing is settled.
"""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Max, Sum, Value
from django.db.models.functions import Coalesce

from core import audit
from core.locks import for_update
from core.money import CENT, r
from core.outbox import publish
from core.types import Actor
from ledger.services import release, reserve_more
from payroll.contract_errors import (
    CorrectionEmpty,
    CorrectionOfOthers,
    CorrectionPending,
    CorrectionSettled,
    CorrectionTooLarge,
    MonthNotSettled,
    NotACorrection,
    OwnPay,
    ReasonMissing,
)
from payroll.enums import CorrectionOrigin
from payroll.errors import ContractNotFound
from payroll.models import ContractMonth, EmploymentContract, PayException, WithdrawnCorrection
from payroll.services.contracts.rows import SOURCE, locked_contract, paying_budget


@transaction.atomic
def correct_month(
    *,
    contract_month_id: UUID,
    hours: Decimal,
    gross: Decimal,
    reason: str,
    actor: Actor,
    origin: str = "",
) -> ContractMonth:
    """Add (or, below zero, take away) hours and gross of a month of a contract whose pay was computed.

    Writes the next number of that contract's month; settlement makes of it one more pay item, the last of the
    month: items before it never change, and after the run of the month it stands on the next payslip. What is
    added is reserved on the Activity's budget, what is taken away is imposed. `origin` (`CorrectionOrigin`)
    says what it follows from when no person wrote it. Locks: worker file, contract, budget. Raises
    `ContractNotFound`, `MonthNotSettled`, `CorrectionPending`, `ReasonMissing`, `CorrectionEmpty` (no gross),
    `CorrectionTooLarge`, `OwnPay`, `BudgetExceeded`. A second call raises `CorrectionPending` until the first
    one is settled or withdrawn.
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
        origin=origin,
    )
    audit.record(
        actor, "payroll.month_corrected", contract, month=str(row), hours=str(hours), gross=str(gross)
    )
    publish("contract.corrected", contract, month_id=str(row.pk))
    return row


@transaction.atomic
def withdraw_correction(
    *, contract_month_id: UUID, reason: str, at: datetime, actor: Actor
) -> WithdrawnCorrection:
    """Take back a correction that was entered by mistake and is not settled: its money is free again, what it
    stopped is over, nothing counts it any more; what it said is kept with the reason.

    Locks: worker file, contract, part, budget. Raises, with nothing changed: `ContractNotFound`, `OwnPay`,
    `NotACorrection` (the planned part), `CorrectionSettled` (the opposite correction undoes it),
    `CorrectionOfOthers` (it follows from days or hours kept elsewhere), `ReasonMissing`. A second call
    answers what the first one wrote.
    """
    contract_id = (
        ContractMonth.objects.filter(pk=contract_month_id).values_list("contract_id", flat=True).first()
    )
    contract = None if contract_id is None else locked_contract(contract_id)
    part = for_update(ContractMonth.objects.filter(pk=contract_month_id)).first()
    if contract is None or part is None:
        gone = WithdrawnCorrection.objects.filter(part_id=contract_month_id).first()
        if gone is None:
            raise ContractNotFound
        return gone
    if actor.person_id == contract.person_id:
        raise OwnPay
    if not part.number:
        raise NotACorrection
    if part.settled:
        raise CorrectionSettled(hours=-part.hours, gross=-part.gross)
    if part.origin:
        raise CorrectionOfOthers(origin=CorrectionOrigin(part.origin).label)
    if not reason.strip():
        raise ReasonMissing
    return take_back(contract, part, reason, at, actor)


def take_back(
    contract: EmploymentContract, part: ContractMonth, reason: str, at: datetime, actor: Actor
) -> WithdrawnCorrection:
    """Undo a correction that is not settled, both locked, in a transaction of the caller."""
    if part.budget > 0:
        release(
            budget_id=paying_budget(contract),
            source_type=SOURCE,
            source_id=contract.pk,
            amount=part.budget,
        )
    row = WithdrawnCorrection.objects.create(
        contract=contract,
        part_id=part.pk,
        month=part.month,
        number=part.number,
        hours=part.hours,
        gross=part.gross,
        budget=part.budget,
        reason=part.reason,
        made_by_label=part.made_by_label,
        because=reason.strip()[:200],
        withdrawn_by_label=actor.label[:120],
        withdrawn_at=at,
    )
    PayException.objects.filter(contract_month=part).update(
        resolved_at=Coalesce("resolved_at", Value(at)), contract_month=None
    )
    part.delete()
    audit.record(
        actor,
        "payroll.correction_withdrawn",
        contract,
        month=str(row),
        hours=str(row.hours),
        gross=str(row.gross),
        because=row.because,
    )
    publish("contract.correction_withdrawn", contract, part_id=str(row.part_id))
    return row


def _cost(planned: ContractMonth, multiplier: Decimal, gross: Decimal) -> Decimal:
    """What a gross of that month costs: by the contract's multiplier, or by that of the month itself where
    it was another one (a salary that goes on).
    """
    if abs(r(planned.gross * multiplier) - planned.budget) > CENT:
        return r(gross * planned.budget / planned.gross)
    return r(gross * multiplier)
