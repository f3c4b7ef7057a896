"""The floor under a month of pay: the rows that it left, read back as text and written again by COPY into
temporary tables and INSERT … SELECT, through the same constraints, triggers and walls.
"""

from __future__ import annotations

import io
from dataclasses import dataclass
from typing import Any

from django.db import connection, models

from core.models import Cooperative
from core.tenancy import tenant_scope
from ledger.models import JournalEntry, JournalLine
from ledger.treasury.models import Payout
from payroll.models import (
    Declaration,
    HolidayBlock,
    PayItem,
    PayLine,
    PayrollRun,
    Payslip,
    PayslipPart,
)

MINE = "abs(hashtext(person_id::text)) % {workers} = {place}"
"""Workers of one share."""

ITEMS = "SELECT id FROM payroll_payitem WHERE {mine}"
BLOCKS = "SELECT id FROM payroll_holidayblock WHERE {mine}"
SOURCES = f"{ITEMS} UNION ALL {BLOCKS}"
ENTRIES = f"SELECT id FROM ledger_journalentry WHERE source_id IN ({SOURCES})"  # noqa: S608 - fixed names
CONTRACTS = "SELECT id FROM payroll_employmentcontract WHERE {mine}"
SLIPS = "SELECT id FROM payroll_payslip WHERE {mine}"

TABLES: tuple[tuple[type[models.Model], str], ...] = (
    (JournalEntry, f"source_id IN ({SOURCES})"),
    (JournalLine, f"entry_id IN ({ENTRIES})"),
    (PayItem, "{mine}"),
    (HolidayBlock, "{mine}"),
    (PayLine, f"item_id IN ({ITEMS}) OR holiday_id IN ({BLOCKS})"),
    (Payout, f"source_id IN ({SOURCES})"),
    (Declaration, f"contract_id IN ({CONTRACTS})"),
    (Payslip, "{mine}"),
    (PayslipPart, f"payslip_id IN ({SLIPS})"),
)
"""What is written, in the order of its references, and whose rows they are."""

ANOTHER = {"treasury_payout": {"state": "'open'", "batch_id": "NULL::uuid"}}
"""Columns that got their value later than the row."""

LATER = {"ledger_journalentry": {"posted_at"}, "payroll_declaration": {"batch_id"}}
"""Columns that the database fills, or a row that comes later."""


@dataclass(frozen=True, slots=True)
class FloorRows:
    """Rows of one process: table, columns, text as COPY reads it; their number; the run that slips name."""

    tables: list[tuple[str, str, str]]
    run: tuple[str, str, str]
    count: int


def read_rows(cooperative: Cooperative, place: int, workers: int) -> FloorRows:
    """What a month left for one share of the workers."""
    mine = MINE.format(workers=workers, place=place)
    with tenant_scope(cooperative):
        tables = [_text(model, where.replace("{mine}", mine)) for model, where in TABLES]
        run = _text(PayrollRun, "true")
    return FloorRows(tables, run, sum(text.count("\n") for _, _, text in tables))


def write_run(cooperative: Cooperative, rows: FloorRows) -> None:
    """The run that payslips point to, before the clock runs."""
    with tenant_scope(cooperative), connection.cursor() as cursor:
        _copy(cursor, *rows.run)


def write_rows(cooperative: Cooperative, rows: FloorRows) -> None:
    """Everything of one share, in one transaction."""
    with tenant_scope(cooperative), connection.cursor() as cursor:
        for table in rows.tables:
            _copy(cursor, *table)


def _text(model: type[models.Model], where: str) -> tuple[str, str, str]:
    table = model._meta.db_table
    columns = [
        str(field.column)
        for field in model._meta.local_concrete_fields
        if field.column not in LATER.get(table, ())
    ]
    read = ", ".join(ANOTHER.get(table, {}).get(column, f'"{column}"') for column in columns)
    found = io.StringIO()
    query = f"SELECT {read} FROM {table} WHERE {where} ORDER BY id"  # noqa: S608 - fixed names
    with connection.cursor() as cursor:
        cursor.cursor.copy_expert(f"COPY ({query}) TO STDOUT", found)
    return table, ", ".join(f'"{column}"' for column in columns), found.getvalue()


def _copy(cursor: Any, table: str, columns: str, text: str) -> None:
    stage = f"floor_{table}"
    query = f"SELECT {columns} FROM {table} WITH NO DATA"  # noqa: S608 - fixed names
    cursor.execute(f"CREATE TEMP TABLE {stage} ON COMMIT DROP AS {query}")
    cursor.cursor.copy_expert(f"COPY {stage} ({columns}) FROM STDIN", io.StringIO(text))
    query = f"SELECT {columns} FROM {stage} ORDER BY id"  # noqa: S608 - fixed names
    cursor.execute(f"INSERT INTO {table} ({columns}) {query}")  # noqa: S608 - fixed names
