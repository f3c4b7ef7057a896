"""What is left after a story, written so that two runs of it can be compared.

Two runs never have the same new ids and moments. Ids that were there before the story keep their value; a new
one is named by what its row says (and, in further rounds, by what the rows say that it points to). Moments
become "some moment". How often something was tried, and until when it was leased, is not compared.
"""

from __future__ import annotations

import email
import hashlib
import io
import re
import sqlite3
import zipfile
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

UUID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}")
HASH = re.compile(r"\b[0-9a-f]{64}\b")
PDF_ID = re.compile(rb"/ID ?\[\([0-9a-f]+\) ?\([0-9a-f]+\)\]")
"""Made from the id of the row that a document shows."""
TOKEN = re.compile(r"/[\w-]{22,}\.[\w-]{43}/")
"""Of a signed link: made of the id of what it opens."""
ACCEPTED = re.compile(r"\bSIM-?[0-9A-F]{12,16}\b")
"""By what the simulated offices know a return: made of its id."""
DECLARED = re.compile(r"\b(?:[A-Z2-7]{20}|(?=\w*[2-7])[a-z2-7]{20})\b")
"""By what we name a declaration at the office: made of its id; people find it in small letters."""
TRANSFER = re.compile(rb"<CdtTrfTxInf>.*?</CdtTrfTxInf>", re.S)
END_TO_END = re.compile(rb"<EndToEndId>[^<]*</EndToEndId>")
"""Of a payment in a file for the bank: made of its id."""
MOMENT = re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?([+-]\d\d:?\d\d|Z)?")

LEFT_OUT = frozenset({"django_session", "django_migrations"})
"""Tables that tell nothing of the work."""

NOT_COMPARED = frozenset({
    "attempt", "lease_until", "available_at", "next_attempt_at", "request_id",
    "signature", "digest", "content_hash", "clock_offset",
})  # fmt: skip
"""Columns that differ by right: tries, leases, how far the cooperative's clock is from ours, and what is
computed over ids and moments (`check_ledger` recomputes those).
"""

ROUNDS = 4


@dataclass
class Traces:
    """Rows by table, files by path and content, and what the world outside was told."""

    rows: dict[str, Counter[str]]
    files: Counter[str]
    told: dict[str, list[str]] = field(default_factory=dict)

    def differences(self, other: Traces) -> list[str]:
        """What this one has and the other has not, and the other way round."""
        found = []
        for table in sorted(self.rows.keys() | other.rows.keys()):
            mine, theirs = self.rows.get(table, Counter()), other.rows.get(table, Counter())
            found += [f"{table}: {count} more of {row}" for row, count in (mine - theirs).items()]
            found += [f"{table}: {count} fewer of {row}" for row, count in (theirs - mine).items()]
        found += [f"file more: {name}" for name in (self.files - other.files).elements()]
        found += [f"file fewer: {name}" for name in (other.files - self.files).elements()]
        for door in sorted(self.told.keys() | other.told.keys()):
            if self.told.get(door) != other.told.get(door):
                found.append(f"{door} heard {self.told.get(door)}, not {other.told.get(door)}")
        return found


def traces(owner: Any, files: Path, before: frozenset[str], told: dict[str, Iterable[str]]) -> Traces:
    """Everything that a story left: all rows (as the owner sees them), all stored files, all that was told.

    `before`: the ids that were there when the story began.
    """
    tables = {name: _rows(owner, name) for name in _tables(owner) if name not in LEFT_OUT}
    hashes = dict(_files(files))
    for found in tables.values():
        for row in found:
            if HASH.fullmatch(str(row.get("sha256"))):
                row["sha256"] = hashes.get(row["sha256"], "no such file")
    names = _named(tables, before)
    rows = {table: Counter(_written(row, names, before) for row in found) for table, found in tables.items()}
    return Traces(
        rows,
        Counter(hashes.values()),
        {door: sorted(_plain(text, names, before) for text in texts) for door, texts in told.items()},
    )


def ids(owner: Any) -> frozenset[str]:
    """Every id that is written anywhere in the database."""
    found: set[str] = set()
    for table in _tables(owner):
        for row in _rows(owner, table):
            for value in row.values():
                found.update(UUID.findall(str(value)))
    return frozenset(found)


def _tables(owner: Any) -> list[str]:
    with owner.cursor() as ask:
        ask.execute("SELECT tablename FROM pg_tables WHERE schemaname = 'public' ORDER BY 1")
        return [name for (name,) in ask.fetchall()]


def _rows(owner: Any, table: str) -> list[dict[str, Any]]:
    with owner.cursor() as ask:
        ask.execute(f'SELECT * FROM "{table}"')  # noqa: S608 - a name from the catalogue
        columns = [column.name for column in ask.description]
        return [
            {name: value for name, value in zip(columns, row, strict=True) if name not in NOT_COMPARED}
            for row in ask.fetchall()
        ]


def _named(tables: dict[str, list[dict[str, Any]]], before: frozenset[str]) -> dict[str, str]:
    """A name for each new id, by the content of its row; rounds carry the names along the references."""
    names: dict[str, str] = {}
    for _ in range(ROUNDS):
        fresh: dict[str, str] = {}
        for table, rows in tables.items():
            for row in rows:
                key = str(row.get("id"))
                if UUID.fullmatch(key) and key not in before:
                    text = _written(
                        {name: value for name, value in row.items() if name != "id"}, names, before
                    )
                    fresh[key] = f"{table}:{hashlib.sha256(text.encode()).hexdigest()[:8]}"
        names = fresh
    return names


def _written(row: dict[str, Any], names: dict[str, str], before: frozenset[str]) -> str:
    return " ".join(f"{name}={_value(value, names, before)}" for name, value in row.items())


def _value(value: Any, names: dict[str, str], before: frozenset[str]) -> str:
    if isinstance(value, datetime):
        return "some-moment"
    if isinstance(value, memoryview | bytes):
        return hashlib.sha256(_said(bytes(value))).hexdigest()[:8]
    return _plain(str(value), names, before)


def _plain(text: str, names: dict[str, str], before: frozenset[str]) -> str:
    text = UUID.sub(lambda found: found[0] if found[0] in before else names.get(found[0], "new"), text)
    text = DECLARED.sub("some-reference", text)
    text = ACCEPTED.sub("some-reference", TOKEN.sub("/some-token/", text))
    return MOMENT.sub("some-moment", text)


def _files(directory: Path) -> Iterable[tuple[str, str]]:
    """Finished files by name, and the hash of what they say; an unfinished one has another name."""
    for path in directory.rglob("*"):
        if path.is_file() and HASH.fullmatch(path.name):
            content = path.read_bytes()
            assert hashlib.sha256(content).hexdigest() == path.name, f"{path} is not whole"
            yield path.name, hashlib.sha256(_said(content)).hexdigest()[:12]


def _said(content: bytes) -> bytes:
    """What a file says, whatever the ids of the rows that it was made from: payments in any order, the
    documents of a zip each by itself.
    """
    if content.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(content)) as bundle:
            return b"".join(name.encode() + _said(bundle.read(name)) for name in sorted(bundle.namelist()))
    payments = sorted(END_TO_END.sub(b"", payment) for payment in TRANSFER.findall(content))
    return PDF_ID.sub(b"", TRANSFER.sub(b"", content)) + b"".join(payments)


def letters(directory: Path) -> list[tuple[str, str]]:
    """Letters that left: their Message-ID, and to whom and about what. A second copy has the same id."""
    found = []
    for path in sorted(directory.glob("*.log")):
        for text in re.split(r"^-{79}\n", path.read_text(), flags=re.M):
            if text.strip():
                letter = email.message_from_string(text)
                found.append((str(letter["Message-ID"]), f"{letter['To']}: {letter['Subject']}"))
    return found


def declarations(path: Path) -> list[str]:
    """What a simulated body outside took in: rows by table."""
    if not path.exists():
        return []
    opened = sqlite3.connect(path)
    try:
        tables = [name for (name,) in opened.execute("SELECT name FROM sqlite_master WHERE type = 'table'")]
        return [
            f"{table}: {opened.execute(f'SELECT count(*) FROM {table}').fetchone()[0]}"  # noqa: S608
            for table in sorted(tables)
        ]
    finally:
        opened.close()


def written(directory: Path) -> list[str]:
    """Every file below a directory: where it lies, and what it says. New ids in a name count as one."""
    return [
        f"{UUID.sub('id', str(path.relative_to(directory)))}: {path.read_text(errors='replace')}"
        for path in sorted(directory.rglob("*"))
        if path.is_file()
    ]
