"""What contracts that are performed or planned will cost the bank: nets, then what goes to public bodies.

What is settled stands in the books and among the payouts already; here are only the months of contracts that
are not settled. Their net is not known before the month is: shares of the employment budget stand in for it
(policy, to confirm).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Count, F, QuerySet, Sum
from django.utils.translation import gettext as _

from core.calendar import first_of_month, pay_due_date
from core.money import r
from core.rates import find_policy
from ledger.treasury.forecast import Flow, FlowKind
from ledger.treasury.forecast.bodies import body_rules, due_parts
from payroll.enums import OPEN_STATES
from payroll.models import ContractMonth

SHARES = "forecast.wage_shares"
"""Policy: `net` and `charges`, the shares of an employment budget that go to the worker and to public bodies;
the rest stays (margin)."""

SOCIAL_SECURITY = "4540"
"""Whose rule tells when charges of planned work are paid: nearly all of them go there."""


def work_flows(first: date, last: date, on: date) -> Iterator[Flow]:
    """Nets and charges of work that is not settled, by last day of the work and entity: whose pay it is, only
    payroll sees. A number of queries that does not grow with the contracts.
    """
    shares = _shares(on)
    if shares is None:
        return
    rules = body_rules(on)
    delay = find_policy("pay_delay", on=on)
    for row in _unsettled().values("last_day", "entity_id").annotate(sum=Sum("budget"), count=Count("pk")):
        label = _("Work until %(day)s, contracts: %(count)s (estimate)") % {
            "day": f"{row['last_day']:%d/%m/%Y}",
            "count": row["count"],
        }
        pay_on = pay_due_date(row["last_day"], delay.value) if delay else row["last_day"]
        net, charges = r(row["sum"] * shares["net"]), r(row["sum"] * shares["charges"])
        parts = [(max(pay_on, on), net, FlowKind.WAGES)]
        month = first_of_month(row["last_day"])
        for day, part in due_parts(SOCIAL_SECURITY, month, charges, rules, on):
            parts.append((day, part, FlowKind.CHARGES))
        for day, part, kind in parts:
            if first <= day <= last and part:
                yield Flow(day, kind, -part, row["entity_id"], label)


def _unsettled() -> QuerySet[Any]:
    rows = ContractMonth.objects.filter(settled=False, contract__state__in=OPEN_STATES)
    return rows.annotate(entity_id=F("contract__entity_id")).order_by()


def _shares(on: date) -> dict[str, Decimal] | None:
    """Shares by name; None where the cooperative has no such policy: nothing is foreseen then."""
    found = find_policy(SHARES, on=on)
    return {name: Decimal(value) for name, value in found.value.items()} if found else None
