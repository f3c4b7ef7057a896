"""Texts in cells that a spreadsheet will open."""

from __future__ import annotations

import unicodedata

_FORMULA = frozenset("=+-@\t\r\n")


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe stands before what would start a formula.

    Also behind spaces and signs that nobody sees, and for the full-width forms of the same signs.
    """
    if text[:1] in _FORMULA:
        return f"'{text}"
    for sign in text:
        if sign.isspace() or unicodedata.category(sign) in ("Cf", "Cc"):
            continue
        return f"'{text}" if unicodedata.normalize("NFKC", sign)[:1] in _FORMULA else text
    return text
