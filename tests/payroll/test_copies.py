"""What cannot be copied, run or simulated: a contract without an end, the end of time."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

TODAY = date(2026, 11, 10)


@pytest.fixture
def without_end(world: Any) -> Any:
    """A contract whose salary goes on."""
    from payroll.models import OPEN_END, EmploymentContract

    contract = world.submit(world.contract())
    EmploymentContract.objects.filter(pk=contract.pk).update(ends_on=OPEN_END)
    return contract


def test_a_contract_without_an_end_is_no_model_of_another(world: Any, without_end: Any) -> None:
    """It is refused with its reason, at once: nobody counts the working days until 9999."""
    from payroll.errors import SalaryGoesOn
    from payroll.models import ContractTemplate, EmploymentContract
    from payroll.services.contracts.copying import copy_contract, keep_template

    with pytest.raises(SalaryGoesOn):
        copy_contract(contract_id=without_end.pk, actor=world.member, today=TODAY)
    with pytest.raises(SalaryGoesOn):
        copy_contract(contract_id=without_end.pk, actor=world.member, today=TODAY, starts_on=TODAY)
    with pytest.raises(SalaryGoesOn):
        keep_template(contract_id=without_end.pk, owner=world.worker, name="CDI", actor=world.member)
    assert (EmploymentContract.objects.count(), ContractTemplate.objects.count()) == (1, 0)


def test_the_form_of_a_copy_says_why_not(world: Any, without_end: Any, client: Any) -> None:
    from core.clock import set_clock
    from tests.factories import make_user
    from tests.payroll.conftest import at

    set_clock(world.cooperative, at(2026, 11, 10))
    world.worker.user = make_user(world.worker.email)
    world.worker.save(update_fields=["user"])
    client.force_login(world.worker.user)
    assert client.get(f"/be/contrats/nouveau/?from={without_end.pk}").status_code == 409


@pytest.mark.parametrize("day", [date(9999, 12, 31), date(9999, 12, 1), date(1, 1, 1)])
def test_no_copy_starts_at_the_end_of_time(world: Any, day: date) -> None:
    from payroll.errors import ContractDates
    from payroll.models import EmploymentContract
    from payroll.services.contracts.copying import copy_contract

    contract = world.submit(world.contract())
    with pytest.raises(ContractDates):
        copy_contract(contract_id=contract.pk, actor=world.member, today=TODAY, starts_on=day)
    assert EmploymentContract.objects.count() == 1


def test_no_run_and_no_simulation_at_the_end_of_time(world: Any, moment: Any) -> None:
    from decimal import Decimal

    from payroll.errors import ContractDates, NoSuchMonth
    from payroll.estimates import Question, estimate
    from payroll.models import PayrollRun
    from payroll.services.runs import start_run

    with pytest.raises(NoSuchMonth):
        start_run(month=date(9999, 12, 1), on=TODAY, at=moment(2026, 11, 10), actor=world.actor(world.clerk))
    assert not PayrollRun.objects.exists()
    asked = Question(Decimal("1000.00"), "employee", Decimal("7.6"), date(9999, 12, 31))
    with pytest.raises(ContractDates):
        estimate(asked, on=TODAY)
