"""The end of an open-ended contract, and holiday money that goes back because the days were taken."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from django.db import transaction

from core import audit
from core.calendar import first_of_month
from core.clock import ZONE
from core.types import Actor
from payroll.cdi import errors, selectors
from payroll.cdi.enums import AbsenceKind, AbsenceState, SalaryState
from payroll.cdi.models import Absence, SalaryMonth
from payroll.cdi.services.absences import tell_unemployment
from payroll.cdi.services.salaries import plan_ahead, warn
from payroll.enums import EndedBy, EndReason
from payroll.models import ContractMonth, EmploymentContract
from payroll.services.contracts import locked_contract
from payroll.services.open_ended import close_if_over, drop_month, end_open_ended


@transaction.atomic
def end_contract(
    *,
    contract_id: UUID,
    last_day: date,
    reason: str,
    ended_by: str,
    note: str,
    on: datetime,
    actor: Actor,
) -> EmploymentContract:
    """Give a contract its last day after notice, agreement or fault: later months are freed, the last one is
    cut by hours, the end is declared; the exit holiday follows with the run of that month.

    Absences after the last day are cancelled. The day may be moved while the contract is open. Raises
    `NotOpenEnded`, `OwnMatter`, `ContractNotOpen`, `InvalidShortening`.
    """
    contract = locked_contract(contract_id)
    if not selectors.contracts().filter(pk=contract_id).exists():
        raise errors.NotOpenEnded
    if actor.person_id == contract.person_id:
        raise errors.OwnMatter
    moment = on.astimezone(ZONE)
    contract = end_open_ended(
        contract_id=contract_id,
        last_day=last_day,
        reason=EndReason(reason),
        ended_by=EndedBy(ended_by),
        note=note,
        on=moment,
        actor=actor,
    )
    later = ContractMonth.objects.filter(
        contract=contract, settled=False, number=0, month__gt=first_of_month(last_day)
    )
    for month in later.values_list("month", flat=True):
        drop_month(contract_id=contract.pk, month=month, actor=actor)
    SalaryMonth.objects.filter(contract=contract, month__gt=first_of_month(last_day)).exclude(
        month__in=ContractMonth.objects.filter(contract=contract, settled=True).values("month")
    ).update(state=SalaryState.EMPTY)
    Absence.objects.filter(contract=contract, first_day__gt=last_day, state__in=selectors.STANDING).update(
        state=AbsenceState.CANCELLED
    )
    audit.record(actor, "cdi.contract_ended", contract, last_day=last_day.isoformat())
    contract = selectors.contracts().get(pk=contract.pk)
    for absence in Absence.objects.filter(
        contract=contract, last_day__gt=last_day, kind=AbsenceKind.TEMPORARY_UNEMPLOYMENT
    ).exclude(decided_on=None):
        tell_unemployment(contract, absence)
    plan_ahead(contract=contract, on=moment.date(), actor=actor)
    warn(contract=contract, on=moment.date())
    return close_if_over(contract_id=contract.pk, actor=actor)
