"""How posted rows reach the tables: one call of `ledger_write`.

The values travel as array literals: one text per column, whatever the number of rows.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple
from uuid import UUID

from django.db import DatabaseError, IntegrityError, connection

from core.keys import array_of_keys
from core.rows import array_of, array_of_texts
from core.tenancy import current_tenant_id
from core.uuid7 import uuid7_texts
from ledger.errors import PeriodClosed
from ledger.types import Entry, Line

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
            cursor.execute(
                f"SAVEPOINT posting; {WRITE} RELEASE SAVEPOINT posting",
                [tenant, *_entry_arrays(posted), *_line_arrays(posted), *changes],
            )
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
    balances, reserves, shortfalls, owners, floors = (
        zip(*moves.values(), strict=True) if moves else ((), (), (), (), ())
    )
    return [
        array_of_keys(moves),
        array_of(balances),
        array_of(reserves),
        array_of(shortfalls),
        array_of_keys(owners),
        array_of(floors),
        array_of_texts(source_type for source_type, _ in released),
        array_of_keys(source_id for _, source_id in released),
        array_of(released.values()),
    ]


def _entry_arrays(posted: Posted) -> list[str]:
    entries = [entry for _, entry in posted]
    return [
        array_of_keys(entry_id for entry_id, _ in posted),
        array_of_keys(entry.entity for entry in entries),
        array_of_texts(entry.date for entry in entries),
        array_of_texts(entry.journal for entry in entries),
        array_of_texts(entry.source_type for entry in entries),
        array_of_keys(entry.source_id for entry in entries),
        array_of_texts(entry.kind for entry in entries),
        array_of_texts(entry.text[:140] for entry in entries),
        array_of_keys(entry.reverses for entry in entries),
    ]


def _line_arrays(posted: Posted) -> list[str]:
    keys: list[str] = []
    positions: list[int] = []
    lines: list[Line] = []
    for entry_id, entry in posted:
        count = len(entry.lines)
        keys += [entry_id.hex] * count
        positions += range(1, count + 1)
        lines += entry.lines
    return [
        array_of_keys(uuid7_texts(len(lines))),
        array_of_keys(keys),
        array_of(positions),
        array_of_texts(line.account for line in lines),
        array_of(line.debit for line in lines),
        array_of(line.credit for line in lines),
        array_of_keys(line.budget for line in lines),
        array_of_texts(line.fund for line in lines),
        array_of_keys(line.party for line in lines),
    ]
