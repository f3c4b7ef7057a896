"""A salary is proposed from an estimate, agreed by every side, and becomes terms.

Locks: proposal, worker file, contract, budget.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from activities.enums import HolderRole
from activities.models import Activity, ActivityHolder
from core import audit
from core.calendar import first_of_month
from core.clock import ZONE
from core.money import ZERO
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from members.models import Person
from payroll.cdi import errors, selectors
from payroll.cdi.enums import ConsentSide, ProposalState
from payroll.cdi.models import OpenEndedTerms, ProposalMonth, SalaryConsent, SalaryProposal
from payroll.cdi.services import salaries
from payroll.cdi.smoothing import (
    FULL_WEEK,
    MONTHS,
    MOST_A_DAY,
    Estimate,
    average_of,
    borne_gross,
    lowest_gross,
    monthly_hours,
    net_months,
)
from payroll.engine.employer import employment_budget
from payroll.engine.minimum_wage import minimum_wage
from payroll.engine.statutory import figures_of
from payroll.engine.types import WorkerType
from payroll.errors import ActivityNotOpen
from payroll.models import ContractMonth, EmploymentContract
from payroll.services.open_ended import change_salary, conclude_open_ended

__all__ = ["agree_salary", "propose_salary", "refuse_proposal", "withdraw_proposal"]


@transaction.atomic
def propose_salary(
    *,
    activity_id: UUID,
    person_id: UUID,
    valid_from: date,
    hours_by_day: Sequence[Decimal],
    estimates: Sequence[Estimate],
    actor: Actor,
    on: date,
    gross: Decimal | None = None,
    smoothed: bool = True,
    contract: EmploymentContract | None = None,
    category: str = "A",
    experience_from: date | None = None,
    holiday_days: Decimal = Decimal(20),
    joint_committee: str = "200",
    description: str = "",
    place: str = "",
) -> SalaryProposal:
    """Propose a monthly salary: a smoothed one is at most what twelve months of estimated income bear, and
    exactly that when no `gross` is given.

    One that is not smoothed needs a `gross` and no estimate. For a contract that runs (`contract`) the new
    terms begin on the first of a month that is not paid. Raises, with nothing changed: `ActivityNotOpen`,
    `HoursOfWeek`, `EstimateMonths`, `SalaryNotBorne`, `SalaryAboveEstimate`, `SalaryBelowMinimum`,
    `TermsFromFirst`, `ProposalWaits`, `NoRateInForce`, `NoFigureInForce`.
    """
    activity = Activity.objects.get(pk=activity_id)
    if activity.state != "open":
        raise ActivityNotOpen(name=activity.name)
    weekly = _weekly(hours_by_day)
    if contract is not None:
        _check_start(contract, valid_from)
        if SalaryProposal.objects.filter(contract=contract, state=ProposalState.OPEN).exists():
            raise errors.ProposalWaits
    multiplier = policy("multiplier.employee", on=valid_from).rate
    if (smoothed or estimates) and len(estimates) != MONTHS:
        raise errors.EstimateMonths
    months = net_months(estimates, policy("levy.rate", on=on).rate)
    average = average_of(months)
    if smoothed:
        most = borne_gross(average, multiplier)
        if most <= 0:
            raise errors.SalaryNotBorne(average=average)
        gross = most if gross is None else gross
        if gross > most:
            cost = employment_budget(gross, multiplier)
            raise errors.SalaryAboveEstimate(cost=cost, average=average, most=most)
    if gross is None or gross <= 0:
        raise errors.SalaryNotBorne(average=average)
    person = Person.objects.get(pk=person_id)
    proposal = SalaryProposal(
        contract=contract,
        activity=activity,
        person=person,
        valid_from=valid_from,
        hours_by_day=[str(hours) for hours in hours_by_day],
        weekly_hours=weekly,
        gross=gross,
        smoothed=smoothed,
        category=category,
        experience_from=experience_from,
        holiday_days=holiday_days,
        joint_committee=joint_committee,
        description=(description or str(activity.name))[:140],
        place=place[:120],
        average=average,
        multiplier=multiplier,
        proposed_by_label=actor.label[:120],
    )
    _check_minimum(proposal)
    proposal.save(force_insert=True)
    ProposalMonth.objects.bulk_create(
        ProposalMonth(
            proposal=proposal,
            month=row.month,
            income=row.income,
            levy=row.levy,
            costs=row.costs,
            net=row.net,
            text=row.text[:200],
        )
        for row in months
    )
    audit.record(actor, "cdi.salary_proposed", proposal, gross=str(gross), average=str(average))
    publish("salary.proposed", proposal, person_id=str(person.pk))
    return proposal


@transaction.atomic
def agree_salary(
    *, proposal_id: UUID, side: str, person: Person, as_cooperative: bool, on: datetime, actor: Actor
) -> SalaryProposal:
    """One side agrees. With the last one the terms stand: the contract is concluded and declared, or its new
    terms are written, and the months ahead are planned.

    `as_cooperative`: whether the person may agree for the cooperative (the edge knows the roles). Nobody
    agrees on two sides. Raises `ProposalNotOpen`, `NotYourConsent`, `ConsentGiven` and what concluding
    raises; then nothing is written, the consent neither.
    """
    proposal = _open(proposal_id)
    moment = on.astimezone(ZONE)
    given = list(SalaryConsent.objects.filter(proposal=proposal))
    if any(row.side == side for row in given):
        raise errors.ConsentGiven
    may = {
        ConsentSide.WORKER: person.pk == proposal.person_id,
        ConsentSide.ADVISER: as_cooperative and person.pk != proposal.person_id,
        ConsentSide.HOLDER: person.pk != proposal.person_id and _runs(person.pk, proposal.activity_id),
    }[ConsentSide(side)]
    if not may or any(row.person_id == person.pk for row in given):
        raise errors.NotYourConsent(side=ConsentSide(side).label)
    SalaryConsent.objects.create(
        proposal=proposal, side=side, person=person, person_label=str(person), given_at=moment
    )
    audit.record(actor, "cdi.salary_agreed", proposal, side=side)
    if {row.side for row in given} | {side} >= sides_of(proposal):
        _conclude(proposal, moment, actor)
    return proposal


def sides_of(proposal: SalaryProposal) -> set[str]:
    """Who has to agree: worker and cooperative, and the holder where the worker is not one."""
    sides: set[str] = {ConsentSide.WORKER, ConsentSide.ADVISER}
    if not _runs(proposal.person_id, proposal.activity_id):
        sides.add(ConsentSide.HOLDER)
    return sides


@transaction.atomic
def refuse_proposal(*, proposal_id: UUID, reason: str, actor: Actor) -> SalaryProposal:
    """Somebody who would have to agree does not. Raises `ProposalNotOpen`."""
    return _close(proposal_id, ProposalState.REFUSED, reason, actor)


@transaction.atomic
def withdraw_proposal(*, proposal_id: UUID, reason: str, actor: Actor) -> SalaryProposal:
    """The proposal is taken back. Raises `ProposalNotOpen`."""
    return _close(proposal_id, ProposalState.WITHDRAWN, reason, actor)


def _close(proposal_id: UUID, state: ProposalState, reason: str, actor: Actor) -> SalaryProposal:
    proposal = _open(proposal_id)
    proposal.state, proposal.answer = state, reason[:200]
    proposal.save(update_fields=["state", "answer"])
    audit.record(actor, f"cdi.salary_{state.value}", proposal, reason=reason[:200])
    return proposal


def _open(proposal_id: UUID) -> SalaryProposal:
    proposal = selectors.proposal_for_update(proposal_id)
    if proposal.state != ProposalState.OPEN:
        raise errors.ProposalNotOpen(state=ProposalState(proposal.state).label)
    return proposal


def _conclude(proposal: SalaryProposal, moment: datetime, actor: Actor) -> None:
    _check_minimum(proposal)
    hours = monthly_hours(proposal.weekly_hours)
    years = _years(proposal)
    contract = proposal.contract
    if contract is None:
        contract = conclude_open_ended(
            activity_id=proposal.activity_id,
            person_id=proposal.person_id,
            starts_on=proposal.valid_from,
            hours=hours,
            gross=proposal.gross,
            category=proposal.category,
            seniority=years,
            joint_committee=proposal.joint_committee,
            description=proposal.description,
            place=proposal.place,
            function_code="",
            on=moment,
            actor=actor,
        )
    else:
        _check_start(contract, proposal.valid_from)
        if proposal.valid_from <= moment.date():
            change_salary(
                contract_id=contract.pk, hours=hours, gross=proposal.gross, category=proposal.category,
                seniority=years, on=moment.date(), actor=actor,
            )  # fmt: skip
    OpenEndedTerms.objects.create(
        contract=contract,
        proposal=proposal,
        valid_from=proposal.valid_from,
        hours_by_day=proposal.hours_by_day,
        weekly_hours=proposal.weekly_hours,
        gross=proposal.gross,
        smoothed=proposal.smoothed,
        category=proposal.category,
        experience_from=proposal.experience_from,
        holiday_days=proposal.holiday_days,
    )
    proposal.contract, proposal.state = contract, ProposalState.AGREED
    proposal.save(update_fields=["contract", "state"])
    publish("salary.agreed", proposal, person_id=str(proposal.person_id), contract_id=str(contract.pk))
    salaries.plan_ahead(contract=contract, on=moment.date(), actor=actor)


def _runs(person_id: UUID, activity_id: UUID) -> bool:
    """Whether the person holds the Activity, not only encodes on it."""
    return ActivityHolder.objects.filter(
        person_id=person_id, activity_id=activity_id, role=HolderRole.HOLDER
    ).exists()


def _weekly(hours_by_day: Sequence[Decimal]) -> Decimal:
    total = sum(hours_by_day, ZERO)
    inside = all(0 <= hours <= MOST_A_DAY for hours in hours_by_day)
    if len(hours_by_day) != 7 or not inside or not 1 <= total <= FULL_WEEK:
        raise errors.HoursOfWeek
    return total


def _check_start(contract: EmploymentContract, valid_from: date) -> None:
    """New terms begin with a month that is not paid, within the contract."""
    paid = ContractMonth.objects.filter(contract=contract, settled=True).order_by("-month")
    last = paid.values_list("last_day", flat=True).first() or contract.starts_on
    if valid_from != first_of_month(valid_from) or valid_from <= last or valid_from > contract.ends_on:
        raise errors.TermsFromFirst(after=f"{last:%d/%m/%Y}")


def _years(proposal: SalaryProposal) -> int:
    start, on = proposal.experience_from or proposal.valid_from, proposal.valid_from
    return max(0, on.year - start.year - ((on.month, on.day) < (start.month, start.day)))


def _check_minimum(proposal: SalaryProposal) -> None:
    """Raises `SalaryBelowMinimum`, `NoFigureInForce`: the scale of the day, by hours."""
    firm = proposal.contract.starts_on if proposal.contract else proposal.valid_from
    on = proposal.valid_from
    minimum = minimum_wage(
        WorkerType.EMPLOYEE,
        on,
        figures_of(current_cooperative().country.lower()),
        joint_committee=proposal.joint_committee,
        category=proposal.category,
        years=_years(proposal),
        years_in_firm=max(0, on.year - firm.year - ((on.month, on.day) < (firm.month, firm.day))),
    )
    lowest = lowest_gross(minimum.monthly, proposal.weekly_hours)
    if proposal.gross < lowest:
        raise errors.SalaryBelowMinimum(gross=proposal.gross, lowest=lowest, hours=proposal.weekly_hours)
