"""Dated statutory figures: YAML files with value, source and status, picked by the date that the rule names.

A figure is `(code, valid_from, valid_to, value, source, status)`. The one in force on a day is the one that
began last among those begun; when it has ended, or when none has begun, the answer is a refusal. A file for a
later year therefore changes nothing before its date.
"""

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any

import yaml

from payroll.engine.errors import NoFigureInForce, NoPayrollEngine

STATUTORY = Path(__file__).resolve().parent.parent / "statutory"
STATUSES = ("confirmed", "to_confirm")
FIELDS = frozenset({"code", "valid_from", "valid_to", "value", "source", "status"})


class BrokenFigureFile(ValueError):
    """A statutory file is not well formed: a bug of whoever delivered the file, not a refusal to a user."""


@dataclass(frozen=True, slots=True)
class Figure:
    """One figure in force from `valid_from` to `valid_to` (both included; None: no end known)."""

    code: str
    valid_from: date
    valid_to: date | None
    value: Any
    source: str
    status: str

    @property
    def number(self) -> Decimal:
        """The value, when it is one number."""
        return decimal(self.value)

    def part(self, *path: str | int) -> Decimal:
        """One number inside a structured value: `figure.part("a", "max")`."""
        value = self.value
        for step in path:
            value = value[step]
        return decimal(value)


def decimal(value: Any) -> Decimal:
    """A number of a statutory file as Decimal; files are read without any float."""
    if isinstance(value, Decimal):
        return value
    if isinstance(value, int) and not isinstance(value, bool):
        return Decimal(value)
    raise BrokenFigureFile(f"{value!r} is not a number")


class Figures:
    """All figures of one country, by code and date."""

    def __init__(self, country: str, figures: Iterable[Figure]) -> None:
        self.country = country
        self._by_code: dict[str, list[Figure]] = {}
        for figure in sorted(figures, key=lambda item: (item.code, item.valid_from)):
            dated = self._by_code.setdefault(figure.code, [])
            if dated and dated[-1].valid_from == figure.valid_from:
                raise BrokenFigureFile(f"{figure.code} has two values from {figure.valid_from}")
            dated.append(figure)
        self._starts = {code: [f.valid_from for f in dated] for code, dated in self._by_code.items()}

    def find(self, code: str, on: date) -> Figure | None:
        """The figure in force on the day, or None: only for figures whose absence has a meaning in law."""
        position = bisect_right(self._starts.get(code, ()), on)
        if not position:
            return None
        figure = self._by_code[code][position - 1]
        if figure.valid_to is not None and on > figure.valid_to:
            return None
        return figure

    def on(self, code: str, day: date) -> Figure:
        """The figure in force on the day; raises `NoFigureInForce`."""
        figure = self.find(code, day)
        if figure is None:
            raise NoFigureInForce(figure=code, on=day.isoformat())
        return figure

    def __iter__(self) -> Iterator[Figure]:
        return (figure for dated in self._by_code.values() for figure in dated)

    def codes(self) -> Sequence[str]:
        """Every code that some file gives."""
        return tuple(self._by_code)


def read_figures(text: str, name: str = "text") -> list[Figure]:
    """Parse one statutory file; raises `BrokenFigureFile` with the place, also of what is no YAML at all."""
    try:
        rows = yaml.load(text, Loader=_DecimalLoader) or []  # noqa: S506  a SafeLoader; numbers are decimals
    except (yaml.YAMLError, ArithmeticError, ValueError, RecursionError) as error:
        raise BrokenFigureFile(f"{name}: {error}") from None
    if not isinstance(rows, list):
        raise BrokenFigureFile(f"{name}: a list of figures is needed")
    return [_figure(row, f"{name}, figure {place}") for place, row in enumerate(rows, start=1)]


def load_figures(country: str, folders: Iterable[Path]) -> Figures:
    """Read every YAML file of the folders as the figures of one country."""
    found: list[Figure] = []
    for folder in folders:
        for path in sorted(folder.glob("*.yaml")):
            found += read_figures(path.read_text(encoding="utf-8"), path.name)
    return Figures(country, found)


@cache
def figures_of(country: str) -> Figures:
    """The figures delivered with the software; raises `NoPayrollEngine` for a country without any."""
    if country not in countries():
        raise NoPayrollEngine(country=country)
    return load_figures(country, [STATUTORY / country])


@cache
def countries() -> frozenset[str]:
    """Countries whose pay the engine computes."""
    return frozenset(path.name for path in STATUTORY.iterdir() if path.is_dir() and any(path.glob("*.yaml")))


class _DecimalLoader(yaml.SafeLoader):
    """Reads numbers with a point as Decimal, exactly as written, and refuses a key given twice."""

    def construct_mapping(self, node: yaml.MappingNode, deep: bool = False) -> dict[Any, Any]:
        mapping = super().construct_mapping(node, deep=deep)
        if len(mapping) != len(node.value):
            raise BrokenFigureFile(f"a key is given twice{node.start_mark}")
        return mapping


def _decimal_scalar(loader: yaml.SafeLoader, node: yaml.ScalarNode) -> Decimal:
    return Decimal(loader.construct_scalar(node))


_DecimalLoader.add_constructor("tag:yaml.org,2002:float", _decimal_scalar)


def _figure(row: Any, place: str) -> Figure:
    if not isinstance(row, Mapping) or set(row) != FIELDS:
        raise BrokenFigureFile(f"{place}: exactly {', '.join(sorted(FIELDS))} are needed")
    figure = Figure(**row)
    if type(figure.valid_from) is not date or type(figure.valid_to) not in (date, NoneType):  # no moments
        raise BrokenFigureFile(f"{place}: dates are written YYYY-MM-DD")
    if figure.valid_to is not None and figure.valid_to < figure.valid_from:
        raise BrokenFigureFile(f"{place}: it ends before it begins")
    said = isinstance(figure.source, str) and isinstance(figure.code, str) and figure.source and figure.code
    if figure.status not in STATUSES or not said:
        raise BrokenFigureFile(f"{place}: code, source and one of the statuses {STATUSES} are needed")
    return figure
