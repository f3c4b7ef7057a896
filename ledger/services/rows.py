"""How posted rows reach the tables: one call of `ledger_write`, or COPY when they are many.

The values travel as array literals: one text per column, whatever the number of rows.
"""

from __future__ import annotations

import io
from collections.abc import Mapping
from decimal import Decimal
from typing import Any, NamedTuple
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection

from core.rows import array_of, array_of_texts
from core.tenancy import current_tenant_id
from core.uuid7 import uuid7, uuid7_texts
from ledger.errors import PeriodClosed
from ledger.types import Entry

BULK = 400
"""From this many entries on, rows travel by COPY."""

TO_DECIDE = "SM001"
"""SQLSTATE of `ledger_write` for a budget to decide."""

Posted = list[tuple[UUID, Entry]]


class Move(NamedTuple):
    """What a batch adds to one budget.

    With a `floor` (the lowest point of the changes, zero at most) the budget was not locked before: the
    database writes only if it belongs to the entity `owner`, owes nothing to the pot and bears the floor.
    """

    balance: Decimal
    reserved: Decimal
    shortfall: Decimal
    owner: UUID | None = None
    floor: Decimal | None = None


class BudgetToDecide(Exception):  # noqa: N818 - no error: the caller locks, looks and decides
    """A budget that was not locked cannot just be moved."""


class PostedBefore(Exception):  # noqa: N818 - no error: the caller finds the first posting
    """A key of the batch stands in the books already."""


ENTRY_COLUMNS = "id, tenant_id, entity_id, date, journal, source_type, source_id, kind, text, reverses_id"
LINE_COLUMNS = "id, tenant_id, entry_id, position, account, debit, credit, budget_id, fund, party_id"

ENTRY_ARRAYS, LINE_ARRAYS = 9, 9
WRITE = f"SELECT ledger_write({', '.join(['%s'] * (1 + ENTRY_ARRAYS + LINE_ARRAYS + 6 + 3))});"  # noqa: S608


def write_rows(
    posted: Posted, moves: Mapping[UUID, Move], released: Mapping[tuple[str, UUID], Decimal]
) -> None:
    """Write entries with their lines, move the locked budgets, lower the reservations.

    Raises `BudgetToDecide`, `PostedBefore` and `PeriodClosed`; then nothing is written and the transaction
    goes on.
    """
    tenant = str(current_tenant_id())
    changes = _change_arrays(moves, released)
    with connection.cursor() as cursor:
        try:
            if len(posted) < BULK:
                cursor.execute(
                    f"SAVEPOINT posting; {WRITE} RELEASE SAVEPOINT posting",
                    [tenant, *_entry_arrays(posted), *_line_arrays(posted), *changes],
                )
            else:
                cursor.execute("SAVEPOINT posting")
                _copy(cursor, posted, tenant)
                nothing = ["{}"] * (ENTRY_ARRAYS + LINE_ARRAYS)
                cursor.execute(f"{WRITE} RELEASE SAVEPOINT posting", [tenant, *nothing, *changes])
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
    if getattr(diagnostics, "sqlstate", None) == TO_DECIDE:
        return BudgetToDecide()
    closed = str(getattr(diagnostics, "message_primary", "")).partition("period closed: ")[2]
    return PeriodClosed(month=closed) if closed else None


def _change_arrays(moves: Mapping[UUID, Move], released: Mapping[tuple[str, UUID], Decimal]) -> list[str]:
    columns = zip(*moves.values(), strict=True) if moves else ((), (), (), (), ())
    return [
        array_of(moves),
        *(array_of(column) for column in columns),
        array_of_texts(source_type for source_type, _ in released),
        array_of(source_id for _, source_id in released),
        array_of(released.values()),
    ]


def _entry_arrays(posted: Posted) -> list[str]:
    entries = [entry for _, entry in posted]
    return [
        array_of(entry_id for entry_id, _ in posted),
        array_of(entry.entity for entry in entries),
        array_of(entry.date for entry in entries),
        array_of_texts(entry.journal for entry in entries),
        array_of_texts(entry.source_type for entry in entries),
        array_of(entry.source_id for entry in entries),
        array_of_texts(entry.kind for entry in entries),
        array_of_texts(entry.text[:140] for entry in entries),
        array_of(entry.reverses for entry in entries),
    ]


def _line_arrays(posted: Posted) -> list[str]:
    lines = [
        (entry_id, position, line)
        for entry_id, entry in posted
        for position, line in enumerate(entry.lines, 1)
    ]
    return [
        array_of(uuid7_texts(len(lines))),
        array_of(entry_id for entry_id, _, _ in lines),
        array_of(position for _, position, _ in lines),
        array_of_texts(line.account for _, _, line in lines),
        array_of(line.debit for _, _, line in lines),
        array_of(line.credit for _, _, line in lines),
        array_of(line.budget for _, _, line in lines),
        array_of_texts(line.fund for _, _, line in lines),
        array_of(line.party for _, _, line in lines),
    ]


def _copy(cursor: Any, posted: Posted, tenant: str) -> None:
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
