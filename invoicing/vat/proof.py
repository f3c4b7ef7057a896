"""Who knows whether a VAT number is in use: a room of this app says so in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable

Proof = Callable[[str], str]
"""VAT number → `valid`, `invalid`, or nothing while nobody knows."""

_sources: list[Proof] = []


def register_proof(source: Proof) -> None:
    """Say who knows."""
    if source not in _sources:
        _sources.append(source)


def standing_of(number: str) -> str:
    """The first word that somebody has about the number, or nothing."""
    return next((word for source in _sources if (word := source(number))), "")
