"""Whole numbers in texts: the digits 0 to 9, and not thousands of them."""

from __future__ import annotations

import pytest

from core.digits import is_digits, whole_number, year_in

NONE = ("", "²", "٣", "-1", "+1", " 1", "1_0", "1.0", "x", "\x00", "१")


@pytest.mark.parametrize("text", [*NONE, "9" * 5000])
def test_nonsense_is_no_number(text: str) -> None:
    assert whole_number(text) is None
    assert year_in(text) is None
    assert is_digits(text) == (text not in NONE)


def test_numbers_and_years() -> None:
    assert [whole_number(text) for text in ("007", "123456789", "1234567890")] == [7, 123456789, None]
    assert [year_in(text) for text in ("0000", "1999", "2000", "2100", "2101")] == [
        None, None, 2000, 2100, None,
    ]  # fmt: skip
