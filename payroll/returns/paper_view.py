"""A paper as its page and its PDF show it: words of the reader's language, amounts as they were kept."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from activities.selectors import functions
from core.kit.formats import number
from core.money import ZERO
from payroll.enums import ContractType, EndedBy, EndReason
from payroll.returns.enums import PaperKind
from payroll.returns.kinds.accounts import COLUMNS
from payroll.returns.kinds.ending import EXPIRED
from payroll.returns.kinds.slips import BOXES
from payroll.returns.models import WorkerPaper

BOX_LABELS = {
    "wages": gettext_lazy("Wages, taxable"),
    "artistic_flat": gettext_lazy("Artistic work taxed at the flat rate, taxable"),
    "student": gettext_lazy("Student work"),
    "exit_holiday": gettext_lazy("Holiday pay at the end of contracts, taxable"),
    "premium": gettext_lazy("Premiums and holiday pay, taxable"),
    "withholding_tax": gettext_lazy("Withholding tax"),
    "special_contribution": gettext_lazy("Special social security contribution"),
    "work_bonus_a": gettext_lazy("Work bonus, part A"),
    "work_bonus_b": gettext_lazy("Work bonus, part B"),
    "onss": gettext_lazy("Personal social contributions withheld"),
}

COLUMN_LABELS = {
    "days": gettext_lazy("Days"),
    "hours": gettext_lazy("Hours"),
    "days_away": gettext_lazy("Days not paid"),
    "gross": gettext_lazy("Gross"),
    "onss": gettext_lazy("Contributions"),
    "work_bonus": gettext_lazy("Work bonus"),
    "taxable": gettext_lazy("Taxable"),
    "withholding_tax": gettext_lazy("Tax"),
    "special_contribution": gettext_lazy("Special contribution"),
    "net": gettext_lazy("Net"),
}


@dataclass(frozen=True, slots=True)
class ShownPaper:
    """Everything that page and PDF show. `facts`: label and text; `boxes`: label and amount; `months`: first
    day and the amounts in the order of `columns`; `quarters` and `year` sum them.
    """

    paper: WorkerPaper
    title: str
    entity: dict[str, Any]
    worker: dict[str, Any]
    facts: list[tuple[str, Any]]
    boxes: list[tuple[str, Decimal]]
    columns: list[str]
    months: list[tuple[date, list[Decimal]]]
    quarters: list[tuple[str, list[Decimal]]]
    year: list[Decimal]


def shown_paper(paper: WorkerPaper) -> ShownPaper:
    """The paper in the language that is active."""
    content, data = paper.content, paper.content["data"]
    facts: list[tuple[str, Any]] = []
    boxes: list[tuple[str, Decimal]] = []
    months: list[tuple[date, list[Decimal]]] = []
    if paper.kind == PaperKind.TAX_SLIP:
        boxes = [(str(BOX_LABELS[box]), Decimal(data[box])) for box in BOXES if Decimal(data[box])]
    elif paper.kind == PaperKind.ACCOUNT:
        months = [
            (date.fromisoformat(f"{month}-01"), [Decimal(part.get(name, 0)) for name in COLUMNS])
            for month, part in sorted(data.items())
        ]
    else:
        facts = end_facts(data)
    return ShownPaper(
        paper=paper,
        title=str(PaperKind(paper.kind).label),
        entity=content["entity"],
        worker=content["worker"],
        facts=facts,
        boxes=boxes,
        columns=[str(COLUMN_LABELS[name]) for name in COLUMNS],
        months=months,
        quarters=[
            (f"{quarter}/{paper.first.year}", _sums(rows))
            for quarter in range(1, 5)
            if (rows := [row for day, row in months if (day.month + 2) // 3 == quarter])
        ],
        year=_sums([row for _day, row in months]) if months else [],
    )


def _sums(rows: list[list[Decimal]]) -> list[Decimal]:
    return [sum(column, ZERO) for column in zip(*rows, strict=True)]


def end_facts(data: dict[str, Any]) -> list[tuple[str, Any]]:
    """What the paper of a contract's end says, each with its name: texts, days, hours, euro."""
    reason = _("it ended on the agreed day") if data["reason"] == EXPIRED else EndReason(data["reason"]).label
    found: list[tuple[str, Any]] = [
        (_("First day"), date.fromisoformat(data["starts_on"])),
        (_("Last day"), date.fromisoformat(data["ends_on"])),
        (_("Why it ended"), reason),
    ]
    if data["ended_by"]:
        found.append((_("Who ended it"), EndedBy(data["ended_by"]).label))
    found += [
        (_("Kind of contract"), ContractType(data["contract_type"]).label),
        (_("Joint committee"), data["joint_committee"]),
        (_("Occupation"), _occupation(data["function_code"])),
        (_("Work"), data["description"]),
        (_("Artistic work"), _("yes") if data["artistic"] else _("no")),
        (_("Days of work"), Decimal(data["days"]) if isinstance(data["days"], str) else data["days"]),
        (_("Hours of work"), Decimal(data["hours"])),
        (
            _("Hours a week (worker / full-time)"),
            f"{number(data['mean_hours'])} / {number(data['reference_hours'])}",
        ),
        *((_("Time that was not paid"), words) for words in _times(data["times"])),
        (_("Gross pay"), Decimal(data["gross"])),
        (
            _("Social security contributions withheld"),
            _("yes") if data["contributions"] else _("no: solidarity contribution of students"),
        ),
    ]
    return found


def _times(times: list[dict[str, Any]]) -> list[str]:
    """Days and hours away by code, over all months."""
    sums: dict[int, list[Decimal]] = {}
    for time in times:
        kept = sums.setdefault(time["code"], [ZERO, ZERO])
        kept[0] += Decimal(time["days"])
        kept[1] += Decimal(time["hours"])
    return [
        _("%(days)s d, %(hours)s h (code %(code)s)")
        % {"days": number(days), "hours": number(hours), "code": code}
        for code, (days, hours) in sorted(sums.items())
    ]


def _occupation(code: str) -> str:
    """As the cooperative's list names it; the code of one that is no longer on it."""
    named = functions().filter(code=code).values_list("name", flat=True).first()
    return named or code.replace("_", " ")
