"""Which dues the house knows: whoever books a debt to a body registers its kind in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID


@dataclass(frozen=True, slots=True)
class DueSource:
    """A kind of due of `creditors.yaml` (`onss_advance`) and what people call it, translated."""

    kind: str
    label: Any


@dataclass(frozen=True, slots=True)
class Declared:
    """What a return to the body says for the period of a due: its name, its state in words, the amount
    declared (euro), and the days that it covers.
    """

    label: Any
    state: Any
    amount: Decimal
    first: date
    last: date


FindDeclared = Callable[[UUID, date, date], Declared | None]
"""(entity, first and last day of the due's period) → the return of that period, if there is one."""

_sources: dict[str, DueSource] = {}
_declared: dict[str, FindDeclared] = {}


def register_due_source(*sources: DueSource) -> None:
    """Raise dues of these kinds from now on."""
    for source in sources:
        _sources[source.kind] = source


def register_declared(kind: str, find: FindDeclared) -> None:
    """Show beside dues of this kind what was declared for their period."""
    _declared[kind] = find


def declared_for(kind: str, entity_id: UUID, first: date, last: date) -> Declared | None:
    """What was declared for the period of a due; None where nobody declares, or not yet."""
    find = _declared.get(kind)
    return find(entity_id, first, last) if find else None


def due_kinds() -> frozenset[str]:
    """Every kind that somebody books."""
    return frozenset(_sources)


def kind_label(kind: str) -> Any:
    """What people call a kind of due."""
    return _sources[kind].label if kind in _sources else kind
