"""Fields of a CODA record: dates, amounts, accounts, text."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from decimal import Decimal

from core.money import ZERO
from ledger.treasury.reading import Movement, StatementError

_SPACES = re.compile(r"\s+")


def total_of(items: Iterable[Movement]) -> Decimal:
    """Signed sum, in euro."""
    return sum((item.amount for item in items), ZERO)


def squeeze(text: str) -> str:
    """Runs of blanks become one."""
    return _SPACES.sub(" ", text).strip()


def detail_key(text: str, line: int) -> tuple[int, int]:
    """Sequence and detail of a movement record. Raises `StatementError`."""
    return integer_in(text[2:6], line), integer_in(text[6:10], line)


def integer_in(text: str, line: int) -> int:
    """A whole number. Raises `StatementError`."""
    if not (text.isascii() and text.isdigit()):
        raise StatementError("number", "Digits are needed here.", line)
    return int(text)


def date_in(text: str, line: int) -> date | None:
    """`DDMMYY`; zeros or blanks mean that the bank does not know."""
    if text.strip("0 ") == "":
        return None
    if not (text.isascii() and text.isdigit()):
        raise StatementError("date", "A date has six digits.", line)
    year = int(text[4:6])
    try:
        return date(year + (1900 if year >= 80 else 2000), int(text[2:4]), int(text[:2]))
    except ValueError as error:
        raise StatementError("date", "This day does not exist.", line) from error
