"""Texts in cells that a spreadsheet will open."""

from __future__ import annotations

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n")


def safe_cell(text: str) -> str:
    """The text as a cell that no spreadsheet runs: an apostrophe stands before what would start a formula."""
    return f"'{text}" if text.startswith(_FORMULA) else text
