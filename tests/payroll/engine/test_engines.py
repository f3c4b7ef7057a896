"""One engine per country, and what an engine refuses by name."""

from datetime import date
from decimal import Decimal as D

import pytest

from payroll.engine.employer import check_payable
from payroll.engine.engines import engine_of
from payroll.engine.errors import NoFigureInForce, NoPayrollEngine
from payroll.engine.month import settle
from payroll.engine.statutory import Figures, figures_of, read_figures
from payroll.engine.types import PayInput, Situation, WorkerType

BE = figures_of("be")
NOVEMBER = date(2026, 11, 1)
AGENCY = """
- code: employer.lines.interim
  valid_from: 2026-11-01
  valid_to: null
  value:
    - {code: employer_onss, label: "Cotisation patronale", base: gross, rate: 0.25,
       account: "4540", creditor: onss, source: "a file of the cooperative", status: to_confirm}
  source: a file of the cooperative
  status: to_confirm
"""


def item(kind: WorkerType, gross: str = "1000.00", hours: str = "53.2") -> PayInput:
    return PayInput(kind, D(gross), D(hours), NOVEMBER, NOVEMBER)


def test_belgium_has_an_engine_that_answers_with_its_own_figures() -> None:
    engine = engine_of("be")
    asked = item(WorkerType.EMPLOYEE)

    assert engine.figures is BE
    assert engine.settle((), asked, situation=Situation()) == settle(
        (), asked, situation=Situation(), figures=BE
    )
    assert engine.minimum_wage(WorkerType.EMPLOYEE, NOVEMBER).monthly == D("2242.81")


@pytest.mark.parametrize("country", ["fr", "de", "es", "it", "nl", "at", "se", "", "../be", "BE"])
def test_any_other_country_is_refused_by_name(country: str) -> None:
    with pytest.raises(NoPayrollEngine) as refusal:
        engine_of(country)
    assert refusal.value.code == "no_payroll_engine"
    assert refusal.value.params == {"country": country}


def test_agency_work_is_refused_until_its_employer_lines_are_loaded() -> None:
    for refused in (
        lambda: check_payable(WorkerType.INTERIM, NOVEMBER, BE),
        lambda: settle((), item(WorkerType.INTERIM), situation=Situation(), figures=BE),
    ):
        with pytest.raises(NoFigureInForce) as refusal:
            refused()
        assert refusal.value.params["figure"] == "employer.lines.interim"
    check_payable(WorkerType.EMPLOYEE, NOVEMBER, BE)


def test_once_they_are_an_agency_worker_contributes_with_the_employees_of_the_month() -> None:
    figures = Figures("be", [*BE, *read_figures(AGENCY)])

    office = settle((), item(WorkerType.EMPLOYEE), situation=Situation(), figures=figures)
    agency = settle((office.settled,), item(WorkerType.INTERIM), situation=Situation(), figures=figures)
    together = settle(
        (), item(WorkerType.EMPLOYEE, "2000.00", "106.4"), situation=Situation(), figures=figures
    )

    assert agency.item.worker_type.worker_code == "495"
    assert office.amounts + agency.amounts == together.amounts
    assert agency.social_before == office.social_after
    # each kind of contract costs its own employer lines
    assert agency.employer_total == D("250.00")
    assert agency.social_after.employer is not None
    assert agency.social_after.employer["employer_onss"] == office.settled.employer["employer_onss"] + 250
