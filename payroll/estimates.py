"""What an amount becomes for the worker, before anything is done: for the simulator and beside the quick job.
Reads policies and statutory figures, writes nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from core.calendar import FIRST_YEAR, FULL_TIME_DAY, LAST_YEAR, first_of_month, pay_due_date
from core.money import ZERO
from core.rates import policy
from core.tenancy import current_cooperative
from members.types import ALONE, Family
from payroll.engine.engines import engine_of
from payroll.engine.types import LineKind, WorkerType
from payroll.engine.waterfall import Step, Terms, Waterfall, invoice_to_net, net_to_invoice
from payroll.enums import ContractType
from payroll.errors import ContractDates
from payroll.household import household


@dataclass(frozen=True, slots=True)
class Question:
    """What somebody wants to know: an amount excluding VAT or a wanted net, for whom, for how long, when."""

    amount: Decimal
    contract_type: str
    hours: Decimal
    last_day: date
    expenses: Decimal = ZERO
    backwards: bool = False
    flat_tax: bool = False
    family: Family = ALONE
    vat_rate: Decimal | None = None


@dataclass(frozen=True, slots=True)
class Estimate:
    """The waterfall of a question, the day on which the net is due, and the steps as the page draws them."""

    waterfall: Waterfall
    pay_on: date
    steps: tuple[dict[str, Any], ...]


def estimate(question: Question, *, on: date) -> Estimate:
    """Answer a question with the policies of `on` and the statutory figures of the work.

    The worker is alone in the month. Raises `ContractDates` for a day of a year that is none,
    `NoRateInForce`, `NoPayrollEngine`, `BudgetTooSmall`, `NetOutOfReach` and the refusals of the engine.
    """
    if not FIRST_YEAR <= question.last_day.year <= LAST_YEAR:
        raise ContractDates
    figures = engine_of(current_cooperative().country.lower()).figures
    levy = policy("levy.rate", on=on).rate
    multiplier = policy(f"multiplier.{ContractType(question.contract_type).value}", on=question.last_day).rate
    pay_on = pay_due_date(question.last_day, policy("pay_delay", on=question.last_day).value)
    terms = Terms(
        levy_rate=levy,
        multiplier=multiplier,
        worker_type=WorkerType(question.contract_type),
        hours=question.hours,
        work_month=first_of_month(question.last_day),
        paid_on=pay_on,
        situation=household(question.family, on=pay_on, figures=figures),
        flat_tax=question.flat_tax and question.contract_type == ContractType.ARTISTIC,
        vat_rate=question.vat_rate,
    )
    compute = net_to_invoice if question.backwards else invoice_to_net
    waterfall = compute(question.amount, question.expenses, terms, figures)
    return Estimate(waterfall, pay_on, drawn(waterfall.steps))


def drawn(steps: Sequence[Step]) -> tuple[dict[str, Any], ...]:
    """Engine steps as `{% waterfall %}` reads them: where it starts, what is taken or added, levels, the net.

    Steps that move nothing are left out.
    """
    shown = []
    for place, step in enumerate(steps):
        if step.kind is not LineKind.EXPLAINS and not step.amount:
            continue
        if place == 0:
            kind = "start"
        elif place == len(steps) - 1:
            kind = "total"
        else:
            kind = {LineKind.EXPLAINS: "subtotal", LineKind.ADDS: "plus", LineKind.WITHHELD: "minus"}[
                step.kind
            ]
        shown.append({"label": step.label, "amount": step.amount, "kind": kind, "note": _note(step)})
    return tuple(shown)


def full_days(days: Decimal) -> Decimal:
    """Hours of so many full-time days."""
    return FULL_TIME_DAY * days


def _note(step: Step) -> str:
    recipients = {
        "state": _("to the State"),
        "pot": _("to the common pot"),
        "insurer": _("to the insurer"),
        "holiday": _("set aside for your holidays"),
        "expenses": _("paid back to you"),
        "budget": _("stays in the budget"),
    }
    return recipients.get(step.to, "")
