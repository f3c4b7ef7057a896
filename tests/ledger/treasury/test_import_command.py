"""`import_statement`: what a bank's file says, for other programs; refusals as JSON with the line."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from ledger.loaders import load_books
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.camt_simulator import write_camt
from ledger.treasury.loaders import load_bank_accounts
from ledger.treasury.models import BankAccount, BankTransaction
from ledger.treasury.models import BankStatement as Known

DAY = date(2026, 11, 18)


def statement(iban: str, number: int = 1) -> BankStatement:
    movement = BankMovement(
        Decimal("-12.10"), communication="Frais", counterparty_name="Banque", end_to_end_id="E-1"
    )
    return BankStatement(iban, number, DAY, Decimal("100.00"), (movement,), opening_day=DAY)


def test_statements_are_read_refused_and_entered(fresh_database: Any, tmp_path: Path) -> None:
    cooperative = Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    with tenant_scope(cooperative):
        load_books(published("be"))
        load_bank_accounts(published("be"))
        own = BankAccount.objects.order_by("iban")[0].iban
    files = {
        "own.cod": write_coda([statement(own)]),
        "own.xml": write_camt([statement(own)]),
        "stranger.xml": write_camt([statement("BE71096123456769")]),
        "wrong.cod": write_coda([statement(own)]).replace(b"000000000012100", b"000000000012110", 1),
        "cut.xml": write_camt([statement(own)])[:-60],
    }
    for name, content in files.items():
        (tmp_path / name).write_bytes(content)

    def run(name: str, *options: str) -> Any:
        return fresh_database.manage(
            "import_statement", str(tmp_path / name), "--cooperative", "be", "--json", *options
        )

    dry = run("stranger.xml", "--dry-run")
    refused = {
        "stranger.xml": ("unknown_bank_account", None),
        "wrong.cod": ("totals", 7),
        "cut.xml": ("truncated", None),
        "none.cod": ("file_unreadable", None),
    }
    for name, (code, line) in refused.items():
        answer = run(name)
        said = json.loads(answer.stderr)
        assert (answer.returncode, answer.stdout, said["code"]) == (2, "", code), name
        assert set(said) == {"code", "detail", "line"} and said["detail"]
        assert said["line"] == line or name == "cut.xml"
    with tenant_scope(cooperative):
        assert not Known.objects.exists(), "refusals and dry runs change nothing"
    tolerant = run("wrong.cod", "--dry-run", "--tolerant")
    booked = run("wrong.cod", "--tolerant")
    entered = run("own.cod")
    again = run("own.xml")

    assert json.loads(dry.stdout) == [
        {
            "format": "camt.053.001.08",
            "account": "BE71096123456769",
            "currency": "EUR",
            "number": 1,
            "date": "2026-11-18",
            "opening": "100.00",
            "closing": "87.90",
            "transactions": [
                {
                    "amount": "-12.10",
                    "date": "2026-11-18",
                    "value_date": "2026-11-18",
                    "counterparty_name": "Banque",
                    "counterparty_iban": None,
                    "communication": "Frais",
                    "structured_reference": None,
                    "end_to_end_id": "E-1",
                }
            ],
        }
    ]
    assert json.loads(tolerant.stdout)[0]["transactions"][0]["amount"] == "-12.11"
    assert booked.returncode == 2, "what does not add up is shown, never booked"
    assert entered.returncode == again.returncode == 0, entered.stderr + again.stderr
    with tenant_scope(cooperative):
        assert Known.objects.count() == 1, "the same day under the other format is the same statement"
        assert BankTransaction.objects.count() == 2, "the opening balance and the movement"


@pytest.mark.conformance
def test_the_public_samples_are_printed(fresh_database: Any) -> None:
    from tests.conformance import CONFORMANCE

    Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    for path in sorted((*(CONFORMANCE / "coda").glob("*.cod"), *(CONFORMANCE / "camt").glob("*.xml"))):
        answer = fresh_database.manage(
            "import_statement", str(path), "--cooperative", "be", "--dry-run", "--tolerant", "--json"
        )
        if path.stem.endswith("wrong"):
            assert answer.returncode == 2 and json.loads(answer.stderr)["code"] == "no_statement"
        else:
            assert answer.returncode == 0, answer.stderr
            assert all(read["transactions"] for read in json.loads(answer.stdout))
