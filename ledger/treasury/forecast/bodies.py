"""What stands in the books as owed to public bodies and the insurer, on the days when it is to be paid.

Read from the balances, oldest debt first, less what a payout already asks for: nothing is counted twice.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db.models import Sum
from django.db.models.functions import TruncMonth
from django.utils.translation import gettext as _

from core.calendar import last_of_month, next_month
from core.kit.formats import month as month_in_words
from core.money import ZERO, r
from core.rates import find_policy
from ledger.models import Account, JournalLine
from ledger.treasury.enums import PayoutState
from ledger.treasury.forecast.flows import Flow, FlowKind
from ledger.treasury.forecast.payouts import BODIES
from ledger.treasury.models import Payout

DUE = "treasury.body_due"
"""Policy: by account of the chart, when what was booked in a month is paid (to confirm): `months` whose end
counts (1: each month, 3: each quarter), months `after` that end, `day` of that month (0: its last).
`advance`: the day of the following month and the share that is paid then."""

UNASKED = (PayoutState.OPEN, PayoutState.HELD, PayoutState.BATCHED)
"""Payouts that the books do not know yet: releasing one settles the debt."""


@dataclass(frozen=True, slots=True)
class Owed:
    """What is left in the books of what was booked on an account in a month, in euro."""

    account: str
    entity_id: UUID
    month: date
    amount: Decimal


def owed_by_month(accounts: Iterable[str]) -> Iterator[Owed]:
    """Debts of accounts by the month in which they were booked: payments settle the oldest first. Two
    queries, whatever stands there.
    """
    codes = list(accounts)
    paid: dict[tuple[UUID, str], Decimal] = {}
    asked = Payout.objects.filter(state__in=UNASKED, settles_account__in=codes).order_by()
    for row in asked.values("entity_id", "settles_account").annotate(total=Sum("amount")):
        paid[row["entity_id"], row["settles_account"]] = row["total"]
    lines = (
        JournalLine.objects.filter(account__in=codes)
        .annotate(month=TruncMonth("entry__date"))
        .order_by("month")
        .values("entry__entity_id", "account", "month")
    )
    booked = list(lines.annotate(credits=Sum("credit"), debits=Sum("debit")))
    for line in booked:
        key = (line["entry__entity_id"], line["account"])
        paid[key] = paid.get(key, ZERO) + line["debits"]
    for line in booked:
        key = (line["entry__entity_id"], line["account"])
        settled = min(paid[key], line["credits"])
        paid[key] -= settled
        if line["credits"] > settled:
            yield Owed(key[1], key[0], line["month"], line["credits"] - settled)


def parts_due(rule: Mapping[str, Any], month: date, amount: Decimal) -> list[tuple[date, Decimal]]:
    """When what was booked in a month is paid, by a rule of the policy: an advance, where there is one, and
    the rest.
    """
    months = int(rule["months"])
    end = month.year * 12 + (month.month - 1) // months * months + months - 1 + int(rule["after"])
    target = date(end // 12, end % 12 + 1, 1)
    rest_on = target.replace(day=min(int(rule["day"]), last_of_month(target).day)) if rule["day"] else None
    rest_on = rest_on or last_of_month(target)
    advance = rule.get("advance")
    if not advance:
        return [(rest_on, amount)]
    first = r(amount * Decimal(advance["share"]))
    return [(next_month(month).replace(day=int(advance["day"])), first), (rest_on, amount - first)]


def due_parts(
    account: str, month: date, amount: Decimal, rules: Mapping[str, Any], on: date
) -> list[tuple[date, Decimal]]:
    """The same by the account's rule, nothing before `on`: what is late is paid at once, and so is what no
    rule tells, so that the forecast is never rosier than the books. An advance whose day has passed was paid
    or waits for the rest.
    """
    rule = rules.get(account)
    if rule is None:
        return [(on, amount)]
    parts = parts_due(rule, month, amount)
    if len(parts) > 1 and parts[0][0] < on:
        parts = [(parts[-1][0], amount)]
    return [(max(day, on), part) for day, part in parts if part]


def body_rules(on: date) -> Mapping[str, Any]:
    """The rules in force; none where the cooperative has none."""
    found = find_policy(DUE, on=on)
    rules: Mapping[str, Any] = found.value if found is not None else {}
    return rules


def body_flows(first: date, last: date, on: date) -> Iterator[Flow]:
    """Debts to public bodies and the insurer by the day on which they are to be paid."""
    rules = body_rules(on)
    names = dict(Account.objects.filter(code__in=list(rules)).values_list("code", "name"))
    for owed in owed_by_month(rules):
        kind = FlowKind.CHARGES if owed.account.startswith(BODIES) else FlowKind.TAXES
        label = _("%(account)s, %(month)s") % {
            "account": names.get(owed.account, owed.account),
            "month": month_in_words(owed.month),
        }
        for day, part in due_parts(owed.account, owed.month, owed.amount, rules, on):
            if first <= day <= last:
                yield Flow(day, kind, -part, owed.entity_id, label)
