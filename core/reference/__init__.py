"""The cooperatives as published, one file each: name, entities, offices, functions and dated policies.

These files start a new installation; afterwards administrators enter policies in the product.
"""

from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from core.errors import NoRateInForce, UnknownCooperative

HERE = Path(__file__).parent


def published_cooperatives() -> list[str]:
    """Slugs of every published cooperative, in the order of their keys."""
    slugs = (file.stem for file in HERE.glob("*.yaml"))
    return sorted(slugs, key=lambda slug: published(slug)["cooperative"]["id"])


@cache
def published(slug: str) -> dict[str, Any]:
    """The file of one cooperative. Raises `UnknownCooperative`."""
    file = HERE / f"{slug}.yaml"
    if not slug.isalpha() or not file.is_file():
        raise UnknownCooperative(slug=slug)
    content: dict[str, Any] = yaml.safe_load(file.read_text(encoding="utf-8"))
    return content


def published_policy(slug: str, key: str, on: date) -> Decimal:
    """A published rate in force on a day. Raises `UnknownCooperative`, `NoRateInForce`."""
    started = [p for p in published(slug)["policies"] if p["key"] == key and p["valid_from"] <= on]
    if not started:
        raise NoRateInForce(key=key, on=on.isoformat())
    return Decimal(max(started, key=lambda p: p["valid_from"])["value"])
