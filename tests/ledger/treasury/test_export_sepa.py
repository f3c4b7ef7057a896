"""`export_sepa`: released payment files for other programs, refusals as JSON."""

import json
from datetime import date
from decimal import Decimal
from hashlib import sha256
from pathlib import Path
from typing import Any
from uuid import uuid4

from core.models import Cooperative
from core.reference import published
from core.tenancy import tenant_scope
from core.types import Actor
from ledger.loaders import load_books
from ledger.selectors import entity_by_code
from ledger.services import create_party
from ledger.treasury.loaders import load_bank_accounts
from ledger.treasury.services import create_batch, release_batch, request_payout
from tests.conformance import CONFORMANCE, schema_errors

DAY = date(2026, 11, 18)


def test_released_files_come_out_and_drafts_do_not(fresh_database: Any, tmp_path: Path) -> None:
    cooperative = Cooperative.objects.create(id=1, slug="be", name="be", country="BE", languages=["fr"])
    maker, releaser = (Actor(kind="user", label=str(n), user_id=n) for n in (1, 2))
    with tenant_scope(cooperative):
        load_books(published("be"))
        load_bank_accounts(published("be"))
        entity = entity_by_code("PA")
        party = create_party(kind="person", name="Ada")
        batches = []
        for _ in range(2):
            request_payout(
                entity_id=entity.pk, kind="wage", party_id=party.pk, payee_name="Ada Lovelace",
                iban="BE68539007547034", amount=Decimal("434.65"), communication="Salaire", due_on=DAY,
                source_type="payroll.payitem", source_id=uuid4(), settles_account="455",
            )  # fmt: skip
            batches.append(create_batch(entity_id=entity.pk, kind="wage", due_until=DAY, on=DAY, actor=maker))
        release_batch(batch_id=batches[0].pk, on=DAY, actor=releaser)

    out = tmp_path / "sepa"
    every = fresh_database.manage("export_sepa", "--all", "--cooperative", "be", "--out", str(out))
    one = fresh_database.manage("export_sepa", "SMART-PA-2026-00001", "--cooperative", "be")
    draft = fresh_database.manage("export_sepa", "SMART-PA-2026-00002", "--cooperative", "be")
    neither = fresh_database.manage("export_sepa", "--cooperative", "be")

    told = fresh_database.manage(
        "export_sepa", str(batches[0].pk), "--json", "--out", str(tmp_path / "one.xml")
    )
    unknown = fresh_database.manage("export_sepa", "SMART-PA-2026-09999")

    assert every.returncode == 0, every.stderr
    schema = CONFORMANCE / "sepa" / "pain.001.001.09.xsd"
    if schema.exists():
        assert schema_errors((tmp_path / "one.xml").read_bytes(), schema) == []
    said = json.loads(told.stdout)
    assert said["files"] == [str(tmp_path / "one.xml")]
    assert {key: said["batches"][0][key] for key in ("number", "message_id", "payments", "total")} == {
        "number": "SMART-PA-2026-00001", "message_id": "SMART-PA-2026-00001", "payments": 1,
        "total": "434.65",
    }  # fmt: skip
    assert (tmp_path / "one.xml").read_bytes() == (out / "SMART-PA-2026-00001.xml").read_bytes()
    assert said["batches"][0]["sha256"] == sha256((tmp_path / "one.xml").read_bytes()).hexdigest()
    assert json.loads(unknown.stderr)["code"] == "unknown_batch"
    assert [path.name for path in out.iterdir()] == ["SMART-PA-2026-00001.xml"]
    assert b"<CtrlSum>434.65</CtrlSum>" in (out / "SMART-PA-2026-00001.xml").read_bytes()
    assert one.stdout.startswith("<?xml")
    assert draft.returncode == neither.returncode == 2
    assert json.loads(draft.stderr)["code"] == "batch_not_released"
    assert draft.stdout == ""
