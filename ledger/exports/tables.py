"""Journals, balances and seals as CSV (RFC 4180, UTF-8), safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import UTC, date

from core.spreadsheets import safe_cell
from ledger.exports.rows import ExportEntry
from ledger.models import LegalEntity, Seal
from ledger.selectors import Balance

JOURNAL = (
    "entity", "journal", "number", "date", "text", "account", "account_name", "debit", "credit", "budget",
    "budget_name", "fund", "party", "position", "entry", "source_type", "source_id", "kind", "reverses",
    "seal", "digest",
)  # fmt: skip
BALANCES = ("account", "name", "internal", "opening", "debit", "credit", "closing")
SEALS = (
    "seal", "entity", "journal", "year", "first_number", "last_number", "content", "key_id", "signature",
    "previous_signature", "sealed_at",
)  # fmt: skip


def write_csv(
    entity: LegalEntity,
    since: date,  # noqa: ARG001 - each form gets the same
    entries: Iterable[ExportEntry],
    names: Mapping[str, str],
) -> Iterator[str]:
    """A row per line of an entry."""
    yield _row(JOURNAL)
    for entry in entries:
        for line in entry.lines:
            yield _row(
                (
                    entity.code, entry.journal, entry.number, entry.date, entry.text, line.account,
                    names.get(line.account, ""), line.debit, line.credit, line.budget or "", line.budget_name,
                    line.fund, line.party or "", line.position, entry.id, entry.source_type, entry.source_id,
                    entry.kind, entry.reverses or "", entry.seal or "", entry.digest,
                )
            )  # fmt: skip


def balances_csv(rows: Iterable[Balance]) -> Iterator[str]:
    """A row per account."""
    yield _row(BALANCES)
    for row in rows:
        yield _row(
            (
                row.account, row.name, "yes" if row.internal else "no", row.opening, row.debit, row.credit,
                row.closing,
            )
        )  # fmt: skip


def seals_csv(seals: Iterable[Seal]) -> Iterator[str]:
    """A row per seal, with what it takes to verify the chain."""
    yield _row(SEALS)
    for seal in seals:
        yield _row(
            (
                seal.number, seal.entity.code, seal.journal, seal.year, seal.first_number, seal.last_number,
                seal.content, seal.key_id, seal.signature, seal.previous.signature if seal.previous else "",
                seal.sealed_at.astimezone(UTC).isoformat(timespec="microseconds"),
            )
        )  # fmt: skip


def _row(cells: Sequence[object]) -> str:
    """One line. Texts cannot start a formula; amounts stay numbers."""
    stream = io.StringIO()
    csv.writer(stream).writerow([safe_cell(cell) if isinstance(cell, str) else str(cell) for cell in cells])
    return stream.getvalue()
