"""The journal of Beancount (plain text accounting), read by version 2 and 3.

Debit is positive. Budgets, funds and third parties are metadata of the postings.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from ledger.exports.rows import ExportEntry
from ledger.models import LegalEntity

ROOTS = {"1": "Equity", "2": "Assets", "3": "Assets", "5": "Assets", "6": "Expenses", "7": "Income"}
"""The kind of account by its class; class 4 holds both what is owed to us and by us."""
OWED_TO_US = ("40", "41")


def account_name(code: str) -> str:
    """The account as Beancount names it."""
    if code.startswith("4"):
        return f"{'Assets' if code.startswith(OWED_TO_US) else 'Liabilities'}:{code}"
    return f"{ROOTS.get(code[:1], 'Equity')}:{code}"


def write_beancount(
    entity: LegalEntity, since: date, entries: Iterable[ExportEntry], names: Mapping[str, str]
) -> Iterator[str]:
    """The file, piece by piece."""
    yield f'option "title" {_quoted(f"{entity.name} ({entity.code})")}\n'
    yield 'option "operating_currency" "EUR"\n\n'
    for code in sorted(names):
        yield f"{since} open {account_name(code)} EUR\n  name: {_quoted(names[code])}\n"
    for entry in entries:
        yield f"\n{entry.date} * {_quoted(entry.text)}\n"
        yield f"  number: {_quoted(entry.number)}\n  entry: {_quoted(str(entry.id))}\n"
        yield f"  source: {_quoted(f'{entry.source_type} {entry.source_id} {entry.kind}')}\n"
        for line in entry.lines:
            yield f"  {account_name(line.account)}  {line.debit - line.credit:.2f} EUR\n"
            for name, value in (("budget", line.budget), ("fund", line.fund), ("party", line.party)):
                if value:
                    yield f"    {name}: {_quoted(str(value))}\n"


def _quoted(text: str) -> str:
    escaped = " ".join(text.split()).replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'
