"""What balances know of a person, and how long it stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

from django.db.models import QuerySet
from django.utils.translation import gettext_lazy as _

from core.privacy.house import YEAR
from core.privacy.registry import PersonalData, RetentionRule
from members.models import Person
from payroll.balances.enums import BalanceState
from payroll.balances.models import Balance
from payroll.privacy import SOCIAL


def _balances(person: Person) -> Iterator[dict[str, Any]]:
    for row in Balance.objects.filter(person=person).order_by("pk"):
        yield {"kind": row.kind, "state": row.state, "amount": row.amount, "since": row.since,
               "asked": row.asked, "asked_on": row.asked_on, "due_on": row.due_on,
               "communication": row.communication,
               "acts": list(row.acts.values("kind", "on", "amount", "note"))}  # fmt: skip


PARTS = (PersonalData("pay_balances", _("Pay that you were asked to give back"), _balances),)


def _old(before: date) -> QuerySet[Balance]:
    return Balance.objects.filter(state=BalanceState.OVER, seen_on__lt=before)


RULES = (
    RetentionRule("pay_balances", _("Balances of pay"), SOCIAL, 5 * YEAR, _old, Balance.objects.all, False),
)
