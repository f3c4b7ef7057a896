"""Salaries that go on: two members whose clients order for a year agree on one in the first weeks.

The first one, full time, has sold half a season: enough until the end of the year, and the warning says so.
The second, half time, has the year. Both are away now and then; on the last day a request waits.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal

from core.calendar import nth_working_day_after
from core.types import Actor
from invoicing.models import Client, Invoice
from invoicing.services import create_draft, issue_invoice, send_invoice
from invoicing.types import LineInput
from members.models import Person
from payroll.cdi import selectors
from payroll.cdi.estimates import months_from
from payroll.cdi.models import Absence, SalaryProposal
from payroll.cdi.services import (
    agree_salary,
    ask_absence,
    decide_absence,
    follow_contract,
    grant_holiday,
    propose_salary,
)
from payroll.cdi.smoothing import Estimate
from payroll.models import EmploymentContract
from smart.demo.cast import ClientProfile
from smart.demo.sales import FIRST_SALE, make_known
from smart.demo.stage import OpenActivity, Stage

HALF, FULL = Decimal("3.8"), Decimal("7.6")
DEAL = "Programmation annuelle"
CLERK = Actor.system("cdi")


@dataclass(frozen=True, slots=True)
class Salary:
    """Who has one: place in the cast, hours from Monday to Friday, what is sold at once, what a month bears,
    days of holiday in a year.
    """

    member: int
    week: tuple[Decimal, ...]
    sold: Decimal
    monthly: Decimal
    holiday: Decimal


SALARIES = (
    Salary(1, (FULL,) * 5, Decimal("12600.00"), Decimal("5200.00"), Decimal(20)),
    Salary(
        3, (FULL, FULL, HALF, Decimal(0), Decimal(0)), Decimal("16800.00"), Decimal("2650.00"), Decimal(10)
    ),
)


def follow_salaries(stage: Stage) -> None:
    """The deal, the agreement the working day after it, then what the daily work does: on Mondays, on the
    first working day of a month and at the end, which is often enough for a play.
    """
    staff = list(selectors.to_follow(stage.today))
    if len(staff) < len(SALARIES) and stage.index >= FIRST_SALE:
        for salary in SALARIES:
            _towards(stage, salary)
    begins = stage.days_before(1)
    new_month = begins is None or begins.month != stage.today.month
    if stage.today.weekday() == 0 or new_month or stage.today == stage.script.last_day:
        for contract in staff:
            follow_contract(contract_id=contract.pk, on=stage.today, actor=CLERK)


def go_away(stage: Stage) -> None:
    """Six working days before the end: holiday that was earned elsewhere, a part of it asked and approved."""
    if stage.index != len(stage.script.working_days) - 6:
        return
    administrator = stage.staff("payroll_admin")
    for contract in _begun(stage)[:1]:
        grant_holiday(
            contract_id=contract.pk,
            year=stage.today.year,
            days=Decimal(6),
            reason="Attestation de l'employeur précédent",
            actor=administrator,
        )
        _away(stage, contract, "paid_holiday", nth_working_day_after(stage.today, 2), administrator)
    for contract in _begun(stage)[1:]:
        _away(stage, contract, "sickness", stage.today, administrator)


def leave_absence(stage: Stage) -> None:
    """The last morning: a day without pay that nobody has answered yet."""
    for contract in selectors.to_follow(stage.today).order_by("-pk")[:1]:
        day = _monday_after(stage.today)
        if not Absence.objects.filter(contract=contract, first_day=day).exists():
            ask_absence(
                contract_id=contract.pk,
                kind="unpaid_leave",
                first_day=day,
                last_day=day,
                note="Déménagement",
                actor=_actor(contract.person),
            )


def _towards(stage: Stage, salary: Salary) -> None:
    """One step towards a salary: the deal is invoiced, or agreed on when that was done before."""
    it = next((found for found in stage.open_activities() if found.place == _place(stage, salary)), None)
    if it is None or SalaryProposal.objects.filter(person=it.person).exists():
        return
    deal = Invoice.objects.filter(activity=it.activity, lines__description=DEAL).first()
    if deal is None:
        _sell(stage, it, salary)
    elif deal.issued_on is not None and deal.issued_on < stage.today:
        _agree(stage, it, salary)


def _place(stage: Stage, salary: Salary) -> int:
    """Place of the member's first Activity in the cast."""
    return sum(len(member.activities) for member in stage.members[: salary.member])


def _sell(stage: Stage, it: OpenActivity, salary: Salary) -> None:
    profile = _payer(stage, SALARIES.index(salary))
    client = Client.objects.filter(email=profile.email).first() or make_known(profile, it)
    draft = create_draft(
        activity_id=it.activity_id,
        client_id=client.pk,
        lines=[LineInput(DEAL, Decimal(1), "flat", salary.sold)],
        delivery_date=stage.today,
        actor=it.actor,
    )
    issue_invoice(invoice_id=draft.pk, issued_on=stage.today, actor=it.actor)
    send_invoice(invoice_id=draft.pk, on=stage.today, actor=it.actor)


def _payer(stage: Stage, place: int) -> ClientProfile:
    """A Belgian firm that pays what it owes, before the day."""
    good = [
        profile
        for profile in stage.clients
        if profile.kind == "business" and profile.country == "BE" and profile.manner == "exact"
        and profile.pays_after is not None and profile.pays_after <= 0
    ]  # fmt: skip
    return good[place % len(good)]


def _agree(stage: Stage, it: OpenActivity, salary: Salary) -> None:
    starts_on = _monday_after(stage.today)
    assert it.activity.adviser_id is not None
    adviser = Person.objects.get(pk=it.activity.adviser_id)
    proposal = propose_salary(
        activity_id=it.activity_id,
        person_id=it.person.pk,
        valid_from=starts_on,
        hours_by_day=[*salary.week, Decimal(0), Decimal(0)],
        estimates=[
            Estimate(month, salary.monthly, Decimal(0), "Accords annuels") for month in months_from(starts_on)
        ],
        category="A",
        holiday_days=salary.holiday,
        place="Bruxelles",
        on=stage.today,
        actor=_actor(adviser),
    )
    for person, side in ((it.person, "worker"), (adviser, "adviser")):
        agree_salary(
            proposal_id=proposal.pk,
            side=side,
            person=person,
            as_cooperative=side == "adviser",
            on=stage.at(11),
            actor=_actor(person),
        )


def _away(stage: Stage, contract: EmploymentContract, kind: str, first: date, decider: Actor) -> None:
    days = selectors.work_days(contract, first, first + timedelta(days=6))
    if not days:
        return
    last = days[1].day if kind == "paid_holiday" and len(days) > 1 else days[0].day
    absence = ask_absence(
        contract_id=contract.pk,
        kind=kind,
        first_day=days[0].day,
        last_day=last,
        actor=_actor(contract.person),
    )
    decide_absence(absence_id=absence.pk, approve=True, on=stage.today, actor=decider)


def _begun(stage: Stage) -> list[EmploymentContract]:
    return [row for row in selectors.to_follow(stage.today).order_by("pk") if row.starts_on <= stage.today]


def _monday_after(day: date) -> date:
    return day + timedelta(days=7 - day.weekday())


def _actor(person: Person) -> Actor:
    return Actor("user", str(person), person.user_id, person.pk)
