"""Periods and the days by which they are filed."""

from __future__ import annotations

from datetime import date

import pytest

from core.errors import NoRateInForce
from invoicing.vatreturns.errors import NoVatForm, UnknownPeriod
from invoicing.vatreturns.grids import GROUPS, LABELS, form_of
from invoicing.vatreturns.periods import due_day, parse_period, period_of


@pytest.mark.parametrize(
    ("code", "first", "last", "before"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 10, 31), "2026-09"),
        ("2024-02", date(2024, 2, 1), date(2024, 2, 29), "2024-01"),
        ("2026-Q1", date(2026, 1, 1), date(2026, 3, 31), "2025-Q4"),
        ("2026", date(2026, 1, 1), date(2026, 12, 31), "2025"),
    ],
)
def test_a_code_names_its_days(code: str, first: date, last: date, before: str) -> None:
    period = parse_period(code)

    assert (period.first, period.last, period.code, period.before.code) == (first, last, code, before)
    assert period_of(last, period.rhythm) == period


@pytest.mark.parametrize("code", ["2026-13", "2026-Q5", "26-10", "2026-1", "", "2026-10-01", "٢٠٢٦"])
def test_what_is_no_period_is_refused(code: str) -> None:
    with pytest.raises(UnknownPeriod):
        parse_period(code)


@pytest.mark.parametrize(
    ("code", "day"),
    [
        ("2026-10", date(2026, 11, 20)),
        ("2026-11", date(2026, 12, 21)),  # the 20th is a Sunday
        ("2026-Q4", date(2027, 1, 25)),
        ("2026-Q3", date(2026, 10, 26)),  # the 25th is a Sunday
        ("2024-Q3", date(2024, 10, 21)),  # until 2024 the 20th, here a Sunday
        ("2024-Q4", date(2025, 1, 27)),  # from 2025 on the 25th, here a Saturday
        ("2026", date(2027, 3, 31)),
        ("2023", date(2024, 4, 2)),  # 31 March is Easter Sunday, 1 April its Monday
    ],
)
def test_the_day_by_which_a_period_is_filed(code: str, day: date) -> None:
    assert due_day(form_of("BE"), parse_period(code)) == day


def test_each_grid_of_the_form_has_words() -> None:
    form = form_of("BE")

    assert set(form.grids) == set(LABELS)
    assert {key for key, _ in form.groups} == set(GROUPS)
    named = {row["base"] for row in form.sales} | {row["tax"] for row in form.sales if "tax" in row}
    assert named | set(form.natures.values()) <= set(form.grids)


def test_before_the_rules_begin_there_is_a_refusal() -> None:
    form = form_of("BE")
    for ask in (
        lambda: form.payee(date(1980, 1, 1)),
        lambda: form.deadline("month", date(1980, 1, 1)),
        lambda: form.purchase("eu_goods", date(1980, 1, 1)),
    ):
        with pytest.raises(NoRateInForce):
            ask()
    with pytest.raises(NoVatForm):
        form_of("DE")
