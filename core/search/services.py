"""The only writer of the index."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice
from typing import TypeVar
from uuid import UUID

from django.db import connection, transaction

from core import outbox
from core.models import Cooperative
from core.registry import Message
from core.search.models import SearchWord
from core.search.sources import CHANGED, STAFF, SearchSource, search_sources, source_of_model
from core.tenancy import current_tenant_id, tenant_scope

BATCH = 500
T = TypeVar("T")


def reindex_subject(message: Message) -> None:
    """A thing was touched: its words are made anew. Repeats change nothing."""
    source = source_of_model(message.subject_type)
    if source is not None:
        _take_turn(source, alone=False)
        reindex(source, [message.subject_id])


def catch_up(cooperative: Cooperative) -> int:
    """Make the words of everything that was touched anew, all at once; answers how many things.

    For commands and stories that touch much in one go. Opens its own scope.
    """
    with tenant_scope(cooperative):
        touched = outbox.take_covered(CHANGED)
        for model in sorted({model for model, _key in touched}):
            source = source_of_model(model)
            if source is None:
                continue
            _take_turn(source, alone=False)
            for batch in _batches(iter([key for own, key in touched if own == model]), BATCH):
                reindex(source, batch)
        return len(touched)


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


def rebuild(cooperative: Cooperative) -> dict[str, int]:
    """Make a cooperative's whole index anew while people search; answers the things of each kind.

    Batch by batch, each committed: an interrupted rebuild left whole things behind, and is simply repeated.
    """
    counts = {}
    for source in search_sources():
        with tenant_scope(cooperative):
            keys = list(source.keys())
        for batch in _batches(iter(keys), BATCH):
            with tenant_scope(cooperative):
                _take_turn(source, alone=True)
                reindex(source, batch)
        counts[source.kind] = len(keys)
    return counts


def _take_turn(source: SearchSource, *, alone: bool) -> None:
    """Keep a rebuild's batch and single changes apart until commit: each would miss the other's rows and
    leave words of yesterday. Single changes go side by side; the outbox keeps those of one thing in order.
    """
    lock = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {lock}(hashtext(%s), %s)", [f"search.{source.kind}", current_tenant_id()])


def _batches(items: Iterator[T], size: int) -> Iterator[list[T]]:
    while batch := list(islice(items, size)):
        yield batch
