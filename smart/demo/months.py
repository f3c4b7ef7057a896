"""Months: the payroll run of a month that is over, started by one administrator and approved by another.

The last month is left to whoever looks at the demonstration: it is not begun, and some pay of it is stopped.
"""

from __future__ import annotations

from datetime import date

from activities.enums import ExpenseState
from activities.models import Expense
from core.calendar import first_of_month, is_working_day, nth_working_day_after
from members.models import Person
from members.services import update_person
from payroll.enums import OPEN_STATES, RunState
from payroll.models import OPEN_END, ContractMonth, PayrollRun
from payroll.months import month_before
from payroll.selectors import open_exceptions
from payroll.services.reviews import review_exceptions
from payroll.services.runs import approve_month as approve_runs
from payroll.services.runs import start_month as start_runs
from smart.demo.cast import DOMAIN
from smart.demo.stage import Stage

STOPPED = 3
"""Workers whose pay of the last month is stopped: two without an account, one who moved abroad."""


def start_month(stage: Stage) -> None:
    """On the first working day of a month: begin the runs of the month before, entity by entity."""
    before = month_before(stage.today)
    known = PayrollRun.objects.filter(month=before).exists()
    if known or before < first_of_month(stage.script.first_day) or _is_left(stage, before):
        return
    start_runs(month=before, on=stage.today, at=stage.at(9), actor=stage.staff("payroll_admin"))


def approve_month(stage: Stage) -> None:
    """What was computed on an earlier day is looked at and approved by the second administrator."""
    waiting = PayrollRun.objects.filter(state=RunState.REVIEW, on__lt=stage.today).order_by("month")
    for month in sorted(set(waiting.values_list("month", flat=True))):
        colleague = stage.staff("payroll_admin", 1)
        keys = open_exceptions(month).filter(reviewed_at=None).values_list("pk", flat=True)
        if keys:
            review_exceptions(
                exception_ids=list(keys),
                note="Vu: à corriger avec le membre, au prochain cycle.",
                at=stage.at(10),
                actor=colleague,
            )
        approve_runs(month=month, on=stage.today, at=stage.at(10, 30), actor=colleague)


def stop_some_pay(stage: Stage) -> None:
    """On the last working day of the month that is left: two workers close their account, one moves to
    Lille. What they work until then is stopped by the next settlement, and by nothing else.
    """
    month = first_of_month(stage.today)
    following = nth_working_day_after(stage.today, 1)
    if following.month == month.month or not _is_left(stage, month) or not is_working_day(stage.today):
        return
    rows = ContractMonth.objects.filter(
        month=month,
        settled=False,
        last_day__gte=stage.today,
        contract__state__in=OPEN_STATES,
        contract__ends_on__lt=OPEN_END,
    )
    waiting = Expense.objects.filter(state=ExpenseState.SUBMITTED)
    people = Person.objects.filter(pk__in=rows.values("contract__person_id")).exclude(
        pk__in=waiting.values("person_id")
    )
    # Whoever looks at the demonstration signs in as the first member, who can be paid.
    crowd = people.exclude(email=f"membre@{DOMAIN}").order_by("-pk")
    for place, person in enumerate(crowd[:STOPPED]):
        actor = stage.actor(person.email)
        if place == STOPPED - 1:
            update_person(person_id=person.pk, actor=actor, country="FR")
        else:
            update_person(person_id=person.pk, actor=actor, iban="")


def _is_left(stage: Stage, month: date) -> bool:
    """Whether the month is the last whole one of a play that shows an earlier one closed."""
    last = month_before(stage.script.last_day)
    return month == last and month_before(last) >= first_of_month(stage.script.first_day)
