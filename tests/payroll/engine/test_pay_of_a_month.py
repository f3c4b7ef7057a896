"""Gross to net of a month: the nets and traces of the reference tables, artists, students, real payslips."""

from dataclasses import replace
from datetime import date
from decimal import Decimal as D

import pytest

from core.calendar import month_hours
from payroll.engine.contributions import special_contribution
from payroll.engine.errors import (
    ContradictorySituation,
    FlatTaxNotAllowed,
    InvalidHours,
    NegativeMonth,
    NoFigureInForce,
    UnsupportedSituation,
)
from payroll.engine.month import Settlement, gross_to_net, settle
from payroll.engine.statutory import Figures, figures_of
from payroll.engine.types import FamilyStatus, PayInput, Situation, WorkerType

BE = figures_of("be")
SEPTEMBER = date(2026, 9, 14)
NOVEMBER = date(2026, 11, 27)
SINGLE = Situation()

SITUATIONS = {
    "I0": SINGLE,
    "I2": Situation(children=2),
    "PI1": Situation(children=1, single_parent=True),
    "M1": Situation(FamilyStatus.MARRIED_ONE_INCOME),
    "M1k3": Situation(FamilyStatus.MARRIED_ONE_INCOME, children=3),
    "M2": Situation(FamilyStatus.MARRIED_TWO_INCOMES),
}
GROSSES = ("2233.61", "2500.00", "3000.00", "3403.62", "4500.00", "6500.00")
NETS = {
    "I0": ("2084.45", "2163.26", "2261.33", "2357.73", "2831.86", "3668.75"),
    "I2": ("2222.45", "2301.26", "2399.33", "2495.73", "2969.86", "3806.75"),
    "PI1": ("2188.45", "2267.26", "2365.33", "2461.73", "2935.86", "3772.75"),
    "M1": ("2218.69", "2401.12", "2612.75", "2720.72", "3299.72", "4211.31"),
    "M1k3": ("2218.69", "2401.12", "2695.09", "2930.98", "3666.72", "4578.31"),
    "M2": ("2080.34", "2159.15", "2257.22", "2353.62", "2836.02", "3678.05"),
}


def full_month(
    gross: str,
    situation: Situation = SINGLE,
    kind: WorkerType = WorkerType.EMPLOYEE,
    day: date = SEPTEMBER,
    flat_tax: bool = False,
) -> Settlement:
    return gross_to_net(
        kind,
        D(gross),
        month_hours(day),
        work_month=day,
        paid_on=day,
        situation=situation,
        figures=BE,
        flat_tax=flat_tax,
    )


def line(pay: Settlement, code: str) -> D:
    return next(line.amount for line in pay.lines if line.code == code)


@pytest.mark.parametrize(
    ("family", "gross", "net"),
    [(family, gross, net) for family, nets in NETS.items() for gross, net in zip(GROSSES, nets, strict=True)],
)
def test_the_thirty_six_nets_of_autumn_2026(family: str, gross: str, net: str) -> None:
    assert full_month(gross, SITUATIONS[family]).amounts.net == D(net)


def test_every_step_from_3000_gross_to_the_net_is_shown() -> None:
    pay = full_month("3000.00")

    steps = {step.code: step.amount for step in pay.lines}
    assert steps["onss"] == D("392.10")
    assert steps["work_bonus_a"] == D("110.54")
    assert steps["work_bonus_b"] == D("0.00")
    assert steps["taxable"] == D("2718.44")
    assert steps["taxable_yearly"] == D("32621.28")
    assert steps["net_yearly"] == D("26551.28")
    assert steps["scale_tax"] == D("8682.00")
    assert steps["base_tax"] == D("5694.02")
    assert steps["monthly_tax"] == D("474.50")
    assert steps["fiscal_bonus_a"] + steps["fiscal_bonus_b"] == D("36.63")
    assert steps["withholding_tax"] == D("437.87")
    assert steps["special_contribution"] == D("19.24")
    assert steps["net"] == D("2261.33")


def test_the_trace_of_2500_gross() -> None:
    amounts = full_month("2500.00").amounts

    assert (amounts.onss, amounts.work_bonus_a, amounts.work_bonus_b) == (
        D("326.75"),
        D("127.54"),
        D("118.18"),
    )
    assert (amounts.taxable, amounts.withholding_tax, amounts.special_contribution) == (
        D("2418.97"),
        D("241.97"),
        D("13.74"),
    )


def test_every_line_that_uses_a_figure_says_its_source_and_date() -> None:
    for kind in (WorkerType.EMPLOYEE, WorkerType.ARTISTIC, WorkerType.STUDENT):
        for shown in full_month("3000.00", kind=kind).lines:
            assert shown.label
            assert shown.source
            if shown.code not in ("gross", "taxable", "net"):
                assert shown.valid_from is not None, shown.code
                assert shown.valid_from <= SEPTEMBER
                assert shown.status in ("confirmed", "to_confirm")


def test_an_artist_contributes_on_108_percent() -> None:
    amounts = full_month("3000.00", kind=WorkerType.ARTISTIC).amounts

    assert amounts.base == D("3240.00")
    assert amounts.onss == D("423.47")
    assert (amounts.work_bonus_a, amounts.work_bonus_b) == (D("119.38"), D("0.00"))
    assert amounts.taxable == D("2695.91")
    assert amounts.withholding_tax == D("425.30")
    assert amounts.special_contribution == D("21.88")
    assert amounts.net == D("2248.73")


def test_an_artist_may_choose_the_flat_tax_without_bonus_or_family_reductions() -> None:
    for situation in (SINGLE, SITUATIONS["I2"]):
        pay = full_month("3000.00", situation, WorkerType.ARTISTIC, flat_tax=True)
        assert pay.amounts.withholding_tax == D("299.52")
        assert pay.amounts.net == D("2374.51")

    with pytest.raises(FlatTaxNotAllowed):
        full_month("3000.00", flat_tax=True)


def test_a_student_bears_the_solidarity_contribution_and_nothing_else() -> None:
    amounts = full_month("500.00", kind=WorkerType.STUDENT).amounts

    assert amounts.onss == D("13.55")
    assert (amounts.work_bonus, amounts.withholding_tax, amounts.special_contribution) == (0, 0, 0)
    assert amounts.net == D("486.45")


@pytest.mark.parametrize("day", [date(2025, 7, 31), date(2025, 9, 30)])
def test_two_real_payslips_of_2025_line_by_line_except_the_tax(day: date) -> None:
    """The payslips' tax is 17.85 below the key formula, for a reason that nobody could explain."""
    pay = full_month("2732.94", day=day)

    assert pay.amounts.onss == D("357.20")
    assert pay.amounts.work_bonus_a == D("120.59")
    assert pay.amounts.work_bonus_b == D("12.10")
    assert pay.amounts.taxable == D("2508.43")
    assert line(pay, "fiscal_bonus_a") + line(pay, "fiscal_bonus_b") == D("46.32")
    assert pay.amounts.special_contribution == D("16.30")


def test_three_short_days_in_november_have_no_work_bonus() -> None:
    pay = gross_to_net(
        WorkerType.EMPLOYEE,
        D("500.00"),
        D("22.8"),
        work_month=NOVEMBER,
        paid_on=NOVEMBER,
        situation=SINGLE,
        figures=BE,
    )

    bonus = next(shown for shown in pay.lines if shown.code == "work_bonus_a")
    assert (bonus.base, bonus.amount) == (D("3500.00"), D("0.00"))
    assert pay.amounts.onss == D("65.35")
    assert pay.amounts.net == D("434.65")


def test_the_second_contract_of_a_month_gets_what_it_adds_to_the_month() -> None:
    first = settle(
        (),
        PayInput(WorkerType.EMPLOYEE, D("1200.00"), D("76.0"), NOVEMBER, NOVEMBER),
        situation=SINGLE,
        figures=BE,
    )
    second = settle(
        (first.settled,),
        PayInput(WorkerType.EMPLOYEE, D("1100.00"), D("53.2"), NOVEMBER, NOVEMBER),
        situation=SINGLE,
        figures=BE,
    )

    assert first.amounts.onss == D("156.84")
    assert (first.amounts.work_bonus_a, first.amounts.work_bonus_b) == (D("60.73"), D("53.70"))
    assert first.amounts.withholding_tax == 0
    assert first.amounts.net == D("1157.59")
    month, tax = second.social_after, second.tax_after
    assert (month.gross, month.hours, month.onss) == (D("2300.00"), D("129.2"), D("300.61"))
    assert (month.work_bonus_a, month.work_bonus_b) == (D("103.25"), D("21.12"))
    reference = next(shown.base for shown in second.lines if shown.code == "work_bonus_a")
    assert reference == D("2841.18")
    assert tax.taxable == D("2123.76")
    assert (tax.withholding_tax, tax.special_contribution) == (D("174.66"), D("11.54"))
    assert tax.net == D("1937.56")
    assert second.amounts.net == D("779.97")
    assert second.amounts.work_bonus_b == D("-32.58")
    assert second.social_before == first.social_after
    assert second.tax_before == first.tax_after


DECEMBER = date(2026, 12, 1)


def december_item(gross: str, hours: str, paid_on: date) -> PayInput:
    return PayInput(WorkerType.EMPLOYEE, D(gross), D(hours), DECEMBER, paid_on)


def with_the_tax_of_2027() -> Figures:
    """As if the scale of 2026 had been published again for 2027."""
    again = [
        replace(figure, valid_from=date(2027, 1, 1), valid_to=date(2027, 12, 31))
        for figure in BE
        if figure.code.startswith("tax.") and figure.valid_to == date(2026, 12, 31)
    ]
    return Figures("be", [*BE, *again])


def test_pay_after_new_year_waits_for_the_new_scale() -> None:
    first = settle((), december_item("1500.00", "76.0", date(2026, 12, 20)), situation=SINGLE, figures=BE)
    with pytest.raises(NoFigureInForce) as refusal:
        settle(
            (first.settled,),
            december_item("1500.00", "76.0", date(2027, 1, 8)),
            situation=SINGLE,
            figures=BE,
        )
    assert refusal.value.params["figure"] == "tax.scale"


def test_pay_after_new_year_starts_a_new_tax_month_in_the_same_social_month() -> None:
    figures = with_the_tax_of_2027()
    first = settle(
        (), december_item("1500.00", "83.6", date(2026, 12, 20)), situation=SINGLE, figures=figures
    )
    second = settle(
        (first.settled,),
        december_item("2500.00", "83.6", date(2027, 1, 8)),
        situation=SINGLE,
        figures=figures,
    )

    assert second.social_after.gross == D("4000.00")
    assert second.social_after.onss == D("522.80")
    assert second.tax_before.taxable == 0
    assert second.tax_after.taxable == second.amounts.taxable
    # the month has lost its bonus: what was granted is taken back, but not the tax reduction of last year
    assert second.amounts.work_bonus == -first.amounts.work_bonus != 0
    fiscal = [shown.amount for shown in second.lines if shown.code.startswith("fiscal_bonus")]
    assert fiscal == [0, 0]


def test_contracts_of_two_kinds_share_the_tax_but_not_the_contributions() -> None:
    employee = settle(
        (),
        PayInput(WorkerType.EMPLOYEE, D("1200.00"), D("60.8"), NOVEMBER, NOVEMBER),
        situation=SINGLE,
        figures=BE,
    )
    artist = settle(
        (employee.settled,),
        PayInput(WorkerType.ARTISTIC, D("1200.00"), D("60.8"), NOVEMBER, NOVEMBER),
        situation=SINGLE,
        figures=BE,
    )

    assert artist.social_before.gross == 0
    assert artist.social_after.base == D("1296.00")
    assert artist.tax_after.special_base == D("2496.00")
    assert artist.tax_after.taxable == employee.amounts.taxable + artist.amounts.taxable
    assert artist.amounts.withholding_tax > employee.amounts.withholding_tax


def test_a_correction_takes_back_exactly_what_the_item_had_and_changes_no_earlier_one() -> None:
    def item(gross: str, hours: str) -> PayInput:
        return PayInput(WorkerType.EMPLOYEE, D(gross), D(hours), NOVEMBER, NOVEMBER)

    first = settle((), item("1200.00", "76.0"), situation=SINGLE, figures=BE)
    second = settle((first.settled,), item("1100.00", "53.2"), situation=SINGLE, figures=BE)
    stored = (first.settled, second.settled)

    undo = settle(stored, item("-1100.00", "-53.2"), situation=SINGLE, figures=BE)

    assert undo.amounts == second.amounts - second.amounts - second.amounts
    assert undo.tax_after.net == first.amounts.net
    assert undo.payable == 0
    assert undo.carried_out == D("-779.97")
    assert stored == (first.settled, second.settled)

    following = settle(
        (*stored, undo.settled),
        item("1100.00", "53.2"),
        situation=SINGLE,
        figures=BE,
        carried_in=undo.carried_out,
    )
    assert following.amounts.net == D("779.97")
    assert (following.payable, following.carried_out) == (0, 0)

    with pytest.raises(NegativeMonth):
        settle((first.settled,), item("-1300.00", "-76.0"), situation=SINGLE, figures=BE)


def test_the_yearly_cap_of_the_work_bonus_cuts_part_b_first() -> None:
    item = PayInput(WorkerType.EMPLOYEE, D("2500.00"), month_hours(NOVEMBER), NOVEMBER, NOVEMBER)

    def bonus(other_months: str) -> tuple[D, D]:
        pay = settle(
            (), item, situation=SINGLE, figures=BE, work_bonus_of_other_months=D(other_months)
        ).amounts
        return pay.work_bonus_a, pay.work_bonus_b

    assert bonus("0.00") == (D("127.54"), D("118.18"))
    assert bonus("3400.00") == (D("127.54"), D("66.82"))  # 3,594.36 − 3,400.00 = 194.36
    assert bonus("3500.00") == (D("94.36"), D("0.00"))
    assert bonus("3594.36") == (0, 0)


def test_a_low_pay_loses_its_whole_contribution_to_the_bonus_never_more() -> None:
    amounts = full_month("1000.00").amounts

    assert amounts.onss == D("130.70")
    assert (amounts.work_bonus_a, amounts.work_bonus_b) == (D("127.54"), D("3.16"))
    assert amounts.taxable == D("1000.00")


@pytest.mark.parametrize(
    ("status", "pay", "amount"),
    [
        ("single", "1945.38", "0.00"),
        ("single", "2000.00", "2.30"),
        ("single", "2190.18", "10.33"),
        ("single", "3737.00", "27.35"),
        ("single", "3800.00", "29.48"),
        ("single", "5000.00", "49.51"),
        ("single", "6038.82", "60.94"),
        ("single", "7000.00", "60.94"),
        ("married_two_incomes", "1095.09", "0.00"),
        ("married_two_incomes", "1095.10", "5.15"),
        ("married_two_incomes", "1945.37", "5.15"),
        ("married_two_incomes", "1945.38", "5.15"),
        ("married_two_incomes", "2100.00", "9.12"),
        ("married_two_incomes", "2500.00", "17.85"),
        ("married_two_incomes", "6000.00", "51.64"),
        ("married_one_income", "1945.38", "0.00"),
        ("married_one_income", "2000.00", "3.22"),
        ("married_one_income", "2500.00", "17.85"),
        ("married_one_income", "7000.00", "60.94"),
    ],
)
def test_special_contribution_row_by_row(status: str, pay: str, amount: str) -> None:
    assert special_contribution(D(pay), FamilyStatus(status), SEPTEMBER, BE).amount == D(amount)


@pytest.mark.parametrize(
    ("situation", "refusal"),
    [
        (Situation(resident=False), UnsupportedSituation),
        (Situation(age=18), UnsupportedSituation),
        (Situation(single_parent=True), ContradictorySituation),
        (Situation(FamilyStatus.MARRIED_ONE_INCOME, 1, single_parent=True), ContradictorySituation),
        (Situation(children=-1), ContradictorySituation),
        (Situation(children=1, disabled_children=2), ContradictorySituation),
        (Situation(spouse_low_income=True), ContradictorySituation),
    ],
)
def test_situations_without_figures_or_sense_are_refused(
    situation: Situation, refusal: type[Exception]
) -> None:
    with pytest.raises(refusal):
        full_month("3000.00", situation)


def test_a_student_of_17_has_figures_and_a_disabled_child_counts_twice() -> None:
    assert full_month("500.00", Situation(age=17), WorkerType.STUDENT).amounts.net == D("486.45")
    one_disabled = full_month("3000.00", Situation(children=1, disabled_children=1))
    assert one_disabled.amounts.net == full_month("3000.00", Situation(children=2)).amounts.net


def test_nine_children_get_one_further_reduction() -> None:
    def reduction(children: int) -> D:
        return line(full_month("6500.00", Situation(children=children)), "reduction_children")

    assert reduction(8) == D("21996.00")
    assert reduction(10) == D("29724.00")


def test_a_spouse_with_little_income_or_pension_lowers_the_tax() -> None:
    two = FamilyStatus.MARRIED_TWO_INCOMES
    plain = full_month("4500.00", Situation(two)).amounts.withholding_tax
    assert plain - full_month("4500.00", Situation(two, spouse_low_income=True)).amounts.withholding_tax == D(
        "145.00"
    )
    assert plain - full_month(
        "4500.00", Situation(two, spouse_low_pension=True)
    ).amounts.withholding_tax == D("289.50")


def test_pay_without_hours_is_refused_also_for_a_fee() -> None:
    with pytest.raises(InvalidHours):
        settle(
            (),
            PayInput(WorkerType.EMPLOYEE, D("500.00"), D(0), NOVEMBER, NOVEMBER),
            situation=SINGLE,
            figures=BE,
        )


@pytest.mark.parametrize("day", [date(2024, 12, 31), date(2025, 1, 31), date(2026, 2, 1), date(2027, 1, 1)])
def test_a_month_whose_figures_are_not_loaded_is_refused(day: date) -> None:
    with pytest.raises(NoFigureInForce):
        full_month("3000.00", day=day)
