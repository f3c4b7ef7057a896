"""Lines as plain JSON, for what is not an invoice yet: quotes, orders, templates."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from invoicing.types import LineInput

LineData = dict[str, Any]


def data_of(lines: Iterable[LineInput]) -> list[LineData]:
    """Lines as JSON keeps them: exact numbers and dates as text."""
    return [{field.name: _plain(getattr(line, field.name)) for field in fields(line)} for line in lines]


def lines_of(data: Sequence[Mapping[str, Any]]) -> list[LineInput]:
    """Lines as they were written; what a later version added takes its usual value."""
    kinds = {field.name: str(field.type) for field in fields(LineInput)}
    return [
        LineInput(**{name: _read(kinds[name], value) for name, value in row.items() if name in kinds})
        for row in data
    ]


def _plain(value: Any) -> Any:
    return str(value) if isinstance(value, Decimal | date | UUID) else value


def _read(kind: str, value: Any) -> Any:
    if value is None or not isinstance(value, str):
        return value
    if "Decimal" in kind:
        return Decimal(value)
    if "UUID" in kind:
        return UUID(value)
    return date.fromisoformat(value) if "date" in kind else value
