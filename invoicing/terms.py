"""How long a client may be given to pay: dated tables per country, read from `terms.yaml`."""

from __future__ import annotations

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from invoicing.errors import PaymentTermTooLong

TABLE = Path(__file__).parent / "terms.yaml"


@cache
def _table() -> dict[str, list[dict[str, Any]]]:
    found: dict[str, list[dict[str, Any]]] = yaml.safe_load(TABLE.read_text(encoding="utf-8"))
    return found


def longest_term(country: str, kind: str, on: date) -> int | None:
    """The longest payment term in days that binds this kind of client; None where no law says."""
    rows = [row for row in _table().get(country, ()) if row["valid_from"] <= on and kind in row]
    return int(max(rows, key=lambda row: row["valid_from"])[kind]) if rows else None


def check_term(days: int, *, country: str, kind: str, on: date) -> None:
    """Raise `PaymentTermTooLong` where the law of the seller's country gives this kind of client less."""
    most = longest_term(country, kind, on)
    if most is not None and days > most:
        raise PaymentTermTooLong(most=most)
