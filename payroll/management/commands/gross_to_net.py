"""`gross_to_net`: the pay of a full month, full time, from gross to net."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from core.calendar import month_hours
from core.commands import JsonCommand
from payroll.engine.amounts import amount_from_text
from payroll.engine.month import Settlement, gross_to_net
from payroll.engine.types import FamilyStatus, PayLine, Situation, WorkerType
from payroll.management.countries import figures_for
from payroll.management.texts import columns, money


class Command(JsonCommand):
    """Answers the amounts of the pay and the lines that explain them; needs no database."""

    help = "Gross to net for a full month, full time; --date is the date of work and of payment."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--country", required=True)
        parser.add_argument("--date", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        parser.add_argument("--gross", required=True, metavar="AMOUNT")
        parser.add_argument(
            "--status", default=FamilyStatus.SINGLE.value, choices=[status.value for status in FamilyStatus]
        )
        parser.add_argument("--children", default=0, type=int)
        parser.add_argument("--single-parent", action="store_true")
        parser.add_argument(
            "--type", default=WorkerType.EMPLOYEE.value, choices=[kind.value for kind in WorkerType]
        )
        parser.add_argument("--flat-tax", action="store_true", help="flat withholding of artistic contracts")

    def answer(self, **options: Any) -> dict[str, object]:
        """Compute the pay; refuses an unknown country, a bad amount, a date without figures."""
        figures = figures_for(options["country"])
        gross = amount_from_text(options["gross"], "gross")
        day: date = options["date"]
        situation = Situation(
            status=FamilyStatus(options["status"]),
            children=options["children"],
            single_parent=options["single_parent"],
        )
        pay = gross_to_net(
            WorkerType(options["type"]),
            gross,
            month_hours(day),
            work_month=day,
            paid_on=day,
            situation=situation,
            figures=figures,
            flat_tax=options["flat_tax"],
        )
        return _pay(pay)

    def render_text(self, answer: dict[str, Any]) -> str:
        """One line per amount, with base and rate."""
        return columns(
            (line["label"], line["base"] or "", line["rate"] or "", line["amount"])
            for line in answer["lines"]
        )


def _pay(pay: Settlement) -> dict[str, object]:
    amounts = pay.amounts
    return {
        "gross": money(amounts.gross),
        "onss": money(amounts.onss),
        "work_bonus_a": money(amounts.work_bonus_a),
        "work_bonus_b": money(amounts.work_bonus_b),
        "taxable": money(amounts.taxable),
        "withholding_tax": money(amounts.withholding_tax),
        "special_contribution": money(amounts.special_contribution),
        "net": money(amounts.net),
        "lines": [_line(line) for line in pay.lines],
    }


def _line(line: PayLine) -> dict[str, object]:
    return {
        "code": line.code,
        "label": line.label,
        "base": None if line.base is None else money(line.base),
        "rate": line.rate,
        "amount": money(line.amount),
        "source": line.source,
        "kind": line.kind,
        "valid_from": line.valid_from,
        "status": line.status,
    }
