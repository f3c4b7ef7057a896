"""Legal days: holidays, working days, due dates of pay, full-time hours."""

from datetime import date
from decimal import Decimal as D

import pytest

from core.calendar import (
    first_of_month,
    is_working_day,
    last_of_month,
    legal_holidays,
    month_hours,
    next_month,
    nth_working_day_after,
    pay_due_date,
)


@pytest.mark.parametrize("year", [2025, 2026, 2027])
def test_belgium_has_ten_legal_holidays(year: int) -> None:
    days = legal_holidays(year)

    assert len(days) == 10
    for month, day in ((1, 1), (5, 1), (7, 21), (8, 15), (11, 1), (11, 11), (12, 25)):
        assert date(year, month, day) in days


def test_the_moving_holidays_of_2026() -> None:
    easter_monday, ascension, whit_monday = date(2026, 4, 6), date(2026, 5, 14), date(2026, 5, 25)
    assert {easter_monday, ascension, whit_monday} <= set(legal_holidays(2026))
    assert not is_working_day(easter_monday)
    assert is_working_day(date(2026, 4, 7))
    assert not is_working_day(date(2026, 4, 11))


def test_seven_working_days_after_6_november_2026_skip_armistice_day() -> None:
    assert nth_working_day_after(date(2026, 11, 6), 7) == date(2026, 11, 18)


def test_working_days_cross_the_new_year() -> None:
    assert nth_working_day_after(date(2026, 12, 24), 1) == date(2026, 12, 28)
    assert nth_working_day_after(date(2026, 12, 31), 1) == date(2027, 1, 4)
    with pytest.raises(ValueError, match="at least 1"):
        nth_working_day_after(date(2026, 12, 31), 0)


@pytest.mark.parametrize(
    ("policy", "due"),
    [
        ({"working_days": 7}, date(2026, 11, 18)),
        ({"days": 7}, date(2026, 11, 13)),
        ({"day_of_next_month": 10}, date(2026, 12, 10)),
        ({"day_of_next_month": 31}, date(2026, 12, 31)),
        ({"end_of_month": True}, date(2026, 11, 30)),
    ],
)
def test_wages_are_due_by_the_cooperatives_policy(policy: dict[str, int | bool], due: date) -> None:
    assert pay_due_date(date(2026, 11, 6), policy) == due


@pytest.mark.parametrize(
    "policy", [{}, {"weeks": 1}, {"days": 7, "working_days": 7}, {"end_of_month": False}]
)
def test_a_policy_of_another_form_is_a_bug(policy: dict[str, int | bool]) -> None:
    with pytest.raises(ValueError, match="pay delay"):
        pay_due_date(date(2026, 11, 6), policy)


def test_november_2026_has_159_6_full_time_hours() -> None:
    assert month_hours(date(2026, 11, 1)) == D("159.6")
    assert month_hours(date(2026, 9, 30)) == D("167.2")


def test_months() -> None:
    assert first_of_month(date(2026, 2, 14)) == date(2026, 2, 1)
    assert last_of_month(date(2028, 2, 1)) == date(2028, 2, 29)
    assert next_month(date(2026, 12, 31)) == date(2027, 1, 1)
