"""A payslip read back from what was kept when it was issued, for the page and the PDF. Pure: no rows, no
clock.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any

from django.utils.translation import gettext as _

from payroll.enums import ContractType, LineKind
from payroll.models import Payslip

LEVELS = frozenset({"gross", "taxable", "net", "contribution_base"})
"""Lines that say where the amount stands; the others are taken or added."""

MAIN = frozenset(
    {"gross", "onss", "work_bonus_a", "work_bonus_b", "taxable", "withholding_tax", "special_contribution",
    "net", "carried_in"}
)  # fmt: skip
"""Lines that everybody reads; the steps of the tax are shown on demand."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a payslip: `signed` is what it does to the net; base, rate and source explain it."""

    code: str
    label: str
    amount: Decimal
    signed: Decimal
    month_amount: Decimal
    base: Decimal | None
    rate: Decimal | None
    source: str
    valid_from: date | None
    to_confirm: bool
    level: bool
    kind: str

    @property
    def is_factor(self) -> bool:
        """Whether the rate is a number of times (12, 1.55) rather than a percentage."""
        return self.rate is not None and self.rate >= 1


@dataclass(frozen=True, slots=True)
class ShownItem:
    """The pay of one contract: its facts, the lines of the worker, the steps of the tax, the employer's
    lines.
    """

    facts: dict[str, Any]
    main: tuple[ShownLine, ...]
    steps: tuple[ShownLine, ...]
    employer: tuple[ShownLine, ...]

    @property
    def type_label(self) -> str:
        """The contract's type in words."""
        return str(ContractType(self.facts["contract_type"]).label)


@dataclass(frozen=True, slots=True)
class ShownPayslip:
    """Everything that page and PDF show."""

    row: Payslip
    number: str
    month: date
    issued_on: date
    entity: dict[str, Any]
    worker: dict[str, Any]
    payment: dict[str, Any]
    items: tuple[ShownItem, ...]
    holidays: tuple[ShownItem, ...]
    totals: dict[str, Decimal]
    to_confirm: bool

    @property
    def family(self) -> str:
        """The family situation that the tax was computed with, in words."""
        words = {
            "single": _("single"),
            "married_one_income": _("married, one income"),
            "married_two_incomes": _("married, two incomes"),
        }
        status = words.get(self.worker["family_status"], "")
        children = int(self.worker["children"])
        return f"{status}, {children} {_('dependent children')}" if children else status


def payslip_page(slip: Payslip) -> ShownPayslip:
    """Read a payslip's content back into dates and amounts."""
    content = slip.content
    return ShownPayslip(
        row=slip,
        number=slip.number,
        month=slip.month,
        issued_on=slip.issued_on,
        entity=content["entity"],
        worker=content["worker"],
        payment=content["payment"],
        items=tuple(shown_item(facts, content.get("about", ())) for facts in content["items"]),
        holidays=tuple(shown_item(facts, content.get("about", ())) for facts in content["holidays"]),
        totals={name: Decimal(amount) for name, amount in content["totals"].items()},
        to_confirm=content["to_confirm"],
    )


def shown_item(facts: dict[str, Any], about: Sequence[Any]) -> ShownItem:
    """One pay item or exit holiday as it is shown."""
    lines = tuple(_line(_with_about(line, about)) for line in facts["lines"])
    own = tuple(line for line in lines if line.kind != LineKind.EMPLOYER)
    return ShownItem(
        facts={key: _value(key, value) for key, value in facts.items() if key != "lines"},
        main=tuple(line for line in own if line.code in MAIN or line.kind != LineKind.EXPLAINS),
        steps=tuple(line for line in own if line.code not in MAIN and line.kind == LineKind.EXPLAINS),
        employer=tuple(line for line in lines if line.kind == LineKind.EMPLOYER),
    )


def _with_about(line: dict[str, Any], about: Sequence[Any]) -> dict[str, Any]:
    """A line with what it says about itself; older payslips have it in each line."""
    if "label" in line:
        return line
    return line | dict(zip(("label", "source", "valid_from", "status"), about[line["about"]], strict=True))


DATES = frozenset({"starts_on", "ends_on", "month", "paid_on", "ended_on"})
TEXTS = frozenset({"id", "description", "contract_type", "worker_code", "joint_committee", "function_code"})


def _value(key: str, value: Any) -> Any:
    if key in DATES:
        return date.fromisoformat(value)
    if key in TEXTS or isinstance(value, bool) or value is None:
        return value
    return Decimal(value)


def _line(line: dict[str, Any]) -> ShownLine:
    amount = Decimal(line["amount"])
    return ShownLine(
        code=line["code"],
        label=line["label"],
        amount=amount,
        signed=-amount if line["kind"] == LineKind.WITHHELD else amount,
        month_amount=Decimal(line["month_amount"]),
        base=None if line["base"] is None else Decimal(line["base"]),
        rate=None if line["rate"] is None else Decimal(line["rate"]),
        source=line["source"],
        valid_from=None if line["valid_from"] is None else date.fromisoformat(line["valid_from"]),
        to_confirm=line["status"] == "to_confirm",
        level=line["code"] in LEVELS,
        kind=line["kind"],
    )
