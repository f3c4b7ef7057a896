"""Work: contracts on an Activity's budget, submitted before they start; pay is settled every day."""

from __future__ import annotations

from datetime import date, time
from decimal import Decimal

from activities.enums import Tool
from core.calendar import is_working_day, nth_working_day_after
from core.money import r
from core.types import Actor
from payroll.enums import COUNTED_STATES, OPEN_STATES
from payroll.models import OPEN_END, ContractSignature, EmploymentContract, PayException
from payroll.services import (
    cancel_contract,
    create_contract,
    report_no_show,
    settle_due,
    shorten_contract,
    sign_contract,
    submit_contract,
)
from smart.demo.sales import FIRST_SALE, quota
from smart.demo.stage import OpenActivity, Stage

HOURS_A_DAY = Decimal("7.6")
CHEAPEST_DAY, DEAREST_DAY = 240, 420
"""Employment budget of a day of work, in euro: always above the minimum wage."""
LATE_ON = 15
"""Working day on which a contract is submitted after its start."""
PLACES = ("Bruxelles", "Namur", "Liège", "Gent", "Mons", "Charleroi")


def settle_pay(stage: Stage) -> None:
    """What ended by yesterday becomes pay items."""
    settle_due(on=stage.today, actor=Actor.system("settlement"))


def hire(stage: Stage) -> None:
    """Members turn their budget into work: the richest Activities first, whoever is free."""
    working_days = len(stage.script.working_days) - FIRST_SALE - 1
    many = quota(stage.script.contracts, stage.index - FIRST_SALE - 1, working_days - 1)
    draw = stage.draw("contracts")
    candidates = [it for it in stage.open_activities() if it.activity.tool == Tool.ACTIVITY]
    candidates.sort(key=lambda it: (-it.activity.budget.available, it.place))
    busy: set[object] = set()
    for it in candidates:
        if many == 0:
            return
        available = it.activity.budget.available
        if available < DEAREST_DAY or it.person.pk in busy:
            continue
        most = min(int(available // DEAREST_DAY), draw.choice((1, 2, 3, 3, 5, 10)))
        days = free_days(it, nth_working_day_after(stage.today, draw.randint(1, 3)), most)
        if not days:
            continue
        budget = min(available, r(Decimal(len(days) * draw.randint(CHEAPEST_DAY, DEAREST_DAY))))
        busy.add(it.person.pk)
        many -= 1
        contract = create_contract(
            activity_id=it.activity_id,
            person_id=it.person.pk,
            contract_type=it.member.contract_type,
            starts_on=days[0],
            ends_on=days[-1],
            hours=HOURS_A_DAY * len(days),
            budget=budget,
            place=draw.choice(PLACES),
            flat_tax=it.member.contract_type == "artistic" and it.place % 8 == 1,
            actor=it.actor,
        )
        submit_contract(contract_id=contract.pk, on=stage.at(14), actor=it.actor)
        if draw.random() < 0.7:
            sign_contract(
                contract_id=contract.pk, side="worker", on=stage.at(14, 5), actor=it.actor, signer=it.person
            )


def free_days(it: OpenActivity, start: date, most: int) -> list[date]:
    """Up to `most` working days in a row on which the member has no contract, from `start` on; none for whom
    pay is stopped.
    """
    if PayException.objects.filter(person=it.person, resolved_at=None).exists():
        return []
    taken = list(
        EmploymentContract.objects.filter(
            person=it.person, state__in=COUNTED_STATES, ends_on__gte=start
        ).values_list("starts_on", "ends_on")
    )
    days: list[date] = []
    day = start if is_working_day(start) else nth_working_day_after(start, 1)
    while len(days) < most:
        if any(first <= day <= last for first, last in taken):
            break
        days.append(day)
        day = nth_working_day_after(day, 1)
    return days if days and not _crosses(taken, days[0], days[-1]) else []


def _crosses(taken: list[tuple[date, date]], first: date, last: date) -> bool:
    return any(start <= last and first <= end for start, end in taken)


def change_plans(stage: Stage) -> None:
    """Life: some contracts are cancelled before they start, one is cut short, one did not take place."""
    coming = EmploymentContract.objects.filter(
        state__in=OPEN_STATES, starts_on__gt=stage.today, activity__tool=Tool.ACTIVITY, ends_on__lt=OPEN_END
    )
    draw = stage.draw("plans")
    if stage.index % 5 == 4:
        found = list(coming.order_by("starts_on", "pk")[:3])
        if found:
            contract = draw.choice(found)
            cancel_contract(
                contract_id=contract.pk,
                on=stage.at(11),
                actor=stage.actor(contract.person.email),
                reason="Le client a reporté la date.",
            )
    under_way = EmploymentContract.objects.filter(
        state__in=OPEN_STATES, starts_on__lt=stage.today, activity__tool=Tool.ACTIVITY, ends_on__lt=OPEN_END
    )
    if stage.index == 12:
        long = under_way.filter(ends_on__gte=stage.today, hours__gte=HOURS_A_DAY * 3).order_by("pk").first()
        if long is not None and long.starts_on.month == stage.today.month:
            worked = sum(is_working_day(day) for day in _days(long.starts_on, stage.today))
            shorten_contract(
                contract_id=long.pk,
                last_day=stage.today,
                hours=min(long.hours - 1, HOURS_A_DAY * worked),
                on=stage.at(16),
                actor=stage.staff("payroll_admin"),
            )
    if stage.index == 20:
        absent = under_way.filter(ends_on__gte=stage.today, months__settled=False).order_by("pk").first()
        if absent is not None and not absent.months.filter(settled=True).exists():
            report_no_show(
                contract_id=absent.pk,
                on=stage.at(16),
                actor=stage.staff("payroll_admin"),
                reason="Le spectacle n'a pas eu lieu.",
            )


def _days(first: date, last: date) -> list[date]:
    return [date.fromordinal(n) for n in range(first.toordinal(), last.toordinal() + 1)]


def declare_late(stage: Stage) -> None:
    """Once, somebody worked yesterday and had said nothing: an administrator submits it all the same."""
    yesterday = stage.days_before(1)
    if stage.index != LATE_ON or yesterday is None:
        return
    for it in stage.open_activities():
        if it.activity.budget.available < DEAREST_DAY or free_days(it, yesterday, 1) != [yesterday]:
            continue
        administrator = stage.staff("payroll_admin")
        contract = _one_day(it, yesterday, Decimal(CHEAPEST_DAY), HOURS_A_DAY, None)
        submit_contract(contract_id=contract.pk, on=stage.at(10), actor=administrator, accept_late=True)
        return


def work_twice_a_day(stage: Stage) -> None:
    """Near the end, somebody works for two Activities on one day: one declaration says both."""
    if stage.index != len(stage.script.working_days) - 3:
        return
    rich = [it for it in stage.open_activities() if it.activity.budget.available >= CHEAPEST_DAY]
    day = nth_working_day_after(stage.today, 2)
    for one in rich:
        other = next((it for it in rich if it.person.pk == one.person.pk and it.place != one.place), None)
        if other is None or other.activity.entity_id != one.activity.entity_id:
            continue
        if free_days(one, day, 1) != [day]:
            continue
        for it, hours in ((one, (time(9), time(12, 48))), (other, (time(14), time(17, 48)))):
            contract = _one_day(it, day, Decimal(CHEAPEST_DAY) / 2, HOURS_A_DAY / 2, hours)
            submit_contract(contract_id=contract.pk, on=stage.at(15), actor=it.actor)
        return


def _one_day(
    it: OpenActivity, day: date, budget: Decimal, hours: Decimal, between: tuple[time, time] | None
) -> EmploymentContract:
    first, last = between or (None, None)
    return create_contract(
        activity_id=it.activity_id,
        person_id=it.person.pk,
        contract_type=it.member.contract_type,
        starts_on=day,
        ends_on=day,
        hours=hours,
        budget=budget,
        place=PLACES[0],
        day_starts=first,
        day_ends=last,
        actor=it.actor,
    )


def countersign(stage: Stage) -> None:
    """A payroll administrator signs for the employer what workers signed on earlier days."""
    by_worker = ContractSignature.objects.filter(side="worker").values("contract_id")
    by_employer = ContractSignature.objects.filter(side="employer").values("contract_id")
    waiting = EmploymentContract.objects.filter(pk__in=by_worker, state__in=OPEN_STATES).exclude(
        pk__in=by_employer
    )
    for contract in waiting.filter(submitted_at__lt=stage.at(0)).order_by("pk"):
        sign_contract(
            contract_id=contract.pk, side="employer", on=stage.at(10), actor=stage.staff("payroll_admin")
        )
