"""The part of a month's net that creditors may take (Judicial Code, art. 1409 to 1412). Pure.

The figures are a dated statutory table (`seizure.work`, `seizure.with_allowances`), one value each:

    brackets: [{up_to: …, rate: …}, …, {rate: …}]   # of the month's net, from zero up
    per_child: …                                    # less, per dependent child
"""

from __future__ import annotations

from decimal import Decimal

from core.money import ZERO, r
from payroll.engine.statutory import Figure, decimal

WORK = "seizure.work"
WITH_ALLOWANCES = "seizure.with_allowances"


def table_code(*, allowances: bool) -> str:
    """Which table: pay from work alone, or beside social allowances."""
    return WITH_ALLOWANCES if allowances else WORK


def seizable(net: Decimal, table: Figure, children: int) -> Decimal:
    """What creditors together may take of a month's net, in euro and cents; never below zero."""
    taken, floor = ZERO, ZERO
    for row in table.value["brackets"]:
        top = decimal(row["up_to"]) if "up_to" in row else None
        part = net - floor if top is None else min(net, top) - floor
        if part <= 0:
            break
        taken += part * decimal(row["rate"])
        if top is None:
            break
        floor = top
    return max(r(taken - table.part("per_child") * children), ZERO)
