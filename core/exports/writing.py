"""From rows to the bytes of a file, piece by piece: neither rows nor file are ever whole in memory."""

from __future__ import annotations

import csv
import io
import tempfile
import zipfile
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any
from uuid import UUID

import xlsxwriter
from django.utils import translation

from core.clock import ZONE
from core.documents import made_document
from core.exports.enums import ExportForm
from core.spreadsheets import safe_cell
from core.tables import Column, read_value

PIECE = 1024 * 1024
"""Bytes of a piece."""

LONGEST = 32_767
"""Signs in a cell, as Excel counts them."""

BOM = "\ufeff"
"""Tells spreadsheets that the text is UTF-8."""

DECIMAL_COMMA = frozenset({"fr", "nl", "de"})
WIDTHS = {"money": 14, "date": 12, "number": 10, "percent": 10}

Cell = str | Decimal | int | date | datetime | None


def cell_of(column: Column, row: Any) -> Cell:
    """The value in a column: a text, a number, a day or a moment (Belgian time, without zone)."""
    value = read_value(row, column.value)
    if column.kind == "badge" or (column.shown and not isinstance(value, Decimal | int | date)):
        value = read_value(row, column.shown) if column.shown else getattr(value, "label", value)
    if value is None or value == "—":
        return None
    if isinstance(value, datetime):
        return value.astimezone(ZONE).replace(tzinfo=None, second=0, microsecond=0)
    if isinstance(value, bool) or not isinstance(value, Decimal | int | date):
        return str(value)[: LONGEST - 1]
    return value


def cells_of(columns: Sequence[Column], rows: Iterable[Any]) -> Iterator[list[Cell]]:
    """Row by row what stands in the columns."""
    for row in rows:
        yield [cell_of(column, row) for column in columns]


def write_csv(columns: Sequence[Column], rows: Iterable[Any], _title: str) -> Iterator[bytes]:
    """UTF-8 with its mark, semicolons, decimals as the language writes them, days as ISO."""
    comma = (translation.get_language() or "")[:2] in DECIMAL_COMMA
    buffer = io.StringIO(newline="")
    writer = csv.writer(buffer, delimiter=";", quoting=csv.QUOTE_MINIMAL, lineterminator="\r\n")
    buffer.write(BOM)
    writer.writerow([safe_cell(str(column.label)) for column in columns])
    for cells in cells_of(columns, rows):
        writer.writerow([_plain(cell, comma) for cell in cells])
        if buffer.tell() >= PIECE // 4:  # signs, of four bytes at most
            yield buffer.getvalue().encode()
            buffer.seek(0)
            buffer.truncate()
    yield buffer.getvalue().encode()


def _plain(cell: Cell, comma: bool) -> str:
    if cell is None:
        return ""
    if isinstance(cell, str):
        return safe_cell(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(" ", "minutes")
    text = format(cell, "f") if isinstance(cell, Decimal) else str(cell)
    return text.replace(".", ",") if comma and isinstance(cell, Decimal) else text


def write_xlsx(columns: Sequence[Column], rows: Iterable[Any], title: str) -> Iterator[bytes]:
    """One sheet; amounts are numbers and days are days; texts are texts whatever they begin with.

    Written row by row to temporary files, then given out in pieces.
    """
    with tempfile.TemporaryDirectory() as folder, tempfile.TemporaryFile(dir=folder) as file:
        options = {
            "constant_memory": True, "tmpdir": folder, "strings_to_formulas": False,
            "strings_to_numbers": False, "strings_to_urls": False,
        }  # fmt: skip
        book = xlsxwriter.Workbook(file, options)
        bold = book.add_format({"bold": True})
        money = book.add_format({"num_format": "#,##0.00"})
        day = book.add_format({"num_format": "dd/mm/yyyy"})
        moment = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
        sheet = book.add_worksheet(_sheet_name(title))
        sheet.freeze_panes(1, 0)
        for place, column in enumerate(columns):
            sheet.set_column(place, place, WIDTHS.get(column.kind, 24))
            sheet.write_string(0, place, safe_cell(str(column.label)), bold)
        for line, cells in enumerate(cells_of(columns, rows), 1):
            for place, cell in enumerate(cells):
                if isinstance(cell, str):
                    sheet.write_string(line, place, safe_cell(cell))
                elif isinstance(cell, datetime):
                    sheet.write_datetime(line, place, cell, moment)
                elif isinstance(cell, date):
                    sheet.write_datetime(line, place, cell, day)
                elif isinstance(cell, Decimal):
                    sheet.write_number(line, place, float(cell), money)
                elif cell is not None:
                    sheet.write_number(line, place, cell)
        book.close()
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def write_zip(
    columns: Sequence[Column], rows: Iterable[Any], title: str, document: Callable[[Any], tuple[str, UUID]]
) -> Iterator[bytes]:
    """The document of each row and a list of them, `index.csv`. Documents that are not there yet are made on
    the spot: this runs where documents are made. Written to a temporary file, then given out in pieces; the
    same documents give the same bytes.
    """
    kept = []
    with tempfile.TemporaryFile() as file:
        with zipfile.ZipFile(file, "w", zipfile.ZIP_STORED) as bundle:
            for row in rows:
                made = made_document(*document(row))
                bundle.writestr(zipfile.ZipInfo(made.name), made.content)
                kept.append(row)
            index = b"".join(write_csv(columns, kept, title))
            bundle.writestr(zipfile.ZipInfo("index.csv"), index, zipfile.ZIP_DEFLATED)
        file.seek(0)
        while piece := file.read(PIECE):
            yield piece


def _sheet_name(title: str) -> str:
    """A name that Excel takes: 31 signs, without those of its formulas, no apostrophe at an end."""
    return "".join(" " if sign in "[]:*?/\\" else sign for sign in title)[:31].strip(" '") or "1"


Writer = Callable[[Sequence[Column], Iterable[Any], str], Iterator[bytes]]

WRITERS: dict[str, Writer] = {ExportForm.CSV: write_csv, ExportForm.XLSX: write_xlsx}
