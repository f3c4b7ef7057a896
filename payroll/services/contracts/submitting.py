"""A draft becomes binding: money is reserved and work is declared."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.db import transaction

from activities.models import Activity
from core import audit
from core.clock import ZONE
from core.locks import for_update
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.guarantee.selectors import hold_clients
from ledger.services import reserve
from members.models import Person
from payroll import plans
from payroll.engine.employer import employment_budget, largest_gross
from payroll.engine.statutory import Figures, figures_of
from payroll.enums import ContractState
from payroll.errors import (
    ActivityNotOpen,
    ContractNotDraft,
    ContractNotFound,
    ContractTooLate,
)
from payroll.models import ContractMonth, EmploymentContract, WorkerFile
from payroll.services.contract_rules import (
    check_attestation,
    check_guaranteed,
    check_minimum,
    check_overlap,
    check_student_hours,
    check_time,
    check_worker,
    is_late,
    warnings_of,
    written_day,
)
from payroll.services.contracts.rows import SOURCE, locked_contract, month_rows
from payroll.services.contracts.signing import sign_for_employer
from payroll.services.reconciliation import reconcile_contract


@transaction.atomic
def submit_contract(
    *, contract_id: UUID, on: datetime, actor: Actor, accept_late: bool = False
) -> EmploymentContract:
    """Make a draft binding: its cost is reserved on the Activity's budget and its work is about to be
    declared.

    `on` is the moment in the cooperative's clock. Freezes multiplier and employment budget of the contract's
    first day, writes the months, and makes the DIMONA row. `accept_late` lets a payroll administrator submit
    after the start; the contract then carries the `late` flag. Locks: worker file, clients that owe the
    Activity something, contract, budget. Raises,
    with nothing changed: `ContractNotDraft`, `ActivityNotOpen`, `NoPayrollEngine`, `NoRateInForce`,
    `ContractTooLate`, `ContractTooLong`, `TooManyHours`, `FlatTaxNotAllowed`, `NationalNumberMissing`,
    `IbanMissing`, `AddressMissing`, `FamilySituationMissing`, `BelowMinimumWage`, `StudentQuotaExceeded`,
    `ContractOverlap`, `AttestationMissing`,
    `AttestationUnknown`, `BudgetExceeded`, `NotGuaranteed`. A second call raises `ContractNotDraft`.
    """
    hold_debtors(contract_id)
    contract = locked_contract(contract_id)
    if contract.state != ContractState.DRAFT:
        raise ContractNotDraft(state=ContractState(contract.state).label)
    activity = Activity.objects.get(pk=contract.activity_id)
    if activity.state != "open":
        raise ActivityNotOpen(name=activity.name)
    moment = on.astimezone(ZONE)
    figures = figures_of(current_cooperative().country.lower())
    multiplier = policy(f"multiplier.{contract.contract_type}", on=contract.starts_on).rate
    late = is_late(contract, moment)
    if late and not accept_late:
        raise ContractTooLate(starts_on=written_day(contract.starts_on))
    check_time(contract)
    person = Person.objects.get(pk=contract.person_id)
    check_worker(person, contract.ends_on)
    if contract.asked_budget is not None:
        contract.gross = largest_gross(contract.asked_budget, multiplier)
    cost = employment_budget(contract.gross, multiplier)
    contract.late = late
    contract.warnings = weigh(contract, person, figures)
    months = plans.plan_months(contract.starts_on, contract.ends_on, contract.hours, contract.gross, cost)
    check_student_hours(contract, months, figures)
    check_overlap(contract)

    reserve(
        budget_id=activity.budget_id,
        amount=cost,
        source_type=SOURCE,
        source_id=contract.pk,
        text=f"{person}: {contract.description}",
    )
    check_guaranteed(activity, cost, moment.date())
    contract.multiplier = multiplier
    contract.employment_budget = cost
    contract.state = ContractState.SUBMITTED
    contract.submitted_at = moment
    contract.save()
    ContractMonth.objects.bulk_create(month_rows(contract, months))
    audit.record(actor, "payroll.contract_submitted", contract, gross=str(contract.gross), budget=str(cost))
    publish("contract.submitted", contract, person_id=str(person.pk))
    sign_for_employer(contract, moment)
    reconcile_contract(contract, at=moment)
    return contract


def weigh(contract: EmploymentContract, person: Person, figures: Figures) -> list[str]:
    """Refuse what the law refuses of pay and attestations; answer the codes of what it warns of."""
    minimum = check_minimum(contract, person, figures)
    attested = check_attestation(contract, person)
    return ([minimum] if minimum else []) + attested + warnings_of(contract, figures)


def hold_debtors(contract_id: UUID) -> None:
    """The worker's file, then the clients on whose payment the wages may rest; the contract comes after
    them. Raises `ContractNotFound`.
    """
    found = EmploymentContract.objects.filter(pk=contract_id).values_list("person_id", "activity_id").first()
    if found is None:
        raise ContractNotFound
    person_id, activity_id = found
    list(for_update(WorkerFile.objects.filter(person_id=person_id)))
    hold_clients(activity_id)
