"""How the house is and what was given up, as the page and the doors show it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.urls import Resolver404, resolve

from core import registry
from core.links import link
from core.models import Cooperative
from core.observability.gauges import Reading, read_gauges
from core.operations.services import kind_of
from core.operations.words import amount_of
from core.registry import DeadRow, DeadRows

MOST = 100
"""Rows of a kind that are shown; what is dealt with makes room."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A gauge as people read it. state: `alarm`, `fine` or `unknown`. link: empty where they may not go."""

    key: str
    label: Any
    value: float | None
    shown: str
    limit: str
    state: str
    broken: bool
    advice: Any
    link: str


def figures(cooperative: Cooperative, roles: frozenset[str]) -> list[Figure]:
    """Every gauge of the cooperative, alarms first, for somebody with these roles."""
    found = [_figure(reading, roles) for reading in read_gauges(cooperative)]
    return sorted(found, key=lambda figure: (figure.state != "alarm", str(figure.label)))


def _figure(reading: Reading, roles: frozenset[str]) -> Figure:
    gauge = reading.gauge
    state = "alarm" if reading.alarms else "unknown" if reading.value is None else "fine"
    return Figure(
        key=gauge.key,
        label=gauge.label,
        value=reading.value,
        shown=amount_of(gauge.key, reading.value),
        limit="" if gauge.alarm is None else amount_of(gauge.key, gauge.alarm),
        state=state,
        broken=reading.broken,
        advice=gauge.advice,
        link=open_to(link(gauge.link), roles) if gauge.link else "",
    )


def open_to(address: str, roles: frozenset[str]) -> str:
    """The address, if its page opens to one of the roles; else nothing."""
    try:
        view: Any = resolve(address.split("?")[0]).func
    except Resolver404:
        return ""
    wanted: frozenset[str] | None = getattr(view, "required_roles", None)
    return address if not wanted or roles & wanted else ""


@dataclass(frozen=True, slots=True)
class GivenUp:
    """A given-up row with its kind."""

    rows: DeadRows
    row: DeadRow
    link: str

    @property
    def droppable(self) -> bool:
        """Whether it may be dropped. (Pages ask this: a template would call the act itself.)"""
        return self.rows.drop is not None


def given_up(roles: frozenset[str], kind: str = "") -> list[GivenUp]:
    """Given-up work, of one kind or of all: at most `MOST` of each, the latest first."""
    found = [
        GivenUp(rows, row, open_to(row.link, roles) if row.link else "")
        for rows in registry.dead_rows()
        if kind in ("", rows.kind)
        for row in rows.find(MOST)
    ]
    return sorted(found, key=lambda entry: entry.row.since, reverse=True)


def counts() -> list[tuple[DeadRows, int]]:
    """Every kind with how many rows of it are given up."""
    return [(rows, rows.count()) for rows in registry.dead_rows()]


def one(row_id: UUID, roles: frozenset[str]) -> tuple[DeadRows, GivenUp | None]:
    """The kind of work that a key names, and the row where it is given up and among those that are shown.

    Raises `DeadRowNotFound`.
    """
    rows = kind_of(row_id)
    return rows, next((entry for entry in given_up(roles, rows.kind) if entry.row.id == row_id), None)
