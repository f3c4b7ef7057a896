"""Plain values of balances that stay."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from payroll.balances.enums import BalanceKind

ACT = "balances.balanceact"
"""How what takes of a balance names itself in entries and carried amounts."""

BALANCE = "balances.balance"
"""How a balance names itself on a line of the bank that pays it."""

Key = tuple[UUID, UUID, BalanceKind]
"""A worker, an entity, what is owed."""


@dataclass(frozen=True, slots=True)
class Measured:
    """What somebody owes as the rows of pay say now: euro, and since when."""

    amount: Decimal
    since: date
