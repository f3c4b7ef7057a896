"""The end of a contract: the worker's paper and what the office is told, in one act."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core.errors import DomainError
from core.types import Actor
from payroll.enums import COUNTED_STATES
from payroll.models import OPEN_END, EmploymentContract
from payroll.returns.enums import PublicReturnKind, PublicReturnState
from payroll.returns.errors import ContractNotEnding, ReturnHasProblems
from payroll.returns.models import PublicReturn
from payroll.returns.periods import ReturnPeriod
from payroll.returns.selectors import end_of, ends_due
from payroll.returns.services.building import build_return, build_slice, finish_building
from payroll.returns.services.papers import issue_papers
from payroll.returns.services.sending import send_return


@transaction.atomic
def end_contract(*, contract_id: UUID, on: date, actor: Actor) -> PublicReturn:
    """Make the paper of a contract's end, give it to the worker and send the form on its way.

    It declares nothing that money follows from, so no second person is asked. A contract that has its paper
    gives that one. Locks: the return. Raises `ContractNotEnding`, `ReturnHasProblems` (no national number);
    then nothing is written.
    """
    contract = EmploymentContract.objects.select_related("entity").filter(pk=contract_id).first()
    if contract is None or contract.state not in COUNTED_STATES or contract.ends_on == OPEN_END:
        raise ContractNotEnding
    made = end_of(contract.pk)
    if made is not None and made.state not in (PublicReturnState.REFUSED, PublicReturnState.BUILDING):
        return made
    row = build_return(
        kind=PublicReturnKind.END,
        entity=contract.entity,
        period=ReturnPeriod(contract.starts_on, contract.ends_on),
        on=on,
        actor=actor,
        contract=contract,
    )
    while build_slice(return_id=row.pk):
        pass
    built = finish_building(return_id=row.pk)
    assert built is not None
    if built.problems:
        raise ReturnHasProblems(count=len(built.problems))
    built.state = PublicReturnState.APPROVED
    built.approved_on, built.approved_by = on, actor.label[:120]
    built.approved_by_user, built.approved_by_person = actor.user_id, actor.person_id
    built.save()
    issue_papers(return_id=built.pk, on=on)
    return send_return(return_id=built.pk, on=on, actor=actor)


def end_due_contracts(*, on: date, actor: Actor, limit: int = 100) -> tuple[int, int]:
    """Make the papers of contracts that end today and are their worker's last; answers how many were made and
    how many wait for a person (they stay in the queue). Each by itself: one refusal stops nobody else.
    """
    made = refused = 0
    for key in ends_due(on).values_list("pk", flat=True)[:limit]:
        try:
            end_contract(contract_id=key, on=on, actor=actor)
            made += 1
        except DomainError:
            refused += 1
    return made, refused
