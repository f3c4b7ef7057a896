"""The special contribution of a quarter: due on the quarter, less what its months withheld."""

from datetime import date
from decimal import Decimal as D

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.calendar import month_hours
from payroll.engine.errors import NoFigureInForce
from payroll.engine.month import settle
from payroll.engine.quarter import WithheldMonth, quarter_special_contribution, withheld_months
from payroll.engine.statutory import figures_of
from payroll.engine.types import FamilyStatus, LineKind, PayInput, SettledItem, Situation, WorkerType

BE = figures_of("be")
AUTUMN = (date(2026, 10, 1), date(2026, 11, 1), date(2026, 12, 1))


def months(*bases: str, withheld: str = "0.00") -> list[WithheldMonth]:
    return [WithheldMonth(month, D(base), D(withheld)) for month, base in zip(AUTUMN, bases, strict=False)]


@pytest.mark.parametrize(
    ("status", "quarter", "due"),
    [
        ("single", "5836.14", "0.00"),
        ("single", "6000.00", "6.91"),  # 4.22 % of 163.86
        ("single", "6570.54", "30.99"),
        ("single", "11211.00", "82.04"),
        ("single", "12300.00", "118.85"),
        ("single", "20000.00", "182.82"),
        ("married_two_incomes", "3285.28", "0.00"),
        ("married_two_incomes", "3285.29", "15.45"),
        ("married_two_incomes", "6000.00", "15.45"),
        ("married_two_incomes", "30000.00", "154.92"),
        ("married_one_income", "5836.14", "0.00"),
        ("married_one_income", "6000.00", "9.67"),  # 5.90 % of 163.86
        ("married_one_income", "30000.00", "182.82"),
    ],
)
def test_what_is_due_on_a_quarter(status: str, quarter: str, due: str) -> None:
    settled = quarter_special_contribution(months(quarter), FamilyStatus(status), BE)
    assert (settled.due, settled.amount) == (D(due), D(due))


def test_three_even_months_get_a_cent_back() -> None:
    settled = quarter_special_contribution(
        months("3000.00", "3000.00", "3000.00", withheld="19.24"), FamilyStatus.SINGLE, BE
    )

    assert (settled.base, settled.due, settled.withheld) == (D("9000.00"), D("57.71"), D("57.72"))
    assert (settled.amount, settled.net) == (D("-0.01"), D("0.01"))
    assert settled.liabilities() == {"4540": D("-0.01"), "455": D("0.01")}
    assert [line.code for line in settled.lines] == [
        *["special_contribution_month"] * 3,
        "special_contribution_due",
        "special_contribution_quarter",
    ]
    withheld = [line for line in settled.lines if line.kind is LineKind.WITHHELD]
    assert [(line.code, line.amount) for line in withheld] == [("special_contribution_quarter", D("-0.01"))]
    assert all(line.source and line.valid_from and line.status == "to_confirm" for line in settled.lines)


def test_one_good_month_in_a_poor_quarter_gives_back_what_was_withheld() -> None:
    settled = quarter_special_contribution(
        [WithheldMonth(AUTUMN[0], D("5000.00"), D("49.51"))], FamilyStatus.SINGLE, BE
    )
    assert settled.amount == D("-49.51")


def test_students_bear_none_and_artists_count_at_108_percent() -> None:
    def item(kind: WorkerType, gross: str, previous: tuple[SettledItem, ...] = ()) -> SettledItem:
        month = AUTUMN[1]
        asked = PayInput(kind, D(gross), month_hours(month) / 2, month, month)
        return settle(previous, asked, situation=Situation(), figures=BE).settled

    student = item(WorkerType.STUDENT, "800.00")
    artist = item(WorkerType.ARTISTIC, "2000.00", (student,))
    employee = item(WorkerType.EMPLOYEE, "1000.00", (student, artist))

    assert withheld_months([student]) == ()
    [november] = withheld_months([student, artist, employee])
    assert november.base == D("3160.00")
    assert november.withheld == artist.amounts.special_contribution + employee.amounts.special_contribution


@given(
    st.lists(st.decimals("0.00", "9000.00", places=2), min_size=1, max_size=3),
    st.lists(st.decimals("-5.00", "61.00", places=2), min_size=3, max_size=3),
    st.sampled_from(list(FamilyStatus)),
)
def test_settled_twice_nothing_more_is_due(bases: list[D], withheld: list[D], status: FamilyStatus) -> None:
    parts = [WithheldMonth(*one) for one in zip(AUTUMN, bases, withheld, strict=False)]
    once = quarter_special_contribution(parts, status, BE)
    again = quarter_special_contribution([*parts, WithheldMonth(AUTUMN[2], D(0), once.amount)], status, BE)

    assert once.due == once.withheld + once.amount
    assert 0 <= once.due <= D("182.82")
    assert again.amount == 0


def test_months_of_two_quarters_or_without_figures_are_no_quarter() -> None:
    with pytest.raises(ValueError, match="one quarter"):
        quarter_special_contribution([], FamilyStatus.SINGLE, BE)
    two = [WithheldMonth(date(2026, 9, 1), D(1), D(0)), *months("1.00")]
    with pytest.raises(ValueError, match="one quarter"):
        quarter_special_contribution(two, FamilyStatus.SINGLE, BE)
    with pytest.raises(NoFigureInForce):
        later = [WithheldMonth(date(2027, 1, 1), D("3000.00"), D(0))]
        quarter_special_contribution(later, FamilyStatus.SINGLE, BE)
