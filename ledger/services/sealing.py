"""Sealing: entries that have no seal get their legal number and go into the chain."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from uuid import UUID

from django.db import connection, transaction
from django.utils import timezone

from core import audit
from core.tenancy import current_tenant_id
from core.types import Actor
from core.uuid7 import uuid7
from ledger.anchors import anchor_path, write_anchor
from ledger.models import Seal, SealedEntry
from ledger.seal_form import FORM, content_of, digests_of, keys, signature_of

BATCH = 5000
"""Entries of one transaction, and of one seal at most."""

SERIES = "J-"
"""Beginning of the names of the number series that give legal journal numbers."""

Book = tuple[UUID, str, int]
"""Entity, journal, year: what legal numbers count in."""

UNSEALED = """
SELECT entry.id, entry.entity_id, entry.journal, entry.date FROM ledger_journalentry AS entry
WHERE entry.tenant_id = %s AND NOT EXISTS (
    SELECT FROM ledger_sealedentry AS sealed
    WHERE sealed.tenant_id = entry.tenant_id AND sealed.entry_id = entry.id
) ORDER BY entry.id LIMIT %s
"""
TAKE = """
INSERT INTO ledger_numberseries AS series (id, tenant_id, entity_id, journal, year, last_number)
    SELECT row.id, %s, row.entity, row.journal, row.year, row.count
    FROM unnest(%s::uuid[], %s::uuid[], %s::varchar[], %s::int[], %s::int[])
        AS row (id, entity, journal, year, count)
    ON CONFLICT (tenant_id, entity_id, journal, year)
        DO UPDATE SET last_number = series.last_number + excluded.last_number
    RETURNING entity_id, journal, year, last_number
"""


@dataclass(frozen=True, slots=True)
class Sealing:
    """What a pass sealed; `full` says that more may wait."""

    entries: int
    seals: int
    full: bool


@transaction.atomic
def seal_entries(*, actor: Actor, limit: int = BATCH) -> Sealing:
    """Seal up to `limit` entries that have no seal, whenever they were committed; a repeat finds none.

    Waits for another sealer of the cooperative. Becomes true: each taken entry has a legal number, gap-free
    per entity, journal and year, in order of date and posting within the pass; the seals continue the
    cooperative's chain, whose head is noted outside the database after the commit. The number of statements
    does not grow with the entries.
    """
    tenant = current_tenant_id()
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext('ledger.seal'), %s)", [tenant])
        cursor.execute(UNSEALED, [tenant, limit])
        rows: list[tuple[UUID, UUID, str, date]] = cursor.fetchall()
    head = Seal.objects.order_by("-number").first()
    books: dict[Book, list[tuple[date, UUID]]] = {}
    for entry_id, entity, journal, day in rows:
        books.setdefault((entity, journal, day.year), []).append((day, entry_id))
    seals: list[Seal] = []
    if rows:
        digests = digests_of([row[0] for row in rows])
        last = _take_numbers({book: len(entries) for book, entries in books.items()})
        sealed: list[SealedEntry] = []
        for book in sorted(books):
            entries = [entry_id for _, entry_id in sorted(books[book])]
            seal = _seal(book, len(entries), last[book], [digests[pk] for pk in entries], head)
            sealed += _under(seal, entries, digests)
            seals.append(seal)
            head = seal
        Seal.objects.bulk_create(seals)
        SealedEntry.objects.bulk_create(sealed)
        audit.record(actor, "ledger.sealed", seals[-1], seals=len(seals), entries=len(rows))
    if head is not None:
        path, noted = anchor_path(), head
        transaction.on_commit(lambda: write_anchor(path, noted))
    return Sealing(len(rows), len(seals), len(rows) == limit)


def _seal(book: Book, count: int, last: int, digests: list[str], head: Seal | None) -> Seal:
    """The next seal of the chain, signed, not yet written."""
    entity, journal, year = book
    seal = Seal(
        entity_id=entity,
        journal=journal,
        year=year,
        number=head.number + 1 if head else 1,
        previous=head,
        first_number=last - count + 1,
        last_number=last,
        form=FORM,
        content=content_of(digests),
        key_id=next(iter(keys())),
        sealed_at=timezone.now(),
    )
    seal.signature = signature_of(seal, head.signature if head else "") or ""
    return seal


def _under(seal: Seal, entries: list[UUID], digests: dict[UUID, str]) -> list[SealedEntry]:
    return [
        SealedEntry(
            entry_id=entry_id,
            seal=seal,
            position=position,
            entity_id=seal.entity_id,
            journal=seal.journal,
            year=seal.year,
            number=seal.first_number + position - 1,
            digest=digests[entry_id],
        )
        for position, entry_id in enumerate(entries, 1)
    ]


def _take_numbers(wanted: dict[Book, int]) -> dict[Book, int]:
    """Take so many legal numbers of each book; gives the last one taken."""
    books = sorted(wanted)
    with connection.cursor() as cursor:
        cursor.execute(
            TAKE,
            [
                current_tenant_id(),
                [uuid7() for _ in books],
                [entity for entity, _, _ in books],
                [f"{SERIES}{journal}" for _, journal, _ in books],
                [year for _, _, year in books],
                [wanted[book] for book in books],
            ],
        )
        return {
            (entity, journal.removeprefix(SERIES), year): last
            for entity, journal, year, last in cursor.fetchall()
        }
