"""Exit holiday, premiums and double holiday pay, authors' income, minimum wages."""

from datetime import date
from decimal import Decimal as D

import pytest

from payroll.engine.allowances import AllowanceKind, allowance_tax, exceptional_allowance, yearly_normal_gross
from payroll.engine.copyright import copyright_pay
from payroll.engine.employer import employer_lines
from payroll.engine.errors import CopyrightCeiling, InvalidHours, NoFigureInForce
from payroll.engine.holiday import exit_holiday, holiday_held
from payroll.engine.minimum_wage import check_minimum_wage, hourly_of, minimum_wage
from payroll.engine.statutory import figures_of
from payroll.engine.types import WorkerType

BE = figures_of("be")
NOVEMBER = date(2026, 11, 27)


def test_the_exit_holiday_of_500_gross() -> None:
    lines = employer_lines(WorkerType.EMPLOYEE, D("500.00"), NOVEMBER, BE)
    held = holiday_held([{line.code: line.amount for line in lines}])
    assert held.total == D("87.05")

    block = exit_holiday(
        held,
        yearly_gross=yearly_normal_gross(D("500.00")),
        children=0,
        ended_on=NOVEMBER,
        paid_on=NOVEMBER,
        figures=BE,
    )

    assert (block.onss_simple, block.onss_double) == (D("5.01"), D("4.44"))
    assert block.taxable == D("67.25")
    assert block.withholding_tax == 0  # 6,000.00 a year
    assert block.liabilities() == {"4540": D("19.80"), "455": D("67.25")}


def test_the_exit_holiday_is_taxed_at_the_holiday_rate_of_the_yearly_pay() -> None:
    held = holiday_held(
        [
            {
                "exit_holiday_simple": D("38.35"),
                "exit_holiday_double": D("34.00"),
                "exit_holiday_supplement": D("4.35"),
                "exit_holiday_onss": D("10.35"),
            }
        ]
    )
    block = exit_holiday(
        held, yearly_gross=D("36000.00"), children=0, ended_on=NOVEMBER, paid_on=NOVEMBER, figures=BE
    )

    assert block.withholding_tax == D("28.51")  # 42.39 % of 67.25
    assert block.net == D("38.74")
    assert sum(block.liabilities().values()) == held.total
    for line in block.lines:
        assert line.source
        assert line.valid_from is not None


def test_artists_hold_no_exit_holiday() -> None:
    lines = employer_lines(WorkerType.ARTISTIC, D("500.00"), NOVEMBER, BE)
    assert holiday_held([{line.code: line.amount for line in lines}]).total == 0


def test_a_year_end_premium_of_3000() -> None:
    pay = exceptional_allowance(
        AllowanceKind.YEAR_END,
        D("3000.00"),
        yearly_gross=D("36000.00"),
        children=0,
        paid_on=NOVEMBER,
        figures=BE,
    )
    assert (pay.onss, pay.withholding_tax, pay.net) == (D("392.10"), D("1211.11"), D("1396.79"))


def test_a_double_holiday_of_2760_bears_the_retention_on_85_of_92() -> None:
    pay = exceptional_allowance(
        AllowanceKind.DOUBLE_HOLIDAY,
        D("2760.00"),
        yearly_gross=D("36000.00"),
        children=0,
        paid_on=NOVEMBER,
        figures=BE,
    )
    assert (pay.onss, pay.taxable) == (D("333.29"), D("2426.71"))
    assert (pay.withholding_tax, pay.net) == (D("1028.68"), D("1398.03"))


def test_children_exempt_a_part_then_reduce_the_tax() -> None:
    tax = allowance_tax(D("2607.90"), D("18000.00"), 1, AllowanceKind.YEAR_END, NOVEMBER, BE)

    assert tax.exempt == D("858.00")  # 18,858.00 − 18,000.00
    assert tax.rate == D("0.3028")
    assert tax.reduction == D("39.74")  # 7.5 % of 529.87
    assert tax.amount == D("490.13")

    richer = allowance_tax(D("2607.90"), D("36000.00"), 1, AllowanceKind.YEAR_END, NOVEMBER, BE)
    assert (richer.exempt, richer.reduction, richer.amount) == (0, 0, D("1211.11"))
    whole = allowance_tax(D("500.00"), D("18000.00"), 2, AllowanceKind.YEAR_END, NOVEMBER, BE)
    assert (whole.exempt, whole.amount) == (D("500.00"), 0)


@pytest.mark.parametrize(
    ("yearly", "day", "rate"),
    [
        ("10675.00", NOVEMBER, "0"),
        ("10675.01", NOVEMBER, "0.1917"),
        ("59900.00", NOVEMBER, "0.4744"),
        ("59900.01", NOVEMBER, "0.5350"),
        ("10675.00", date(2025, 11, 27), "0.1917"),
    ],
)
def test_the_limits_belong_to_the_lower_row(yearly: str, day: date, rate: str) -> None:
    tax = allowance_tax(D("100.00"), D(yearly), 0, AllowanceKind.EXIT_HOLIDAY, day, BE)
    assert tax.rate == D(rate)


def test_authors_pay_15_percent_after_flat_costs_whatever_the_split() -> None:
    day = date(2025, 6, 30)
    one = copyright_pay(D("1000.00"), paid_before=D(0), tax_before=D(0), paid_on=day, figures=BE)
    assert (one.tax, one.net) == (D("75.00"), D("925.00"))
    large = copyright_pay(D("15000.00"), paid_before=D(0), tax_before=D(0), paid_on=day, figures=BE)
    assert large.tax == D("1125.00")
    # 30,000: half of 20,100, a quarter of 9,900 as costs: 15 % of 17,475
    whole = copyright_pay(D("30000.00"), paid_before=D(0), tax_before=D(0), paid_on=day, figures=BE)
    assert whole.tax == D("2621.25")
    rest = copyright_pay(
        D("15000.00"), paid_before=D("15000.00"), tax_before=large.tax, paid_on=day, figures=BE
    )
    assert large.tax + rest.tax == whole.tax

    with pytest.raises(CopyrightCeiling):
        copyright_pay(D("75360.01"), paid_before=D(0), tax_before=D(0), paid_on=day, figures=BE)
    with pytest.raises(NoFigureInForce):
        copyright_pay(D("1000.00"), paid_before=D(0), tax_before=D(0), paid_on=NOVEMBER, figures=BE)


def test_the_hourly_minimum_of_joint_committee_200() -> None:
    minimum = minimum_wage(WorkerType.EMPLOYEE, NOVEMBER, BE)
    assert minimum.monthly == D("2242.81")
    assert minimum.hourly == hourly_of(D("2242.81")) == D("13.6203")
    assert minimum.warning is None

    # one day of 7.6 h: 103.51428
    assert not check_minimum_wage(D("103.51"), D("7.6"), minimum).ok
    check = check_minimum_wage(D("103.52"), D("7.6"), minimum)
    assert check.ok
    assert check.lowest_gross == D("103.52")
    with pytest.raises(InvalidHours):
        check_minimum_wage(D("103.52"), D(0), minimum)


def test_a_committee_that_is_not_loaded_falls_back_on_the_guaranteed_income_with_a_warning() -> None:
    minimum = minimum_wage(WorkerType.ARTISTIC, NOVEMBER, BE, joint_committee="304")
    assert (minimum.monthly, minimum.warning) == (D("2233.61"), "committee_not_loaded")
    spring = minimum_wage(WorkerType.ARTISTIC, date(2026, 5, 4), BE, joint_committee="304")
    assert spring.monthly == D("2189.81")
    with pytest.raises(NoFigureInForce):
        minimum_wage(WorkerType.ARTISTIC, date(2026, 3, 4), BE, joint_committee="304")


@pytest.mark.parametrize(
    ("known", "monthly"),
    [
        ({"category": "B", "years": 4}, "2376.61"),
        ({"category": "D", "years": 30}, "3622.42"),
        ({"category": "A", "years": 1, "years_in_firm": 1}, "2310.30"),
    ],
)
def test_experience_and_seniority_raise_the_minimum(known: dict[str, object], monthly: str) -> None:
    assert minimum_wage(WorkerType.EMPLOYEE, NOVEMBER, BE, **known).monthly == D(monthly)  # type: ignore[arg-type]


def test_students_follow_the_age_table() -> None:
    assert minimum_wage(WorkerType.STUDENT, NOVEMBER, BE, age=17).monthly == D("1635.95")
    assert minimum_wage(WorkerType.STUDENT, NOVEMBER, BE, age=21).monthly == D("2242.81")
    assert minimum_wage(WorkerType.STUDENT, NOVEMBER, BE).monthly == D("2242.81")
    with pytest.raises(NoFigureInForce):
        minimum_wage(WorkerType.STUDENT, NOVEMBER, BE, age=15)
