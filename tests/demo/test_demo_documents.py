"""What the played demonstration would send out, measured against the official rules."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.conformance import (
    CONFORMANCE,
    failed_assertions,
    peppol_stylesheets,
    schema_errors,
    ubl_schema,
)
from tests.demo_fixture import DemoDatabase


def exported(database: DemoDatabase, command: str, folder: Path) -> list[Path]:
    """The files that an export command writes."""
    answer = database.manage(command, "--all", "--cooperative", "be", "--out", str(folder))
    assert answer.returncode == 0, answer.stderr
    return sorted(folder.glob("*.xml"))


def faults(files: list[Path], schema: Path) -> list[str]:
    """Complaints of a schema about files, each with the name of its file."""
    return [f"{file.name}: {fault}" for file in files for fault in schema_errors(file.read_bytes(), schema)]


@pytest.mark.conformance
def test_every_invoice_and_credit_note_passes_peppol(demo_database: DemoDatabase, tmp_path: Path) -> None:
    files = exported(demo_database, "export_ubl", tmp_path / "ubl")

    wrong = [
        f"{file.name}: {fault}"
        for file in files
        for content in [file.read_bytes()]
        for fault in schema_errors(content, ubl_schema(content))
        + failed_assertions(content, peppol_stylesheets())
    ]

    assert len(files) > 300
    assert wrong == []


@pytest.mark.conformance
def test_every_declaration_is_valid(demo_database: DemoDatabase, tmp_path: Path) -> None:
    files = exported(demo_database, "export_dimona", tmp_path / "dimona")

    assert len(files) > 250
    assert faults(files, CONFORMANCE / "dimona" / "Dimona_20231.xsd") == []


@pytest.mark.conformance
def test_every_payment_file_is_valid(demo_database: DemoDatabase, tmp_path: Path) -> None:
    files = exported(demo_database, "export_sepa", tmp_path / "sepa")

    assert len(files) > 50
    assert faults(files, CONFORMANCE / "sepa" / "pain.001.001.09.xsd") == []


def test_the_books_are_in_order(demo_database: DemoDatabase) -> None:
    answer = demo_database.manage("check_ledger", "--json")

    report = json.loads(answer.stdout)
    assert (answer.returncode, report["ok"], report["breaks"]) == (0, True, [])
    assert report["entries"] > 1000


def without_documents(told: str) -> list[str]:
    """What was told, less how many documents are made by now: a product that runs goes on making them."""
    return [line for line in told.splitlines() if not line.strip().startswith("Documents")]


def test_a_second_start_plays_nothing(demo_database: DemoDatabase) -> None:
    first = demo_database.manage("demo", "--no-serve")
    second = demo_database.manage("demo", "--no-serve")

    assert (first.returncode, first.stderr) == (0, "")
    assert without_documents(second.stdout) == without_documents(first.stdout)
    assert "membre@demo.example" in first.stdout
