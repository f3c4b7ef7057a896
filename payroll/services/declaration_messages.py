"""A declaration row as the social security office reads it."""

from __future__ import annotations

from core.clock import ZONE
from members.disclosure import reveal_national_number
from payroll.dimona.types import (
    OPEN_END,
    DimonaCancel,
    DimonaIn,
    DimonaOut,
    DimonaUpdate,
    Employer,
    WorkerType,
    joint_committee_code,
)
from payroll.dimona.types import Declaration as Message
from payroll.enums import ContractType, DeclarationKind
from payroll.models import Declaration, EmploymentContract
from payroll.services.reconciliation import SYSTEM


def worker_type(contract: EmploymentContract) -> WorkerType:
    """Students are declared apart; everybody else, artists too, is ordinary."""
    return WorkerType.STUDENT if contract.contract_type == ContractType.STUDENT else WorkerType.ORDINARY


def employer_of(contract: EmploymentContract) -> Employer:
    """The legal entity as the office knows it."""
    return Employer(contract.entity.nsso_number, contract.entity.enterprise_number)


def message_of(row: Declaration) -> Message:
    """The declaration as the office reads it. Raises `NationalNumberMissing`, `DimonaError`."""
    contract = EmploymentContract.objects.select_related("person", "entity").get(pk=row.contract_id)
    employer = employer_of(contract)
    number = reveal_national_number(person=contract.person, actor=SYSTEM, purpose="DIMONA")
    at = row.declared_at.astimezone(ZONE)
    match row.kind:
        case DeclarationKind.IN:
            return DimonaIn(
                row.reference,
                at,
                employer,
                number,
                row.starts_on,
                None if row.ends_on == OPEN_END else row.ends_on,
                worker_type(contract),
                joint_committee_code(contract.joint_committee),
                row.planned_hours,
            )
        case DeclarationKind.UPDATE:
            return DimonaUpdate(
                row.reference,
                at,
                employer,
                row.period_id,
                row.starts_on,
                row.ends_on,
                row.planned_hours,
                number,
            )
        case DeclarationKind.OUT:
            return DimonaOut(row.reference, at, employer, row.period_id, row.ends_on, number)
        case _:
            return DimonaCancel(row.reference, at, employer, row.period_id, number)
