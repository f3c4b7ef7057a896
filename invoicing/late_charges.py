"""What the law lets a creditor claim for lateness, on a day. Pure: figures in, euro out. Named to clients,
not booked.

Business: law of 2 August 2002, articles 5 and 6 (interest from the day after the due date, 40 € flat).
Consumers: Book XIX of the Code of Economic Law (a first reminder for nothing, then 14 days, then a capped
indemnity).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from core.money import ZERO, r

FLAT_BUSINESS = Decimal("40.00")
"""Law of 2 August 2002, article 6."""


@dataclass(frozen=True, slots=True)
class LateCharges:
    """Interest and flat compensation in euro, with the text that allows them."""

    interest: Decimal
    flat: Decimal
    law: str


NONE = LateCharges(ZERO, ZERO, "")


def business_charges(open_amount: Decimal, days_late: int, rate: Decimal) -> LateCharges:
    """Interest r(open × rate × days / 365) and 40 €; `rate` is the legal rate of the day, a
    fraction a year.
    """
    interest = r(open_amount * rate * days_late / 365)
    return LateCharges(interest, FLAT_BUSINESS, f"2/8/2002, {(rate * 100).normalize():f} %")


def consumer_charges(open_amount: Decimal) -> LateCharges:
    """The cap of the indemnity: 20 € up to 150; 30 € + 10 % of the part above 150 up to 500; beyond 500, 65 €
    + 5 % of the part above 500, 2,000 € at most (Code of Economic Law, article XIX.4).
    """
    if open_amount <= 150:
        flat = Decimal("20.00")
    elif open_amount <= 500:
        flat = r(30 + (open_amount - 150) / 10)
    else:
        flat = min(r(65 + (open_amount - 500) / 20), Decimal("2000.00"))
    return LateCharges(ZERO, flat, "CDE/WER XIX.4")
