"""Money: two decimals, rounded half-up once, at the place that the rule names (DOMAIN §4)."""

from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ZERO = Decimal("0.00")


def r(value: Decimal, places: int = 2) -> Decimal:
    """Round `value` half-up to `places` decimals: 6.5 % of 10.00 is 0.65, and 0.005 becomes 0.01."""
    step = CENT if places == 2 else Decimal(1).scaleb(-places)
    return value.quantize(step, ROUND_HALF_UP)  # by place: named, it costs twice as much


def in_cents(value: Decimal) -> int:
    """The amount as a whole number of cents; the amount must already be rounded to the cent."""
    return int(value.scaleb(2).to_integral_exact())
