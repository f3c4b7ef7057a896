"""Amounts are rounded half-up, once."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.money import in_cents, r


@pytest.mark.parametrize(
    ("exact", "rounded"),
    [("0.65", "0.65"), ("0.005", "0.01"), ("0.015", "0.02"), ("-0.005", "-0.01"), ("835.0005", "835.00")],
)
def test_half_up_at_the_cent(exact: str, rounded: str) -> None:
    assert r(Decimal(exact)) == Decimal(rounded)


def test_the_levy_on_ten_euro_is_sixty_five_cents() -> None:
    assert r(Decimal("10.00") * Decimal("0.065")) == Decimal("0.65")


@given(st.integers(-(10**12), 10**12))
def test_cents_and_euro_are_the_same_amount(cents: int) -> None:
    assert in_cents(Decimal(cents).scaleb(-2)) == cents
