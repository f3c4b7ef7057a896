"""Contracts that change and contracts of several people: an amendment, a show written at once, a model."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from django.db.models import F

from activities.enums import Tool
from core.calendar import nth_working_day_after
from members.models import Person
from payroll.enums import COUNTED_STATES, OPEN_STATES, ContractType
from payroll.models import OPEN_END, ContractBatch, EmploymentContract
from payroll.services import BatchPerson, amend_contract, keep_template, submit_batch, write_batch
from payroll.services.contracts.signing import remind_unsigned
from smart.demo.stage import OpenActivity, Stage
from smart.demo.work import HOURS_A_DAY, free_days

AMENDED_EVERY = 9
SHOW_FROM = 14
"""Working day from which an Activity with enough on its budget hires for a show."""
CAST_OF_SHOW = 3
DAY = Decimal("265.00")
"""Employment budget of each of them for the evening."""
RAISE = Decimal("18.00")
SHOW = "Représentation et démontage"


def remind(stage: Stage) -> None:
    """Whose contract begins and is not signed reads so."""
    remind_unsigned(on=stage.today, moment=stage.at(8))


def amend(stage: Stage) -> None:
    """Now and then both sides agree on another place and a little more, before the work begins."""
    if stage.index % AMENDED_EVERY != AMENDED_EVERY - 2:
        return
    coming = EmploymentContract.objects.filter(
        state__in=OPEN_STATES,
        starts_on__gt=stage.today,
        ends_on__lt=OPEN_END,
        activity__tool=Tool.ACTIVITY,
        activity__budget__balance__gt=F("activity__budget__reserved") + RAISE * 3,
    ).exclude(contract_type=ContractType.STUDENT)
    for contract in coming.select_related("person").order_by("starts_on", "pk")[:1]:
        amend_contract(
            contract_id=contract.pk,
            reason="La salle a changé : le trajet est plus long.",
            place="Louvain-la-Neuve",
            gross=contract.gross + RAISE,
            on=stage.at(11),
            actor=stage.actor(contract.person.email),
        )


def put_on_show(stage: Stage) -> None:
    """An Activity hires several members for one evening in one go; one of them works elsewhere that day. The
    contract of the first is kept as a model for the next show.
    """
    if stage.index < SHOW_FROM or ContractBatch.objects.exists():
        return
    day = nth_working_day_after(stage.today, 2)
    hosts = [
        it
        for it in stage.open_activities()
        if it.activity.tool == Tool.ACTIVITY
        and it.member.contract_type == ContractType.ARTISTIC
        and it.activity.budget.available >= DAY * (CAST_OF_SHOW + 1)
    ]
    for host in hosts:
        people = _free(stage, host, day)
        busy = _busy(host, day)
        if len(people) == CAST_OF_SHOW:
            _hire(stage, host, [*people, *busy], day)
            return


def _free(stage: Stage, host: OpenActivity, day: date) -> list[Person]:
    """Artists of other Activities who have no work on a day."""
    found: list[Person] = []
    for it in stage.open_activities():
        known = it.person.pk == host.person.pk or it.person in found
        if known or it.member.contract_type != ContractType.ARTISTIC or free_days(it, day, 1) != [day]:
            continue
        found.append(it.person)
        if len(found) == CAST_OF_SHOW:
            break
    return found


def _busy(host: OpenActivity, day: date) -> list[Person]:
    """Somebody who works for the same employer all that day."""
    taken = EmploymentContract.objects.filter(
        state__in=COUNTED_STATES,
        starts_on__lte=day,
        ends_on__gte=day,
        entity_id=host.activity.entity_id,
        contract_type=ContractType.ARTISTIC,
    ).exclude(person=host.person)
    return [contract.person for contract in taken.select_related("person").order_by("pk")[:1]]


def _hire(stage: Stage, host: OpenActivity, people: list[Person], day: date) -> None:
    batch = write_batch(
        activity_id=host.activity_id,
        key=f"spectacle {day}",
        shared={
            "contract_type": ContractType.ARTISTIC.value,
            "starts_on": day,
            "ends_on": day,
            "day_starts": time(13, 24),
            "day_ends": time(21, 0),
            "hours": HOURS_A_DAY,
            "budget": DAY,
            "description": SHOW,
            "place": "Bruxelles",
        },
        people=[BatchPerson(person.pk, {}) for person in people],
        actor=host.actor,
    )
    submit_batch(batch_id=batch.pk, on=stage.at(15), actor=host.actor)
    made = EmploymentContract.objects.filter(activity_id=host.activity_id, description=SHOW)
    for contract in made.order_by("pk")[:1]:
        keep_template(contract_id=contract.pk, owner=host.person, name="Soir de spectacle", actor=host.actor)
