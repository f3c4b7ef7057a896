"""Who knows whether a VAT number is in use: a room of this app says so in `AppConfig.ready()`."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

Proof = Callable[[str], str]
"""VAT number → `valid`, `invalid`, or nothing while nobody knows."""

ProofOfMany = Callable[[Collection[str]], Mapping[str, str]]
"""VAT numbers → the same words, in a number of queries that does not grow; unknown numbers are absent."""

_sources: list[Proof] = []
_sources_of_many: list[ProofOfMany] = []


def register_proof(source: Proof) -> None:
    """Say who knows."""
    if source not in _sources:
        _sources.append(source)


def standing_of(number: str) -> str:
    """The first word that somebody has about the number, or nothing."""
    return next((word for source in _sources if (word := source(number))), "")


def register_proof_of_many(source: ProofOfMany) -> None:
    """Say who knows of many numbers at once."""
    if source not in _sources_of_many:
        _sources_of_many.append(source)


def invalid_among(numbers: Collection[str]) -> set[str]:
    """The numbers that somebody knows not to be in use."""
    return {
        number for source in _sources_of_many for number, word in source(numbers).items() if word == "invalid"
    }
