"""Whole numbers as people and programs write them. `str.isdigit` takes what no number can be read from (²),
and numbers of thousands of digits are read by nobody: therefore all is asked here.
"""

from __future__ import annotations

from core.calendar import FIRST_YEAR, LAST_YEAR


def is_digits(text: str) -> bool:
    """Whether the text is the digits 0 to 9, one at least."""
    return text.isascii() and text.isdecimal()


def whole_number(text: str, *, longest: int = 9) -> int | None:
    """The number that at most `longest` digits write; None of anything else, signs and spaces too."""
    return int(text) if is_digits(text) and len(text) <= longest else None


def year_in(text: str) -> int | None:
    """The year that four digits write, of those in which the enterprise could work; None of anything else."""
    year = whole_number(text, longest=4)
    return year if year is not None and FIRST_YEAR <= year <= LAST_YEAR else None
