"""`invoice_to_net`: what remains of an invoice for the worker, by the published policies."""

from argparse import ArgumentParser
from calendar import monthrange
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Any

from core.calendar import FULL_TIME_DAY
from core.commands import JsonCommand
from core.reference import published_policy
from payroll.engine.amounts import amount_from_text
from payroll.engine.errors import InvalidHours
from payroll.engine.types import WorkerType
from payroll.engine.waterfall import Step, Terms, Waterfall, invoice_to_net
from payroll.management.countries import figures_for
from payroll.management.texts import columns, money


class Command(JsonCommand):
    """Answers the waterfall of an amount excluding VAT, single, alone in the month; needs no database."""

    help = "Invoice to net by the Contract tool, 7.6 hours a day, single, no other pay in the month."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--country", required=True)
        parser.add_argument("--date", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--amount", required=True, metavar="AMOUNT", help="invoiced, excluding VAT")
        parser.add_argument("--expenses", default="0.00", metavar="AMOUNT")
        parser.add_argument(
            "--type", default=WorkerType.EMPLOYEE.value, choices=[kind.value for kind in WorkerType]
        )
        parser.add_argument("--days", default="1", metavar="N", help="days of 7.6 hours")

    def answer(self, **options: Any) -> dict[str, object]:
        """Compute the waterfall; refuses what has no published policy, no figures, or leaves no salary."""
        figures = figures_for(options["country"])
        amount = amount_from_text(options["amount"], "amount")
        expenses = amount_from_text(options["expenses"], "expenses", zero=True)
        day: date = options["date"]
        worker_type = WorkerType(options["type"])
        terms = Terms(
            levy_rate=published_policy(options["country"], "levy.rate", day),
            multiplier=published_policy(options["country"], f"multiplier.{worker_type.value}", day),
            worker_type=worker_type,
            hours=_hours(options["days"], day),
            work_month=day,
            paid_on=day,
        )
        return _waterfall(invoice_to_net(amount, expenses, terms, figures))

    def render_text(self, answer: dict[str, Any]) -> str:
        """One line per step, with base and rate."""
        return columns(
            (step["label"], step["base"] or "", step["rate"] or "", step["amount"])
            for step in answer["steps"]
        )


def _hours(text: str, day: date) -> Decimal:
    try:
        days = Decimal(text)
    except InvalidOperation:
        raise InvalidHours(value=text) from None
    if not days.is_finite() or not 0 < days <= monthrange(day.year, day.month)[1]:
        raise InvalidHours(value=text)
    hours = FULL_TIME_DAY * days
    if hours != round(hours, 2):
        raise InvalidHours(value=text)
    return hours


def _waterfall(waterfall: Waterfall) -> dict[str, object]:
    return {
        "levy": money(waterfall.levy),
        "budget": money(waterfall.budget),
        "expenses": money(waterfall.expenses),
        "employment_budget": money(waterfall.employment_budget),
        "gross": money(waterfall.gross),
        "margin": money(waterfall.margin),
        "net": money(waterfall.net),
        "steps": [_step(step) for step in waterfall.steps],
    }


def _step(step: Step) -> dict[str, object]:
    return {
        "code": step.code,
        "label": step.label,
        "base": None if step.base is None else money(step.base),
        "rate": step.rate,
        "amount": money(step.amount),
        "kind": step.kind,
        "to": step.to,
        "source": step.source,
    }
