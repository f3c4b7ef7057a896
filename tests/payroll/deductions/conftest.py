"""Creditors, tables of figures and people of the stories about deductions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from core.identifiers import belgian_iban

D = Decimal
DAY = date(2026, 12, 1)

TABLE = """
- code: seizure.work
  valid_from: 2026-01-01
  valid_to: 2026-12-31
  value: {brackets: [{up_to: 200, rate: 0}, {up_to: 400, rate: 0.20}, {up_to: 600, rate: 0.40}, {rate: 1}],
          per_child: 10}
  source: "made up for this test"
  status: to_confirm
- code: seizure.with_allowances
  valid_from: 2026-01-01
  valid_to: 2026-12-31
  value: {brackets: [{up_to: 200, rate: 0}, {rate: 0.50}], per_child: 10}
  source: "made up for this test"
  status: to_confirm
"""


@pytest.fixture
def table(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A folder with figures for seizures beside those that are delivered."""
    from payroll.deductions import sources
    from payroll.engine.statutory import STATUTORY, load_figures

    (tmp_path / "seizures.yaml").write_text(TABLE, encoding="utf-8")
    loaded = load_figures("be", [STATUTORY / "be", tmp_path])
    monkeypatch.setattr(sources, "figures", lambda: loaded)
    yield tmp_path


@dataclass
class Clerks:
    """Payroll enters, a colleague agrees."""

    world: Any

    def seizure(self, agreed: bool = True, **changes: Any) -> Any:
        """1,000.00 for a bailiff, notified on 2 November 2026."""
        from payroll.deductions.services import agree_seizure, enter_seizure

        given: dict[str, Any] = {
            "person": self.world.worker,
            "kind": "seizure",
            "creditor_name": "Étude Janssens",
            "creditor_iban": belgian_iban(3_631_234_567),
            "reference": "Dossier 12",
            "notified_on": date(2026, 11, 2),
            "total": D("1000.00"),
            "on": date(2026, 11, 2),
            "actor": self.world.actor(self.world.clerk),
        } | changes
        row = enter_seizure(**given)
        if not agreed:
            return row
        return agree_seizure(
            seizure_id=row.pk, on=date(2026, 11, 3), actor=self.world.actor(self.world.chief)
        )


@pytest.fixture
def clerks(world: Any) -> Clerks:
    """Two people of payroll."""
    return Clerks(world)
