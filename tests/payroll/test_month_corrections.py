"""After a month is closed a correction is a delta in the next run: shown by its preview, never a rewrite."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from core.types import Actor
from tests.payroll.test_quarters import run_month

D = Decimal
SYSTEM = Actor.system("settlement")


def test_a_correction_across_a_closed_month_stands_on_the_next_payslip(world: Any, moment: Any) -> None:
    """October: 22.8 hours for 500.00, closed. One day was not worked: 15.2 hours for 333.33, told in
    November.
    """
    from payroll.models import ContractMonth, PayItem, Payslip, RunLine
    from payroll.preview import preview_month
    from payroll.services import settle_due
    from payroll.services.contracts import correct_month

    given = {"starts_on": date(2026, 10, 6), "ends_on": date(2026, 10, 8), "hours": D("22.8")}
    world.submit(world.contract(**given), moment(2026, 10, 5))
    settle_due(on=date(2026, 10, 12), actor=SYSTEM)
    run_month(world, moment, date(2026, 10, 1), date(2026, 11, 2))
    closed = Payslip.objects.get()
    content = dict(closed.content)

    part = ContractMonth.objects.get()
    correct_month(
        contract_month_id=part.pk,
        hours=D("-7.6"),
        gross=D("-166.67"),
        reason="Un jour de moins",
        actor=world.actor(world.clerk),
    )
    world.submit(world.contract("400.00"), moment(2026, 11, 2))
    settle_due(on=date(2026, 11, 12), actor=SYSTEM)

    delta = PayItem.objects.get(month=date(2026, 10, 1), gross__lt=0)
    assert (delta.gross, delta.hours) == (D("-166.67"), D("-7.60"))
    seen = preview_month(date(2026, 11, 1), None, on=date(2026, 12, 2))
    assert (seen.corrections.gross, seen.corrections.net) == (D("-166.67"), delta.net)
    assert seen.total.gross == D("400.00"), "this month's work stands apart"

    run_month(world, moment, date(2026, 11, 1), date(2026, 12, 2))
    line = RunLine.objects.get(run__month=date(2026, 11, 1))
    assert (line.earlier_items, line.earlier_net) == (1, delta.net)
    november = Payslip.objects.get(month=date(2026, 11, 1))
    assert {row.item_id for row in november.parts.exclude(item=None)} >= {delta.pk}
    closed.refresh_from_db()
    assert closed.content == content, "what was issued is never written again"
    assert preview_month(date(2026, 12, 1), None, on=date(2026, 12, 2)).corrections.gross == 0
