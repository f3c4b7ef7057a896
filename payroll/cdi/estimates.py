"""What an Activity will earn and spend: won orders, invoices in the making, planned contracts; and whether
its budget bears the salaries to come.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.utils.translation import gettext as _

from activities.models import Activity
from core.calendar import first_of_month, next_month
from core.money import ZERO, r
from core.rates import policy
from invoicing.enums import InvoiceState
from invoicing.models import Invoice
from invoicing.quotes.enums import OrderState
from invoicing.quotes.models import Order
from invoicing.selectors import turnover_by_month
from payroll.cdi import selectors
from payroll.cdi.models import SalaryMonth
from payroll.cdi.smoothing import MONTHS, Estimate, net_months, runway
from payroll.engine.employer import employment_budget
from payroll.enums import ContractState
from payroll.models import EmploymentContract

AHEAD = 3
"""Months that the early warning looks ahead."""


def months_from(first: date, count: int = MONTHS) -> list[date]:
    """So many first days of months, from the month of a day."""
    found = [first_of_month(first)]
    while len(found) < count:
        found.append(next_month(found[-1]))
    return found


def known(activity_id: UUID, months: Sequence[date], on: date) -> tuple[Estimate, ...]:
    """What is known of these months: orders won and not invoiced (in the month of their planned end), drafts
    of invoices, draft contracts. What is late counts in the first month.
    """
    income = dict.fromkeys(months, ZERO)
    costs = dict.fromkeys(months, ZERO)
    words: dict[date, list[str]] = {month: [] for month in months}
    orders = Order.objects.filter(activity_id=activity_id, state=OrderState.OPEN).order_by("pk")
    for order in orders:
        left = order.net + order.supplement - order.invoiced
        month = _month_within(order.planned_to or on, months)
        if left > 0 and month is not None:
            income[month] += left
            words[month].append(str(order.number))
    drafts = Invoice.objects.filter(activity_id=activity_id, state=InvoiceState.DRAFT).order_by("pk")
    for delivery, net in drafts.values_list("delivery_date", "net"):
        month = _month_within(delivery, months)
        if net > 0 and month is not None:
            income[month] += net
            words[month].append(_("invoice in the making"))
    planned = EmploymentContract.objects.filter(activity_id=activity_id, state=ContractState.DRAFT)
    for contract in planned.order_by("pk"):
        month = _month_within(contract.starts_on, months)
        if month is not None:
            costs[month] += _cost_of(contract)
            words[month].append(_("planned contract"))
    return tuple(
        Estimate(month, income[month], costs[month], ", ".join(words[month])[:200]) for month in months
    )


def suggested(activity_id: UUID, first: date, on: date) -> tuple[Estimate, ...]:
    """Twelve months to begin a conversation with: what is known, and at least the average of the last twelve
    months of turnover.
    """
    months = months_from(first)
    since = first_of_month(on).replace(year=on.year - 1)
    turnover = turnover_by_month([activity_id], since).get(activity_id, {})
    past = {month: amount for month, amount in turnover.items() if month < first_of_month(on)}
    average = max(ZERO, r(sum(past.values(), ZERO) / MONTHS))
    found = []
    for row in known(activity_id, months, on):
        text = row.text
        if average > row.income:
            text = ", ".join(filter(None, (text, _("average of the last twelve months"))))[:200]
        found.append(Estimate(row.month, max(row.income, average), row.costs, text))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Coming:
    """One month ahead: net income known, what salaries cost, what the budget has left then."""

    month: date
    income: Decimal
    cost: Decimal
    left: Decimal
    reserved: bool


def outlook(activity_id: UUID, on: date) -> tuple[Coming, ...]:
    """The months to come of an Activity that pays open-ended contracts: known income after levy, and the
    salaries that are not set aside yet. Raises `NoRateInForce`.
    """
    months = months_from(on, AHEAD + 1)
    rate = policy("levy.rate", on=on).rate
    net = {row.month: row.net for row in net_months(known(activity_id, months, on), rate)}
    budget = Activity.objects.select_related("budget").get(pk=activity_id).budget
    planned = set(
        SalaryMonth.objects.filter(contract__activity_id=activity_id, state="planned").values_list(
            "contract_id", "month"
        )
    )
    contracts = list(selectors.open_contracts().filter(activity_id=activity_id))
    left, found = budget.available, []
    for month in months:
        wanted = [row for row in contracts if row.starts_on <= _end(month) and row.ends_on >= month]
        new = [row for row in wanted if (row.pk, month) not in planned]
        cost = sum((_salary_cost(row, month) for row in new), ZERO)
        left += net[month] - cost
        found.append(Coming(month, net[month], cost, left, bool(wanted) and not new))
    return tuple(found)


def first_shortfall(activity_id: UUID, on: date) -> tuple[date, Decimal] | None:
    """The first month whose salaries the budget will not bear, and what is missing by then."""
    rows = outlook(activity_id, on)
    if not rows:
        return None
    start = rows[0].left - rows[0].income + rows[0].cost
    return runway(start, [(row.month, row.income, row.cost) for row in rows])


def _salary_cost(contract: EmploymentContract, month: date) -> Decimal:
    terms = selectors.terms_on(contract, max(month, contract.starts_on))
    return employment_budget(terms.gross, policy("multiplier.employee", on=month).rate)


def _cost_of(contract: EmploymentContract) -> Decimal:
    if contract.asked_budget:
        return contract.asked_budget
    multiplier = policy(f"multiplier.{contract.contract_type}", on=contract.starts_on).rate
    return employment_budget(contract.gross, multiplier)


def _month_within(day: date, months: Sequence[date]) -> date | None:
    month = max(first_of_month(day), months[0])
    return month if month <= months[-1] else None


def _end(month: date) -> date:
    return date.fromordinal(next_month(month).toordinal() - 1)
