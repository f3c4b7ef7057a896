"""Entries read for an export: in order of day and posting, a portion at a time."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import groupby
from uuid import UUID

from ledger.models import JournalLine, LegalEntity

PORTION = 5000


@dataclass(frozen=True, slots=True)
class ExportLine:
    """One side of an entry with its bearer."""

    position: int
    account: str
    debit: Decimal
    credit: Decimal
    budget: UUID | None
    budget_name: str
    fund: str
    party: UUID | None


@dataclass(frozen=True, slots=True)
class ExportEntry:
    """An entry; `number` is its legal number, empty while it is not sealed."""

    id: UUID
    date: date
    journal: str
    number: str
    seal: int | None
    digest: str
    text: str
    source_type: str
    source_id: UUID
    kind: str
    reverses: UUID | None
    lines: tuple[ExportLine, ...]


FIELDS = (
    "entry_id", "entry__date", "entry__journal", "entry__sealed__year", "entry__sealed__number",
    "entry__sealed__seal__number", "entry__sealed__digest", "entry__text", "entry__source_type",
    "entry__source_id", "entry__kind", "entry__reverses_id", "position", "account", "debit", "credit",
    "budget_id", "budget__name", "fund", "party_id",
)  # fmt: skip
HEAD = 12


def read_entries(entity: LegalEntity, since: date, until: date) -> Iterator[ExportEntry]:
    """Every entry of an entity over some days. One query, read in portions: stay in the
    scope while reading.
    """
    rows = (
        JournalLine.objects.filter(entry__entity=entity, entry__date__range=(since, until))
        .order_by("entry__date", "entry_id", "position")
        .values_list(*FIELDS)
        .iterator(chunk_size=PORTION)
    )
    for head, group in groupby(rows, key=lambda row: row[:HEAD]):
        pk, day, journal, year, number, seal, digest, text, source_type, source_id, kind, reverses = head
        yield ExportEntry(
            pk, day, journal, f"{journal}-{year}-{number}" if number else "", seal, digest or "", text,
            source_type, source_id, kind, reverses,
            tuple(
                ExportLine(place, account, debit, credit, budget, name or "", fund or "", party)
                for place, account, debit, credit, budget, name, fund, party in (r[HEAD:] for r in group)
            ),
        )  # fmt: skip
