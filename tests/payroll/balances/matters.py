"""A balance that stays, for whoever tries all doors."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from activities.models import Activity
from payroll.balances.models import Balance


def balances_of(activity: Activity) -> dict[str, Any]:
    """Keys by kind, of the Activity's first holder."""
    person = activity.holders.all()[0].person
    row = Balance.objects.create(
        person=person, entity_id=activity.entity_id, kind="holiday", amount=Decimal(10),
        since=date(2026, 11, 5), seen_on=date(2026, 11, 5),
    )  # fmt: skip
    return {"pay_balance": row.pk}
