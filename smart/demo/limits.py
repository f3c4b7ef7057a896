"""The guarantee: limits that the credit controller leaves at the end."""

from __future__ import annotations

from decimal import Decimal

from core.money import ZERO
from invoicing.guarantee.exposure import exposures
from invoicing.guarantee.services import set_limit
from smart.demo.stage import Stage


def leave_limits(stage: Stage) -> None:
    """The most exposed client is at its limit, the next one is near it, a larger one waits for a second
    person.
    """
    controller = stage.staff("credit_controller")
    rows = [row for row in exposures(stage.today) if row.advanced > ZERO][:3]
    if len(rows) < 3:
        return
    limits = (
        (rows[0].at_risk, "Paie de plus en plus tard : pas plus que ce qui est ouvert"),
        ((rows[1].at_risk * Decimal("1.1")).quantize(ZERO), "Nouveau client : prudence"),
        (Decimal("80000.00"), "Festival d'été, convention signée"),
    )
    for row, (amount, reason) in zip(rows, limits, strict=True):
        set_limit(
            client_id=row.client_id,
            amount=amount,
            valid_from=stage.today,
            reason=reason,
            on=stage.today,
            actor=controller,
        )
