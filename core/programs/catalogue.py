"""What developers read of the product itself: its doors and its refusals, as they are in the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml
from django.conf import settings
from django.urls import Resolver404, resolve

from core.errors import HTTP_STATUS, DomainError
from core.programs.scopes import scope_of

DESCRIPTION: Path = settings.BASE_DIR / "docs" / "openapi.yaml"
"""The committed description; a check holds it to the code."""

_PLACE = re.compile(r"%\((\w+)\)s")
_SAMPLES = {"uuid": "00000000-0000-0000-0000-000000000000", "integer": "1", "date": "2026-11-01"}


@dataclass(frozen=True, slots=True)
class Door:
    """One method of one address, with the scope that a token needs (empty: open to all)."""

    method: str
    path: str
    text: str
    scope: str


@dataclass(frozen=True, slots=True)
class Refusal:
    """A permanent code, its HTTP status, and its sentence with ‹places›."""

    code: str
    status: int
    text: str


@cache
def _described() -> dict[str, Any]:
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)  # ten times as fast, where libyaml is there
    found: dict[str, Any] = yaml.load(DESCRIPTION.read_text(encoding="utf-8"), loader)  # noqa: S506 - safe
    return found


@cache
def _doors() -> dict[str, list[Door]]:
    """Subject → its doors, in the order of the description."""
    found: dict[str, list[Door]] = {}
    for path, methods in _described()["paths"].items():
        for method, door in methods.items():
            text = " ".join(str(door.get("description", "")).split())
            scope = _scope(path, method.upper(), door)
            found.setdefault(door["tags"][0], []).append(Door(method.upper(), path, text, scope))
    return found


def doors(slug: str, question: str = "") -> dict[str, list[Door]]:
    """Subject → its doors, with the cooperative's addresses; only those in which every word of the question
    stands (in subject, method, address, text or scope).
    """
    words = question.lower().split()
    found = {}
    for subject, all_of_it in _doors().items():
        hits = [
            Door(door.method, door.path.replace("{cooperative}", slug), door.text, door.scope)
            for door in all_of_it
            if all(
                word in f"{subject} {door.method} {door.path} {door.text} {door.scope}".lower()
                for word in words
            )
        ]
        if hits:
            found[subject] = hits
    return found


def refusals() -> list[Refusal]:
    """Every refusal of the product by its code, in the reader's language."""
    found = {
        kind.code: Refusal(kind.code, HTTP_STATUS[kind.kind], _PLACE.sub(r"‹\1›", str(kind.message)))
        for kind in _kinds(DomainError)
        if not kind.__module__.startswith("tests")
    }
    return [found[code] for code in sorted(found)]


def _kinds(base: type[DomainError]) -> Iterator[type[DomainError]]:
    for kind in base.__subclasses__():
        yield kind
        yield from _kinds(kind)


def _scope(path: str, method: str, door: dict[str, Any]) -> str:
    """The scope of a door, told by the view that stands behind its address."""
    if {} in door.get("security", [{}]):
        return ""
    for place in door.get("parameters", []):
        if place["in"] == "path":
            path = path.replace("{" + place["name"] + "}", _sample(place))
    try:
        return scope_of(resolve(path).func.view_class, method)  # type: ignore[attr-defined]  # REST views are classes
    except (Resolver404, LookupError, AttributeError):
        return ""


def _sample(place: dict[str, Any]) -> str:
    shape = place["schema"]
    if place["name"] == "cooperative":
        return "be"
    if shape.get("enum"):
        return str(shape["enum"][0])
    return _SAMPLES.get(shape.get("format", "")) or _SAMPLES.get(shape.get("type", "")) or "x"
