"""Find by words, within the rights of a person."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from core.search.models import SearchWord
from core.search.sources import STAFF, Hit, SearchSource, circles_of, search_sources
from core.search.words import after, question_words

SPARE = 2
"""How many times more things of a kind are looked up than are shown: some turn out to be gone."""

CANDIDATES = 400
"""Rows of somebody's own circles that are looked at; more matches say that the question is too short."""


@dataclass(frozen=True, slots=True)
class Group:
    """What was found of one kind."""

    kind: str
    label: Any
    hits: tuple[Hit, ...]


def find(question: str, *, person: Any, roles: frozenset[str], most: int = 8) -> list[Group]:
    """What the person may see that answers the question, by kind; at most `most` of each.

    All words must begin a word of the thing. Exact words come first. The first reading of the question that
    finds anything counts: an amount or a number before words.
    """
    sources = search_sources()
    for words in question_words(question):
        keys = _candidates(words, sources, person, roles, most * SPARE)
        groups = [
            Group(source.kind, source.label, hits)
            for source in sources
            if keys.get(source.kind)
            and (hits := _in_order(source.show(person, roles, keys[source.kind]), keys[source.kind])[:most])
        ]
        if groups:
            return groups
    return []


def keys_of_kind(kind: str, question: str, *, most: int) -> list[UUID]:
    """Things of a kind that answer the question, best first, whoever asks: for acts whose people may name any
    of them. The cost depends on `most`, not on how many there are.
    """
    for words in question_words(question):
        rows = _rows(words).filter(circle=STAFF, kind=kind)[:most]
        if keys := list(dict.fromkeys(key for _, key in rows)):
            return keys
    return []


def _candidates(
    words: list[str], sources: list[SearchSource], person: Any, roles: frozenset[str], most: int
) -> dict[str, list[UUID]]:
    """Keys by kind, best first. Who reads every thing of a kind looks in one place, kind by kind, each range
    ending as soon as enough is found; everybody looks in their circles for the rest. Plain ranges serve the
    indexes, where one condition with OR would not.
    """
    readable = [source.kind for source in sources if source.readers & roles]
    everything = [_rows(words).filter(circle=STAFF, kind=kind)[:most] for kind in readable]
    pairs = list(everything[0].union(*everything[1:], all=True)) if everything else []
    if len(readable) < len(sources):
        own = _rows(words).filter(circle__in=circles_of(person)).exclude(kind__in=readable)
        pairs += own[:CANDIDATES]
    found: dict[str, dict[UUID, None]] = {}
    for kind, key in pairs:
        found.setdefault(kind, {})[key] = None
    return {kind: list(keys)[:most] for kind, keys in found.items()}


def _rows(words: list[str]) -> QuerySet[SearchWord, tuple[str, UUID]]:
    first, *others = words
    rows = SearchWord.objects.filter(word__gte=first, word__lt=after(first))
    for word in others:
        rows = rows.filter(
            Exists(
                SearchWord.objects.filter(
                    object_id=OuterRef("object_id"),
                    circle=OuterRef("circle"),
                    word__gte=word,
                    word__lt=after(word),
                )
            )
        )
    return rows.order_by("word").values_list("kind", "object_id")


def _in_order(hits: Iterable[Hit], keys: list[UUID]) -> tuple[Hit, ...]:
    place = {key: number for number, key in enumerate(keys)}
    return tuple(sorted(hits, key=lambda hit: place[hit.object_id]))
