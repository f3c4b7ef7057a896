"""The payslip as a PDF: at most two pages, tagged, for the archive. Rendered in the documents queue only.

What costs is cells and CSS (half of the time went into finding the widths of columns, so they are given): few
cells, one stylesheet read once per process, fonts found once, no garbage collection while boxes are laid out.
The file says of itself that it is PDF/A-2a: nobody certified that.
"""

from __future__ import annotations

import gc
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID

from babel import Locale
from babel.dates import format_date
from django.template.loader import render_to_string

from core.money import ZERO
from core.registry import RenderedDocument
from payroll.models import Payslip
from payroll.payslip_view import ShownItem, ShownLine, ShownPayslip, payslip_page

STYLE = Path(__file__).parent / "static" / "payroll" / "payslip.css"

MOST_PAGES = 2
FITS = (("", 28), ("dense", 80), ("dense", 60), ("dense", 30), ("dense", 0))
"""How a payslip is set, until it has two pages at most: its look, and how many contracts have a row of their
own; the others share one that gives their sums.
"""


class OutsideFileRefused(RuntimeError):
    """A document asked for something that is not in it: nothing is fetched from anywhere."""


def render_payslip(source_id: UUID) -> RenderedDocument:
    """The payslip in the worker's language, from what was kept when issued; the same bytes each time."""
    slip = Payslip.objects.select_related("person").get(pk=source_id)
    content = payslip_pdf(slip, slip.content.get("language") or slip.person.language)
    return RenderedDocument(content, "application/pdf", f"{slip.number}-{slip.issued_on:%Y%m%d}.pdf")


def payslip_pdf(slip: Payslip, language: str) -> bytes:
    """Typeset a payslip as PDF/A-2a, tagged, on two pages at most."""
    from weasyprint import HTML

    page = payslip_page(slip, language)
    style, fonts = _sheet()
    count = len(page.items)
    look = 0 if count <= FITS[0][1] else 1
    with _no_collection():
        while True:
            name, rows = FITS[look]
            html = render_to_string("payroll/payslip_pdf.html", paper_context(page, look=name, rows=rows))
            document = HTML(string=html, url_fetcher=_refuse).render(
                stylesheets=[style], font_config=fonts, pdf_variant="pdf/a-2a", pdf_tags=True
            )
            if len(document.pages) <= MOST_PAGES or look == len(FITS) - 1:
                break
            look += 1
        content: bytes = document.write_pdf(
            pdf_identifier=slip.pk.bytes.hex().encode(), pdf_variant="pdf/a-2a", pdf_tags=True
        )
    return content


@cache
def _sheet() -> tuple[Any, Any]:
    """The stylesheet and the fonts, read once per process."""
    from weasyprint import CSS
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    return CSS(string=STYLE.read_text(encoding="utf-8"), font_config=fonts, url_fetcher=_refuse), fonts


@contextmanager
def _no_collection() -> Iterator[None]:
    """Boxes are many and live until the page is drawn: looking for garbage among them costs a fifth."""
    was = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was:
            gc.enable()
            gc.collect(0)


def _refuse(url: str, *_: object, **__: object) -> dict[str, object]:
    raise OutsideFileRefused(url)


# --- what stands on paper -----------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Pen:
    """Writes amounts and days as a language does; faster than looking the locale up for each of 300 cells."""

    language: str
    decimal: str
    group: str

    def money(self, amount: Decimal) -> str:
        """An amount without currency: `1 234,56`."""
        text = f"{abs(amount):,.2f}".replace(",", "\0").replace(".", self.decimal).replace("\0", self.group)
        return f"−{text}" if amount < 0 else text

    def euro(self, amount: Decimal) -> str:
        """An amount with its sign: `1 234,56 €`."""
        return f"{self.money(amount)}\xa0€"

    def rate(self, line: ShownLine) -> str:
        """A percentage or a number of times; nothing for none."""
        if line.rate is None:
            return ""
        if line.is_factor:
            return f"× {line.rate:f}".replace(".", self.decimal)
        return f"{(line.rate * 100).normalize():f}\xa0%".replace(".", self.decimal)

    def day(self, day: date) -> str:
        """A day in figures."""
        return f"{day:%d/%m/%Y}"

    def days(self, first: date, last: date) -> str:
        """From a day to another, the year once."""
        if first == last:
            return self.day(first)
        if first.year == last.year:
            return f"{first:%d/%m} – {last:%d/%m/%Y}"
        return f"{self.day(first)} – {self.day(last)}"

    def month(self, day: date) -> str:
        """A month in words."""
        return format_date(day, "LLLL y", locale=self.language)


@cache
def pen(language: str) -> Pen:
    """How a language writes."""
    symbols = Locale(language).number_symbols["latn"]
    group = symbols["group"].replace("\u202f", "\xa0")
    return Pen(language, symbols["decimal"], group)


def paper_context(page: ShownPayslip, *, look: str = "", rows: int = 1000) -> dict[str, Any]:
    """What `payroll/payslip_pdf.html` shows: texts only. `rows`: contracts with a row of their own."""
    write = pen(page.language)
    words, totals = page.words, page.totals
    shown, others = page.items[:rows], page.items[rows:]
    contracts = [_contract(item, write, words, short=bool(look)) for item in shown]
    if others:
        contracts.append(_together(others, write, words))
    return {
        "words": words,
        "language": page.language,
        "look": look,
        "number": page.number,
        "month": write.month(page.month),
        "issued_on": write.day(page.issued_on),
        "entity": page.entity,
        "worker": page.worker,
        "family": page.family,
        "contracts": contracts,
        "total": _cells(page.items, write) if len(page.items) > 1 else (),
        "lines": [_line(line, write) for line in page.months],
        "blocks": [
            *(_block(words["exit_holiday"], block, write, words) for block in page.holidays),
            *(_block(extra.title, extra, write, words) for extra in page.extras),
        ],
        "kept": [(row.label, write.money(-row.amount)) for row in page.kept],
        "carried": write.money(page.carried) if page.carried else "",
        "paid": write.euro(totals["transferred"]),
        "transfer": words["transfer"] % {"iban": page.payment["iban"]} if page.payment["iban"] else "",
        "employer": [_line(line, write) for line in page.employer],
        "gross": write.money(totals["gross"] + totals.get("other_gross", ZERO)),
        "budget": write.money(totals["employment_budget"]),
        "year_title": page.year_title,
        "year": _year(page, write),
        "to_confirm": page.to_confirm,
    }


def _contract(item: ShownItem, write: Pen, words: Any, *, short: bool) -> dict[str, Any]:
    facts = item.facts
    kind = [item.type_label]
    if facts["joint_committee"]:
        kind.append(f"{words['joint_committee']} {facts['joint_committee']}")
    if facts["function_code"] and not short:
        kind.append(facts["function_code"].replace("_", " "))
    name = facts["description"]
    longest = 36 if short else 60
    return {
        "name": name if len(name) <= longest else f"{name[: longest - 1]}…",
        "kind": ", ".join(kind),
        "days": write.days(facts["starts_on"], facts["ends_on"]),
        "cells": _cells([item], write),
        "paid_on": write.day(facts["paid_on"]),
    }


def _together(items: Sequence[ShownItem], write: Pen, words: Any) -> dict[str, Any]:
    first = min(item.facts["starts_on"] for item in items)
    last = max(item.facts["ends_on"] for item in items)
    return {
        "name": words["more_contracts"] % {"count": len(items)},
        "kind": "",
        "days": write.days(first, last),
        "cells": _cells(items, write),
        "paid_on": "",
    }


def _cells(items: Sequence[ShownItem], write: Pen) -> tuple[str, ...]:
    """Hours, gross, what is withheld, net."""

    def total(name: str) -> Decimal:
        return sum((item.facts[name] for item in items), ZERO)

    gross, net = total("gross"), total("net")
    return (write.money(total("hours")), write.money(gross), write.money(net - gross), write.money(net))


def _line(line: ShownLine, write: Pen) -> dict[str, Any]:
    return {
        "label": line.label,
        "base": "" if line.base is None else write.money(line.base),
        "rate": write.rate(line),
        "amount": write.money(line.signed),
        "level": line.level and line.code != "contribution_base",
        "to_confirm": line.to_confirm,
    }


def _block(title: str, block: ShownItem, write: Pen, words: Any) -> dict[str, Any]:
    facts = block.facts
    lines = [_line(line, write) for line in block.main if line.amount and line.code != "net"]
    return {
        "title": f"{title} · {words['paid_on']} {write.day(facts['paid_on'])}",
        "lines": lines,
        "net": write.money(facts["net"]),
    }


def _year(page: ShownPayslip, write: Pen) -> list[tuple[str, str, str]]:
    """This payslip beside the year: label, this one, since January."""
    words = page.words
    rows = (
        (words["hours"], ("hours",)),
        (words["gross"], ("gross", "holiday_gross", "other_gross")),
        (words["worker_part"], ("onss", "holiday_onss", "other_onss")),
        (words["tax"], ("withholding_tax", "holiday_tax", "other_tax")),
        (words["net"], ("paid",)),
        (words["set_aside"], ("holiday_set_aside",)),
    )
    found = []
    for label, names in rows:
        here, since = (
            sum((sums.get(name, ZERO) for name in names), ZERO) for sums in (page.totals, page.year)
        )
        if names[0] == "onss":
            here -= page.totals["work_bonus"]
            since -= page.year["work_bonus"]
        if since:
            found.append((label, write.money(here), write.money(since)))
    return found
