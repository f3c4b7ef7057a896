"""Declarations of work that do not go by themselves: the queue of payroll has something to tell."""

from __future__ import annotations

from decimal import Decimal

from core.calendar import nth_working_day_after
from core.types import Actor
from members.disclosure import reveal_national_number
from payroll.dimona.simulator import DimonaSimulator
from payroll.services import create_contract, submit_contract
from payroll.services.declarations import office
from smart.demo.stage import Stage
from smart.demo.work import CHEAPEST_DAY, DEAREST_DAY, HOURS_A_DAY, PLACES, free_days

OFFICE = Actor.system("the play")


def leave_refusal(stage: Stage) -> None:
    """The last morning: the national register does not know somebody who is hired for the next days."""
    register = office()
    if not isinstance(register, DimonaSimulator):
        return
    day = nth_working_day_after(stage.today, 2)
    for it in reversed(list(stage.open_activities())):
        if it.activity.budget.available < DEAREST_DAY or free_days(it, day, 1) != [day]:
            continue
        number = reveal_national_number(person=it.person, actor=OFFICE, purpose="DIMONA")
        register.note_person(number, unknown=True)
        contract = create_contract(
            activity_id=it.activity_id,
            person_id=it.person.pk,
            contract_type=it.member.contract_type,
            starts_on=day,
            ends_on=day,
            hours=HOURS_A_DAY,
            budget=Decimal(CHEAPEST_DAY),
            place=PLACES[0],
            actor=it.actor,
        )
        submit_contract(contract_id=contract.pk, on=stage.at(9), actor=it.actor)
        return
