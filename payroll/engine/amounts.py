"""Amounts as people and programs write them, for the simulator and the command line."""

import re
from decimal import Decimal

from core.money import CENT
from payroll.engine.errors import InvalidAmount

_AMOUNT = re.compile(r"[0-9]{1,9}(\.[0-9]{1,2})?", re.ASCII)


def amount_from_text(text: str, field: str, *, zero: bool = False) -> Decimal:
    """Read `1000.00` as EUR with two decimals; raises `InvalidAmount` for anything else.

    No sign, no exponent, no thousands separator, at most nine digits before the point; above zero unless
    `zero`.
    """
    if not _AMOUNT.fullmatch(text.strip()):
        raise InvalidAmount(value=text, field=field)
    amount = Decimal(text.strip()).quantize(CENT)
    if not amount and not zero:
        raise InvalidAmount(value=text, field=field)
    return amount
