"""The command that reads and keeps a supplier's document."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from django.db import connections

from core.files import read_file
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.management.commands.import_ubl import Command
from invoicing.purchases.models import Purchase, Supplier, SupplierDocument
from tests.conformance import CONFORMANCE

SAMPLES = sorted((CONFORMANCE / "peppol").glob("*.xml"))
pytestmark = pytest.mark.usefixtures("house", "connected")


@pytest.fixture
def connected(monkeypatch: pytest.MonkeyPatch) -> None:
    """A command closes its connection when it ends; here it is the test's."""
    monkeypatch.setattr(connections, "close_all", lambda: None)


def run(capsys: Any, path: Path, *options: str) -> tuple[int, Any, Any]:
    """Exit status, answer and refusal of the command."""
    capsys.readouterr()
    status = 0
    try:
        Command().run_from_argv(
            ["manage.py", "import_ubl", str(path), "--cooperative=be", "--json", *options]
        )
    except SystemExit as left:
        status = int(left.code or 0)
    out, error = capsys.readouterr()
    return status, json.loads(out) if out else None, json.loads(error) if error else None


@pytest.mark.conformance
@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: path.stem)
def test_an_official_example_is_told_and_kept_for_a_person(capsys: Any, path: Path) -> None:
    status, told, _ = run(capsys, path, "--dry-run")

    assert status == 0
    assert SupplierDocument.objects.count() == 0
    assert set(told) >= {
        *("kind", "number", "issue_date", "due_date", "currency", "supplier", "customer"),
        *("net", "vat", "gross", "payable", "vat_breakdown", "lines"),
    }

    assert run(capsys, path)[:2] == (0, told)
    purchase = Purchase.objects.get()
    assert (purchase.state, purchase.entity) == (PurchaseState.UNASSIGNED, None)
    assert read_file(purchase.document.file) == path.read_bytes()

    assert run(capsys, path)[:2] == (0, told)
    assert Purchase.objects.count() == 1


@pytest.mark.conformance
def test_all_official_examples_live_side_by_side(capsys: Any) -> None:
    for path in SAMPLES:
        assert run(capsys, path)[0] == 0

    assert Purchase.objects.count() == len(SAMPLES)
    assert Supplier.objects.count() < len(SAMPLES)


@pytest.mark.conformance
def test_the_figures_of_the_basic_example(capsys: Any) -> None:
    _, told, _ = run(capsys, CONFORMANCE / "peppol" / "base-example.xml", "--dry-run")

    assert (told["kind"], told["number"], told["currency"]) == ("invoice", "Snippet1", "EUR")
    assert (told["issue_date"], told["due_date"]) == ("2017-11-13", "2017-12-01")
    assert (told["net"], told["vat"], told["gross"], told["payable"]) == (
        *("1325.00", "331.25", "1656.25", "1656.25"),
    )
    assert told["vat_breakdown"] == [{"category": "S", "rate": "25", "base": "1325.00", "amount": "331.25"}]
    assert told["supplier"] == {
        "name": "SupplierOfficialName Ltd",
        "vat_number": "GB1232434",
        "endpoint": "0088:9482348239847239874",
    }
    assert told["customer"]["endpoint"] == "0002:FR23342"
    assert [line["net"] for line in told["lines"]] == ["2800.00", "-1500.00"]


@pytest.mark.parametrize(
    ("content", "code", "line"),
    [
        (b"", "ubl_empty", None),
        (b"not xml", "ubl_not_xml", 1),
        (b"<?xml version='1.0'?>\n<!DOCTYPE a [<!ENTITY b 'c'>]>\n<a>&b;</a>", "ubl_doctype", 2),
        (b"<a/>", "ubl_not_ubl", 1),
        (b" " * (21 * 1024 * 1024), "ubl_too_large", None),
    ],
)
def test_a_bad_file_says_why_and_where_and_leaves_nothing(
    capsys: Any, tmp_path: Path, content: bytes, code: str, line: int | None
) -> None:
    path = tmp_path / "bad.xml"
    path.write_bytes(content)

    for options in ((), ("--dry-run",)):
        status, told, refusal = run(capsys, path, *options)

        assert (status, told) == (2, None)
        assert (refusal["code"], refusal["line"]) == (code, line)
        assert refusal["detail"]
    assert SupplierDocument.objects.count() == 0
    assert Supplier.objects.count() == 0


def test_no_file_and_no_cooperative_are_refusals_too(capsys: Any, tmp_path: Path) -> None:
    status, _, refusal = run(capsys, tmp_path / "none.xml")
    assert (status, refusal["code"], refusal["line"]) == (2, "file_unreadable", None)

    assert run(capsys, tmp_path, "--unknown")[2]["code"] == "invalid_arguments"
