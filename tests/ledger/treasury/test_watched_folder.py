"""The watched folder: whole files are taken once, others wait, refused ones say why."""

from __future__ import annotations

import os
import time
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from ledger.loaders import load_books
from ledger.selectors import entity_by_code
from ledger.treasury import watched
from ledger.treasury.bank_simulator import BankMovement, BankStatement, write_coda
from ledger.treasury.loaders import load_bank_accounts
from ledger.treasury.models import BankStatement as Known
from ledger.treasury.models import BankTransaction, WaitingStatement
from ledger.treasury.watched import take_folder
from tests.ledger.treasury.test_statement_order import DAY, days


@pytest.fixture
def cooperative(fresh_database: Any) -> Cooperative:
    found = Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    with tenant_scope(found):
        load_books(published("be"))
        load_bank_accounts(published("be"))
    return found


def put(folder: Path, name: str, content: bytes, *, age: float = 60) -> Path:
    folder.mkdir(exist_ok=True)
    path = folder / name
    path.write_bytes(content)
    os.utime(path, (time.time() - age, time.time() - age))
    return path


def names(folder: Path) -> list[str]:
    return sorted(path.name.partition("-")[2] for path in folder.iterdir()) if folder.is_dir() else []


def test_files_are_taken_once_when_they_are_whole(cooperative: Cooperative, tmp_path: Path) -> None:
    with tenant_scope(cooperative):
        one, two, three = days(entity_by_code("PA"), 3)
    folder = tmp_path / "be"
    put(folder, "c.cod", write_coda([three]))
    put(folder, "a.cod", write_coda([one]))
    put(folder, "b.cod.part", write_coda([two]))
    put(folder, "fresh.cod", write_coda([two]), age=1)
    put(folder, "wrong.xml", b"<?xml version='1.0'?><!DOCTYPE x><x/>")

    assert take_folder(cooperative, folder, on=DAY) == (2, 1)

    assert names(folder / "done") == ["a.cod", "c.cod"]
    assert names(folder / "refused") == ["wrong.xml", "wrong.xml.reason.txt"]
    [reason] = (folder / "refused").glob("*.reason.txt")
    assert reason.read_text().startswith("unreadable_statement\nCe fichier")
    with tenant_scope(cooperative):
        assert Known.objects.count() == 1 and WaitingStatement.objects.get().expected == "2026/002"

    (folder / "b.cod.part").rename(folder / "b.cod")
    assert take_folder(cooperative, folder, on=DAY) == (1, 0)

    with tenant_scope(cooperative):
        assert Known.objects.count() == 3 and BankTransaction.objects.count() == 3
    assert sorted(path.name for path in folder.iterdir()) == ["done", "fresh.cod", "refused"]


def test_whoever_is_killed_before_moving_a_file_enters_it_once(
    cooperative: Cooperative, tmp_path: Path, monkeypatch: Any
) -> None:
    with tenant_scope(cooperative):
        iban = entity_by_code("PA").iban
    receipt = BankMovement(Decimal("5.00"), communication="x")
    content = write_coda([BankStatement(iban, 1, DAY, Decimal("0.00"), (receipt,))])
    put(tmp_path, "a.cod", content)

    class Killed(BaseException):
        pass

    def killed(*_: Any) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr(watched, "_move", killed)
        with pytest.raises(Killed):
            take_folder(cooperative, tmp_path, on=DAY)
    assert (tmp_path / "a.cod").exists()

    assert take_folder(cooperative, tmp_path, on=DAY) == (1, 0)

    with tenant_scope(cooperative):
        assert Known.objects.count() == 1 and BankTransaction.objects.count() == 1


def test_a_folder_that_is_not_there_holds_nothing(cooperative: Cooperative, tmp_path: Path) -> None:
    assert take_folder(cooperative, tmp_path / "none", on=DAY) == (0, 0)
