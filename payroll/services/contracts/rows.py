"""The rows of a contract: locked in their order, and its months."""

from __future__ import annotations

from uuid import UUID

from activities.models import Activity
from core.locks import for_update
from payroll import plans
from payroll.errors import ContractNotFound, SalaryGoesOn
from payroll.models import ContractMonth, EmploymentContract, WorkerFile

SOURCE = "payroll.employmentcontract"
"""How a contract names itself in reservations and entries."""


def locked_contract(contract_id: UUID) -> EmploymentContract:
    """The contract, after its worker's file, both locked. Raises `ContractNotFound`."""
    person_id = EmploymentContract.objects.filter(pk=contract_id).values_list("person_id", flat=True).first()
    if person_id is None:
        raise ContractNotFound
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    return for_update(EmploymentContract.objects.filter(pk=contract_id)).get()


def check_fixed_term(contract: EmploymentContract) -> None:
    """Raises `SalaryGoesOn` for a contract whose salary goes on from month to month: its own services plan,
    cut and end it.
    """
    if contract.ends_on > plans.latest_end(contract.starts_on):
        raise SalaryGoesOn


def paying_budget(contract: EmploymentContract) -> UUID:
    """The budget that pays the contract: that of its Activity."""
    budget_id: UUID = Activity.objects.values_list("budget_id", flat=True).get(pk=contract.activity_id)
    return budget_id


def month_rows(contract: EmploymentContract, months: tuple[plans.MonthPart, ...]) -> list[ContractMonth]:
    """Rows of planned months, not written yet."""
    return [
        ContractMonth(
            contract=contract,
            month=part.month,
            first_day=part.first_day,
            last_day=part.last_day,
            hours=part.hours,
            gross=part.gross,
            budget=part.budget,
        )
        for part in months
    ]
