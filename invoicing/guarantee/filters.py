"""How the exposure is narrowed: the same for the page and REST."""

from __future__ import annotations

from typing import Any

from core.money import ZERO
from invoicing.guarantee.exposure import Exposure
from invoicing.guarantee.selectors import NEAR
from members.types import search_key


def narrowed(rows: list[Exposure], asked: dict[str, Any]) -> list[Exposure]:
    """Rows of clients whose name begins so, of that kind, above or near their limit."""
    if word := search_key(asked.get("q") or ""):
        rows = [row for row in rows if row.search_key.startswith(word)]
    if kind := asked.get("kind"):
        rows = [row for row in rows if row.kind == kind]
    if asked.get("above") == "yes":
        rows = [row for row in rows if row.headroom is not None and row.headroom < ZERO]
    elif asked.get("above") == "near":
        rows = [row for row in rows if row.limit is not None and row.at_risk >= row.limit * NEAR]
    return rows
