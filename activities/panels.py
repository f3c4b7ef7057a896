"""What upper apps add to the pages of an Activity: where a movement leads, what must be zero before
closing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.links import link

SourceLinks = Callable[[Iterable[UUID]], Mapping[UUID, str]]
ClosingCheck = Callable[[Any], str]


@dataclass(slots=True)
class _Registries:
    sources: dict[str, SourceLinks]
    closing: list[ClosingCheck]


_all = _Registries({}, [])


def register_source(source_type: str, links: SourceLinks) -> None:
    """Say where movements of a source type lead: ids of sources → addresses of their documents, in one go."""
    _all.sources[source_type] = links


def source_links(keys: Iterable[tuple[str, UUID]]) -> dict[tuple[str, UUID], str]:
    """Addresses of documents by (source type, id); what nobody knows has none."""
    wanted: dict[str, set[UUID]] = {}
    for source_type, source_id in keys:
        wanted.setdefault(source_type, set()).add(source_id)
    return {
        (source_type, source_id): address
        for source_type, ids in wanted.items()
        if source_type in _all.sources
        for source_id, address in _all.sources[source_type](ids).items()
    }


def register_closing_check(check: ClosingCheck) -> None:
    """Add a condition for closing: `check(activity)` names in words what is left, or gives an empty text."""
    if check not in _all.closing:
        _all.closing.append(check)


def left_before_closing(activity: Any) -> str:
    """The first thing that keeps an Activity from closing, or an empty text."""
    return next((text for check in _all.closing if (text := check(activity))), "")


def expense_source(ids: Iterable[UUID]) -> dict[UUID, str]:
    """Movements of expenses lead to their page."""
    return {pk: link("activities:expense", pk=pk) for pk in ids}
