"""A payslip read back from what was kept when it was issued, for the page and the PDF, in a language: its
content, and the lines of its pay items and exit holidays, which never change.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Any

from django.db.models import Q

from core.money import ZERO, r
from payroll.enums import LineKind
from payroll.models import PayItem, PayLine, Payslip
from payroll.wording import Wording, wording

LEVELS = frozenset({"gross", "taxable", "net", "contribution_base"})
"""Lines that say where the amount stands; the others are taken or added."""

MAIN = frozenset(
    {"gross", "contribution_base", "onss", "work_bonus_a", "work_bonus_b", "taxable", "withholding_tax",
    "special_contribution", "net", "carried_in"}
)  # fmt: skip
"""Lines that everybody reads; the steps of the tax are shown on demand."""

SOCIAL = ("contribution_base", "onss", "work_bonus_a", "work_bonus_b")
"""Lines that cumulate per worker code."""


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line of a payslip: `signed` is what it does to the net; base, rate and source explain it, and
    `explanation` says in words what it is.
    """

    code: str
    label: str
    explanation: str
    amount: Decimal
    month_amount: Decimal
    base: Decimal | None
    rate: Decimal | None
    source: str
    valid_from: date | None
    to_confirm: bool
    kind: str

    @property
    def signed(self) -> Decimal:
        """What the line does to the net."""
        return -self.amount if self.kind == LineKind.WITHHELD else self.amount

    @property
    def level(self) -> bool:
        """Whether the line is a sum that is reached, rather than something added or taken."""
        return self.code in LEVELS

    @property
    def is_factor(self) -> bool:
        """Whether the rate is a number of times (12, 1.55) rather than a percentage."""
        return self.rate is not None and self.rate >= 1

    @property
    def is_part(self) -> bool:
        """Whether the contract bears only a part of the month's amount."""
        return self.month_amount not in (ZERO, self.amount)


@dataclass(frozen=True, slots=True)
class ShownItem:
    """The pay of one contract, an exit holiday or other pay: its facts, the lines of the worker, the steps of
    the tax, the employer's lines.
    """

    facts: dict[str, Any]
    main: tuple[ShownLine, ...]
    steps: tuple[ShownLine, ...]
    employer: tuple[ShownLine, ...]
    type_label: str = ""

    @property
    def title(self) -> str:
        """What other pay is called: by its first amount, which is translated; else as its room calls it."""
        added = [line for line in self.main if line.kind == LineKind.ADDS and line.explanation]
        return added[0].label if added else str(self.facts.get("label", ""))

    @property
    def withheld(self) -> Decimal:
        """What lies between gross and net."""
        withheld: Decimal = self.facts["gross"] - self.facts["net"]
        return withheld


@dataclass(frozen=True, slots=True)
class Kept:
    """What somebody else keeps of the net, in the words of whoever asked."""

    label: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Step:
    """A step of the way from what a client pays to the net, for the waterfall of the kit."""

    label: str
    amount: Decimal
    kind: str
    note: str = ""


@dataclass(frozen=True, slots=True)
class ShownPayslip:
    """Everything that page and PDF show, in the language of `words`."""

    row: Payslip
    language: str
    words: Mapping[str, str]
    number: str
    month: date
    issued_on: date
    entity: dict[str, Any]
    worker: dict[str, Any]
    payment: dict[str, Any]
    items: tuple[ShownItem, ...]
    holidays: tuple[ShownItem, ...]
    extras: tuple[ShownItem, ...]
    totals: dict[str, Decimal]
    year: dict[str, Decimal]
    kept: tuple[Kept, ...]
    levy_rate: Decimal | None
    to_confirm: bool

    @property
    def family(self) -> str:
        """The family situation that the tax was computed with, in words."""
        known = {"children": int(self.worker["children"])} | self.worker.get("family", {})
        said = [self.words.get(self.worker["family_status"], "")]
        said += [self.words[name] % {"count": count} for name, count in known.items() if count]
        return ", ".join(said)

    @property
    def carried(self) -> Decimal:
        """What was transferred beyond what these lines earned: balances of other months."""
        kept = sum((row.amount for row in self.kept), ZERO)
        return self.totals["transferred"] + kept - self.totals["paid"]

    @property
    def year_title(self) -> str:
        """Since when the totals of the year count."""
        return self.words["year"] % {"year": self.month.year}

    @property
    def year_gross(self) -> Decimal:
        """Everything earned in the year before contributions and tax."""
        return self._year("gross", "holiday_gross", "other_gross")

    @property
    def year_tax(self) -> Decimal:
        """Tax withheld in the year."""
        return self._year("withholding_tax", "holiday_tax", "other_tax")

    def _year(self, *names: str) -> Decimal:
        return sum((self.year.get(name, ZERO) for name in names), ZERO)

    @property
    def months(self) -> tuple[ShownLine, ...]:
        """How the payslip's pay is computed: its sums, and per month and worker code what makes them."""
        return tuple(self._months())

    def _months(self) -> Iterable[ShownLine]:
        groups: dict[tuple[date, str], list[ShownItem]] = {}
        for item in self.items:
            groups.setdefault((item.facts["month"], item.facts["worker_code"]), []).append(item)
        sums = {code: self._sum(code, self.items) for code in ("gross", "taxable", "net")}
        if sums["gross"]:
            yield sums["gross"]
        for (month, _code), items in groups.items():
            suffix = ""
            if len({code for _, code in groups}) > 1:
                suffix += f", {items[-1].type_label}"
            if len({when for when, _ in groups}) > 1:
                suffix += f", {month:%m/%Y}"
            for code in SOCIAL:
                line = self._sum(code, items)
                if line and line.amount:
                    yield replace(line, label=line.label + suffix)
        if sums["taxable"]:
            yield sums["taxable"]
        for code in ("withholding_tax", "special_contribution"):
            line = self._sum(code, self.items)
            if line:
                yield line
        if sums["net"]:
            yield sums["net"]

    @staticmethod
    def _sum(code: str, items: Iterable[ShownItem]) -> ShownLine | None:
        """One line for all of these; base and rate where they explain the sum."""
        lines = [line for item in items for line in item.main if line.code == code]
        if not lines:
            return None
        amount = sum((line.amount for line in lines), ZERO)
        last = lines[-1]
        whole = amount == last.month_amount
        return replace(
            last, amount=amount, base=last.base if whole else None, rate=last.rate if whole else None
        )

    @property
    def employer(self) -> tuple[ShownLine, ...]:
        """What the employer pays on top, one line per code."""
        found: dict[str, ShownLine] = {}
        for item in (*self.items, *self.extras):
            for line in item.employer:
                kept = found.get(line.code)
                if kept is not None:
                    rate = line.rate if kept.rate == line.rate else None
                    line = replace(line, amount=kept.amount + line.amount, rate=rate)
                found[line.code] = line
        margin = found.pop("margin", None)
        return (*found.values(), *((margin,) if margin else ()))

    @property
    def waterfall(self) -> tuple[Step, ...]:
        """From what was invoiced for this pay down to its net; empty without a contract's pay."""
        total, words = self.totals, self.words
        if not self.items:
            return ()
        steps: list[Step] = []
        if self.levy_rate is not None and self.levy_rate < 1:
            invoiced = r(total["employment_budget"] / (1 - self.levy_rate))
            steps.append(Step(words["invoiced"], invoiced, "start"))
            steps.append(Step(words["levy"], total["employment_budget"] - invoiced, "minus"))
        steps += [
            Step(words["budget"], total["employment_budget"], "subtotal" if steps else "start"),
            Step(
                words["employer_part"], total["gross"] + total["margin"] - total["employment_budget"], "minus"
            ),
            Step(words["margin"], -total["margin"], "minus"),
            Step(words["gross"], total["gross"], "subtotal"),
            Step(words["worker_part"], total["taxable"] - total["gross"], "minus"),
            Step(words["tax"], -sum((i.facts["withholding_tax"] for i in self.items), ZERO), "minus"),
            Step(
                words["special"], -sum((i.facts["special_contribution"] for i in self.items), ZERO), "minus"
            ),
            Step(words["net"], total["net"], "total"),
        ]
        return tuple(
            replace(step, kind="plus") if step.kind == "minus" and step.amount > 0 else step
            for step in steps
            if step.amount or step.kind not in ("minus", "plus")
        )


def payslip_page(slip: Payslip, language: str = "fr") -> ShownPayslip:
    """Read a payslip's content back into dates and amounts, with the words of a language."""
    content, words = slip.content, wording(language)
    about, rows = content.get("about", ()), _rows(content)
    items, holidays, extras = (
        tuple(shown_item(facts, about, words, rows) for facts in content.get(name, ()))
        for name in ("items", "holidays", "extras")
    )
    totals = {name: Decimal(amount) for name, amount in content["totals"].items()}
    totals.setdefault("transferred", totals["paid"])
    year = content.get("year", content["totals"])
    rate = content.get("levy_rate")
    return ShownPayslip(
        row=slip,
        language=words.language,
        words=words.words,
        number=slip.number,
        month=slip.month,
        issued_on=slip.issued_on,
        entity=content["entity"],
        worker=content["worker"],
        payment=content["payment"],
        items=items,
        holidays=holidays,
        extras=extras,
        totals=totals,
        year={name: Decimal(amount) for name, amount in year.items()},
        kept=tuple(Kept(row["label"], Decimal(row["amount"])) for row in content.get("deductions", ())),
        levy_rate=None if rate is None else Decimal(rate),
        to_confirm=any(
            line.to_confirm
            for item in (*items, *holidays, *extras)
            for line in (*item.main, *item.steps, *item.employer)
        ),
    )


def _rows(content: Mapping[str, Any]) -> dict[str, list[dict[str, Any]]]:
    """Lines of the pay items and exit holidays of a content, by the id of their owner. Older payslips have
    them in the content, and need no reading.
    """
    items, holidays = (
        [facts["id"] for facts in content[name] if "lines" not in facts] for name in ("items", "holidays")
    )
    found: dict[str, list[dict[str, Any]]] = {}
    if items or holidays:
        rows = PayLine.objects.filter(Q(item__in=items) | Q(holiday__in=holidays)).order_by("position")
        for line in rows:
            found.setdefault(str(line.item_id or line.holiday_id), []).append(_row(line))
    return found


def shown_item(
    facts: dict[str, Any],
    about: Sequence[Any],
    words: Wording,
    rows: Mapping[str, Sequence[dict[str, Any]]],
) -> ShownItem:
    """One pay item, exit holiday or other pay as it is shown, with the lines that it keeps or its rows."""
    code = facts.get("worker_code", "")
    kept = facts["lines"] if "lines" in facts else rows.get(facts["id"], ())
    lines = tuple(_line(_with_about(line, about), words, code) for line in kept)
    return _sorted_out(
        {key: _value(key, value) for key, value in facts.items() if key != "lines"}, lines, words
    )


def shown_pay(item: PayItem, lines: Iterable[PayLine], language: str) -> ShownItem:
    """A pay item of the table, that may stand on no payslip yet, as it is shown."""
    words = wording(language)
    shown = tuple(_line(_row(line), words, item.worker_code) for line in lines)
    facts = {"gross": item.gross, "net": item.net, "contract_type": item.worker_type}
    return _sorted_out(facts, shown, words)


def _sorted_out(facts: dict[str, Any], lines: tuple[ShownLine, ...], words: Wording) -> ShownItem:
    own = tuple(line for line in lines if line.kind != LineKind.EMPLOYER)
    return ShownItem(
        facts=facts,
        main=tuple(line for line in own if line.code in MAIN or line.kind != LineKind.EXPLAINS),
        steps=tuple(line for line in own if line.code not in MAIN and line.kind == LineKind.EXPLAINS),
        employer=tuple(line for line in lines if line.kind == LineKind.EMPLOYER),
        type_label=words.words.get(facts.get("contract_type", ""), ""),
    )


def _with_about(line: dict[str, Any], about: Sequence[Any]) -> dict[str, Any]:
    """A line with what it says about itself; older payslips have it in each line."""
    if "label" in line:
        return line
    return line | dict(zip(("label", "source", "valid_from", "status"), about[line["about"]], strict=True))


def _row(line: PayLine) -> dict[str, Any]:
    names = ("code", "kind", "label", "base", "rate", "amount", "month_amount", "source", "status")
    since = line.valid_from.isoformat() if line.valid_from else None
    return {name: getattr(line, name) for name in names} | {"valid_from": since}


DATES = frozenset({"starts_on", "ends_on", "month", "paid_on", "ended_on"})
TEXTS = frozenset(
    {"id", "description", "contract_type", "worker_code", "joint_committee", "function_code", "source_type",
    "label"}
)  # fmt: skip


def _value(key: str, value: Any) -> Any:
    if key in TEXTS or isinstance(value, bool) or value is None:
        return value
    if key in DATES:
        return date.fromisoformat(value)
    return Decimal(value)


def _line(line: dict[str, Any], words: Wording, worker_code: str) -> ShownLine:
    label, explanation = words.line(line["code"], label=line["label"], worker_code=worker_code)
    rate = None if line["rate"] is None else Decimal(line["rate"]).normalize()
    return ShownLine(
        code=line["code"],
        label=label,
        explanation=explanation,
        amount=Decimal(line["amount"]),
        month_amount=Decimal(line["month_amount"]),
        base=None if line["base"] is None else Decimal(line["base"]),
        rate=rate,
        source=line["source"],
        valid_from=None if line["valid_from"] is None else date.fromisoformat(line["valid_from"]),
        to_confirm=line["status"] == "to_confirm",
        kind=line["kind"],
    )
