"""How an order is taken apart into invoices, to the cent. Pure: amounts in, amounts out.

An order is a list of amounts without VAT, a line each. A part takes an amount of each line; whatever the
parts, they never take more of a line than it has, and the last one takes exactly what the others left.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from core.money import ZERO, r

Amounts = Mapping[str, str]
"""Place of the line (`"0"`…) → euro, as a part keeps them; `""` is the supplement."""

SUPPLEMENT = ""


def taken_of(parts: Iterable[Amounts], place: str) -> Decimal:
    """What the parts took of a line."""
    return sum((Decimal(amounts.get(place, "0")) for amounts in parts), ZERO)


def left_of(nets: Sequence[Decimal], parts: Sequence[Amounts]) -> list[Decimal]:
    """What the parts left of each line."""
    return [net - taken_of(parts, str(place)) for place, net in enumerate(nets)]


def share_of(
    nets: Sequence[Decimal], left: Sequence[Decimal], *, before: Decimal, percent: Decimal
) -> list[Decimal]:
    """A percentage of each line: f(before + percent) − f(before), so that percentages that make 100 take
    every line to the cent; never more than is left.
    """
    return [
        _within(r(net * (before + percent) / 100) - r(net * before / 100), rest)
        for net, rest in zip(nets, left, strict=True)
    ]


def quantities_of(
    nets: Sequence[Decimal],
    quantities: Sequence[Decimal],
    left: Sequence[Decimal],
    wanted: Mapping[int, Decimal],
) -> list[Decimal]:
    """Quantities of lines; a quantity of all that is left takes what is left, to the cent."""
    amounts = []
    for place, (net, quantity, rest) in enumerate(zip(nets, quantities, left, strict=True)):
        asked = wanted.get(place, Decimal(0))
        if asked >= quantity_left(net, quantity, rest):
            amounts.append(rest if asked > 0 else ZERO)
        else:
            amounts.append(_within(r(net * asked / quantity), rest))
    return amounts


def quantity_left(net: Decimal, quantity: Decimal, left: Decimal) -> Decimal:
    """How much of a line's quantity is behind what is left of its amount."""
    if not net:
        return Decimal(0)
    return (quantity * left / net).quantize(Decimal("0.001"))


def spread(
    amounts: Mapping[str, Decimal], left: Sequence[Decimal], room: Decimal, change: Decimal
) -> dict[str, Decimal] | None:
    """A part whose sum changed, its change spread over the lines in order, then over the `room` of the
    supplement; None where it does not fit.
    """
    found = dict(amounts)
    for place, rest in enumerate(left):
        key = str(place)
        more, less = max(min(change, rest), ZERO), max(change, -max(found.get(key, ZERO), ZERO))
        step = more if change > 0 else less
        found[key] = found.get(key, ZERO) + step
        change -= step
    step = min(change, room) if change > 0 else max(change, -found.get(SUPPLEMENT, ZERO))
    found[SUPPLEMENT] = found.get(SUPPLEMENT, ZERO) + step
    return found if change == step else None


def _within(amount: Decimal, left: Decimal) -> Decimal:
    """Between nothing and what is left, whichever sign the line has."""
    low, high = min(left, ZERO), max(left, ZERO)
    return max(low, min(amount, high))
