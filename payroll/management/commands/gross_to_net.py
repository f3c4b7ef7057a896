"""`gross_to_net`: a pay from gross to net, and back from a wanted net, a budget or a cost."""

from argparse import ArgumentParser
from datetime import date
from typing import Any

from django.core.management.base import CommandError

from core.calendar import first_of_month
from core.commands import JsonCommand
from core.money import ZERO
from core.reference import published_policy
from payroll.engine.allowances import AllowanceKind, exceptional_allowance, yearly_normal_gross
from payroll.engine.amounts import amount_from_text
from payroll.engine.employer import employment_cost, largest_gross, largest_gross_of_cost
from payroll.engine.errors import AllowanceNotComputed, AnnualGrossMissing
from payroll.engine.holiday import exit_holiday, exit_holiday_of_gross
from payroll.engine.inversion import largest_gross_of_net
from payroll.engine.month import Settlement, settle
from payroll.engine.statutory import Figures
from payroll.engine.types import (
    Amounts,
    EmployerLine,
    FamilyStatus,
    LineKind,
    PayInput,
    PayLine,
    Situation,
    WorkerType,
)
from payroll.management.countries import figures_for
from payroll.management.month_files import MonthToDate, read_month, written
from payroll.management.texts import columns, money
from payroll.management.worked_time import paid_hours

EXCLUDED_BY_ALLOWANCE = ("net", "budget", "cost", "days", "hours", "part_time", "flat_tax")
"""Options that mean nothing for an allowance."""


class Command(JsonCommand):
    """Answers the amounts of the pay and the lines that explain them; needs no database."""

    help = (
        "Gross to net. --date is the day of work and of payment. Without --days, --hours or --part-time the "
        "pay is that of the full month, full time. One of --gross, --net, --budget and --cost is given; the "
        "last three answer the largest gross that fits."
    )

    def add_arguments(self, parser: ArgumentParser) -> None:
        """The stable interface of the command."""
        parser.add_argument("--country", required=True)
        parser.add_argument("--date", required=True, type=date.fromisoformat, metavar="YYYY-MM-DD")
        start = parser.add_mutually_exclusive_group(required=True)
        start.add_argument("--gross", metavar="AMOUNT", help="gross pay of the item, or of the allowance")
        start.add_argument("--net", metavar="AMOUNT", help="largest gross whose net is at most this")
        start.add_argument(
            "--budget", metavar="AMOUNT", help="largest gross that costs at most this by the multiplier"
        )
        start.add_argument(
            "--cost", metavar="AMOUNT", help="largest gross that costs at most this with its employer lines"
        )
        parser.add_argument(
            "--type", default=WorkerType.EMPLOYEE.value, choices=[kind.value for kind in WorkerType]
        )
        parser.add_argument("--flat-tax", action="store_true", help="flat withholding of artistic contracts")
        self._add_time(parser)
        self._add_family(parser)
        parser.add_argument(
            "--month-to-date",
            metavar="FILE",
            help="JSON of the items already settled in the month; the answer is what this one adds to them",
        )
        parser.add_argument(
            "--allowance",
            choices=[kind.value for kind in AllowanceKind if kind is not AllowanceKind.ARREARS],
            help="the gross is that of this allowance, taxed by the yearly normal gross pay",
        )
        parser.add_argument(
            "--annual-gross",
            metavar="AMOUNT",
            help="yearly normal gross pay; twelve times the month to date when it is not given",
        )

    def answer(self, **options: Any) -> dict[str, object]:
        """Compute the pay; refuses an unknown country, a bad amount, a date without figures."""
        figures = figures_for(options["country"])
        day: date = options["date"]
        situation = _situation(options)
        to_date = MonthToDate()
        if options["month_to_date"] is not None:
            to_date = read_month(options["month_to_date"], day=day, situation=situation, figures=figures)
        if options["allowance"]:
            return _allowance(options, situation, to_date, figures)
        if options["annual_gross"]:
            raise CommandError("--annual-gross is for --allowance")
        if options["hours"] and (options["days"] or options["part_time"]):
            raise CommandError("--hours says it all: give no --days or --part-time beside it")
        item = PayInput(
            WorkerType(options["type"]),
            ZERO,
            paid_hours(day, days=options["days"], hours=options["hours"], part_time=options["part_time"]),
            first_of_month(day),
            day,
            options["flat_tax"],
        )
        pay, found = _pay(options, item, situation, to_date, figures)
        answer = _amounts(pay.amounts)
        if any(options[name] for name in ("days", "hours", "part_time", "month_to_date")):
            answer["hours"] = money(pay.amounts.hours)
        answer |= found
        if options["month_to_date"] is not None:
            month = sum((one.amounts for one in to_date.items), pay.amounts)
            answer["month"] = {**_amounts(month), "hours": money(month.hours)}
            answer["items"] = [written(one) for one in (*to_date.items, pay.settled)]
        return answer | {"lines": [_line(line) for line in pay.lines]}

    def render_text(self, answer: dict[str, Any]) -> str:
        """One line per amount, with base and rate."""
        return columns(
            (line["label"], line["base"] or "", line["rate"] or "", line["amount"])
            for line in answer["lines"]
        )

    @staticmethod
    def _add_time(parser: ArgumentParser) -> None:
        parser.add_argument("--days", metavar="N", help="paid days of 7.6 hours in the month")
        parser.add_argument("--hours", metavar="N", help="paid hours in the month")
        parser.add_argument(
            "--part-time",
            metavar="PART",
            help="part of full time (1/2, 0.5, 50%%): its share of the month's hours, or of those of --days. "
            "The gross stays the one that is paid",
        )

    @staticmethod
    def _add_family(parser: ArgumentParser) -> None:
        parser.add_argument(
            "--status", default=FamilyStatus.SINGLE.value, choices=[status.value for status in FamilyStatus]
        )
        parser.add_argument("--children", default=0, type=int)
        parser.add_argument("--single-parent", action="store_true")
        parser.add_argument("--disabled-children", default=0, type=int, help="among the children")
        parser.add_argument("--disabled-persons", default=0, type=int, help="the worker, the spouse")
        parser.add_argument("--other-dependants", default=0, type=int)
        parser.add_argument("--spouse-low-income", action="store_true", help="two incomes, one of them low")
        parser.add_argument("--spouse-low-pension", action="store_true", help="the spouse has a low pension")
        parser.add_argument("--non-resident", action="store_true")
        parser.add_argument("--age", type=int, help="in whole years at the end of the month")


def _situation(options: dict[str, Any]) -> Situation:
    return Situation(
        status=FamilyStatus(options["status"]),
        children=options["children"],
        disabled_children=options["disabled_children"],
        single_parent=options["single_parent"],
        spouse_low_income=options["spouse_low_income"],
        spouse_low_pension=options["spouse_low_pension"],
        disabled_persons=options["disabled_persons"],
        other_dependants=options["other_dependants"],
        resident=not options["non_resident"],
        age=options["age"],
    )


def _pay(
    options: dict[str, Any], item: PayInput, situation: Situation, to_date: MonthToDate, figures: Figures
) -> tuple[Settlement, dict[str, object]]:
    """The settlement of the gross that was given or found, and what finding it brought to light."""
    kind, month = item.worker_type, item.work_month
    found: dict[str, object] = {}
    if options["net"] is not None:
        net = amount_from_text(options["net"], "net")
        pay = largest_gross_of_net(
            net,
            item,
            situation=situation,
            figures=figures,
            previous=to_date.items,
            work_bonus_of_other_months=to_date.work_bonus_of_other_months,
        )
        return pay, {"wanted_net": money(net)}
    multiplier = None
    if options["budget"] is not None:
        multiplier = published_policy(options["country"], f"multiplier.{kind.value}", options["date"])
        gross = largest_gross(amount_from_text(options["budget"], "budget"), multiplier)
    elif options["cost"] is not None:
        same = sum((one.item.gross for one in to_date.items if one.item.worker_type is kind), ZERO)
        cost = amount_from_text(options["cost"], "cost")
        gross = largest_gross_of_cost(cost, kind, month, figures, month_gross=same)
    else:
        gross = amount_from_text(options["gross"], "gross")
    pay = settle(
        to_date.items,
        PayInput(kind, gross, item.hours, month, item.paid_on, item.flat_tax),
        situation=situation,
        figures=figures,
        work_bonus_of_other_months=to_date.work_bonus_of_other_months,
    )
    if multiplier is not None:
        budget = employment_cost(kind, gross, multiplier, month, figures).budget
        found = {"employment_budget": money(budget), "multiplier": multiplier}
        found["margin"] = money(pay.margin(budget))
    if options["cost"] is not None:
        found = {"cost": money(gross + pay.employer_total)}
    if found:
        found["employer_total"] = money(pay.employer_total)
        found["employer_lines"] = [_employer_line(line) for line in pay.employer_lines]
    return pay, found


def _allowance(
    options: dict[str, Any], situation: Situation, to_date: MonthToDate, figures: Figures
) -> dict[str, object]:
    excluded = [f"--{name.replace('_', '-')}" for name in EXCLUDED_BY_ALLOWANCE if options[name]]
    if excluded:
        raise CommandError(f"--allowance goes with --gross, not with {', '.join(excluded)}")
    kind, worker_type = AllowanceKind(options["allowance"]), WorkerType(options["type"])
    if worker_type is not WorkerType.EMPLOYEE:
        raise AllowanceNotComputed(type=worker_type.value)
    gross = amount_from_text(options["gross"], "gross")
    if options["annual_gross"] is not None:
        yearly = amount_from_text(options["annual_gross"], "annual_gross", zero=True)
    elif to_date.items:
        yearly = yearly_normal_gross(to_date.gross)
    else:
        raise AnnualGrossMissing()
    day, children = options["date"], situation.counted_children
    if kind is AllowanceKind.EXIT_HOLIDAY:
        block = exit_holiday(
            exit_holiday_of_gross(gross, day, figures),
            yearly_gross=yearly,
            children=children,
            ended_on=day,
            paid_on=day,
            figures=figures,
        )
        onss = block.onss_simple + block.onss_double
        tax, lines = block.withholding_tax, block.lines
    else:
        pay = exceptional_allowance(
            kind, gross, yearly_gross=yearly, children=children, paid_on=day, figures=figures
        )
        onss, tax, lines = pay.onss, pay.withholding_tax, pay.lines
        given = PayLine("gross", "Brut", None, None, gross, "Contrat", LineKind.ADDS, month_amount=gross)
        lines = (given, *lines)
    amounts = Amounts(gross, ZERO, gross, onss, withholding_tax=tax)
    net = PayLine("net", "Net à payer", None, None, amounts.net, "Somme des lignes ci-dessus")
    return {
        **_amounts(amounts),
        "allowance": kind,
        "annual_gross": money(yearly),
        "lines": [_line(line) for line in (*lines, net)],
    }


def _amounts(amounts: Amounts) -> dict[str, object]:
    return {
        "gross": money(amounts.gross),
        "onss": money(amounts.onss),
        "work_bonus_a": money(amounts.work_bonus_a),
        "work_bonus_b": money(amounts.work_bonus_b),
        "taxable": money(amounts.taxable),
        "withholding_tax": money(amounts.withholding_tax),
        "special_contribution": money(amounts.special_contribution),
        "net": money(amounts.net),
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


def _employer_line(line: EmployerLine) -> dict[str, object]:
    return {
        "code": line.code,
        "label": line.label,
        "base": money(line.base),
        "rate": line.rate,
        "amount": money(line.amount),
        "account": line.account,
        "creditor": line.creditor,
        "source": line.source,
        "valid_from": line.valid_from,
        "status": line.status,
    }
