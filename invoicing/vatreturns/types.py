"""Figures before they are frozen."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from uuid import UUID

from core.money import ZERO
from invoicing.vatreturns.grids import DEDUCTIBLE, DUE

OWN = "vatreturns.vatreturn"
"""Source type of the entries that net the VAT accounts, and of what is paid to the State."""

VAT_ACCOUNTS = ("451", "411", "4118")
"""Where VAT stands in the books: owed, deductible, to recover on bad debts."""


@dataclass(frozen=True, slots=True)
class Figure:
    """What one document adds to one grid, in euro; `account` where it stands in the books, if it is VAT."""

    grid: str
    amount: Decimal
    source_type: str
    source_id: UUID
    text: str
    on: date
    account: str = ""


@dataclass(frozen=True, slots=True)
class Stray:
    """An entry of the books that moves VAT and that no figure explains; a credit is positive."""

    entry_id: UUID
    on: date
    text: str
    account: str
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Figures:
    """The figures of a period.

    sums: by (grid, account). months: what the books hold on each VAT account, by month, a credit positive.
    lines: how many figures there are: documents never change or disappear, so as many figures of the same
    sums are the same. unknown: documents that no grid fits. strays: entries that no document explains.
    """

    sums: Mapping[tuple[str, str], Decimal]
    months: Mapping[date, Mapping[str, Decimal]]
    lines: int = 0
    unknown: tuple[str, ...] = ()
    strays: tuple[Stray, ...] = field(default=())

    @property
    def grids(self) -> dict[str, Decimal]:
        """Amounts by grid, with the balance: 71 when it is owed (also when it is nothing), else 72."""
        found: dict[str, Decimal] = {}
        for (grid, _), amount in self.sums.items():
            found[grid] = found.get(grid, ZERO) + amount
        balance = sum((found.get(grid, ZERO) for grid in DUE), ZERO)
        balance -= sum((found.get(grid, ZERO) for grid in DEDUCTIBLE), ZERO)
        found = {grid: amount for grid, amount in sorted(found.items()) if amount}
        return found | ({"72": -balance} if balance < 0 else {"71": balance})

    @property
    def declared(self) -> dict[str, Decimal]:
        """VAT by account of the books, as the documents say it; a credit is positive."""
        found = dict.fromkeys(VAT_ACCOUNTS, ZERO)
        for (grid, account), amount in self.sums.items():
            if account:
                found[account] += amount if grid in DUE else -amount
        return found

    @property
    def booked(self) -> dict[str, Decimal]:
        """VAT by account as the books hold it; a credit is positive."""
        found = dict.fromkeys(VAT_ACCOUNTS, ZERO)
        for accounts in self.months.values():
            for code, amount in accounts.items():
                found[code] += amount
        return found

    @property
    def difference(self) -> Decimal:
        """How far the books are from the documents, over all VAT accounts; zero when each one agrees."""
        declared, booked = self.declared, self.booked
        return sum((abs(booked[code] - declared[code]) for code in VAT_ACCOUNTS), ZERO)


@dataclass(frozen=True, slots=True)
class Listed:
    """A client on a listing, in euro."""

    vat_number: str
    name: str
    amount: Decimal
    vat: Decimal = ZERO
    code: str = ""
    corrects_first: date | None = None
