"""The quarter of the demonstration validates and equals the ledger's account."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.embedded.layout import CHECKOUT
from core.embedded.provisioning import connected
from tests.conformance import schema_errors
from tests.demo_fixture import DemoDatabase
from tests.payroll.returns.test_quarterly import XSD

BOOKED = """
SELECT sum(line.credit - line.debit) FROM ledger_journalentry AS entry
JOIN ledger_legalentity AS entity ON entity.id = entry.entity_id
JOIN ledger_journalline AS line ON line.entry_id = entry.id
WHERE entity.code = 'PA' AND entry.journal = 'PAY' AND line.account = '4540'
  AND entry.date BETWEEN '2026-10-01' AND '2026-12-31'
"""


@pytest.mark.conformance
def test_the_fourth_quarter_of_the_demonstration(
    demo_database: DemoDatabase, cluster: Any, tmp_path: Path
) -> None:
    copy = DemoDatabase(cluster, f"{cluster.database}_dmfa", tmp_path / "files")
    cluster.copy(copy.name, demo_database.name)
    shutil.copytree(demo_database.files, copy.files)
    file = tmp_path / "dmfa.xml"
    try:
        done = subprocess.run(
            [
                *(sys.executable, str(CHECKOUT / "manage.py"), "export_dmfa", "--cooperative", "be"),
                *("--entity", "PA", "--quarter", "2026-4", "--out", str(file), "--json"),
            ],
            check=False,
            capture_output=True,
            text=True,
            env=copy.environment,
            timeout=300,
        )
        with connected(copy.owner_url) as opened, opened.cursor() as run:
            run.execute(BOOKED)
            [booked] = run.fetchone() or [None]
    finally:
        cluster.drop(copy.name)

    assert done.returncode == 0, done.stderr
    told = json.loads(done.stdout)
    content = file.read_bytes()
    assert schema_errors(content, XSD) == []
    assert told["problems"] == []
    assert Decimal(told["totals"]["declared"]) == booked
    assert f"<NetOwedAmount>{int(booked * 100)}<".encode() in content
