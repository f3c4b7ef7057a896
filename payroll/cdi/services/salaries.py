"""The salary of each month: planned a month ahead, warned of, lent by the pot when law imposes it.

Locks: worker file, contract, budget.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from activities.models import Activity
from core import audit
from core.calendar import first_of_month, last_of_month, next_month
from core.errors import DomainError
from core.kit.formats import month as in_words
from core.locks import for_update
from core.money import ZERO, r
from core.outbox import publish
from core.rates import find_policy, policy
from core.types import Actor
from ledger.errors import BudgetExceeded
from payroll.cdi import errors, estimates, selectors, worktime
from payroll.cdi.enums import SalaryState
from payroll.cdi.models import SalaryMonth, SalaryWarning
from payroll.cdi.smoothing import monthly_hours
from payroll.engine.employer import employment_budget
from payroll.enums import OPEN_STATES
from payroll.models import ContractMonth, EmploymentContract
from payroll.services.contracts import locked_contract
from payroll.services.open_ended import (
    MonthPlan,
    change_salary,
    clear_shortfall,
    close_if_over,
    drop_month,
    note_shortfall,
    set_month,
)

THRESHOLD = "shortfall_second_person_threshold"
"""Policy: above so many euro two persons let the pot lend."""


@dataclass(frozen=True, slots=True)
class Figured:
    """A month of a salary, computed: `plan` is what is paid, the rest how it came about."""

    plan: MonthPlan
    multiplier: Decimal
    full_gross: Decimal
    full_hours: Decimal
    planned_hours: Decimal


def figure_month(contract: EmploymentContract, month: date) -> Figured:
    """Compute the salary of a month from the terms in force, the days under contract and the absences.

    `gross = r(full gross × paid hours / hours of the whole month)`; the budget by the multiplier in force on
    the first of the month. Raises `NoRateInForce`, `NoFigureInForce`.
    """
    month = first_of_month(month)
    first, last = max(month, contract.starts_on), min(last_of_month(month), contract.ends_on)
    terms = selectors.terms_on(contract, first)
    full = worktime.hours_between(month, last_of_month(month), terms.pattern)
    planned = paid = r(worktime.hours_between(first, last, terms.pattern))
    if selectors.approved(contract, first, last):
        # Only then are the rules of absences needed: those of a coming year may not be loaded yet.
        days = selectors.work_days(contract, first, last)
        paid = r(sum((part.hours for part in days if part.paid), ZERO))
    gross = terms.gross if paid == full else r(terms.gross * paid / full)
    multiplier = policy("multiplier.employee", on=month).rate
    plan = MonthPlan(month, first, last, paid, gross, employment_budget(gross, multiplier))
    return Figured(plan, multiplier, terms.gross, full, planned)


@transaction.atomic
def plan_salary_month(
    *, contract_id: UUID, month: date, on: date, actor: Actor, lend: bool = False
) -> SalaryMonth | None:
    """Set the salary of a month aside, or keep why it could not be: a row that payroll, adviser and member
    see.

    What is set aside already follows the terms, the absences and the end of the contract. A month that is
    settled stays as it is. With `lend` the pot lends what is missing: a salary is owed by law. None when the
    contract is over or does not run in that month. Repeats change nothing.
    """
    contract = locked_contract(contract_id)
    month = first_of_month(month)
    outside = contract.starts_on > last_of_month(month) or contract.ends_on < month
    settled = ContractMonth.objects.filter(contract=contract, month=month, number=0, settled=True)
    if contract.state not in OPEN_STATES or outside or settled.exists():
        return SalaryMonth.objects.filter(contract=contract, month=month).first()
    figured = figure_month(contract, month)
    row = SalaryMonth.objects.filter(contract=contract, month=month).first() or SalaryMonth(
        contract=contract, month=month
    )
    before = row.state
    text = f"{contract.person}: salaire {month:%m/%Y}"
    if not figured.plan.hours:
        drop_month(contract_id=contract.pk, month=month, actor=actor)
        row.state, row.missing, row.detail = SalaryState.EMPTY, ZERO, ""
    else:
        try:
            with transaction.atomic():
                row.lent += set_month(
                    contract_id=contract.pk, plan=figured.plan, on=on, text=text, lend=lend, actor=actor
                )
            row.state, row.missing, row.detail = SalaryState.PLANNED, ZERO, ""
        except BudgetExceeded as refusal:
            _refuse(row, contract, figured, refusal)
    _keep(row, figured)
    if row.state in (SalaryState.PLANNED, SalaryState.EMPTY):
        clear_shortfall(contract, month=month, code=errors.SalaryNotCovered.code)
    else:
        note_shortfall(contract, month=month, error=_shortfall(row, contract), on=on)
        if before != row.state and before != SalaryState.ASKED:
            publish("salary.refused", row, person_id=str(contract.person_id), contract_id=str(contract.pk))
    return row


@transaction.atomic
def lend_salary(*, salary_month_id: UUID, on: date, actor: Actor) -> SalaryMonth:
    """Let the pot lend what a salary lacks, because it is owed by law. Above the threshold the first call
    asks, and a second person agrees.

    Raises `SalaryCovered` (also on a repeat), `OwnMatter`, `LoanNeedsSecondPerson`.
    """
    contract_id = SalaryMonth.objects.values_list("contract_id", flat=True).get(pk=salary_month_id)
    contract = locked_contract(contract_id)
    row = for_update(SalaryMonth.objects.filter(pk=salary_month_id)).get()
    if actor.person_id == contract.person_id:
        raise errors.OwnMatter
    if row.state not in (SalaryState.REFUSED, SalaryState.ASKED):
        raise errors.SalaryCovered
    if row.state == SalaryState.ASKED and actor.person_id == row.asked_by_person:
        raise errors.LoanNeedsSecondPerson
    if row.state == SalaryState.REFUSED and not may_lend_alone(row.missing, on):
        row.state = SalaryState.ASKED
        row.asked_by_person, row.asked_by_label = actor.person_id, actor.label[:120]
        row.save(update_fields=["state", "asked_by_person", "asked_by_label"])
        audit.record(actor, "cdi.loan_asked", row, missing=str(row.missing))
        return row
    planned = plan_salary_month(contract_id=contract.pk, month=row.month, on=on, actor=actor, lend=True)
    assert planned is not None
    audit.record(actor, "cdi.salary_lent", planned, lent=str(planned.lent))
    return planned


def may_lend_alone(missing: Decimal, on: date) -> bool:
    """Whether one person, or the law's own day, is enough for a loan of the pot."""
    threshold = find_policy(THRESHOLD, on=on)
    return threshold is not None and missing <= threshold.rate


@transaction.atomic
def plan_ahead(*, contract: EmploymentContract, on: date, actor: Actor) -> None:
    """Plan this month and the next one, and write the months anew that are set aside beyond them. In a month
    that has begun the pot lends up to the threshold by itself. What stops a month (no rate, no figure) is an
    exception of that month. Repeats change nothing.
    """
    months = {first_of_month(on), next_month(on)}
    rows = SalaryMonth.objects.filter(contract=contract)
    waiting = ContractMonth.objects.filter(contract=contract, settled=False, number=0)
    months |= set(waiting.values_list("month", flat=True))
    months |= set(rows.exclude(state=SalaryState.PLANNED).values_list("month", flat=True))
    for month in sorted(months):
        try:
            with transaction.atomic():
                row = plan_salary_month(contract_id=contract.pk, month=month, on=on, actor=actor)
                due = row is not None and row.state == SalaryState.REFUSED and month <= on
                if due and row is not None and may_lend_alone(row.missing, on):
                    plan_salary_month(contract_id=contract.pk, month=month, on=on, actor=actor, lend=True)
        except DomainError as error:
            note_shortfall(contract, month=month, error=error, on=on)


@transaction.atomic
def follow_salary(*, contract_id: UUID, on: date, actor: Actor) -> None:
    """The daily look at one contract: terms that begin, months ahead, the warning. Safe at any frequency."""
    contract = selectors.contracts().get(pk=contract_id)
    if contract.state not in OPEN_STATES:
        return
    terms = selectors.terms_on(contract, max(on, contract.starts_on))
    hours = monthly_hours(terms.weekly_hours)
    if contract.gross != terms.gross or contract.hours != hours:
        change_salary(
            contract_id=contract.pk, hours=hours, gross=terms.gross, category=terms.category,
            seniority=terms.years_of_experience(on), on=on, actor=actor,
        )  # fmt: skip
    plan_ahead(contract=contract, on=on, actor=actor)
    close_if_over(contract_id=contract.pk, actor=actor)
    warn(contract=contract, on=on)


@transaction.atomic
def warn(*, contract: EmploymentContract, on: date) -> SalaryWarning | None:
    """Keep, renew or end the warning of a contract: whether the budget bears the next months. The caller
    holds the contract.
    """
    open_row = for_update(SalaryWarning.objects.filter(contract=contract, resolved_on=None)).first()
    still = contract.open_ended or contract.ends_on > on
    found = estimates.first_shortfall(contract.activity_id, on) if still else None
    if found is None:
        if open_row is not None:
            open_row.resolved_on = on
            open_row.save(update_fields=["resolved_on"])
        return None
    month, missing = found
    if open_row is not None:
        open_row.month, open_row.missing, open_row.last_seen = month, missing, on
        open_row.save(update_fields=["month", "missing", "last_seen"])
        return open_row
    row = SalaryWarning.objects.create(
        contract=contract, month=month, missing=missing, first_seen=on, last_seen=on
    )
    publish("salary.warned", row, person_id=str(contract.person_id), contract_id=str(contract.pk))
    return row


def _refuse(
    row: SalaryMonth, contract: EmploymentContract, figured: Figured, refusal: BudgetExceeded
) -> None:
    standing = ContractMonth.objects.filter(contract=contract, month=row.month, number=0).first()
    more = figured.plan.budget - (standing.budget if standing else ZERO)
    row.missing = max(ZERO, more - Decimal(refusal.params["available"]))
    if row.state != SalaryState.ASKED:
        row.state = SalaryState.REFUSED


def _shortfall(row: SalaryMonth, contract: EmploymentContract) -> DomainError:
    available = Activity.objects.select_related("budget").get(pk=contract.activity_id).budget.available
    error = errors.SalaryNotCovered(
        month=in_words(row.month), needed=row.budget, available=available, missing=row.missing
    )
    row.detail = error.detail[:300]
    row.save(update_fields=["detail"])
    return error


def _keep(row: SalaryMonth, figured: Figured) -> None:
    plan = figured.plan
    wanted = {
        "multiplier": figured.multiplier,
        "full_gross": figured.full_gross,
        "full_hours": figured.full_hours,
        "planned_hours": figured.planned_hours,
        "hours": plan.hours,
        "gross": plan.gross,
        "budget": plan.budget,
    }
    for name, value in wanted.items():
        setattr(row, name, value)
    row.updated_at = timezone.now()
    row.save()
