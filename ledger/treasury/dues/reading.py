"""Lines of a creditor's statement as people type or upload them: date;text;amount;reference."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from django.core.exceptions import ValidationError

from core.forms import parse_money
from ledger.treasury.dues.errors import BodyStatementWrong
from ledger.treasury.references import reference_of

MOST_LINES = 2000
_DATES = ("%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%d-%m-%Y")


@dataclass(frozen=True, slots=True)
class ReadLine:
    """One movement: positive what the creditor claims, negative what it received, in euro."""

    date: date
    text: str
    amount: Decimal
    reference: str = ""


def read_lines(text: str) -> list[ReadLine]:
    """The lines, with `;`, tabulator or `,` between the fields; a heading and empty lines are passed over.

    Raises `BodyStatementWrong` with the number of the first line that does not hold.
    """
    text = text.removeprefix("\ufeff")
    separator = ";" if ";" in text else "\t" if "\t" in text else ","
    found: list[ReadLine] = []
    for number, fields in enumerate(csv.reader(io.StringIO(text), delimiter=separator), 1):
        cells = [cell.strip() for cell in fields]
        if not any(cells) or (number == 1 and cells[0].lower() == "date"):
            continue
        if len(cells) < 3 or len(found) >= MOST_LINES:
            raise BodyStatementWrong(line=number)
        day, amount = _day(cells[0]), _amount(cells[2])
        if day is None or not amount:
            raise BodyStatementWrong(line=number)
        written = cells[3] if len(cells) > 3 else ""
        found.append(ReadLine(day, cells[1], amount, (reference_of(written) or written)[:35]))
    return found


def _day(text: str) -> date | None:
    for form in _DATES:
        try:
            return datetime.strptime(text, form).date()  # noqa: DTZ007 - a day has no zone
        except ValueError:
            continue
    return None


def _amount(text: str) -> Decimal | None:
    sign = -1 if text.startswith("-") else 1
    try:
        return sign * parse_money(text.lstrip("+-").strip())
    except (ValueError, ArithmeticError, ValidationError):
        return None
