"""Plain values of invoices."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, r


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as somebody writes it: `unit` is day, hour, piece or flat; `unit_price` in euro without VAT.

    `vat_code` names a row of the dated table (`invoicing.vat`); empty: the one that fits seller and buyer.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    vat_code: str = ""

    @property
    def net(self) -> Decimal:
        """Amount without VAT, in euro: quantity × price, rounded once."""
        return r(self.quantity * self.unit_price)


@dataclass(frozen=True, slots=True)
class VatPart:
    """VAT of one code: computed once on the sum of its lines. `rate` in percent, amounts in euro."""

    code: str
    category: str
    rate: Decimal
    base: Decimal
    tax: Decimal
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Totals:
    """What an invoice amounts to, in euro."""

    parts: tuple[VatPart, ...]

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((part.base for part in self.parts), ZERO)

    @property
    def vat(self) -> Decimal:
        """VAT of every code."""
        return sum((part.tax for part in self.parts), ZERO)

    @property
    def total(self) -> Decimal:
        """What the client pays."""
        return self.net + self.vat


@dataclass(frozen=True, slots=True)
class WaterfallStep:
    """A step from one amount to another, as `{% waterfall %}` draws it."""

    label: str
    amount: Decimal
    kind: str
    note: str = ""
    href: str = ""


def tax_of(base: Decimal, rate: Decimal) -> Decimal:
    """VAT of a base at a rate in percent: half-up, once."""
    return r(base * rate / 100)


def levy_of(net: Decimal, rate: Decimal) -> Decimal:
    """Mutualised levy on an amount without VAT; `rate` is a fraction (0.065): 65.00 of 1,000.00."""
    return r(net * rate)


def sum_by_code(lines: Iterable[tuple[str, Decimal]]) -> dict[str, Decimal]:
    """Amounts added up per VAT code, in the order in which codes first appear."""
    sums: dict[str, Decimal] = {}
    for code, amount in lines:
        sums[code] = sums.get(code, ZERO) + amount
    return sums
