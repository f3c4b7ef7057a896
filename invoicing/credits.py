"""What credit notes gave back of an invoice, and what one more would: amounts only, nothing is written.

Everything that is rounded (VAT, levy, shares of discounts) is f(all given back after) − f(all given back
before), so that the parts of any split add up to what the invoice took.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal

from core.money import CENT, ZERO, r
from invoicing.content import Content, discount_of, parts_of, plain
from invoicing.enums import Unit
from invoicing.errors import CreditLineInvalid, CreditTooLarge, NothingToCredit
from invoicing.types import UNTOUCHED, CreditLine, VatPart, tax_of
from invoicing.wording import wording


@dataclass(slots=True)
class GivenPart:
    """One VAT code: what was asked, and what was given back so far (euro without VAT).

    `base`, `early`, `allowance` are the given-back parts of those of `VatPart`; `lines` the sum of the lines
    given back as lines; `kept` what the client keeps as early-payment discount.
    """

    asked: VatPart
    sum_of_lines: Decimal
    base: Decimal = ZERO
    early: Decimal = ZERO
    allowance: Decimal = ZERO
    net: Decimal = ZERO
    lines: Decimal = ZERO
    kept: Decimal = ZERO

    @property
    def left(self) -> Decimal:
        """What can still be given back, without VAT."""
        return self.asked.net - self.net - self.kept


@dataclass(slots=True)
class GivenLine:
    """A line of the invoice (its sign is kept: what deducts is negative), and what was given back of it."""

    position: int
    row: Content
    quantity: Decimal = ZERO
    net: Decimal = ZERO

    @property
    def quantity_left(self) -> Decimal:
        """What is left of its quantity."""
        return Decimal(self.row["quantity"]) - self.quantity

    @property
    def left(self) -> Decimal:
        """What is left of it, without VAT, before the discount on the whole."""
        return Decimal(self.row["net"]) - self.net


@dataclass(slots=True)
class Given:
    """All that was given back of an invoice. `early_percent`: its early-payment discount, while the client
    has not taken it."""

    parts: dict[str, GivenPart]
    lines: dict[int, GivenLine]
    early_percent: Decimal
    notes: int = 0

    @property
    def net(self) -> Decimal:
        """Sum of what was given back, without VAT."""
        return sum((part.net for part in self.parts.values()), ZERO)


@dataclass(slots=True)
class Wanted:
    """What one more note gives back, per VAT code: without VAT, and its share of the discount on the whole;
    `lines`: the sum of its lines, where it gives back by line."""

    net: dict[str, Decimal] = field(default_factory=dict)
    allowance: dict[str, Decimal] = field(default_factory=dict)
    lines: dict[str, Decimal] = field(default_factory=dict)


def given_of(original: Content, notes: Iterable[Content], *, early_taken: Decimal = ZERO) -> Given:
    """What the notes gave back of an invoice, of which the client kept `early_taken` for paying early."""
    sums: dict[str, Decimal] = {}
    for row in original["lines"]:
        if "advance" not in row:
            sums[row["vat_code"]] = sums.get(row["vat_code"], ZERO) + Decimal(row["net"])
    parts = {part.code: GivenPart(part, sums.get(part.code, ZERO)) for part in parts_of(original)}
    lines = {place: GivenLine(place, row) for place, row in enumerate(original["lines"], 1)}
    count = 0
    for note in notes:
        count += 1
        for part in parts_of(note):
            given = parts[part.code]
            given.base += part.base
            given.early += part.early
            given.allowance += part.allowance
            given.net += part.net
        for row in note["lines"]:
            if "line" in row:
                line = lines[row["line"]]
                line.quantity += Decimal(row["quantity"]) if row.get("by") != "amount" else ZERO
                line.net += Decimal(row["net"])
                if "advance" not in line.row:
                    parts[row["vat_code"]].lines += Decimal(row["net"])
    early = original.get("early_payment")
    if early_taken:
        for given in parts.values():
            given.kept = given.asked.early - given.early
    percent = Decimal(early["percent"]) if early and not early_taken else Decimal(0)
    return Given(parts, lines, percent, count)


def everything(original: Content, before: Given, language: str) -> tuple[list[Content], Wanted]:
    """All that is left: the invoice's own lines when nothing was given back before. Raises
    `NothingToCredit`.
    """
    left = {code: part.left for code, part in before.parts.items()}
    if not any(left.values()):
        raise NothingToCredit
    if before.notes or any(part.kept for part in before.parts.values()):
        left = {code: amount for code, amount in left.items() if amount}
        return _rows(original, left, language), Wanted(net=left)
    allowance = {code: part.asked.allowance for code, part in before.parts.items()}
    return list(original["lines"]), Wanted(net=left, allowance=allowance)


def by_amount(
    original: Content, before: Given, amounts: Mapping[str, Decimal] | Decimal, language: str
) -> tuple[list[Content], Wanted]:
    """Amounts without VAT, one line for each. Raises `NothingToCredit`, `CreditTooLarge`."""
    if isinstance(amounts, Decimal):
        open_codes = [code for code, part in before.parts.items() if part.left]
        if len(open_codes) != 1:
            raise NothingToCredit if not open_codes else CreditTooLarge(most=ZERO, vat_code="*")
        amounts = {open_codes[0]: amounts}
    wanted = {code: r(amount) for code, amount in amounts.items() if amount}
    _check(before, wanted)
    return _rows(original, wanted, language), Wanted(net=wanted)


def by_line(
    original: Content, before: Given, lines: Sequence[CreditLine], language: str
) -> tuple[list[Content], Wanted]:
    """Lines, each whole, by quantity or by amount; with each its share of the discount on the whole. Raises
    `CreditLineInvalid`, `CreditTooLarge`, `NothingToCredit`.
    """
    rows: list[Content] = []
    wanted = Wanted()
    sums: dict[str, Decimal] = {}
    for asked in lines:
        line = before.lines.get(asked.position)
        if line is None:
            raise CreditLineInvalid(position=asked.position, quantity="0", most=ZERO)
        row = _row(line, asked)
        line.quantity += Decimal(row["quantity"]) if row.get("by") != "amount" else ZERO
        line.net += Decimal(row["net"])
        rows.append(row)
        kept = sums if "advance" in line.row else wanted.lines
        kept[row["vat_code"]] = kept.get(row["vat_code"], ZERO) + Decimal(row["net"])
    for code in {*wanted.lines, *sums}:
        part = before.parts[code]
        after = _share(part, part.lines + wanted.lines.get(code, ZERO))
        allowance = after - _share(part, part.lines)
        wanted.allowance[code] = allowance
        wanted.net[code] = wanted.lines.get(code, ZERO) + sums.get(code, ZERO) - allowance
    _check(before, wanted.net)
    return rows, wanted


def _share(part: GivenPart, given: Decimal) -> Decimal:
    """The part of the discount on the whole that belongs to this much of the lines of a code."""
    if not part.asked.allowance or not part.sum_of_lines:
        return ZERO
    return r(part.asked.allowance * given / part.sum_of_lines)


def as_parts(original: Content, before: Given, wanted: Wanted) -> tuple[VatPart, ...]:
    """The note's VAT breakdown: each amount the difference between after and before."""
    return tuple(
        _part(before.parts[asked.code], before.early_percent, wanted)
        for asked in parts_of(original)
        if asked.code in wanted.net
    )


def _part(given: GivenPart, early_percent: Decimal, wanted: Wanted) -> VatPart:
    asked = given.asked
    net = wanted.net[asked.code]
    early = min(max(r((given.net + net) * early_percent / 100) - given.early, ZERO), net)
    base = net if asked.category in UNTOUCHED else net - early
    return VatPart(
        code=asked.code,
        category=asked.category,
        rate=asked.rate,
        base=base,
        tax=tax_of(given.base + base, asked.rate) - tax_of(given.base, asked.rate),
        reason_code=asked.reason_code,
        reason=asked.reason,
        allowance=wanted.allowance.get(asked.code, ZERO),
        early=early,
    )


def _check(before: Given, wanted: Mapping[str, Decimal]) -> None:
    for code, amount in wanted.items():
        left = before.parts[code].left if code in before.parts else ZERO
        if amount < 0 or amount > left:
            raise CreditTooLarge(most=left, vat_code=code)
    if not any(wanted.values()):
        raise NothingToCredit


def _row(line: GivenLine, asked: CreditLine) -> Content:
    """One line of a note. Raises `CreditLineInvalid`."""
    row = {name: value for name, value in line.row.items() if name != "discount"}
    price, whole = Decimal(row["unit_price"]), Decimal(row["quantity"])
    sign = -1 if whole < 0 else 1
    if asked.amount is not None:
        net = r(asked.amount)
        if not 0 < net * sign <= line.left * sign:
            raise _too_much(line)
        return row | {
            "line": line.position,
            "by": "amount",
            "quantity": str(sign),
            "unit": str(Unit.FLAT),
            "unit_price": str(abs(net)),
            "net": str(net),
        }
    quantity = line.quantity_left if asked.quantity is None else asked.quantity
    if asked.quantity is not None and not 0 < quantity * sign <= line.quantity_left * sign:
        raise _too_much(line)
    if not line.left and not quantity:
        raise _too_much(line)
    if quantity == line.quantity_left:
        net = line.left
    else:
        taken = Decimal(line.row.get("discount", {}).get("amount", "0.00"))
        after, before = line.quantity + quantity, line.quantity
        net = (r(after * price) - r(taken * after / whole)) - (r(before * price) - r(taken * before / whole))
    if not 0 <= net * sign <= line.left * sign:
        raise _too_much(line)
    gross = r(quantity * price)
    row |= {"line": line.position, "quantity": plain(quantity), "net": str(net)}
    if "discount" in line.row or abs(gross - net) > CENT:
        row["discount"] = discount_of(Decimal(0), gross, gross - net)
    return row


def _too_much(line: GivenLine) -> CreditLineInvalid:
    return CreditLineInvalid(position=line.position, quantity=plain(line.quantity_left), most=line.left)


def _rows(original: Content, amounts: Mapping[str, Decimal], language: str) -> list[Content]:
    """What is given back by amount has one line per VAT code."""
    text = wording(language)["partial_credit"] % {"number": original["number"]}
    return [
        {
            "description": text,
            "quantity": "1",
            "unit": "flat",
            "unit_price": str(amounts[part.code]),
            "net": str(amounts[part.code]),
            "vat_code": part.code,
            "category": part.category,
            "rate": plain(part.rate),
        }
        for part in parts_of(original)
        if amounts.get(part.code)
    ]
