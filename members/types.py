"""Plain values about people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date

from members.enums import FamilyStatus


@dataclass(frozen=True, slots=True)
class Family:
    """A family situation, as the withholding tax asks for it; `valid_from` is empty where none was ever
    given.
    """

    status: FamilyStatus
    children: int
    single_parent: bool
    valid_from: date | None = None


ALONE = Family(FamilyStatus.SINGLE, 0, False)
"""What holds for somebody who gave no situation: single, no children."""


def search_key(*names: str) -> str:
    """Names as they are searched and sorted: lower case, no accents, one space between words."""
    flat = unicodedata.normalize("NFKD", " ".join(names).casefold())
    letters = "".join(c if c.isalnum() else " " for c in flat if not unicodedata.combining(c))
    return " ".join(letters.split())
