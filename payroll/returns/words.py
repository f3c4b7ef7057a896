"""What pages say of the codes that returns keep."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext, gettext_noop
from django.utils.translation import gettext_lazy as _

from core.kit.formats import day, days, money, month, number
from payroll.returns.dmfa import tree
from payroll.returns.dmfa.types import Codes
from payroll.returns.enums import PublicReturnKind
from payroll.returns.kinds.accounts import COLUMNS
from payroll.returns.kinds.quarterly import NO_NUMBER, NOBODY, codes_of
from payroll.returns.models import PublicReturn, ReturnRow
from payroll.returns.paper_view import BOX_LABELS, COLUMN_LABELS, end_facts
from payroll.returns.periods import ReturnPeriod
from payroll.returns.reading import EARLIER, NO_PAY
from payroll.returns.selectors import total

_PROBLEMS = {
    tree.NEGATIVE: _(
        "An amount of the quarter is negative: it corrects an earlier quarter, declare it there."
    ),
    tree.UNMAPPED: _("A part of the pay has no code in the tables of the declaration: add it to them."),
    tree.NO_TIME: _("There is pay without any day of work: look at the hours of the contract."),
    tree.TOO_MANY: _("More contracts than the declaration can number: declare them by hand."),
    NOBODY: _("Nobody was paid in this quarter: there is nothing to declare."),
    NO_NUMBER: _("The national number is missing: fill it in on the person's sheet."),
}

_REASONS = {
    EARLIER: _("pay of another quarter, booked here: it is declared as a correction of its own quarter"),
    NO_PAY: _("no pay explains this entry: look at it, then reverse or explain it"),
}

_TOTALS = {
    "declared": _("Declared"),
    "booked": _("Booked by this pay"),
    "books": _("Account in the books"),
    "explained": _("Of other quarters"),
    "difference": _("Difference"),
    "gross": _("Gross pay"),
}


_CLERKS = {
    "ends of contracts": _("by itself, at the end of the contract"),
    "holiday certificates": _("by itself, with the holiday pay"),
}
"""What the product did without a person, by the label of its actor."""

_GROUPS = {
    "employee": _("Employees"),
    "artistic": _("Artists"),
    "artistic_flat": _("Artists, flat rate"),
    "student": _("Students"),
    "exit_holiday": _("Holiday pay at the end of contracts, taxable"),
    "premium": _("Premiums and holiday pay, taxable"),
}

_FIGURES = {"taxable": _("Taxable"), "tax": _("Withholding tax"), "workers": _("Workers")}


_PARTS = {
    "onss": _("ordinary contributions of worker and employer"),
    "employer_other": _("other contributions of the employer"),
    "onva_quarterly": _("quarterly part of the holiday pay of artists"),
    "employer_solidarity": _("solidarity contribution of students"),
    "employer_asbestos": _("asbestos fund"),
    "special": _("special social security contribution"),
    "holiday_double": _("retention on double holiday pay"),
    "work_bonus": _("work bonus"),
}
"""Lines of contributions and deductions, by what `dmfa.contributions` says that they carry."""


DEDUCTION = -1
"""What stands for the type of a deduction, which has none."""


def line_names(codes: Codes) -> dict[tuple[str, int], str]:
    """What the lines of a quarterly declaration are, by code and type."""
    found = {(codes.work_bonus, DEDUCTION): str(_PARTS["work_bonus"])}
    for name, row in codes.contributions.items():
        for line in row if isinstance(row, list) else [row]:
            parts = line.get("parts", [name])
            said = next((part for part in reversed(parts) if part in _PARTS), "")
            if said:
                found.setdefault((line["code"], line["type"]), str(_PARTS[said]))
    return found


def period_words(period: ReturnPeriod) -> str:
    """A period as people say it: `novembre 2026`, `4e trimestre 2026`, `2026`, or its days."""
    first, last = period.first, period.last
    code = period.code
    if "/" in code:
        return days(first, last)
    if len(code) == 4:
        return code
    if first.month == last.month:
        return month(first)
    quarter = (first.month + 2) // 3
    return gettext(QUARTERS[quarter]) % {"year": first.year}


QUARTERS = {
    1: gettext_noop("first quarter of %(year)s"),
    2: gettext_noop("second quarter of %(year)s"),
    3: gettext_noop("third quarter of %(year)s"),
    4: gettext_noop("fourth quarter of %(year)s"),
}
"""Quarters in words."""


def clerk_words(label: str) -> str:
    """Who made a return: a name, or that it was made by itself."""
    return str(_CLERKS.get(label, label))


def problem_words(code: str) -> str:
    """Why a worker cannot be declared, and what to do."""
    return str(_PROBLEMS.get(code, code))


def reason_words(code: str) -> str:
    """Why an entry is not in the declaration."""
    return str(_REASONS.get(code, code))


def total_words(row: PublicReturn) -> list[dict[str, Any]]:
    """Totals of a return with their names, in order; only those in euro that it has."""
    names = [name for name in _TOTALS if name in row.totals]
    if not total(row, "explained"):
        names = [name for name in names if name != "explained"]
    if row.kind == PublicReturnKind.END:
        names = [name for name in names if name == "gross"]
    return [
        {
            "label": _TOTALS[name],
            "amount": total(row, name),
            "tone": "warning" if name == "difference" and total(row, name) != Decimal(0) else "",
        }
        for name in names
    ]


def worker_words(one: ReturnRow) -> dict[str, Any]:
    """What a return says of a worker as its page shows it: the records of a quarter with amounts in euro, the
    months of an account, or name and value of each part.
    """
    data, kind = one.data, one.public_return.kind
    found: dict[str, Any] = {"records": [], "parts": [], "months": [], "columns": []}
    match kind:
        case PublicReturnKind.DMFA:
            names = line_names(codes_of(one.public_return))
            found["records"] = [_record(record, names) for record in data["records"]]
        case PublicReturnKind.END:
            found["parts"] = [(name, _shown(name, value)) for name, value in end_facts(data)]
        case PublicReturnKind.ACCOUNTS:
            found["columns"] = [COLUMN_LABELS[name] for name in COLUMNS]
            found["months"] = [
                (
                    month(date.fromisoformat(f"{key}-01")),
                    [(COLUMN_LABELS[name], Decimal(part.get(name, 0))) for name in COLUMNS],
                )
                for key, part in sorted(data.items())
            ]
        case PublicReturnKind.TAX_SLIPS:
            found["parts"] = [
                (label, money(Decimal(data[box]))) for box, label in BOX_LABELS.items() if box in data
            ]
        case _:
            found["parts"] = [
                (f"{_GROUPS.get(group, group)} · {_FIGURES.get(name, name)}", _shown_figure(name, value))
                for group, figures in data.items()
                for name, value in sorted(figures.items(), reverse=True)
            ]
    return found


def _shown(name: str, value: Any) -> str:
    match value:
        case date():
            return day(value)
        case Decimal():
            return money(value) if name == gettext("Gross pay") else number(value)
    return str(value)


def _shown_figure(name: str, value: Any) -> str:
    return str(value) if name == "workers" else money(Decimal(value))


def _record(record: dict[str, Any], names: dict[tuple[str, int], str]) -> dict[str, Any]:
    return {
        "code": record["code"],
        "employer_class": record["class"],
        "occupations": [
            {
                "days": _span(row["starts_on"], row["ends_on"]),
                "joint_committee": row["joint_committee"],
                "times": [
                    {
                        "code": time["code"],
                        "days": number(_euro(time["days"])),
                        "hours": number(_euro(time["hours"])),
                    }
                    for time in row["services"]
                ],
                "pay": [(line["code"], _euro(line["amount"])) for line in row["pay"]],
            }
            for row in record["occupations"]
        ],
        "student": record["student"]
        and {
            "pay": _euro(record["student"]["pay"]),
            "contribution": _euro(record["student"]["contribution"]),
            "hours": record["student"]["hours"],
        },
        "contributions": [
            {
                "code": line["code"],
                "type": line["type"],
                "name": names.get((line["code"], line["type"]), ""),
                "basis": _euro(line["basis"]),
                "amount": _euro(line["amount"]),
            }
            for line in record["contributions"]
        ],
        "deductions": [
            (line["code"], names.get((line["code"], DEDUCTION), ""), _euro(line["amount"]))
            for line in record["deductions"]
        ],
    }


def _span(first: str, last: str | None) -> str:
    return days(date.fromisoformat(first), date.fromisoformat(last) if last else date.max)


def _euro(cents: int) -> Decimal:
    """Hundredths as they are: cents, days, hours."""
    return Decimal(cents).scaleb(-2)
