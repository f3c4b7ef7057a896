"""How an order is taken apart into invoices, to the cent. Pure: amounts in, amounts out.

An order is a list of amounts without VAT, a line each. A part takes a fraction of each line (by a percentage,
by a quantity, or all that is left), and of the amount what the fractions up to it come to less what was taken
before: so parts never take more of a line than it has, and when the fractions make one, exactly that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from fractions import Fraction

from core.money import ZERO

SUPPLEMENT = ""
"""Place of what lies beyond the order."""

ONE = Fraction(1)


@dataclass(frozen=True, slots=True)
class Taken:
    """What a part takes, by place of the line (`"0"`…): euro without VAT, and the fraction of the line."""

    amounts: Mapping[str, Decimal] = field(default_factory=dict)
    fractions: Mapping[str, Fraction] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class LineLeft:
    """A line with what earlier parts left of it."""

    place: str
    net: Decimal
    quantity: Decimal
    amount: Decimal
    fraction: Fraction

    @property
    def units(self) -> Decimal:
        """How much of the quantity is left, to three decimals."""
        exact = Fraction(self.quantity) * self.fraction
        return (Decimal(exact.numerator) / Decimal(exact.denominator)).quantize(Decimal("0.001"))


def lines_left(lines: Sequence[tuple[Decimal, Decimal]], parts: Iterable[Taken]) -> list[LineLeft]:
    """What the parts left of each (amount, quantity)."""
    parts = list(parts)
    return [
        LineLeft(
            str(place),
            net,
            quantity,
            net - amount_of(parts, str(place)),
            ONE - sum((part.fractions.get(str(place), Fraction(0)) for part in parts), Fraction(0)),
        )
        for place, (net, quantity) in enumerate(lines)
    ]


def amount_of(parts: Iterable[Taken], place: str) -> Decimal:
    """What the parts took at a place, in euro."""
    return sum((part.amounts.get(place, ZERO) for part in parts), ZERO)


def share_of(lines: Sequence[LineLeft], percent: Decimal) -> Taken:
    """A percentage of each line as it was ordered; of a line of which less is left, that."""
    return _taken(lines, {line.place: Fraction(percent) / 100 for line in lines})


def quantities_of(lines: Sequence[LineLeft], wanted: Mapping[int, Decimal]) -> Taken:
    """Quantities of lines by their place; a quantity of all that is left takes the line to its end."""
    fractions = {}
    for line in lines:
        asked = wanted.get(int(line.place), Decimal(0))
        whole = asked >= line.units > 0
        fractions[line.place] = line.fraction if whole else Fraction(asked) / Fraction(line.quantity)
    return _taken(lines, fractions)


def rest_of(lines: Sequence[LineLeft]) -> Taken:
    """All that is left."""
    return _taken(lines, {line.place: ONE for line in lines})


def spread(taken: Taken, lines: Sequence[LineLeft], room: Decimal, change: Decimal) -> Taken | None:
    """A part whose sum changed, its change spread over the lines in order, then over the `room` of the
    supplement; None where it does not fit. `lines`: what is left after the part as it was.
    """
    amounts, fractions = dict(taken.amounts), dict(taken.fractions)
    for line in lines:
        has = amounts.get(line.place, ZERO)
        more, less = max(min(change, line.amount), ZERO), max(change, -max(has, ZERO))
        step = more if change > 0 else less
        if step:
            most = line.fraction + taken.fractions.get(line.place, Fraction(0))
            now = fractions.get(line.place, Fraction(0)) + Fraction(step) / Fraction(line.net)
            amounts[line.place], fractions[line.place] = has + step, max(Fraction(0), min(now, most))
        change -= step
    has = amounts.get(SUPPLEMENT, ZERO)
    step = min(change, room) if change > 0 else max(change, -has)
    amounts[SUPPLEMENT] = has + step
    return Taken(amounts, fractions) if change == step else None


def _taken(lines: Sequence[LineLeft], wanted: Mapping[str, Fraction]) -> Taken:
    amounts, fractions = {}, {}
    for line in lines:
        fraction = min(wanted[line.place], line.fraction)
        due = _part_of(line.net, ONE - line.fraction + fraction) - (line.net - line.amount)
        amount = max(due, ZERO) if line.net > 0 else min(due, ZERO)
        if fraction > 0 or amount:
            amounts[line.place], fractions[line.place] = amount, fraction
    return Taken(amounts, fractions)


def _part_of(amount: Decimal, fraction: Fraction) -> Decimal:
    """A fraction of an amount in euro, half-up, once."""
    exact = abs(Fraction(amount)) * fraction * 100
    cents = (2 * exact.numerator + exact.denominator) // (2 * exact.denominator)
    return Decimal(cents if amount >= 0 else -cents) / 100
