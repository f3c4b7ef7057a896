"""Which dues the house knows: whoever books a debt to a body registers its kind in `AppConfig.ready()`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class DueSource:
    """A kind of due of `creditors.yaml` (`onss_advance`) and what people call it, translated."""

    kind: str
    label: Any


_sources: dict[str, DueSource] = {}


def register_due_source(*sources: DueSource) -> None:
    """Raise dues of these kinds from now on."""
    for source in sources:
        _sources[source.kind] = source


def due_kinds() -> frozenset[str]:
    """Every kind that somebody books."""
    return frozenset(_sources)


def kind_label(kind: str) -> Any:
    """What people call a kind of due."""
    return _sources[kind].label if kind in _sources else kind
