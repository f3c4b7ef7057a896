"""What a contract costs: the worked example to the cent, the inversion, the split over two months."""

from collections.abc import Mapping
from datetime import date
from decimal import Decimal as D

import pytest

from payroll.engine.employer import (
    amounts_by_account,
    employment_budget,
    employment_cost,
    largest_gross,
    split_by_hours,
)
from payroll.engine.errors import BudgetTooSmall
from payroll.engine.month import gross_to_net, settle
from payroll.engine.statutory import figures_of
from payroll.engine.types import PayInput, Situation, WorkerType

BE = figures_of("be")
NOVEMBER = date(2026, 11, 1)


def test_500_gross_as_an_employee_costs_775() -> None:
    cost = employment_cost(WorkerType.EMPLOYEE, D("500.00"), D("1.55"), NOVEMBER, BE)

    assert cost.budget == D("775.00")
    lines = {line.code: line.amount for line in cost.lines}
    assert lines["employer_onss"] + lines["employer_other"] == D("135.00")
    assert lines["exit_holiday_simple"] == D("38.35")
    assert lines["exit_holiday_double"] == D("34.00")
    assert lines["exit_holiday_supplement"] == D("4.35")
    assert lines["exit_holiday_onss"] == D("10.35")
    assert lines["accident_insurance"] == D("5.00")
    assert cost.margin == D("47.95")


def test_500_gross_as_an_artist_costs_785() -> None:
    cost = employment_cost(WorkerType.ARTISTIC, D("500.00"), D("1.57"), NOVEMBER, BE)

    assert cost.budget == D("785.00")
    lines = {line.code: line.amount for line in cost.lines}
    assert lines["employer_onss"] + lines["employer_other"] == D("145.80")
    assert lines["onva_quarterly"] == D("30.08")
    assert lines["onva_quarterly"] + lines["onva_yearly"] == D("85.54")
    assert lines["accident_insurance"] == D("5.00")
    assert cost.margin == D("48.66")
    assert amounts_by_account(cost.lines)["4541"] == D("55.46")


def test_500_gross_as_a_student_costs_545() -> None:
    cost = employment_cost(WorkerType.STUDENT, D("500.00"), D("1.09"), NOVEMBER, BE)

    assert cost.budget == D("545.00")
    lines = {line.code: line.amount for line in cost.lines}
    assert lines == {
        "employer_solidarity": D("27.10"),
        "employer_asbestos": D("0.05"),
        "accident_insurance": D("5.00"),
    }
    assert cost.margin == D("12.85")


def test_the_entry_of_the_employee_names_every_creditor() -> None:
    pay = gross_to_net(
        WorkerType.EMPLOYEE,
        D("500.00"),
        D("22.8"),
        work_month=NOVEMBER,
        paid_on=NOVEMBER,
        situation=Situation(),
        figures=BE,
    )

    assert pay.employer_total == D("227.05")
    assert pay.margin(D("775.00")) == D("47.95")
    credits: Mapping[str, D] = pay.liabilities()
    assert credits == {
        "4540": D("200.35"),
        "455": D("434.65"),
        "4560": D("87.05"),
        "4590": D("5.00"),
    }
    assert sum(credits.values()) == pay.amounts.gross + pay.employer_total


def test_every_employer_line_has_a_source_a_date_and_a_creditor() -> None:
    for kind in (WorkerType.EMPLOYEE, WorkerType.ARTISTIC, WorkerType.STUDENT):
        for line in employment_cost(kind, D("500.00"), D("1.55"), NOVEMBER, BE).lines:
            assert line.label
            assert line.source
            assert line.creditor
            assert line.account in ("4540", "4541", "4560", "4590")
            assert line.valid_from <= NOVEMBER
            assert abs(line.base * line.rate - line.amount) < D("0.02")


def test_the_employer_lines_of_two_contracts_are_those_of_the_month() -> None:
    stored = ()
    for gross in ("333.33", "333.33", "333.34"):
        item = PayInput(WorkerType.EMPLOYEE, D(gross), D("15.2"), NOVEMBER, NOVEMBER)
        stored = (*stored, settle(stored, item, situation=Situation(), figures=BE).settled)

    month = employment_cost(WorkerType.EMPLOYEE, D("1000.00"), D("1.55"), NOVEMBER, BE)
    for line in month.lines:
        assert sum(settled.employer[line.code] for settled in stored) == line.amount


def test_835_pays_a_gross_of_538_71() -> None:
    assert largest_gross(D("835.00"), D("1.55")) == D("538.71")
    assert employment_budget(D("538.71"), D("1.55")) == D("835.00")
    assert employment_budget(D("538.72"), D("1.55")) > D("835.00")


def test_a_budget_of_a_cent_pays_nothing() -> None:
    for budget in ("0.00", "0.01", "-5.00"):
        with pytest.raises(BudgetTooSmall):
            largest_gross(D(budget), D("1.55"))
    assert largest_gross(D("0.02"), D("1.55")) == D("0.01")


def test_a_contract_over_two_months_leaves_the_rest_to_the_last() -> None:
    assert split_by_hours(D("1000.00"), [D("22.8"), D("30.4"), D("15.2")]) == (
        D("333.33"),
        D("444.44"),
        D("222.23"),
    )
    assert split_by_hours(D("500.00"), [D("7.6")]) == (D("500.00"),)
    with pytest.raises(ValueError, match="hours"):
        split_by_hours(D("500.00"), [])
