"""What pages say of the codes that returns keep."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _

from payroll.returns.dmfa import tree
from payroll.returns.enums import PublicReturnKind
from payroll.returns.kinds.quarterly import NO_NUMBER, NOBODY
from payroll.returns.models import PublicReturn, ReturnRow
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


def problem_words(code: str) -> str:
    """Why a worker cannot be declared, and what to do."""
    return str(_PROBLEMS.get(code, code))


def reason_words(code: str) -> str:
    """Why an entry is not in the declaration."""
    return str(_REASONS.get(code, code))


def total_words(row: PublicReturn) -> list[dict[str, Any]]:
    """Totals of a return with their names, in order; only those in euro that it has."""
    names = [name for name in _TOTALS if name in row.totals]
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
    """What a return says of a worker as its page shows it: the records of a quarter with amounts in euro, or
    name and value of each part.
    """
    data = one.data
    if one.public_return.kind == PublicReturnKind.DMFA:
        return {"records": [_record(record) for record in data["records"]], "parts": []}
    parts: list[tuple[str, Any]] = []
    for name, value in data.items():
        if isinstance(value, dict):
            parts += [(f"{name} · {key}", inner) for key, inner in value.items()]
        elif isinstance(value, list):
            parts.append((name, len(value)))
        else:
            parts.append((name, value))
    return {"records": [], "parts": parts}


def _record(record: dict[str, Any]) -> dict[str, Any]:
    return {
        "code": record["code"],
        "employer_class": record["class"],
        "occupations": [
            {
                "days": f"{row['starts_on']} – {row['ends_on'] or '…'}",
                "joint_committee": row["joint_committee"],
                "times": ", ".join(
                    f"{time['code']}: {time['days'] / 100:g} / {time['hours'] / 100:g} h"
                    for time in row["services"]
                ),
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
                "basis": _euro(line["basis"]),
                "amount": _euro(line["amount"]),
            }
            for line in record["contributions"]
        ],
        "deductions": [(line["code"], _euro(line["amount"])) for line in record["deductions"]],
    }


def _euro(cents: int) -> Decimal:
    return Decimal(cents).scaleb(-2)
