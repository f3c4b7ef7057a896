"""Dated figures: read exactly, picked by date, refused when missing, untouched by later files."""

from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import month_hours
from payroll.engine.errors import NoFigureInForce, NoPayrollEngine
from payroll.engine.month import gross_to_net
from payroll.engine.statutory import (
    STATUTORY,
    BrokenFigureFile,
    Figures,
    figures_of,
    load_figures,
    read_figures,
)
from payroll.engine.types import Situation, WorkerType

BE = figures_of("be")

NEXT_YEAR = """
- code: tax.scale
  valid_from: 2027-01-01
  valid_to: 2027-12-31
  value: {expenses_cap: 6200}
  source: a later key formula
  status: confirmed
- code: onss.worker_rate
  valid_from: 2027-01-01
  valid_to: null
  value: 0.14
  source: a later law
  status: confirmed
- code: work_bonus.yearly_cap
  valid_from: 2027-01-01
  valid_to: null
  value: 4000
  source: law
  status: to_confirm
"""


@given(st.sampled_from(sorted(BE.codes())), st.dates(date(2024, 1, 1), date(2026, 12, 31)))
def test_a_file_for_next_year_changes_nothing_before_its_date(code: str, day: date) -> None:
    later = Figures("be", [*BE, *read_figures(NEXT_YEAR)])

    assert later.find(code, day) == BE.find(code, day)


def test_the_new_file_counts_from_its_first_day() -> None:
    later = Figures("be", [*BE, *read_figures(NEXT_YEAR)])

    assert later.on("onss.worker_rate", date(2026, 12, 31)).number == D("0.1307")
    assert later.on("onss.worker_rate", date(2027, 1, 1)).number == D("0.14")
    with pytest.raises(NoFigureInForce) as refusal:
        BE.on("onss.worker_rate", date(2027, 1, 1))
    assert refusal.value.code == "no_rate_in_force"
    assert "onss.worker_rate" in refusal.value.detail
    assert "2027-01-01" in refusal.value.detail


def test_numbers_are_read_as_written_never_through_a_float() -> None:
    [figure] = read_figures(
        "[{code: x, valid_from: 2026-01-01, valid_to: null, value: {a: 0.10000000000000000001, b: 3},"
        " source: s, status: confirmed}]"
    )
    assert figure.part("a") == D("0.10000000000000000001")
    assert figure.part("b") == 3


def test_every_delivered_figure_has_a_source_and_no_float() -> None:
    def floats(value: object) -> bool:
        if isinstance(value, dict):
            return any(map(floats, value.values()))
        if isinstance(value, list):
            return any(map(floats, value))
        return isinstance(value, float)

    figures = list(BE)
    assert len(figures) > 50
    assert all(figure.source for figure in figures)
    assert not any(floats(figure.value) for figure in figures)


@pytest.mark.parametrize(
    "text",
    [
        "[{code: x}]",
        "[{code: x, valid_from: soon, valid_to: null, value: 1, source: s, status: confirmed}]",
        "[{code: x, valid_from: 2026-02-01, valid_to: 2026-01-01, value: 1, source: s, status: confirmed}]",
        "[{code: x, valid_from: 2026-02-01, valid_to: null, value: 1, source: s, status: guessed}]",
        "[{code: x, valid_from: 2026-02-01, valid_to: null, value: 1, source: '', status: confirmed}]",
        "[{code: x, code: y, valid_from: 2026-02-01, valid_to: null, value: 1, source: s, status: guessed}]",
    ],
)
def test_a_broken_file_is_refused_whole(text: str) -> None:
    with pytest.raises(BrokenFigureFile):
        read_figures(text)


def test_two_values_from_the_same_day_are_refused() -> None:
    one = read_figures(
        "[{code: x, valid_from: 2026-02-01, valid_to: null, value: 1, source: s, status: confirmed}]"
    )
    with pytest.raises(BrokenFigureFile):
        Figures("be", one + one)


def test_a_country_without_figures_has_no_pay_engine() -> None:
    for country in ("fr", "", "../be"):
        with pytest.raises(NoPayrollEngine):
            figures_of(country)


def test_pay_is_the_same_with_a_file_for_next_year_in_the_folder(tmp_path: Path) -> None:
    (tmp_path / "later.yaml").write_text(NEXT_YEAR, encoding="utf-8")
    later = load_figures("be", [STATUTORY / "be", tmp_path])

    def net(figures: Figures, day: date) -> D:
        return gross_to_net(
            WorkerType.EMPLOYEE,
            D("2750.00"),
            month_hours(day),
            work_month=day,
            paid_on=day,
            situation=Situation(children=1),
            figures=figures,
        ).amounts.net

    for day in (
        date(2025, 2, 1),
        date(2025, 12, 31),
        date(2026, 3, 31),
        date(2026, 7, 1),
        date(2026, 12, 31),
    ):
        assert net(later, day) == net(BE, day)
