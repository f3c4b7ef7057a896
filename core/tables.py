"""Tables described in Python: columns read rows, pages show them with `{% data_table table %}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Literal

from django.core.paginator import Page, Paginator
from django.db.models import QuerySet
from django.http import HttpRequest

Kind = Literal["text", "money", "date", "number", "percent", "badge"]


@dataclass(frozen=True, slots=True)
class Column:
    """One column.

    value: attribute path (`client.name`) or a function of the row. kind: how it is shown. sort: the
    ordering that `?sort=` may name. href: function of the row → address. lead: names the row on a phone.
    shown: for badges, the word (attribute path or function), else the value's own label; for money, a
    text that says it otherwise (another currency).
    """

    label: Any
    value: str | Callable[[Any], Any]
    kind: Kind = "text"
    sort: str = ""
    href: Callable[[Any], str] | None = None
    lead: bool = False
    shown: str | Callable[[Any], Any] = ""

    @property
    def numeric(self) -> bool:
        """Right-aligned, tabular figures."""
        return self.kind in {"money", "number", "percent"}


@dataclass(frozen=True, slots=True)
class Cell:
    """One value as the partial shows it."""

    label: Any
    kind: Kind
    value: Any
    shown: Any
    href: str
    classes: str


def read_value(row: Any, path: str | Callable[[Any], Any]) -> Any:
    """Follow an attribute path, or call the function; methods on the way are called."""
    if not isinstance(path, str):
        return path(row)
    value = row
    for name in path.split(".") if path else ():
        if value is None:
            return None
        value = value[name] if isinstance(value, dict) else getattr(value, name)
        if callable(value):
            value = value()
    return value


@dataclass(frozen=True, slots=True)
class Table:
    """A page of rows with its columns; `id` is the region that htmx swaps.

    export: key of the list (`core.exports`) by which the whole of it can be had as a file.
    """

    id: str
    caption: Any
    columns: Sequence[Column]
    page: Page[Any]
    empty_title: Any = ""
    empty_text: Any = ""
    empty_action_label: Any = ""
    empty_action_url: str = ""
    export: str = ""

    @property
    def rows(self) -> list[list[Cell]]:
        """The cells of the page, row by row."""
        return [[self._cell(column, row) for column in self.columns] for row in self.page.object_list]

    @staticmethod
    def _cell(column: Column, row: Any) -> Cell:
        value = read_value(row, column.value)
        shown = read_value(row, column.shown) if column.shown else getattr(value, "label", "")
        classes = " ".join(name for name, on in (("num", column.numeric), ("lead", column.lead)) if on)
        return Cell(column.label, column.kind, value, shown, column.href(row) if column.href else "", classes)


def page_of(request: HttpRequest, rows: QuerySet[Any] | Sequence[Any], size: int = 25) -> Page[Any]:
    """The page of rows that `?page=` asks for; a number that does not exist gives the nearest page."""
    return Paginator(rows, size).get_page(request.GET.get("page"))


def sorted_by(
    request: HttpRequest, rows: QuerySet[Any], allowed: Iterable[str], default: str
) -> QuerySet[Any]:
    """Order a queryset by `?sort=key` or `?sort=-key` when the key is allowed, else by the default; ties by
    pk.
    """
    asked = request.GET.get("sort", "")
    order = asked if asked.removeprefix("-") in set(allowed) else default
    return rows.order_by(order, "pk")
