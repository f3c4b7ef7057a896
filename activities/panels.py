"""What upper apps add to the pages of an Activity: where a movement leads, what must be
zero before closing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from core.links import link
from core.registry import register_source_links, source_links

__all__ = ["left_before_closing", "register_closing_check", "register_source", "source_links"]

ClosingCheck = Callable[[Any], str]


@dataclass(slots=True)
class _Registries:
    closing: list[ClosingCheck]


_all = _Registries([])


register_source = register_source_links
"""Say where movements of a source type lead: ids of sources → addresses of their documents, in one go."""


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
