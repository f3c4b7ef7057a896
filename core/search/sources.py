"""What can be found: each app says by which words, by whom, and how it is shown."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from typing import Any
from uuid import UUID

CHANGED = "search.changed"
"""Topic of the news that a thing was touched."""

STAFF = UUID(int=0)
"""The circle of those who read every thing of a kind."""


@dataclass(frozen=True, slots=True)
class Indexed:
    """A thing as the index takes it: its words, and the circles (Activities, persons) whose members may find
    it. Staff need no circle.
    """

    object_id: UUID
    words: frozenset[str]
    circles: frozenset[UUID]


@dataclass(frozen=True, slots=True)
class Hit:
    """A thing as it is shown: what it is called, what tells it from others, where its page is."""

    object_id: UUID
    title: str
    text: str
    link: str


@dataclass(frozen=True, slots=True)
class SearchSource:
    """A kind of thing that can be found.

    kind: stable, short. label: in words, plural, translated. model: `app.model` of the rows. readers: roles
    that read every one. index: keys → what the index takes, absent ones left out. keys: every key there is.
    show: (person, roles, keys) → those that this reader may see, in a fixed number of queries. order: of the
    groups in the answer.
    """

    kind: str
    label: Any
    model: str
    readers: frozenset[str]
    index: Callable[[Collection[UUID]], Iterable[Indexed]]
    keys: Callable[[], Iterator[UUID]]
    show: Callable[[Any, frozenset[str], Collection[UUID]], Iterable[Hit]]
    order: int = 50


CircleSource = Callable[[Any], Iterable[UUID]]
"""person → the circles that they belong to, beside themselves."""

_sources: dict[str, SearchSource] = {}
_circles: list[CircleSource] = []


def register_search_source(source: SearchSource) -> None:
    """Make a kind of thing findable."""
    _sources[source.kind] = source


def register_circles(source: CircleSource) -> None:
    """Say which circles a person belongs to."""
    if source not in _circles:
        _circles.append(source)


def search_sources() -> list[SearchSource]:
    """Every kind, in the order of the answer."""
    return sorted(_sources.values(), key=lambda source: (source.order, source.kind))


def source_of_model(label: str) -> SearchSource | None:
    """The kind whose rows are of that model."""
    return next((source for source in _sources.values() if source.model == label), None)


def circles_of(person: Any) -> set[UUID]:
    """Every circle that a person belongs to, their own among them."""
    return {person.pk, *(circle for source in _circles for circle in source(person))}
