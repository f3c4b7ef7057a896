"""A quota broken after the pay: what was paid as a student's is taken back and paid as an employee's.

Two more parts of the month per contract, the last ones: one takes back, one pays anew, the same hours, gross
and budget. Settlement cumulates them as any correction, so items before them never change, the worker's next
pay bears the difference of the nets, and the pot that of the margins.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, timedelta
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.db.models import Q

from core import audit
from core.errors import DomainError
from core.money import ZERO
from core.outbox import publish
from core.types import Actor
from ledger.services import reserve_more
from payroll.contract_errors import CorrectionPending
from payroll.engine.employer import employment_budget
from payroll.enums import COUNTED_STATES, ContractType, CorrectionOrigin
from payroll.models import ContractMonth, Declaration
from payroll.services.contracts.rows import SOURCE, locked_contract, paying_budget
from payroll.services.exceptions import note_exception, resolve_exceptions
from payroll.services.settlement import (
    EMPLOYEE,
    STUDENT,
    outside_quota_of,
    settle_or_raise,
    share_of,
)

SYSTEM = Actor.system("dimona")
LOOKS_BACK = timedelta(days=400)
"""Work that ended longer ago is looked at no more."""

WITHIN = "De nouveau dans le contingent étudiant"


def correct_quota(*, on: date, people: Collection[UUID] | None = None) -> int:
    """Bring what was paid of students' work to what the social security office counts outside the quota; of
    these workers, or of everybody whose work it concerns. Answers how many months it corrected.

    A month that meets a refusal becomes an exception row and the others go on. Called again it changes
    nothing. Each month is one transaction. Locks: worker file, contract, budget.
    """
    corrected = 0
    for contract_id, month in _candidates(on, people):
        corrected += _correct(contract_id, month, on)
    return corrected


def _candidates(on: date, people: Collection[UUID] | None) -> Iterable[tuple[UUID, date]]:
    """Settled months of students' contracts whose pay may differ from what it should be."""
    since = on - LOOKS_BACK
    if people is None:
        said = Declaration.objects.filter(outside_quota=True, ends_on__gte=since)
        people = set(said.order_by().values_list("contract__person_id", flat=True))
    moved = ContractMonth.objects.filter(last_day__gte=since).exclude(worker_type="").order_by()
    rows = ContractMonth.objects.filter(
        Q(contract__person_id__in=people) | Q(contract_id__in=moved.values("contract_id")),
        contract__contract_type=ContractType.STUDENT,
        contract__state__in=COUNTED_STATES,
        last_day__gte=since,
        number=0,
        settled=True,
    )
    return list(rows.order_by("last_day", "contract_id").values_list("contract_id", "month"))


@transaction.atomic
def _correct(contract_id: UUID, month: date, on: date) -> bool:
    """Correct one month of one contract; whether there was anything to."""
    contract = locked_contract(contract_id)
    rows = list(ContractMonth.objects.filter(contract=contract, month=month).order_by("number"))
    planned = rows[0]
    found = outside_quota_of([contract.person_id]).get((contract_id, month))
    hours, gross = sum((row.hours for row in rows), ZERO), sum((row.gross for row in rows), ZERO)
    paid = [row for row in rows if row.worker_type == EMPLOYEE]
    wanted = found.hours if found else ZERO
    moved = wanted - sum((row.hours for row in paid), ZERO)
    amount = share_of(wanted, hours, gross) - sum((row.gross for row in paid), ZERO)
    try:
        if found is not None and found.problem is not None:
            raise found.problem
        if moved:
            if not all(row.settled for row in rows):
                raise CorrectionPending
            with transaction.atomic():
                _move(rows, moved, amount, found.why if found else WITHIN, on)
    except DomainError as error:
        note_exception(
            person_id=contract.person_id,
            entity_id=contract.entity_id,
            month=month,
            error=error,
            on=on,
            contract_month=planned,
        )
        return False
    resolve_exceptions([planned.pk])
    return bool(moved)


def _move(rows: list[ContractMonth], hours: Decimal, gross: Decimal, why: str, on: date) -> None:
    """Take hours and gross back as one type and pay them as the other, at once; hours below zero go back to
    the student's.
    """
    contract, last = rows[0].contract, rows[-1].number
    before, after = (STUDENT, EMPLOYEE) if hours > 0 else (EMPLOYEE, STUDENT)
    hours, gross = abs(hours), abs(gross)
    assert contract.multiplier is not None
    budget = employment_budget(gross, contract.multiplier)
    _add(rows[0], last + 1, before, (-hours, -gross, -budget), why, on)
    reserve_more(
        budget_id=paying_budget(contract),
        amount=budget,
        source_type=SOURCE,
        source_id=contract.pk,
        text=f"{contract.person}: {contract.description}",
    )
    row = _add(rows[0], last + 2, after, (hours, gross, budget), why, on)
    audit.record(SYSTEM, "payroll.quota_corrected", contract, month=str(row), hours=str(hours), paid_as=after)
    publish("contract.corrected", contract, month_id=str(row.pk))


def _add(
    planned: ContractMonth,
    number: int,
    worker_type: str,
    amounts: tuple[Decimal, Decimal, Decimal],
    why: str,
    on: date,
) -> ContractMonth:
    """One more part of the month, settled. Raises what refuses it."""
    hours, gross, budget = amounts
    row = ContractMonth.objects.create(
        contract_id=planned.contract_id,
        month=planned.month,
        first_day=planned.first_day,
        last_day=planned.last_day,
        hours=hours,
        gross=gross,
        budget=budget,
        number=number,
        reason=why,
        made_by_label=SYSTEM.label,
        worker_type=worker_type,
        origin=CorrectionOrigin.QUOTA,
    )
    settle_or_raise(contract_month_id=row.pk, on=on, actor=SYSTEM)
    return row
