"""A student's hours above the quota: the form proposes two contracts, and makes both drafts at once."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from decimal import ROUND_DOWN, Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from core import audit
from core.money import ZERO, r
from core.tenancy import current_cooperative
from core.types import Actor
from payroll import plans
from payroll.contract_errors import NotStudentContract
from payroll.engine.statutory import figures_of
from payroll.enums import ContractState, ContractType
from payroll.models import EmploymentContract
from payroll.services.contract_rules import student_hours_left
from payroll.services.contracts.rows import locked_contract
from payroll.services.contracts.writing import create_contract

DAY_BEGINS = time(9)
"""When the first of two contracts of one day begins if nobody said so; the drafts can be changed."""


@transaction.atomic
def split_student_contract(
    *, contract_id: UUID, actor: Actor
) -> tuple[EmploymentContract | None, EmploymentContract]:
    """Turn a student's draft above the hours that are left into a student's draft of what is left and an
    employee's draft of the rest.

    Days are shared out by hours, the student's first; on a single day the two follow each other by the hour.
    Gross (or budget) follows the hours. Nothing left: one employee's draft. Answers (student's or None,
    employee's). Raises `NotStudentContract`; a second call raises it too.
    """
    contract = locked_contract(contract_id)
    figures = figures_of(current_cooperative().country.lower())
    if contract.state != ContractState.DRAFT or contract.contract_type != ContractType.STUDENT:
        raise NotStudentContract
    left = max(ZERO, student_hours_left(contract, contract.starts_on.year, figures))
    if contract.hours <= left:
        raise NotStudentContract
    if left < 1:
        contract.contract_type = ContractType.EMPLOYEE
        contract.save(update_fields=["contract_type"])
        audit.record(actor, "payroll.contract_split", contract, left=str(left))
        return None, contract
    mine, rest = _share(contract, left)
    second = create_contract(
        activity_id=contract.activity_id,
        person_id=contract.person_id,
        contract_type=ContractType.EMPLOYEE,
        description=contract.description,
        place=contract.place,
        function_code=contract.function_code,
        joint_committee=contract.joint_committee,
        work_category=contract.work_category,
        seniority=contract.seniority,
        actor=actor,
        **rest,
    )
    for name, value in mine.items():
        setattr(contract, "asked_budget" if name == "budget" else name, value)
    contract.save()
    audit.record(actor, "payroll.contract_split", contract, left=str(left), other=str(second.pk))
    return contract, second


def _share(contract: EmploymentContract, left: Decimal) -> tuple[dict[str, Any], dict[str, Any]]:
    """Days, hours and money of the student's part and of the rest."""
    hours = left.quantize(Decimal("0.01"), rounding=ROUND_DOWN)
    mine: dict[str, Any] = {"hours": hours, "starts_on": contract.starts_on}
    rest: dict[str, Any] = {"hours": contract.hours - hours, "ends_on": contract.ends_on}
    name = "gross" if contract.asked_budget is None else "budget"
    whole = contract.gross if contract.asked_budget is None else contract.asked_budget
    mine[name] = r(whole * hours / contract.hours)
    rest[name] = whole - mine[name]
    days = plans.work_days(contract.starts_on, contract.ends_on)
    if len(days) > 1:
        share = round(len(days) * hours / contract.hours)
        cut = min(max(1, share), len(days) - 1)
        mine["ends_on"], rest["starts_on"] = days[cut - 1], days[cut]
        rest |= {"day_starts": contract.day_starts, "day_ends": contract.day_ends}
        return mine, rest
    begins = contract.day_starts or DAY_BEGINS
    latest = 24 * 60 - 1 - round(contract.hours * 60)
    first = min(begins.hour * 60 + begins.minute, max(0, latest))
    middle = first + round(hours * 60)
    mine |= {"ends_on": contract.ends_on, "day_starts": _clock(first), "day_ends": _clock(middle)}
    rest |= {
        "starts_on": contract.starts_on,
        "day_starts": _clock(middle),
        "day_ends": _clock(middle + round((contract.hours - hours) * 60)),
    }
    return mine, rest


def _clock(minutes: int) -> time:
    return (datetime.combine(date(2000, 1, 1), time(0)) + timedelta(minutes=minutes)).time()
