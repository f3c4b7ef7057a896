"""Plain values of invoices."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import ROUND_DOWN, Decimal
from uuid import UUID

from core.money import CENT, ZERO, r


@dataclass(frozen=True, slots=True)
class Discount:
    """A discount as it was agreed: a percentage (10 means 10 %) or an amount in euro, never both."""

    percent: Decimal = ZERO
    amount: Decimal = ZERO

    def of(self, gross: Decimal) -> Decimal:
        """What it takes off an amount, in euro, rounded once."""
        return r(gross * self.percent / 100) if self.percent else self.amount

    def __bool__(self) -> bool:
        return bool(self.percent or self.amount)


NO_DISCOUNT = Discount()


@dataclass(frozen=True, slots=True)
class LineInput:
    """A line as somebody writes it: `unit` is day, hour, piece or flat; `unit_price` in euro without VAT.

    `vat_code` names a row of the dated table (`invoicing.vat`); empty: the one that fits seller and buyer.
    A negative quantity takes back. `discount_percent` or `discount_amount` (euro) lowers the line;
    `starts_on` and `ends_on` say when the work was done; `advance` is the advance invoice that the line
    deducts.
    """

    description: str
    quantity: Decimal
    unit: str
    unit_price: Decimal
    vat_code: str = ""
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    starts_on: date | None = None
    ends_on: date | None = None
    advance: UUID | None = None

    @property
    def gross(self) -> Decimal:
        """Before its discount, in euro without VAT: quantity × price, rounded once."""
        return r(self.quantity * self.unit_price)

    @property
    def discount(self) -> Decimal:
        """What its discount takes off, in euro; negative where the line takes back."""
        return Discount(self.discount_percent, self.discount_amount).of(self.gross)

    @property
    def net(self) -> Decimal:
        """Amount without VAT, in euro: quantity × price less discount."""
        return self.gross - self.discount


@dataclass(frozen=True, slots=True)
class DraftTerms:
    """What holds for a whole draft.

    `kind`: invoice, advance or final (`InvoiceKind`). The discount is a percentage or an amount in euro,
    spread over the VAT codes. `early_percent` is what the client may keep when it pays within `early_days`
    days of the issue. `show_employment`: the document tells what part of it becomes employment.
    """

    kind: str = "invoice"
    discount_percent: Decimal = ZERO
    discount_amount: Decimal = ZERO
    early_percent: Decimal = ZERO
    early_days: int | None = None
    show_employment: bool = False

    @property
    def discount(self) -> Discount:
        """The discount on the whole."""
        return Discount(self.discount_percent, self.discount_amount)


NO_TERMS = DraftTerms()


@dataclass(frozen=True, slots=True)
class CreditLine:
    """A line to give back, by its place on the invoice: a quantity, an amount in euro without VAT, or all
    that is left of it."""

    position: int
    quantity: Decimal | None = None
    amount: Decimal | None = None


UNTOUCHED = frozenset({"E", "O"})
"""Categories whose base an early-payment discount leaves alone: there is no tax to lower."""


@dataclass(frozen=True, slots=True)
class VatPart:
    """VAT of one code: computed once on the sum of its lines. `rate` in percent, amounts in euro.

    `allowance`: its part of the discount on the whole document, off the base already. `early`: what the
    client may keep when it pays early; the law keeps that out of the base, taken or not (VAT Code, article
    28, 1°).
    """

    code: str
    category: str
    rate: Decimal
    base: Decimal
    tax: Decimal
    reason_code: str = ""
    reason: str = ""
    allowance: Decimal = ZERO
    early: Decimal = ZERO

    @property
    def outside(self) -> Decimal:
        """What the early-payment discount keeps out of the base: nothing where there is no tax to lower."""
        return ZERO if self.category in UNTOUCHED else self.early

    @property
    def net(self) -> Decimal:
        """What the client is asked for it, without VAT."""
        return self.base + self.outside


@dataclass(frozen=True, slots=True)
class Totals:
    """What an invoice amounts to, in euro."""

    parts: tuple[VatPart, ...]

    @property
    def net(self) -> Decimal:
        """Without VAT."""
        return sum((part.net for part in self.parts), ZERO)

    @property
    def allowance(self) -> Decimal:
        """The discount on the whole document."""
        return sum((part.allowance for part in self.parts), ZERO)

    @property
    def early(self) -> Decimal:
        """What the client may keep when it pays early."""
        return sum((part.early for part in self.parts), ZERO)

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


def spread(amount: Decimal, bases: Mapping[str, Decimal]) -> dict[str, Decimal]:
    """An amount in euro spread over bases in proportion, to the cent: the parts add up to it, and none is
    above its base while the amount is not above their sum. Bases of zero and less take no part.
    """
    counted = {code: base for code, base in bases.items() if base > 0}
    whole = sum(counted.values(), ZERO)
    if not whole:
        return {}
    exact = {code: amount * base / whole for code, base in counted.items()}
    parts = {code: share.quantize(CENT, ROUND_DOWN) for code, share in exact.items()}
    cents = int((amount - sum(parts.values(), ZERO)) / CENT)
    for code in sorted(exact, key=lambda code: parts[code] - exact[code])[:cents]:
        parts[code] += CENT
    return parts
