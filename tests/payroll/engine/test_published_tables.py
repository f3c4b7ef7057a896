"""Every figure of the published tables, row by row, and a year that arrives as a file."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D
from pathlib import Path

import pytest

from payroll.engine.allowances import AllowanceKind, allowance_tax, exceptional_allowance
from payroll.engine.employer import employer_lines
from payroll.engine.errors import NoFigureInForce
from payroll.engine.minimum_wage import minimum_wage
from payroll.engine.month import gross_to_net
from payroll.engine.statutory import STATUTORY, Figures, figures_of, load_figures
from payroll.engine.types import FamilyStatus, Situation, WorkerType

BE = figures_of("be")
AUTUMN_2025, AUTUMN_2026 = date(2025, 10, 1), date(2026, 10, 1)

LIMITS = {
    AUTUMN_2025: (10415, 13330, 16960, 20340, 23020, 25710, 31070, 33810, 44770, 58460),
    AUTUMN_2026: (10675, 13660, 17375, 20840, 23580, 26340, 31830, 34640, 45860, 59900),
}
CHILD_LIMITS = (18858, 22470, 28960, 36200, 43440, 50680, 57920, 65160, 72400, 79640, 86880, 94120)
HOLIDAY = ("0", "19.17", "21.20", "26.25", "31.30", "34.33", "36.34", "39.37", "42.39", "47.44", "53.50")
OTHER = ("0", "23.22", "25.23", "30.28", "35.33", "38.36", "40.38", "43.41", "46.44", "51.48", "53.50")


@pytest.mark.parametrize("day", [AUTUMN_2025, AUTUMN_2026])
def test_the_rates_of_exceptional_allowances_row_by_row(day: date) -> None:
    limits = [D(limit) for limit in LIMITS[day]]
    for row, (holiday, other) in enumerate(zip(HOLIDAY, OTHER, strict=True)):
        inside = limits[row] if row < len(limits) else limits[-1] + D("0.01")
        for kind, percent in ((AllowanceKind.EXIT_HOLIDAY, holiday), (AllowanceKind.YEAR_END, other)):
            tax = allowance_tax(D("1000.00"), inside, 0, kind, day, BE)
            assert tax.rate * 100 == D(percent)
            assert tax.amount == D(percent) * 10


@pytest.mark.parametrize(
    ("children", "limit"),
    list(enumerate(CHILD_LIMITS, start=1)),
)
def test_an_allowance_is_exempt_up_to_the_limit_of_the_children(children: int, limit: int) -> None:
    def exempt(yearly: D) -> D:
        return allowance_tax(D("500.00"), yearly, children, AllowanceKind.YEAR_END, AUTUMN_2026, BE).exempt

    assert exempt(D(limit)) == 0
    assert exempt(D(limit) - D("0.01")) == D("0.01")
    assert exempt(D(limit) - 500) == D("500.00")


@pytest.mark.parametrize(
    ("children", "limit", "percent"),
    [
        (1, 28940, "7.5"),
        (2, 28940, "20"),
        (3, 31835, "35"),
        (4, 37625, "55"),
        (5, 40520, "75"),
        (6, 40520, "75"),
    ],
)
def test_children_reduce_the_tax_of_an_allowance(children: int, limit: int, percent: str) -> None:
    def reduction(yearly: D) -> D:
        tax = allowance_tax(D("90000.00"), yearly, children, AllowanceKind.YEAR_END, AUTUMN_2026, BE)
        gross_tax = next(line.amount for line in tax.lines if line.code == "allowance_rate")
        return tax.reduction / gross_tax * 100

    assert abs(reduction(D(limit)) - D(percent)) < D("0.001")
    assert reduction(D(limit) + D("0.01")) == 0


def test_what_2025_does_not_give_is_refused_by_name() -> None:
    """Limits for children in an allowance, the handicapped, minimum wages: nobody found them for 2025."""

    def pay(situation: Situation) -> None:
        gross_to_net(
            WorkerType.EMPLOYEE,
            D("3000.00"),
            D("167.2"),
            work_month=AUTUMN_2025,
            paid_on=AUTUMN_2025,
            situation=situation,
            figures=BE,
        )

    pay(Situation(children=3))
    refusals = {
        "allowance.child_exemption": lambda: exceptional_allowance(
            AllowanceKind.YEAR_END,
            D("1000.00"),
            yearly_gross=D("36000.00"),
            children=1,
            paid_on=AUTUMN_2025,
            figures=BE,
        ),
        "tax.disabled": lambda: pay(Situation(disabled_persons=1)),
        "tax.other_dependant": lambda: pay(Situation(other_dependants=1)),
        "minimum.pc200.scale_1": lambda: minimum_wage(WorkerType.EMPLOYEE, AUTUMN_2025, BE),
        "minimum.rmmmg": lambda: minimum_wage(WorkerType.ARTISTIC, AUTUMN_2025, BE, joint_committee="304"),
        "minimum.pc200.students": lambda: minimum_wage(WorkerType.STUDENT, AUTUMN_2025, BE, age=18),
    }
    for figure, ask in refusals.items():
        with pytest.raises(NoFigureInForce) as refusal:
            ask()
        assert refusal.value.params["figure"] == figure


@pytest.mark.parametrize("day", [date(2025, 1, 15), date(2026, 1, 15), date(2026, 2, 15)])
@pytest.mark.parametrize("kind", [WorkerType.EMPLOYEE, WorkerType.ARTISTIC])
def test_the_work_bonus_of_three_months_was_not_found(day: date, kind: WorkerType) -> None:
    with pytest.raises(NoFigureInForce) as refusal:
        gross_to_net(
            kind, D("3000.00"), D("100"), work_month=day, paid_on=day, situation=Situation(), figures=BE
        )
    assert refusal.value.params["figure"].startswith("work_bonus.")


SCALE_1 = {
    "A": "2242.81 2249.57 2256.28 2263.06 2276.51 2334.52 2413.37 2459.89 2459.89",
    "B": "2336.25 2349.64 2363.08 2376.61 2413.37 2567.80 2715.45 2763.42 2820.99",
    "C": "2369.31 2369.31 2422.73 2469.70 2563.76 2799.16 3004.68 3110.73 3175.61",
    "D": "2555.73 2572.63 2589.26 2606.19 2730.41 3022.34 3304.78 3518.35 3622.42",
}
SCALE_2 = {
    "A": "2310.30 2317.19 2324.14 2337.66 2397.33 2478.44 2526.16 2526.16",
    "B": "2413.09 2426.87 2440.76 2478.44 2637.36 2789.20 2838.66 2897.83",
    "C": "2433.25 2488.16 2536.36 2633.22 2875.48 3086.76 3195.97 3262.72",
    "D": "2642.08 2659.13 2676.55 2804.72 3105.00 3395.69 3615.45 3722.55",
}
STEPS = (0, 1, 2, 3, 5, 10, 15, 20, 26)


@pytest.mark.parametrize("category", "ABCD")
def test_the_scales_of_joint_committee_200(category: str) -> None:
    for years, monthly in zip(STEPS, SCALE_1[category].split(), strict=True):
        found = minimum_wage(WorkerType.EMPLOYEE, AUTUMN_2026, BE, category=category, years=years)
        assert found.monthly == D(monthly)
    for years, monthly in zip(STEPS[1:], SCALE_2[category].split(), strict=True):
        found = minimum_wage(
            WorkerType.EMPLOYEE, AUTUMN_2026, BE, category=category, years=years, years_in_firm=1
        )
        assert found.monthly == D(monthly)


def test_the_percentages_of_holiday_pay() -> None:
    """On 10,000.00: 7.67, 6.80 and 0.87 % for an employee; 5.57 and 10.27 % of 108 % for an artist."""
    employee = {
        line.code: line.amount for line in employer_lines(WorkerType.EMPLOYEE, D("10000.00"), AUTUMN_2026, BE)
    }
    assert employee["exit_holiday_simple"] == D("767.00")
    assert employee["exit_holiday_double"] == D("680.00")
    assert employee["exit_holiday_supplement"] == D("87.00")
    artist = {
        line.code: line.amount for line in employer_lines(WorkerType.ARTISTIC, D("10000.00"), AUTUMN_2026, BE)
    }
    assert artist["onva_quarterly"] == D("601.56")
    assert artist["onva_yearly"] == D("1109.16")
    assert not any(code.startswith("exit_holiday") for code in artist)


def test_a_year_that_arrives_as_a_file_counts_from_its_first_day(tmp_path: Path) -> None:
    """A folder with one file more: a cheaper contribution from 2027 on, for a whole year of figures."""
    own = STATUTORY / "be"
    january = date(2027, 1, 1)
    for path in sorted(own.glob("*.yaml")):
        text = path.read_text(encoding="utf-8")
        (tmp_path / path.name).write_text(text, encoding="utf-8")
    (tmp_path / "2027.yaml").write_text(
        "- {code: onss.worker_rate, valid_from: 2027-01-01, valid_to: 2027-12-31, value: 0.12,"
        " source: a later law, status: confirmed}\n",
        encoding="utf-8",
    )
    with_file = load_figures("be", [tmp_path])
    # what else a year needs, as it stood on the last day of 2026
    again = [
        replace(figure, valid_from=january, valid_to=date(2027, 12, 31))
        for figure in BE
        if figure.valid_to == date(2026, 12, 31) and figure.code != "onss.worker_rate"
    ]
    whole_year = Figures("be", [*with_file, *again])

    def onss(figures: Figures, day: date) -> D:
        return gross_to_net(
            WorkerType.EMPLOYEE,
            D("5000.00"),
            D("100.00"),
            work_month=day,
            paid_on=day,
            situation=Situation(FamilyStatus.MARRIED_ONE_INCOME, 2),
            figures=figures,
        ).amounts.onss

    assert onss(whole_year, date(2026, 12, 31)) == onss(BE, date(2026, 12, 31)) == D("653.50")
    assert onss(whole_year, january) == D("600.00")
    with pytest.raises(NoFigureInForce):
        onss(with_file, january)  # the tax scale is still missing
    assert figures_of("be") is BE
