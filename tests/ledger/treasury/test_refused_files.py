"""Refused files of the watched folder stand on the bank's page with the reason, and are read again."""

from __future__ import annotations

from pathlib import Path

import pytest
from django.test import Client as Browser

from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.selectors import entity_by_code
from ledger.treasury.bank_simulator import write_coda
from ledger.treasury.errors import RefusedFileGone
from ledger.treasury.models import BankAccount, BankStatement
from ledger.treasury.refused import read_again, refused_files
from members.enums import Role
from tests.factories import SYSTEM, load_cooperative, make_person
from tests.ledger.treasury.test_statement_order import DAY, days


@pytest.fixture
def folder(tmp_path: Path, settings: pytest.FixtureRequest) -> Path:
    settings.STATEMENTS_DIR = str(tmp_path)  # type: ignore[attr-defined]
    (tmp_path / "be" / "refused").mkdir(parents=True)
    return tmp_path / "be"


def refuse(folder: Path, content: bytes, reason: str = "unknown_bank_account\nCompte inconnu.\n") -> str:
    """As `take_folder` leaves a file that it could not take."""
    key = "0123456789ab-novembre.cod"
    (folder / "refused" / key).write_bytes(content)
    (folder / "refused" / f"{key}.reason.txt").write_text(reason, encoding="utf-8")
    return key


def test_a_refused_file_is_shown_and_taken_once_the_account_is_known(
    cooperative_be: Cooperative, folder: Path
) -> None:
    with tenant_scope(cooperative_be):
        load_cooperative()
        [statement] = days(entity_by_code("PA"), 1)
        iban = entity_by_code("PA").iban
        BankAccount.objects.filter(iban=iban).update(iban="BE68539007547034")
        finance, auditor = (make_person(role, user=True) for role in (Role.FINANCE, Role.AUDITOR))
    key = refuse(folder, write_coda([statement]))
    browser, reader = Browser(), Browser()
    browser.force_login(finance.user)  # type: ignore[arg-type]
    reader.force_login(auditor.user)  # type: ignore[arg-type]

    page = browser.get("/be/banque/").content.decode()
    assert "novembre.cod" in page
    assert "Compte inconnu." in page
    assert "Relire" in page
    assert "Relire" not in reader.get("/be/banque/").content.decode()
    assert reader.post("/be/banque/refuses/relire/", {"file": key}).status_code == 403

    browser.post("/be/banque/refuses/relire/", {"file": key})
    assert [path.name for path in (folder / "refused").iterdir() if path.suffix == ".cod"] == [key]
    with tenant_scope(cooperative_be):
        assert not BankStatement.objects.exists(), "still unknown"
        BankAccount.objects.filter(iban="BE68539007547034").update(iban=iban)

    browser.post("/be/banque/refuses/relire/", {"file": key})
    with tenant_scope(cooperative_be):
        assert BankStatement.objects.count() == 1
        assert refused_files() == []
    assert list((folder / "refused").iterdir()) == []
    assert [path.name for path in (folder / "done").iterdir()] == [key]
    assert "novembre.cod" not in browser.get("/be/banque/").content.decode()


@pytest.mark.parametrize("key", ["", "../secret", "/etc/passwd", "0123456789ab-other.cod", ".."])
def test_a_name_that_is_not_listed_opens_nothing(cooperative_be: Cooperative, folder: Path, key: str) -> None:
    refuse(folder, b"x")
    (folder / "secret").write_bytes(b"x")
    with tenant_scope(cooperative_be):
        with pytest.raises(RefusedFileGone):
            read_again(key=key, on=DAY, actor=SYSTEM)
        assert [row.name for row in refused_files()] == ["novembre.cod"]
    assert (folder / "secret").exists()


def test_the_folder_of_another_cooperative_is_not_seen(cooperative_fr: Cooperative, folder: Path) -> None:
    refuse(folder, b"x")
    with tenant_scope(cooperative_fr):
        assert refused_files() == []


def test_without_a_folder_nothing_is_shown(
    cooperative_be: Cooperative, settings: pytest.FixtureRequest
) -> None:
    settings.STATEMENTS_DIR = "/nowhere"  # type: ignore[attr-defined]
    with tenant_scope(cooperative_be):
        assert refused_files() == []
