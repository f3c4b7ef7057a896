"""Returns of pay: the tax of a month declared by the 15th, the quarter as it runs, the first C4s."""

from __future__ import annotations

from payroll.models import PayItem
from payroll.returns.enums import PublicReturnKind, PublicReturnState
from payroll.returns.models import PublicReturn
from payroll.returns.periods import ReturnPeriod, quarter_period
from payroll.returns.selectors import due_returns, ends_due
from payroll.returns.services import (
    approve_return,
    build_return,
    check_return,
    end_contract,
    finish_building,
    send_return,
)
from payroll.returns.services.building import build_slice
from smart.demo.stage import Stage

FROM_DAY = 5
"""Day of the month from which the tax of the month before is prepared."""
PAPERS = 6
"""Ends of contracts that somebody dealt with before the curtain falls."""


def file_returns(stage: Stage) -> None:
    """One administrator makes and checks the tax of the month before, the other approves and sends it."""
    if stage.today.day < FROM_DAY:
        return
    for row in PublicReturn.objects.filter(state=PublicReturnState.CHECKED, checked_on__lt=stage.today):
        if row.last < stage.today:
            colleague = stage.staff("payroll_admin", 1)
            approve_return(return_id=row.pk, on=stage.today, actor=colleague)
            send_return(return_id=row.pk, on=stage.today, actor=colleague)
    for due in due_returns(stage.today):
        played = due.period.last >= stage.script.first_day
        if not (played and due.kind == PublicReturnKind.WITHHOLDING and due.row is None):
            continue
        paid = PayItem.objects.filter(entity=due.entity, paid_on__range=(due.period.first, due.period.last))
        if not paid.exists():  # who worked was paid a month later
            continue
        made = _made(stage, due.kind, due.entity.code, due.period)
        if made is not None:
            check_return(return_id=made.pk, on=stage.today, actor=stage.staff("payroll_admin"))


def leave_returns(stage: Stage) -> None:
    """The quarter that runs, as a draft; the C4 of a few contracts that are over."""
    quarter = quarter_period(stage.today.year, (stage.today.month + 2) // 3)
    _made(stage, PublicReturnKind.DMFA, "PA", quarter)
    for contract in ends_due(stage.today)[:PAPERS]:
        end_contract(contract_id=contract.pk, on=stage.today, actor=stage.staff("payroll_admin"))


def _made(stage: Stage, kind: PublicReturnKind, entity: str, period: ReturnPeriod) -> PublicReturn | None:
    row = build_return(
        kind=kind,
        entity=stage.entities[entity],
        period=period,
        on=stage.today,
        actor=stage.staff("payroll_admin"),
    )
    while build_slice(return_id=row.pk):
        pass
    return finish_building(return_id=row.pk)
