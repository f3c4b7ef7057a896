"""One of each thing of the room of returns, for whoever tries all doors and all work."""

from __future__ import annotations

from datetime import date
from typing import Any

from core.types import Actor
from ledger.models import LegalEntity
from members.models import Person
from payroll.enums import COUNTED_STATES
from payroll.models import EmploymentContract
from payroll.returns.enums import PublicReturnState
from payroll.returns.models import PublicReturn, ReturnRow, WorkerPaper
from payroll.returns.periods import parse_return_period
from payroll.returns.services import (
    approve_return,
    build_return,
    check_return,
    end_contract,
    finish_building,
    send_return,
)
from payroll.returns.services.building import build_slice

JANUARY = date(2027, 1, 11)


def returns_of(person: Person, clerk: Actor, chief: Actor) -> dict[str, Any]:
    """Keys by kind: a return on its way, one whose workers are being read, one whose papers wait, a paper."""
    contract = EmploymentContract.objects.filter(
        person=person, state__in=COUNTED_STATES, items__isnull=False
    ).first()
    assert contract is not None
    end_contract(contract_id=contract.pk, on=contract.ends_on, actor=clerk)
    entity = contract.entity
    sent = stands(entity, "dmfa", "2026-4", clerk, chief)
    if sent.state == PublicReturnState.APPROVED:
        send_return(return_id=sent.pk, on=JANUARY, actor=clerk)
    begun = build_return(
        kind="individual_account",
        entity=entity,
        period=parse_return_period("individual_account", "2026"),
        on=JANUARY,
        actor=clerk,
    )
    return {
        "public_return": sent.pk,
        "return_row": ReturnRow.objects.filter(public_return=sent)[0].pk,
        "begun_return": begun.pk,
        "slips_return": stands(entity, "tax_slips", "2026", clerk, chief).pk,
        "worker_paper": WorkerPaper.objects.get(contract=contract).pk,
    }


def stands(entity: LegalEntity, kind: str, period: str, clerk: Actor, chief: Actor) -> PublicReturn:
    """A return built, checked and approved; the one of the period that stands already, else."""
    asked = parse_return_period(kind, period)
    known = PublicReturn.objects.filter(kind=kind, entity=entity, first=asked.first).first()
    if known is not None and known.approved_on is not None:
        return known
    row = build_return(kind=kind, entity=entity, period=asked, on=JANUARY, actor=clerk)
    while build_slice(return_id=row.pk):
        pass
    finish_building(return_id=row.pk)
    check_return(return_id=row.pk, on=JANUARY, actor=clerk)
    return approve_return(return_id=row.pk, on=JANUARY, actor=chief)
