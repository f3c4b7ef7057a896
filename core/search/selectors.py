"""Find by words, within the rights of a person."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db.models import Exists, OuterRef, QuerySet

from core.search.models import SearchWord
from core.search.sources import STAFF, Hit, SearchSource, circles_of, search_sources
from core.search.words import after, question_words

CANDIDATES = 400
"""Rows of the index that are looked at; more than that says that the question is too short."""


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
        keys = _candidates(words, sources, person, roles)
        groups = [
            Group(source.kind, source.label, hits)
            for source in sources
            if keys.get(source.kind)
            and (hits := _in_order(source.show(person, roles, keys[source.kind]), keys[source.kind])[:most])
        ]
        if groups:
            return groups
    return []


def _candidates(
    words: list[str], sources: list[SearchSource], person: Any, roles: frozenset[str]
) -> dict[str, list[UUID]]:
    """Keys by kind, best first. Staff look in one place for the kinds that they read, everybody in their
    circles; two plain ranges serve an index where one condition with OR would not.
    """
    readable = [source.kind for source in sources if source.readers & roles]
    found: dict[str, dict[UUID, None]] = {}
    places = [_rows(words, [STAFF]).filter(kind__in=readable)] if readable else []
    if len(readable) < len(sources):
        places.append(_rows(words, circles_of(person)))
    for rows in places:
        for kind, key in rows.values_list("kind", "object_id")[:CANDIDATES]:
            found.setdefault(kind, {})[key] = None
    return {kind: list(keys) for kind, keys in found.items()}


def _rows(words: list[str], circles: Collection[UUID]) -> QuerySet[SearchWord]:
    first, *others = words
    rows = SearchWord.objects.filter(circle__in=list(circles), word__gte=first, word__lt=after(first))
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
    return rows.order_by("word")


def _in_order(hits: Iterable[Hit], keys: list[UUID]) -> tuple[Hit, ...]:
    place = {key: number for number, key in enumerate(keys)}
    return tuple(sorted(hits, key=lambda hit: place[hit.object_id]))
