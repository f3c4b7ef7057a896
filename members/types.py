"""Plain values about people."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from members.enums import FamilyStatus, SpouseIncome

MOST_PEOPLE = 20
"""Nobody has more children, or other people, in charge."""

MOST_NET = Decimal("99999.99")
"""Nobody's partner has more a month, in EUR."""


@dataclass(frozen=True, slots=True)
class Family:
    """A family situation, as the withholding tax asks for it; `valid_from` is empty where none was ever
    given.

    `disabled_children` are among `children`. `aged_dependants` are of 65 or more, `other_dependants` all who
    are neither children nor that old. `spouse_net`: EUR net a month of what `spouse_income` says.
    """

    status: FamilyStatus
    children: int
    single_parent: bool
    valid_from: date | None = None
    disabled_children: int = 0
    disabled: bool = False
    spouse_disabled: bool = False
    aged_dependants: int = 0
    other_dependants: int = 0
    spouse_income: SpouseIncome = SpouseIncome.NOT_SMALL
    spouse_net: Decimal | None = None

    @property
    def has_more(self) -> bool:
        """Whether anybody counts beside the children, or one of them counts as two."""
        counts = self.disabled_children or self.aged_dependants or self.other_dependants
        return bool(counts or self.disabled or self.spouse_disabled or self.spouse_income)


ALONE = Family(FamilyStatus.SINGLE, 0, False)
"""What holds for somebody who gave no situation: single, no children."""


def search_key(*names: str) -> str:
    """Names as they are searched and sorted: lower case, no accents, one space between words."""
    flat = unicodedata.normalize("NFKD", " ".join(names).casefold())
    letters = "".join(c if c.isalnum() else " " for c in flat if not unicodedata.combining(c))
    return " ".join(letters.split())
