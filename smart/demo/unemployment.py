"""Days without work: once a month a job is called off for its last day, and the worker gets the top-up."""

from __future__ import annotations

from core.calendar import first_of_month
from payroll.enums import OPEN_STATES, ContractType, UnemploymentReason
from payroll.models import OPEN_END, EmploymentContract
from payroll.unemployment.models import UnemploymentSpell
from payroll.unemployment.selectors import days_left
from payroll.unemployment.services import record_unemployment
from smart.demo.stage import Stage

FROM_DAY = 10
"""Not before this day of the month: enough contracts stand open then."""


def lose_a_day(stage: Stage) -> None:
    """The last day of a contract of two days or more that begins later: the client has no work that day."""
    month = first_of_month(stage.today)
    if stage.today.day < FROM_DAY or UnemploymentSpell.objects.filter(month=month).exists():
        return
    coming = EmploymentContract.objects.filter(
        state__in=OPEN_STATES,
        contract_type__in=(ContractType.EMPLOYEE, ContractType.ARTISTIC),
        starts_on__gt=stage.today,
        ends_on__lt=OPEN_END,
        invoice=None,
    )
    for contract in coming.order_by("starts_on", "pk")[:20]:
        days = days_left(contract)
        if len(days) > 1 and days[-1] < stage.script.last_day and first_of_month(days[-1]) == month:
            record_unemployment(
                contract_id=contract.pk,
                days=[days[-1]],
                reason=UnemploymentReason.ECONOMIC,
                note="Tournage reporté par la production",
                on=stage.at(11),
                actor=stage.staff("payroll_admin"),
            )
            return
