"""The only writer of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import transaction

from core.registry import Message
from core.search.models import SearchWord
from core.search.sources import STAFF, SearchSource, search_sources, source_of_model

BATCH = 500
T = TypeVar("T")


def reindex_subject(message: Message) -> None:
    """A thing was touched: its words are made anew. Repeats change nothing."""
    source = source_of_model(message.subject_type)
    if source is not None:
        reindex(source, [message.subject_id])


@transaction.atomic
def reindex(source: SearchSource, keys: Collection[UUID]) -> int:
    """Make the words of things anew; what no longer exists loses them.

    In three statements; answers the rows.
    """
    SearchWord.objects.filter(object_id__in=keys, kind=source.kind).delete()
    rows = [
        SearchWord(kind=source.kind, object_id=thing.object_id, circle=circle, word=word)
        for thing in source.index(keys)
        for circle in (STAFF, *thing.circles)
        for word in sorted(thing.words)
    ]
    SearchWord.objects.bulk_create(rows, batch_size=2000)
    return len(rows)


def rebuild() -> dict[str, int]:
    """Make the whole index of the open cooperative anew, batch by batch; answers the things of each kind."""
    counts = {}
    for source in search_sources():
        count = 0
        for keys in _batches(source.keys(), BATCH):
            reindex(source, keys)
            count += len(keys)
        counts[source.kind] = count
    return counts


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
