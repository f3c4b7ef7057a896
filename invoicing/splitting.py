"""One amount over several invoices: pure arithmetic, to the cent."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import combinations

from core.money import ZERO

MOST_TO_COMBINE = 14
MOST_TOGETHER = 5
"""Among how many open invoices a sum is looked for, and of how many it may be made."""


def fill(amount: Decimal, opens: Sequence[Decimal]) -> list[Decimal]:
    """What of a positive amount goes on each of these open amounts, in order; the parts make the amount.

    Each gets what it still needs (nothing when it is paid) until nothing is left; what is too much goes on
    the last that got something, the first when none needs anything.
    """
    parts: list[Decimal] = []
    left = amount
    for open_amount in opens:
        part = min(left, max(open_amount, ZERO))
        parts.append(part)
        left -= part
    if left and parts:
        last = max((place for place, part in enumerate(parts) if part), default=0)
        parts[last] += left
    return parts


def exact_sum(amount: Decimal, opens: Sequence[Decimal]) -> list[int] | None:
    """The places of the only open amounts that make an amount together; None when none do, or several ways
    lead there.
    """
    cents = [int(value * 100) for value in opens[:MOST_TO_COMBINE]]
    wanted = int(amount * 100)
    found: list[int] | None = None
    for size in range(1, min(MOST_TOGETHER, len(cents)) + 1):
        for places in combinations(range(len(cents)), size):
            if sum(cents[place] for place in places) == wanted:
                if found is not None:
                    return None
                found = list(places)
    return found
