"""The law of late payment to the cent: rates per semester, free days and caps of consumers."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest

from core.errors import NoRateInForce
from invoicing.collection.interest import interest_lines, total_of
from invoicing.collection.law import consumer_rule, flat_indemnity, semester_of
from invoicing.terms import longest_term

D = Decimal
DAY = date(2026, 11, 2)


@pytest.mark.parametrize(
    ("day", "rate"),
    [
        (date(2024, 1, 1), "0.125"),
        (date(2024, 12, 31), "0.125"),
        (date(2025, 1, 1), "0.115"),
        (date(2025, 7, 1), "0.105"),
        (date(2026, 6, 30), "0.105"),
        (date(2026, 12, 31), "0.105"),
    ],
)
def test_the_rate_is_that_of_the_semester(day: date, rate: str) -> None:
    assert semester_of("BE", day).rate == D(rate)


@pytest.mark.parametrize(
    ("country", "day"), [("BE", date(2027, 1, 1)), ("BE", date(2023, 12, 31)), ("FR", DAY)]
)
def test_a_semester_without_rate_is_a_refusal_and_never_zero(country: str, day: date) -> None:
    with pytest.raises(NoRateInForce) as refusal:
        interest_lines(country, [(day - timedelta(days=9), D(100))], first=day, last=day)
    assert refusal.value.code == "no_rate_in_force"


def test_interest_is_split_at_the_semester_and_each_line_rounded_once() -> None:
    # 1,210.00 due on 2 December 2024, asked on 31 January 2025: 29 days at 12.5 %, 31 at 11.5 %.
    lines = interest_lines(
        "BE", [(date(2024, 11, 2), D("1210.00"))], first=date(2024, 12, 3), last=date(2025, 1, 31)
    )

    assert [(line.semester, line.days, line.base, line.amount) for line in lines] == [
        ("2024/2", 29, D("1210.00"), D("12.02")),  # 12.0171…
        ("2025/1", 31, D("1210.00"), D("11.82")),  # 11.8181…
    ]
    assert total_of(lines) == D("23.84")


def test_a_payment_lowers_the_base_from_the_next_day() -> None:
    movements = [(date(2026, 9, 1), D("1000.00")), (date(2026, 10, 11), D("-400.00"))]

    lines = interest_lines("BE", movements, first=date(2026, 10, 2), last=date(2026, 10, 21))

    # 10 days on 1,000.00, then 10 on 600.00, at 10.5 %.
    assert [(line.days, line.base, line.amount) for line in lines] == [
        (10, D("1000.00"), D("2.88")),
        (10, D("600.00"), D("1.73")),
    ]


def test_a_leap_year_counts_its_days_over_365() -> None:
    [line] = interest_lines(
        "BE", [(date(2023, 12, 1), D(36500))], first=date(2024, 2, 1), last=date(2024, 2, 29)
    )
    assert (line.days, line.amount) == (29, D("362.50"))


@pytest.mark.parametrize(
    ("balance", "cap"),
    [
        ("0.01", "20.00"),
        ("100", "20.00"),
        ("150", "20.00"),
        ("150.01", "30.00"),
        ("150.05", "30.01"),  # 30.005, half-up
        ("500", "65.00"),
        ("500.10", "65.01"),  # 65.005, half-up
        ("1000", "90.00"),
        ("39200", "2000.00"),
        ("90000", "2000.00"),
    ],
)
def test_the_indemnity_of_a_consumer_is_capped(balance: str, cap: str) -> None:
    assert consumer_rule("BE", DAY).indemnity(D(balance)) == D(cap)


def test_the_free_days_of_a_consumer_depend_on_how_the_reminder_went() -> None:
    rule = consumer_rule("BE", DAY)

    # By e-mail on Monday 2 November: from the 3rd, fourteen days, the 16th is the last.
    assert rule.free_until(DAY, by_post=False) == date(2026, 11, 16)
    # By post: the third working day is Thursday the 5th; posted on Tuesday the 10th, the 11th is a holiday
    # and the third is Monday the 16th.
    assert rule.free_until(DAY, by_post=True) == date(2026, 11, 18)
    assert rule.free_until(date(2026, 11, 10), by_post=True) == date(2026, 11, 29)


def test_a_later_reminder_costs_at_most_seven_and_a_half_euro_and_the_postage() -> None:
    rule = consumer_rule("BE", DAY)
    assert rule.reminder_fee(D("10.00")) == D("7.50")
    assert rule.reminder_fee(D("10.00"), D("1.60")) == D("9.10")
    assert rule.reminder_fee(D("5.00")) == D("5.00")


def test_firms_owe_forty_euro_and_have_sixty_days_at_most() -> None:
    assert flat_indemnity("BE", DAY) == D("40.00")
    assert (longest_term("BE", "business", DAY), longest_term("BE", "public_body", DAY)) == (60, 30)
    assert longest_term("BE", "consumer", DAY) is None
    with pytest.raises(NoRateInForce):
        flat_indemnity("FR", DAY)
