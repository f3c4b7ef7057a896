"""The payslip on paper: two pages at most, four languages, tagged and archived, every line explained."""

from __future__ import annotations

import ast
import io
from decimal import Decimal
from pathlib import Path
from typing import Any

import pikepdf
import pytest
import yaml

from core.embedded.layout import CHECKOUT
from payroll.documents import paper_context, payslip_pdf
from payroll.engine.types import WorkerType
from payroll.payslip_view import payslip_page
from payroll.wording import LANGUAGES, wording
from smart.bench.payslips import sample_payslip

WRITTEN_ALIKE = {"Base", "Dates", "Net", "Source", "Total", ":", "student"}
"""Words of another language that French writes the same."""

EVERYBODY = (WorkerType.EMPLOYEE, WorkerType.ARTISTIC, WorkerType.STUDENT)


@pytest.fixture(scope="module")
def paper() -> bytes:
    """The payslip of fifteen contracts, in Dutch."""
    return payslip_pdf(sample_payslip(15, "nl"), "nl")


@pytest.mark.parametrize("contracts", [1, 15, 40, 165])
def test_any_month_makes_two_pages_at_most_and_loses_no_cent(contracts: int) -> None:
    slip = sample_payslip(contracts)
    assert len(pikepdf.open(io.BytesIO(payslip_pdf(slip, "fr"))).pages) <= 2

    context = paper_context(payslip_page(slip), look="dense", rows=20)
    gross = sum(_read(row["cells"][1]) for row in context["contracts"])
    assert gross == Decimal(slip.content["totals"]["gross"])
    assert len(context["contracts"]) <= 21


def _read(text: str) -> Decimal:
    return Decimal(text.replace("\xa0", "").replace(",", ".").replace("−", "-"))


def test_the_same_payslip_gives_the_same_bytes(paper: bytes) -> None:
    slip = sample_payslip(2)
    assert payslip_pdf(slip, "fr") == payslip_pdf(slip, "fr")


def test_whatever_people_wrote_is_set() -> None:
    slip = sample_payslip(1)
    slip.content["items"][0]["description"] = "Tom & <b>Jerry</b> \x0b “déjà vu” 你好 \u202f"
    assert payslip_pdf(slip, "fr").startswith(b"%PDF")


def test_it_says_that_it_is_an_archived_accessible_document(paper: bytes) -> None:
    """Identifier, output intent, embedded fonts, tag tree, language: checked here, certified by nobody."""
    pdf = pikepdf.open(io.BytesIO(paper))
    with pdf.open_metadata() as about:
        assert (about["pdfaid:part"], about["pdfaid:conformance"]) == ("2", "A")
    assert [str(intent.S) for intent in pdf.Root.OutputIntents] == ["/GTS_PDFA1"]
    assert str(pdf.Root.Lang) == "nl"
    assert bool(pdf.Root.MarkInfo.Marked)
    assert pdf.trailer.ID is not None

    fonts = [thing for thing in pdf.objects if _type(thing) == "/FontDescriptor"]
    assert fonts and all("/FontFile2" in font or "/FontFile3" in font for font in fonts)
    tags = {str(thing.get("/S")) for thing in pdf.objects if _type(thing) == "/StructElem"}
    assert {"/Document", "/H1", "/H2", "/Table", "/TR", "/TH", "/TD", "/P"} <= tags


def _type(thing: Any) -> str:
    return str(thing.get("/Type", "")) if isinstance(thing, pikepdf.Dictionary) else ""


def test_every_language_has_every_word_and_every_line() -> None:
    french = wording("fr")
    for language in LANGUAGES:
        other = wording(language)
        assert set(other.words) == set(french.words), language
        assert set(other.lines) == set(french.lines), language
        assert all(name and sentence for name, sentence in other.lines.values()), language


@pytest.mark.parametrize("language", ["nl", "de", "en"])
def test_no_french_is_left_in_another_language(language: str) -> None:
    """Of all that is on paper only names and the contract's own text are as they were written."""
    french, other = wording("fr"), wording(language)
    shown = {name for name, _ in other.lines.values()} | set(other.words.values())
    theirs = {name for name, _ in french.lines.values()} | set(french.words.values())
    assert shown & theirs <= WRITTEN_ALIKE

    context = paper_context(payslip_page(sample_payslip(6, language, EVERYBODY), language))
    labels = {line["label"] for line in (*context["lines"], *context["employer"])}
    assert not labels & {name for name, _ in french.lines.values()}


def test_every_line_that_pay_can_have_is_explained() -> None:
    """Codes of the engine, of the statutory files and of settlement: each has a name and a sentence."""
    known = set(wording("fr").lines)
    assert _codes() - known == set()
    for slip in (sample_payslip(3, kinds=EVERYBODY), sample_payslip(1)):
        page = payslip_page(slip)
        for item in page.items:
            for line in (*item.main, *item.steps, *item.employer):
                assert line.explanation, line.code
        assert all(line.explanation for line in (*page.months, *page.employer))


def _codes() -> set[str]:
    """Codes of lines as the engine writes them, and those of employer lines in the statutory files."""
    found: set[str] = set()
    for path in (CHECKOUT / "payroll" / "engine").glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text("utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") in ("PayLine", "_line", "add"):
                found |= set(_literal(node))
    for path in Path(CHECKOUT / "payroll" / "statutory").glob("be/*.yaml"):
        for figure in yaml.safe_load(path.read_text("utf-8")) or []:
            if figure["code"].startswith("employer.lines."):
                found |= {row["code"] for row in figure["value"]}
    return found


def _literal(node: ast.Call) -> list[str]:
    given = [*node.args[:1], *(keyword.value for keyword in node.keywords if keyword.arg == "code")]
    return [
        value.value for value in given if isinstance(value, ast.Constant) and isinstance(value.value, str)
    ]


def test_the_month_on_paper_adds_up() -> None:
    for kinds in ((WorkerType.EMPLOYEE,), EVERYBODY):
        slip = sample_payslip(7, kinds=kinds)
        page = payslip_page(slip)
        by_code: dict[str, Decimal] = {}
        for line in page.months:
            by_code[line.code] = by_code.get(line.code, Decimal(0)) + line.signed
        taken = ("onss", "work_bonus_a", "work_bonus_b")
        assert by_code["taxable"] == by_code["gross"] + sum(by_code.get(code, 0) for code in taken)
        assert by_code["net"] == by_code["taxable"] + sum(
            by_code.get(code, 0) for code in ("withholding_tax", "special_contribution")
        )
        cost = sum(line.amount for line in page.employer)
        assert page.totals["gross"] + cost == page.totals["employment_budget"]
        down = [step.amount for step in page.waterfall if step.kind in ("start", "minus", "plus")]
        assert sum(down) == page.totals["net"]


def test_a_line_explains_its_part_of_the_month() -> None:
    last = payslip_page(sample_payslip(2), "en").items[-1]
    onss = next(line for line in last.main if line.code == "onss")
    assert onss.is_part and onss.month_amount > onss.amount
    assert (onss.base, onss.rate) == (Decimal("293.37"), Decimal("0.1307"))
    assert onss.label == "Personal social security contribution"
