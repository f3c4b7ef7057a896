"""The Contract tool: one form makes the invoice, the expenses and the contract of a job, or nothing at all.

Locks: worker file, Activity, client, invoice, budget, number series.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time
from decimal import Decimal
from uuid import UUID

from django.db import transaction

from activities.enums import ExpenseState
from activities.models import Expense
from activities.services import open_activity_for_update, refuse_expense, submit_expense
from core import audit
from core.calendar import FIRST_YEAR, LAST_YEAR, pay_due_date
from core.clock import ZONE
from core.locks import for_update
from core.money import ZERO
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.guarantee.selectors import hold_clients
from invoicing.models import Client, Invoice
from invoicing.selectors import current_client
from invoicing.services import create_client, create_draft, credit_invoice, issue_invoice
from invoicing.types import LineInput
from ledger.models import Budget
from members.models import Person
from payroll.engine.engines import engine_of
from payroll.engine.errors import BudgetTooSmall
from payroll.errors import ContractDates, ContractNotFound, NotQuickJob, QuickJobNeedsClient
from payroll.models import EmploymentContract, QuickJobExpense, WorkerFile
from payroll.services.contracts import (
    cancel_contract,
    create_contract,
    report_no_show,
    shorten_contract,
    submit_contract,
)
from payroll.types import ExpenseInput, NewClient


@dataclass(frozen=True, slots=True)
class QuickJob:
    """What was made: the issued invoice, the submitted contract, the expenses, and when the wage is due."""

    invoice: Invoice
    contract: EmploymentContract
    expenses: tuple[Expense, ...]
    pay_on: date


@transaction.atomic
def quick_job(
    *,
    person: Person,
    activity_id: UUID,
    client: UUID | NewClient | None,
    description: str,
    dates: Sequence[date],
    hours: Decimal,
    amount: Decimal,
    actor: Actor,
    now: datetime,
    vat_code: str = "",
    expenses: Sequence[ExpenseInput] = (),
    contract_type: str = "employee",
    flat_tax: bool = False,
    day_starts: time | None = None,
    day_ends: time | None = None,
    place: str = "",
    buyer_reference: str = "",
) -> QuickJob:
    """Do a job in one act: the invoice is issued and levied, the expenses handed in, the rest becomes salary.

    `dates` are the days of the work (the first and the last count), `hours` their total, `amount` what is
    invoiced without VAT, `now` the moment in the cooperative's clock. The invoice is dated now, delivered on
    the last day; the gross is the largest whose cost fits in `amount − levy − expenses`; cents that no gross
    can use stay. Raises what `create_client`, `issue_invoice`, `submit_expense` and `submit_contract` raise,
    and `QuickJobNeedsClient`; then nothing at all is written.
    """
    engine_of(current_cooperative().country.lower())
    if not dates:
        raise ContractDates
    if client is None:
        raise QuickJobNeedsClient
    first, last = min(dates), max(dates)
    if first.year < FIRST_YEAR or last.year > LAST_YEAR:
        raise ContractDates
    today = now.astimezone(ZONE).date()
    WorkerFile.objects.get_or_create(person=person)
    list(for_update(WorkerFile.objects.filter(person=person)))
    open_activity_for_update(activity_id)
    client_id = _client_id(client, activity_id, actor)
    hold_clients(activity_id, [current_client(client_id)])
    draft = create_draft(
        activity_id=activity_id,
        client_id=client_id,
        lines=[LineInput(description, Decimal(1), "flat", amount, vat_code)],
        delivery_date=last,
        buyer_reference=buyer_reference,
        actor=actor,
    )
    invoice = issue_invoice(invoice_id=draft.pk, issued_on=today, actor=actor)
    handed_in = tuple(
        submit_expense(
            activity_id=activity_id,
            person=person,
            category=expense.category,
            amount_incl_vat=expense.amount_incl_vat,
            vat_amount=expense.vat_amount,
            incurred_on=expense.incurred_on,
            text=expense.text,
            receipt=expense.receipt,
            actor=actor,
            today=today,
        )
        for expense in expenses
    )
    left = invoice.budget_share - sum((expense.cost for expense in handed_in), ZERO)
    # What the pot lent this Activity before is repaid first: less is left for the salary.
    left = min(left, Budget.objects.get(pk=invoice.activity.budget_id).available)
    if left <= 0:
        raise BudgetTooSmall(budget=left)
    draft_contract = create_contract(
        activity_id=activity_id,
        person_id=person.pk,
        contract_type=contract_type,
        starts_on=first,
        ends_on=last,
        hours=hours,
        budget=left,
        description=description,
        place=place or invoice.client.city,
        flat_tax=flat_tax,
        day_starts=day_starts,
        day_ends=day_ends,
        invoice=invoice,
        actor=actor,
    )
    contract = submit_contract(contract_id=draft_contract.pk, on=now, actor=actor)
    QuickJobExpense.objects.bulk_create(
        QuickJobExpense(contract=contract, expense=expense) for expense in handed_in
    )
    audit.record(actor, "payroll.quick_job", contract, invoice=invoice.number, amount=str(amount))
    publish("quick_job.done", contract, invoice_id=str(invoice.pk))
    pay_on = pay_due_date(last, policy("pay_delay", on=last).value)
    return QuickJob(invoice, contract, handed_in, pay_on)


@transaction.atomic
def cancel_quick_job(
    *,
    contract_id: UUID,
    now: datetime,
    actor: Actor,
    reason: str = "",
    end_reason: str = "",
    ended_by: str = "",
) -> EmploymentContract:
    """Undo a job before its work starts: the contract is cancelled, waiting expenses go back, a credit note
    gives back what is left of the invoice. What was approved and is being paid stays paid: the pot lends it.

    Locks: worker file, contract, invoice, expenses, budget, number series. Raises `ContractNotFound`,
    `NotQuickJob`, `ContractAfterStart`, `ContractNotOpen`. A second call raises `ContractNotOpen`.
    """
    invoice, expenses = _held(contract_id)
    contract = cancel_contract(
        contract_id=contract_id,
        on=now,
        actor=actor,
        reason=reason,
        end_reason=end_reason,
        ended_by=ended_by,
    )
    _give_back(invoice, expenses, now, actor, reason or "Mission annulée avant son début")
    audit.record(actor, "payroll.quick_job_cancelled", contract)
    return contract


@transaction.atomic
def quick_job_not_done(
    *,
    contract_id: UUID,
    now: datetime,
    actor: Actor,
    reason: str = "",
    ended_by: str = "worker",
) -> EmploymentContract:
    """The job did not take place, which is known only afterwards: nothing is paid, waiting expenses go back,
    a credit note gives back what is left of the invoice.

    Locks and refusals as `cancel_quick_job`, but that the work has begun.
    """
    invoice, expenses = _held(contract_id)
    contract = report_no_show(contract_id=contract_id, on=now, actor=actor, reason=reason, ended_by=ended_by)
    _give_back(invoice, expenses, now, actor, reason or "Mission non effectuée")
    audit.record(actor, "payroll.quick_job_not_done", contract)
    return contract


@transaction.atomic
def shorten_quick_job(
    *,
    contract_id: UUID,
    last_day: date,
    hours: Decimal,
    credit: Decimal,
    now: datetime,
    actor: Actor,
    reason: str = "",
    end_reason: str = "less_work",
    ended_by: str = "",
) -> EmploymentContract:
    """Less of a job was done: the contract is shortened, and `credit` euro without VAT are given back to the
    client by a credit note (none for zero: the client pays the whole).

    Raises what `shorten_contract` and `credit_invoice` raise, with nothing changed.
    """
    invoice, _ = _held(contract_id)
    contract = shorten_contract(
        contract_id=contract_id,
        last_day=last_day,
        hours=hours,
        on=now,
        actor=actor,
        reason=reason,
        end_reason=end_reason,
        ended_by=ended_by,
    )
    if credit:
        credit_invoice(
            invoice_id=invoice.pk,
            on=now.astimezone(ZONE).date(),
            actor=actor,
            amounts=credit,
            reason=reason or "Mission écourtée",
        )
    return contract


def _held(contract_id: UUID) -> tuple[Invoice, list[Expense]]:
    """The invoice and the expenses of a job, after its worker's file and contract, all locked. Raises
    `ContractNotFound`, `NotQuickJob`."""
    found = EmploymentContract.objects.filter(pk=contract_id).first()
    if found is None:
        raise ContractNotFound
    if found.invoice_id is None:
        raise NotQuickJob
    links = QuickJobExpense.objects.filter(contract_id=contract_id)
    list(for_update(WorkerFile.objects.filter(person_id=found.person_id)))
    list(for_update(EmploymentContract.objects.filter(pk=contract_id)))
    invoice = for_update(Invoice.objects.filter(pk=found.invoice_id)).get()
    return invoice, list(for_update(Expense.objects.filter(pk__in=links.values("expense_id"))))


def _give_back(invoice: Invoice, expenses: list[Expense], now: datetime, actor: Actor, reason: str) -> None:
    """Waiting expenses are refused, what is left of the invoice is credited."""
    today = now.astimezone(ZONE).date()
    for expense in expenses:
        if expense.state == ExpenseState.SUBMITTED:
            refuse_expense(
                expense_id=expense.pk, on=today, reason=reason, actor=Actor.system("quick job cancelled")
            )
    if invoice.credited < invoice.total:
        credit_invoice(invoice_id=invoice.pk, on=today, actor=actor, reason=reason)


def _client_id(client: UUID | NewClient, activity_id: UUID, actor: Actor) -> UUID:
    if isinstance(client, NewClient):
        made: Client = create_client(actor=actor, activity_id=activity_id, **client.fields)  # type: ignore[arg-type]
        return made.pk
    return client
