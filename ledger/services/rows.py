"""How posted rows reach the tables: one trip of three statements, or COPY when they are many.

The values travel as array literals, so that the text of the statements is the same for every batch.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection

from core.tenancy import current_tenant_id
from core.uuid7 import uuid7
from ledger.errors import PeriodClosed
from ledger.types import Entry

BULK = 400
"""From this many entries on, rows travel by COPY."""

Posted = list[tuple[UUID, Entry]]


class Move(NamedTuple):
    """What a batch adds to one budget."""

    balance: Decimal
    reserved: Decimal
    shortfall: Decimal


class PostedBefore(Exception):  # noqa: N818 - no error: the caller finds the first posting
    """A key of the batch stands in the books already."""


ENTRY_COLUMNS = "id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text, reverses_id"
LINE_COLUMNS = "id, tenant_id, entry_id, position, account, debit, credit, budget_id, fund, party_id"

WRITE_ENTRIES = f"""
INSERT INTO ledger_journalentry ({ENTRY_COLUMNS}, posted_at)
SELECT id, %s, entity, date, journal, source_type, source, kind, text, reverses, now()
FROM unnest(%s::uuid[], %s::uuid[], %s::date[], %s::varchar[], %s::varchar[], %s::uuid[], %s::varchar[],
    %s::varchar[], %s::uuid[])
    AS entry (id, entity, date, journal, source_type, source, kind, text, reverses);
"""  # noqa: S608 - fixed names
WRITE_LINES = f"""
INSERT INTO ledger_journalline ({LINE_COLUMNS})
SELECT id, %s, entry, position, account, debit, credit, budget, fund, party
FROM unnest(%s::uuid[], %s::uuid[], %s::smallint[], %s::varchar[], %s::numeric[], %s::numeric[], %s::uuid[],
    %s::varchar[], %s::uuid[])
    AS line (id, entry, position, account, debit, credit, budget, fund, party);
"""  # noqa: S608 - fixed names
MOVE_BUDGETS = """
UPDATE ledger_budget AS budget SET balance = budget.balance + move.balance,
    reserved = budget.reserved + move.reserved, shortfall = budget.shortfall + move.shortfall
FROM unnest(%s::uuid[], %s::numeric[], %s::numeric[], %s::numeric[])
    AS move (id, balance, reserved, shortfall)
WHERE budget.id = move.id AND budget.tenant_id = %s;
"""
FREE_RESERVATIONS = """
UPDATE ledger_reservation AS held SET amount = held.amount - freed.amount
FROM unnest(%s::varchar[], %s::uuid[], %s::numeric[]) AS freed (source_type, source, amount)
WHERE held.tenant_id = %s AND held.source_id = freed.source AND held.source_type = freed.source_type;
"""


def write_rows(
    posted: Posted, moves: Mapping[UUID, Move], released: Mapping[tuple[str, UUID], Decimal]
) -> None:
    """Write entries with their lines, move the locked budgets, lower the reservations.

    Raises `PostedBefore` and `PeriodClosed`; then nothing is written and the transaction goes on.
    """
    sql, values = "", []
    tenant = current_tenant_id()
    if released:
        sql += FREE_RESERVATIONS
        keys = list(released)
        values += [_texts(k[0] for k in keys), _plain(k[1] for k in keys), _plain(released.values()), tenant]
    if moves:
        sql += MOVE_BUDGETS
        values += [_plain(moves), *(_plain(column) for column in zip(*moves.values(), strict=True)), tenant]
    with connection.cursor() as cursor:
        try:
            if len(posted) < BULK:
                cursor.execute(
                    f"SAVEPOINT posting; {WRITE_ENTRIES} {WRITE_LINES} {sql} RELEASE SAVEPOINT posting",
                    [*_entry_arrays(posted, tenant), *_line_arrays(posted, tenant), *values],
                )
            else:
                cursor.execute("SAVEPOINT posting")
                _copy(cursor, posted, tenant)
                cursor.execute(f"{sql} RELEASE SAVEPOINT posting", values)
        except DatabaseError as error:
            reason = _reason(error)
            if reason is None:
                raise
            cursor.execute("ROLLBACK TO SAVEPOINT posting; RELEASE SAVEPOINT posting")
            raise reason from error


def _reason(error: DatabaseError) -> Exception | None:
    """What the database's refusal means, when it is one that callers expect."""
    diagnostics = getattr(error.__cause__, "diag", None)
    constraint = getattr(diagnostics, "constraint_name", None)
    if isinstance(error, IntegrityError) and constraint == "ledger_journalentry_once":
        return PostedBefore()
    closed = str(getattr(diagnostics, "message_primary", "")).partition("period closed: ")[2]
    return PeriodClosed(month=closed) if closed else None


def _entry_arrays(posted: Posted, tenant: int) -> list[Any]:
    entries = [entry for _, entry in posted]
    return [
        tenant,
        _plain(entry_id for entry_id, _ in posted),
        _plain(entry.entity for entry in entries),
        _plain(entry.date for entry in entries),
        _texts(entry.journal for entry in entries),
        _texts(entry.source_type for entry in entries),
        _plain(entry.source_id for entry in entries),
        _texts(entry.kind for entry in entries),
        _texts(entry.text[:140] for entry in entries),
        _plain(entry.reverses for entry in entries),
    ]


def _line_arrays(posted: Posted, tenant: int) -> list[Any]:
    lines = [
        (entry_id, position, line)
        for entry_id, entry in posted
        for position, line in enumerate(entry.lines, 1)
    ]
    return [
        tenant,
        _plain(uuid7() for _ in lines),
        _plain(entry_id for entry_id, _, _ in lines),
        _plain(position for _, position, _ in lines),
        _texts(line.account for _, _, line in lines),
        _plain(line.debit for _, _, line in lines),
        _plain(line.credit for _, _, line in lines),
        _plain(line.budget for _, _, line in lines),
        _texts(line.fund for _, _, line in lines),
        _plain(line.party for _, _, line in lines),
    ]


def _plain(items: Iterable[Any]) -> str:
    """An array literal of identifiers, numbers or dates: nothing in them needs quoting."""
    return "{" + ",".join(["NULL" if item is None else str(item) for item in items]) + "}"


def _texts(items: Iterable[str | None]) -> str:
    """An array literal of texts."""
    return "{" + ",".join(["NULL" if item is None else _quoted(item) for item in items]) + "}"


def _quoted(text: str) -> str:
    return '"' + str(text).replace("\\", "\\\\").replace('"', '\\"') + '"'


def _copy(cursor: Any, posted: Posted, tenant: int) -> None:
    """COPY into a table with row-level security is refused for anyone but its owner, hence the detour."""
    cursor.execute(
        f"CREATE TEMP TABLE IF NOT EXISTS staged_entry ON COMMIT DELETE ROWS"  # noqa: S608 - fixed names
        f" AS SELECT {ENTRY_COLUMNS} FROM ledger_journalentry WITH NO DATA;"
        f"CREATE TEMP TABLE IF NOT EXISTS staged_line ON COMMIT DELETE ROWS"
        f" AS SELECT {LINE_COLUMNS} FROM ledger_journalline WITH NO DATA;"
        "TRUNCATE staged_entry, staged_line"
    )
    heads: list[str] = []
    lines: list[str] = []
    for entry_id, entry in posted:
        key = str(entry_id)
        heads.append(
            f"{key}\t{tenant}\t{entry.entity}\t{entry.date}\t{_escaped(entry.journal)}\t"
            f"{_escaped(entry.source_type)}\t{entry.source_id}\t{_escaped(entry.kind)}\t"
            f"{_escaped(entry.text[:140])}\t{entry.reverses or NULL}\n"
        )
        for position, line in enumerate(entry.lines, 1):
            lines.append(
                f"{uuid7()}\t{tenant}\t{key}\t{position}\t{_escaped(line.account)}\t{line.debit}\t"
                f"{line.credit}\t{line.budget or NULL}\t{_escaped(line.fund) if line.fund else NULL}\t"
                f"{line.party or NULL}\n"
            )
    raw = cursor.cursor
    raw.copy_expert(f"COPY staged_entry ({ENTRY_COLUMNS}) FROM STDIN", io.StringIO("".join(heads)))
    raw.copy_expert(f"COPY staged_line ({LINE_COLUMNS}) FROM STDIN", io.StringIO("".join(lines)))
    cursor.execute(
        f"INSERT INTO ledger_journalentry ({ENTRY_COLUMNS}, posted_at)"  # noqa: S608 - fixed names
        f" SELECT {ENTRY_COLUMNS}, now() FROM staged_entry ORDER BY id;"
        f"INSERT INTO ledger_journalline ({LINE_COLUMNS}) SELECT {LINE_COLUMNS} FROM staged_line ORDER BY id"
    )


NULL = "\\N"


def _escaped(text: str) -> str:
    """A text as COPY reads it."""
    if text.isalnum():
        return str(text)
    return str(text).replace("\\", "\\\\").replace("\t", "\\t").replace("\n", "\\n").replace("\r", "\\r")
