"""VAT: the return of the month that is over, prepared by one person of finance, sent by another."""

from __future__ import annotations

from core.calendar import first_of_month
from invoicing.vatreturns.enums import Paper, ReturnState
from invoicing.vatreturns.models import VatReturn
from invoicing.vatreturns.selectors import papers_to_file
from invoicing.vatreturns.services import approve_return, prepare_return, submit_return
from smart.demo.stage import Stage

PREPARED_FROM, APPROVED_FROM = 10, 12
"""Days of the month from which finance does it: sales and purchases of the month before are in the books."""


def file_returns(stage: Stage) -> None:
    """What was prepared on an earlier day is approved and sent; then what is not begun is prepared."""
    if stage.today.day >= APPROVED_FROM:
        colleague = stage.staff("finance", 1)
        for row in VatReturn.objects.filter(state=ReturnState.PREPARED, paper__in=_MONTHLY).order_by("pk"):
            approve_return(vat_return_id=row.pk, today=stage.today, actor=colleague)
            submit_return(vat_return_id=row.pk, on=stage.today, actor=colleague)
    elif stage.today.day >= PREPARED_FROM:
        for item in papers_to_file(stage.today):
            over = item.period.first >= first_of_month(stage.script.first_day)
            if item.row is None and item.paper in _MONTHLY and over:
                prepare_return(
                    entity=item.entity,
                    paper=item.paper,
                    period=item.period,
                    today=stage.today,
                    actor=stage.staff("finance"),
                )


_MONTHLY = (Paper.INTRA, Paper.RETURN)
