"""The daily look at one open-ended contract, whatever stops a part of it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.types import Actor
from payroll.cdi import selectors
from payroll.cdi.services.allowances import pay_due
from payroll.cdi.services.holidays import give_back_taken
from payroll.cdi.services.salaries import follow_salary
from payroll.enums import OPEN_STATES
from payroll.services.contracts import locked_contract
from payroll.services.open_ended import note_shortfall


@transaction.atomic
def follow_contract(*, contract_id: UUID, on: date, actor: Actor) -> None:
    """Terms that begin, months ahead, the warning, allowances that are due, holiday that was taken.

    A refusal (a rate that nobody loaded) becomes an exception of the month; the rest goes on. Safe at any
    frequency. Locks: worker file, contract, budget.
    """
    contract = locked_contract(contract_id)
    contract = selectors.contracts().get(pk=contract.pk)
    month = on.replace(day=1)
    try:
        with transaction.atomic():
            follow_salary(contract_id=contract.pk, on=on, actor=actor)
    except DomainError as error:
        note_shortfall(contract, month=month, error=error, on=on)
    try:
        with transaction.atomic():
            pay_due(contract=contract, on=on, actor=actor)
    except DomainError as error:
        note_shortfall(contract, month=month, error=error, on=on)
    contract = selectors.contracts().get(pk=contract.pk)
    if on.month == 1 and contract.starts_on.year < on.year:
        give_back_taken(contract_id=contract.pk, year=on.year - 1, on=on, actor=actor)
    if contract.state not in OPEN_STATES and contract.ends_on < on:
        for year in (contract.ends_on.year - 1, contract.ends_on.year):
            give_back_taken(contract_id=contract.pk, year=year, on=on, actor=actor)
