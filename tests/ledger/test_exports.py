"""Journals as other programs read them: they come to the same balances as we do."""

from __future__ import annotations

import csv
import hashlib
import io
import json
import shutil
import subprocess
import zipfile
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

import pytest

from core.spreadsheets import safe_cell

if TYPE_CHECKING:
    from tests.demo_fixture import DemoDatabase

START, END = "2026-01-01", "2026-12-31"
Books = tuple[dict[str, Decimal], dict[UUID, Decimal], dict[str, Decimal]]
"""Balances by account (debit positive), by budget and by fund (credit positive); zeros left out."""

ENTITIES = ("PA", "SC")


@pytest.fixture(scope="module")
def demo(demo_database: DemoDatabase, django_db_blocker: Any) -> Iterator[DemoDatabase]:
    """The demonstration month, sealed."""
    answer = demo_database.manage("seal", "--json")
    assert json.loads(answer.stdout)["entries"] > 50, answer.stderr
    with django_db_blocker.unblock():
        from tests.cluster import point_django_at

        before = demo_database.cluster.database
        point_django_at(demo_database.cluster, demo_database.name)
        yield demo_database
        from django.db import connections

        connections.close_all()
        point_django_at(demo_database.cluster, before)


def ours(code: str) -> Books:
    """What our own selectors say."""
    from core.models import Cooperative
    from core.tenancy import tenant_scope
    from ledger.models import Budget
    from ledger.selectors import entity_by_code, fund_balance, trial_balance

    with tenant_scope(Cooperative.objects.get(slug="be")):
        entity = entity_by_code(code)
        accounts = {r.account: r.balance for r in trial_balance(entity, date.fromisoformat(END)) if r.balance}
        budgets = {b.pk: b.balance for b in Budget.objects.filter(entity=entity) if b.balance}
        funds = {
            fund: held for fund in ("pot", "guarantee", "solidarity") if (held := fund_balance(fund, entity))
        }
    return accounts, budgets, funds


def exported(demo: DemoDatabase, code: str, form: str, path: Path) -> Path:
    """The journal of the demonstration in a file, by the command."""
    answer = demo.manage(
        "export_journal", "--cooperative", "be", "--entity", code, "--from", START, "--to", END,
        "--format", form, "--out", str(path),
    )  # fmt: skip
    assert answer.returncode == 0, answer.stderr
    return path


@pytest.mark.parametrize("code", ENTITIES)
def test_beancount_comes_to_our_balances(demo: DemoDatabase, code: str, tmp_path: Path) -> None:
    from beancount import loader
    from beancount.core import data, realization

    entries, errors, options = loader.load_file(str(exported(demo, code, "beancount", tmp_path / "j.bean")))
    assert errors == []
    assert options["title"].endswith(f"({code})")

    accounts: dict[str, Decimal] = {}
    for account in realization.iter_children(realization.realize(entries)):
        held = account.balance.reduce(lambda position: position.units).get_currency_units("EUR").number
        if held:
            accounts[account.account.split(":")[-1]] = held
    budgets: dict[UUID, Decimal] = defaultdict(Decimal)
    funds: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        if isinstance(entry, data.Transaction):
            for posting in entry.postings:
                if "budget" in posting.meta:
                    budgets[UUID(posting.meta["budget"])] -= posting.units.number
                if "fund" in posting.meta:
                    funds[posting.meta["fund"]] -= posting.units.number

    found = accounts, {k: v for k, v in budgets.items() if v}, {k: v for k, v in funds.items() if v}
    assert found == ours(code)
    assert len(found[0]) >= 3


@pytest.mark.hledger
@pytest.mark.parametrize("code", ENTITIES)
def test_hledger_comes_to_our_balances(demo: DemoDatabase, code: str, tmp_path: Path) -> None:
    path = exported(demo, code, "hledger", tmp_path / "j.hledger")

    def balance(*arguments: str) -> dict[str, Decimal]:
        answer = subprocess.run(
            [shutil.which("hledger") or "", "-f", str(path), "balance", "--flat", "--no-total", "-O", "csv",
             *arguments],
            capture_output=True, text=True, check=True, env={"LANG": "C.UTF-8"}, timeout=120,
        )  # fmt: skip
        rows = list(csv.reader(io.StringIO(answer.stdout)))[1:]
        return {name: Decimal(amount.removesuffix(" EUR")) for name, amount in rows}

    subprocess.run([shutil.which("hledger") or "", "-f", str(path), "check", "accounts", "commodities"],
                   check=True, capture_output=True, env={"LANG": "C.UTF-8"}, timeout=120)  # fmt: skip
    budgets = {UUID(name): -held for name, held in balance("--pivot", "budget", "tag:budget").items()}
    funds = {name: -held for name, held in balance("--pivot", "fund", "tag:fund").items()}
    assert (balance(), budgets, funds) == ours(code)


def test_the_journal_has_every_legal_number_once(demo: DemoDatabase, tmp_path: Path) -> None:
    rows = list(csv.DictReader(exported(demo, "PA", "csv", tmp_path / "j.csv").open(encoding="utf-8")))

    numbers = {row["number"] for row in rows}
    entries = {row["entry"] for row in rows}
    assert len(numbers) == len(entries) and "" not in numbers
    for journal in {row["journal"] for row in rows}:
        given = sorted(int(n.split("-")[2]) for n in numbers if n.startswith(f"{journal}-2026-"))
        assert given == list(range(1, len(given) + 1))
    assert sum(Decimal(row["debit"]) for row in rows) == sum(Decimal(row["credit"]) for row in rows) > 0


def test_an_unknown_entity_is_refused_with_its_code(demo: DemoDatabase) -> None:
    answer = demo.manage(
        "export_journal", "--cooperative", "be", "--entity", "ZZ", "--from", START, "--to", END,
        "--format", "csv",
    )  # fmt: skip
    assert answer.returncode == 2 and answer.stdout == ""
    assert json.loads(answer.stderr)["code"] == "unknown_legal_entity"


# --- texts that would do harm ----------------------------------------------------------------------------


@pytest.mark.parametrize("text", ["=1+1", "+1", "-1", "@x", "\tx", "\rx", "\n=x"])
def test_a_text_never_becomes_a_formula(text: str) -> None:
    assert safe_cell(text) == f"'{text}"
    assert safe_cell(f"a{text}") == f"a{text}"


HARMFUL = '=HYPERLINK("x") ; comment\n2026-01-01 open\t"quote\\'


def test_a_harmful_text_stays_a_text_in_every_form(books: Any, tmp_path: Path) -> None:
    from beancount import loader
    from beancount.core import data

    from ledger.exports import write_journal
    from ledger.services import post_entry
    from ledger.types import Entry, cr, dr

    five = Decimal("5.00")
    day = date(2026, 11, 2)
    post_entry(Entry(books.pk, day, "VAR", "test", uuid4(), "x", HARMFUL, (dr("580", five), cr("451", five))))
    rows = list(csv.DictReader(io.StringIO("".join(write_journal(books, day, day, "csv")))))
    assert [row["text"][:12] for row in rows] == ["'=HYPERLINK("] * 2

    entries, errors, _ = loader.load_string("".join(write_journal(books, day, day, "beancount")))
    assert errors == []
    assert [e.narration for e in entries if isinstance(e, data.Transaction)] == [" ".join(HARMFUL.split())]

    lines = "".join(write_journal(books, day, day, "hledger")).splitlines()
    assert [line for line in lines if line.startswith("2026-11-02")] == [
        f"2026-11-02 (unsealed) {' '.join(HARMFUL.replace(';', ',').split())}"
    ]
    assert not [line for line in lines if line.startswith("2026-01-01")]


# --- what auditors take along ----------------------------------------------------------------------------


def test_an_audit_export_is_a_file_with_fingerprints(books: Any, clerk: Any) -> None:
    from core.documents import finished_file, render_one
    from core.files import read_file
    from core.tenancy import current_cooperative
    from ledger.services import ask_export, check_now, post_entry, seal_entries
    from ledger.types import Entry, cr, dr

    five = Decimal("5.00")
    post_entry(
        Entry(books.pk, date(2026, 11, 2), "VAR", "test", uuid4(), "x", "x",
              (dr("580", five), cr("451", five)))
    )  # fmt: skip
    seal_entries(actor=clerk)
    check_now(actor=clerk)
    export = ask_export(entity=books, since=date(2026, 11, 1), until=date(2026, 11, 30), actor=clerk)
    assert finished_file("ledger.audit_export", export.pk) is None

    assert render_one(current_cooperative())

    file = finished_file("ledger.audit_export", export.pk)
    assert file is not None and file.name == "PA-2026-11-01-2026-11-30.zip"
    with zipfile.ZipFile(io.BytesIO(read_file(file))) as archive:
        inside = {name: archive.read(name) for name in archive.namelist()}
    manifest = json.loads(inside.pop("manifest.json"))
    assert manifest["sha256"] == {name: hashlib.sha256(data).hexdigest() for name, data in inside.items()}
    assert (manifest["entries_not_sealed"], manifest["last_check"]["ok"]) == (0, True)
    seals = list(csv.DictReader(io.StringIO(inside["seals.csv"].decode())))
    journal = list(csv.DictReader(io.StringIO(inside["journal.csv"].decode())))
    content = hashlib.sha256("\n".join({row["digest"]: 0 for row in journal}).encode()).hexdigest()
    assert [row["content"] for row in seals] == [content]
    balances = {
        r["account"]: r["closing"] for r in csv.DictReader(io.StringIO(inside["balances.csv"].decode()))
    }
    assert balances == {"451": "-5.00", "580": "5.00"}
