"""Which lists can be had as files: each app says how its rows are found, and what stands in the columns."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

import django_filters
from django.db.models import QuerySet
from django.http import QueryDict

from core.exports.errors import FiltersUnreadable, ListNotFound
from core.tables import Column

Rows = Callable[[Any, frozenset[str], QueryDict], QuerySet[Any]]
"""(person, roles, filters of the page) → rows that this person may see. Raises `FiltersUnreadable`."""


@dataclass(frozen=True, slots=True)
class ListSource:
    """A list that can be had as a file.

    key: `<area>.<list>`, stable; the area is that of the REST scopes. label: in words, also the file's name.
    roles: who may have it, the same as the page's. rows: found again, with the rights of that moment, when
    the file is made; read by key, so any order is lost. columns: as on the page, with nothing hidden. dress:
    looks up for a batch of rows what a column would ask row by row. document: what each row has as a
    document, (kind, id of its source); such a list can also be had as a zip of them.
    """

    key: str
    label: Any
    roles: frozenset[str]
    rows: Rows
    columns: Callable[[], Sequence[Column]]
    dress: Callable[[Sequence[Any]], None] | None = None
    document: Callable[[Any], tuple[str, UUID]] | None = None

    @property
    def area(self) -> str:
        """Whose list it is, as REST scopes name it."""
        return self.key.partition(".")[0]


_sources: dict[str, ListSource] = {}


def register_list(*sources: ListSource) -> None:
    """Make lists available as files."""
    _sources.update({source.key: source for source in sources})


def list_sources() -> list[ListSource]:
    """Every list, by key."""
    return [_sources[key] for key in sorted(_sources)]


def label_of(key: str) -> Any:
    """What people call a list; its key when nobody has it any more."""
    source = _sources.get(key)
    return source.label if source else key


def source_for(key: str, roles: frozenset[str]) -> ListSource:
    """A list that somebody with these roles may have. Raises `ListNotFound`."""
    source = _sources.get(key)
    if source is None or not source.roles & roles:
        raise ListNotFound
    return source


def filtered(
    kind: type[django_filters.FilterSet], asked: QueryDict | Mapping[str, Any], rows: QuerySet[Any]
) -> QuerySet[Any]:
    """Rows that pass a FilterSet. Raises `FiltersUnreadable`: a file must never hold more than was meant."""
    found = kind(asked, queryset=rows)
    if not found.is_valid():
        raise FiltersUnreadable(names=", ".join(found.errors))
    narrowed: QuerySet[Any] = found.qs
    return narrowed
