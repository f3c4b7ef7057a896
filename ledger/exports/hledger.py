"""The journal of hledger (plain text accounting): https://hledger.org/hledger.html, read by version 1.25 on.

Debit is positive. Budgets, funds and third parties are tags of the postings, so that `--pivot budget` or
`--pivot fund` gives what they hold, with the opposite sign.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ledger.exports.rows import ExportEntry, ExportLine
from ledger.models import LegalEntity


def write_hledger(
    entity: LegalEntity, since: date, entries: Iterable[ExportEntry], names: Mapping[str, str]
) -> Iterator[str]:
    """The file, piece by piece."""
    yield f"; {_plain(entity.name)} ({entity.code}), from {since}\n"
    yield "decimal-mark .\ncommodity 1000.00 EUR\n\n"
    for code in sorted(names):
        yield f"account {code}  ; {_plain(names[code])}\n"
    for entry in entries:
        yield f"\n{entry.date} ({entry.number or 'unsealed'}) {_plain(entry.text)}\n"
        yield f"    ; entry:{entry.id}, source:{entry.source_type} {entry.source_id}, kind:{entry.kind}\n"
        for line in entry.lines:
            yield f"    {line.account}  {line.debit - line.credit:.2f} EUR{_tags(line)}\n"


def _tags(line: ExportLine) -> str:
    tags = [
        f"{name}:{value}"
        for name, value in (("budget", line.budget), ("fund", line.fund), ("party", line.party))
        if value
    ]
    return f"  ; {', '.join(tags)}" if tags else ""


def _plain(text: str) -> str:
    """On one line, without the sign that begins a comment."""
    return " ".join(text.replace(";", ",").split())
