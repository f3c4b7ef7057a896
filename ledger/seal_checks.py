"""The seals, counted again: what was changed, taken away, added or moved behind the application's back."""

from __future__ import annotations

from collections.abc import Iterator
from hmac import compare_digest
from uuid import UUID

from django.db import connection
from django.db.models import Count

from core.registry import Break
from ledger.anchors import anchor_path, read_anchors
from ledger.models import JournalEntry, NumberSeries, Seal, SealedEntry
from ledger.seal_form import content_of, digests_of, signature_of
from ledger.services.sealing import SERIES

SEALS_AT_ONCE = 500
ENTRIES_AT_ONCE = 5000


def count_unsealed() -> int:
    """Entries that wait for their seal."""
    return JournalEntry.objects.filter(sealed__isnull=True).count()


def seals_by_key() -> dict[str, int]:
    """How many seals each key signed; none of these keys may ever be dropped."""
    return dict(Seal.objects.order_by().values_list("key_id").annotate(Count("pk")))


def check_seals() -> Iterator[Break]:
    """Each seal follows the one before, carries the signature of its key, and holds its entries unchanged."""
    previous: Seal | None = None
    for seals in _in_portions():
        sealed: dict[UUID, list[SealedEntry]] = {}
        for row in SealedEntry.objects.filter(seal__in=seals).order_by("seal", "position"):
            sealed.setdefault(row.seal_id, []).append(row)
        digests = digests_of([row.entry_id for rows in sealed.values() for row in rows])
        for seal in seals:
            yield from _chain_breaks(seal, previous)
            yield from _content_breaks(seal, sealed.get(seal.pk, []), digests)
            previous = seal
    yield from _anchor_breaks(previous)


def check_legal_numbers() -> Iterator[Break]:
    """Legal numbers have no gap: from 1 to the last one that the series gave, in each entity, journal and
    year.
    """
    given = {
        (row.entity_id, row.journal.removeprefix(SERIES), row.year): row.last_number
        for row in NumberSeries.objects.filter(journal__startswith=SERIES)
    }
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT entity_id, journal, year, count(*), min(number), max(number) FROM ledger_sealedentry"
            " GROUP BY entity_id, journal, year"
        )
        standing = {(row[0], row[1], row[2]): row[3:] for row in cursor.fetchall()}
    for book in sorted(given.keys() | standing.keys(), key=str):
        entity, journal, year = book
        count, first, last = standing.get(book, (0, 1, 0))
        if (first, last, count) != (1, given.get(book, 0), given.get(book, 0)):
            yield Break(
                "legal_number_gap",
                f"{journal} {year} of entity {entity}",
                f"{count} entries, numbers {first} to {last}, given {given.get(book, 0)}",
            )


def _in_portions() -> Iterator[list[Seal]]:
    """The seals in order, as many at once as hold a bounded number of entries."""
    after = 0
    while seals := list(Seal.objects.filter(number__gt=after).order_by("number")[:SEALS_AT_ONCE]):
        after = seals[-1].number
        portion: list[Seal] = []
        entries = 0
        for seal in seals:
            size = seal.last_number - seal.first_number + 1
            if portion and entries + size > ENTRIES_AT_ONCE:
                yield portion
                portion, entries = [], 0
            portion.append(seal)
            entries += size
        yield portion


def _chain_breaks(seal: Seal, previous: Seal | None) -> Iterator[Break]:
    expected = previous.number + 1 if previous else 1
    if seal.number != expected or seal.previous_id != (previous.pk if previous else None):
        yield Break("seal_missing", f"seal {seal.number}", f"follows {expected - 1}")
    signature = signature_of(seal, previous.signature if previous else "")
    if signature is None:
        yield Break("seal_key_unknown", f"seal {seal.number}", f"key {seal.key_id}")
    elif not compare_digest(signature, seal.signature):
        yield Break("seal_forged", f"seal {seal.number}", "its signature is not that of its key")


def _content_breaks(seal: Seal, rows: list[SealedEntry], digests: dict[UUID, str]) -> Iterator[Break]:
    label = f"{seal.journal}-{seal.year}"
    size = seal.last_number - seal.first_number + 1
    if [row.position for row in rows] != list(range(1, size + 1)):
        yield Break("seal_content", f"seal {seal.number}", f"{len(rows)} entries of {size}")
    elif content_of(row.digest for row in rows) != seal.content:
        yield Break("seal_content", f"seal {seal.number}", "its entries are not those that were sealed")
    for row in rows:
        if (row.number, row.entity_id, row.journal, row.year) != (
            seal.first_number + row.position - 1, seal.entity_id, seal.journal, seal.year,
        ):  # fmt: skip
            yield Break(
                "legal_number", f"entry {row.entry_id}", f"{label}-{row.number} under seal {seal.number}"
            )
        digest = digests.get(row.entry_id)
        if digest is None:
            yield Break("sealed_entry_missing", f"entry {row.entry_id}", f"{label}-{row.number}")
        elif digest != row.digest:
            yield Break("sealed_entry_changed", f"entry {row.entry_id}", f"{label}-{row.number}")


def _anchor_breaks(head: Seal | None) -> Iterator[Break]:
    """The heads noted outside are in the chain; none of its end was taken away."""
    noted = {row["seal"]: row["signature"] for row in read_anchors(anchor_path())}
    if not noted:
        return
    found = dict(Seal.objects.filter(number__in=noted).values_list("number", "signature"))
    for number in sorted(noted):
        if number not in found:
            last = head.number if head else 0
            yield Break(
                "seal_anchor", f"seal {number}", f"noted outside the database; the chain ends at {last}"
            )
            return
        if found[number] != noted[number]:
            yield Break("seal_anchor", f"seal {number}", "noted outside the database with another signature")
