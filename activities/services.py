"""The only writer of Activities and expenses."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.db import transaction

from activities import selectors
from activities.enums import ActivityState, ExpenseCategory, ExpenseState, HolderRole, Tool, Variant
from activities.errors import (
    ActivityNotEmpty,
    ActivityNotOpen,
    ActivityNotRequested,
    ExpenseAmountInvalid,
    ExpenseInFuture,
    ExpenseNotSubmitted,
    ExpenseTextMissing,
    KilometresMissing,
    NotAHolder,
    NotYourOwn,
    PayeeWithoutAccount,
    UnknownFunction,
)
from activities.models import Activity, ActivityHolder, Expense, Function
from activities.panels import left_before_closing
from activities.reference import category_rule, kilometre_rate, most_vat, review_reason
from core import audit
from core.files import store_upload
from core.models import StoredFile
from core.money import ZERO, r
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from ledger.enums import Journal, VatRegime
from ledger.selectors import entity_by_code
from ledger.services import open_budget, post_entry, release, reserve
from ledger.treasury.services import request_payout
from ledger.types import Entry, Release, cr, dr, without_zeros
from members.models import Person

EXPENSE = "activities.expense"
"""Source type of expenses in reservations, entries and payouts."""


def load_functions(published: dict[str, Any]) -> None:
    """Take the occupations of a cooperative's published file; repeats add nothing."""
    Function.objects.bulk_create(
        [Function(**function) for function in published.get("functions", [])], ignore_conflicts=True
    )


# --- Activities --------------------------------------------------------------------------------------------


@transaction.atomic
def request_activity(
    *,
    person: Person,
    name: str,
    tool: str,
    function_code: str,
    entity_code: str,
    requested_on: date,
    actor: Actor,
    variant: str = Variant.BUDGETED,
    description: str = "",
) -> Activity:
    """A member asks for an Activity; its budget exists at zero and it waits for an adviser.

    Regulated or risky occupations are flagged for review, never refused. Raises `UnknownFunction`,
    `UnknownLegalEntity`. A second call asks for a second Activity.
    """
    function = Function.objects.filter(code=function_code).first()
    if function is None:
        raise UnknownFunction(code=function_code)
    entity = entity_by_code(entity_code)
    activity = Activity.objects.create(
        name=name.strip()[:120],
        entity=entity,
        tool=Tool(tool),
        variant=Variant(variant),
        budget=open_budget(entity=entity, name=name.strip()),
        function=function,
        description=description,
        adviser_id=person.adviser_id,
        review_reason=review_reason(current_cooperative().country, function_code),
        requested_on=requested_on,
    )
    ActivityHolder.objects.create(activity=activity, person=person, role=HolderRole.HOLDER)
    audit.record(actor, "activity.requested", activity, function=function_code)
    publish("activity.requested", activity)
    return activity


@transaction.atomic
def approve_activity(*, activity_id: UUID, on: date, actor: Actor) -> Activity:
    """An adviser agrees: the Activity is open. Locks the Activity. Raises `ActivityNotRequested`,
    `NotYourOwn`.
    """
    activity = _answered(activity_id, actor)
    activity.state = ActivityState.OPEN
    activity.opened_on = on
    activity.save(update_fields=["state", "opened_on"])
    audit.record(actor, "activity.opened", activity, on=on.isoformat())
    publish("activity.opened", activity)
    return activity


@transaction.atomic
def refuse_activity(*, activity_id: UUID, on: date, reason: str, actor: Actor) -> Activity:
    """An adviser says no, and why. Locks the Activity. Raises `ActivityNotRequested`, `NotYourOwn`."""
    activity = _answered(activity_id, actor)
    activity.state = ActivityState.REFUSED
    activity.refusal_reason = reason[:300]
    activity.closed_on = on
    activity.save(update_fields=["state", "refusal_reason", "closed_on"])
    audit.record(actor, "activity.refused", activity, on=on.isoformat())
    return activity


def _answered(activity_id: UUID, actor: Actor) -> Activity:
    activity = selectors.activity_for_update(activity_id)
    if activity.state != ActivityState.REQUESTED:
        raise ActivityNotRequested
    if actor.person_id is not None and selectors.holds(actor.person_id, activity.pk):
        raise NotYourOwn
    return activity


@transaction.atomic
def close_activity(*, activity_id: UUID, on: date, actor: Actor) -> Activity:
    """End an Activity that holds nothing any more. Locks the Activity.

    Raises `ActivityNotOpen`, `ActivityNotEmpty` (money left, money set aside, or what upper apps name:
    invoices).
    """
    activity = open_activity_for_update(activity_id)
    budget = activity.budget
    left = f"{budget.reserved} €" if budget.reserved else f"{budget.balance} €" if budget.balance else ""
    left = left or left_before_closing(activity)
    if left:
        raise ActivityNotEmpty(name=activity.name, what=left)
    activity.state = ActivityState.CLOSED
    activity.closed_on = on
    activity.save(update_fields=["state", "closed_on"])
    audit.record(actor, "activity.closed", activity, on=on.isoformat())
    return activity


@transaction.atomic
def add_holder(
    *, activity_id: UUID, person: Person, actor: Actor, role: str = HolderRole.HOLDER
) -> ActivityHolder:
    """Let another person run the Activity or encode on it. Locks the Activity; a repeat changes nothing."""
    activity = open_activity_for_update(activity_id)
    row, created = ActivityHolder.objects.get_or_create(
        activity=activity, person=person, defaults={"role": HolderRole(role)}
    )
    if created:
        audit.record(actor, "activity.holder_added", activity, person=str(person.pk), role=str(role))
    return row


def open_activity_for_update(activity_id: UUID) -> Activity:
    """The Activity, locked and open. Raises `ActivityNotFound`, `ActivityNotOpen`."""
    activity = selectors.activity_for_update(activity_id)
    if activity.state != ActivityState.OPEN:
        raise ActivityNotOpen(name=activity.name)
    return activity


# --- expenses ----------------------------------------------------------------------------------------------


@transaction.atomic
def submit_expense(
    *,
    activity_id: UUID,
    person: Person,
    category: str,
    amount_incl_vat: Decimal,
    vat_amount: Decimal,
    incurred_on: date,
    text: str,
    actor: Actor,
    today: date,
    receipt: Any = None,
    kilometres: Decimal | None = None,
) -> Expense:
    """A person hands in what they spent; the Activity's money is set aside, and paid at once when it is
    small.

    Reserved: the amount without the VAT that the entity recovers. With a receipt and up to the policy
    `expense_approval_threshold` of that day it is approved in the same act, else it waits for an adviser.
    Journeys (`mileage`) are counted by kilometre at the rate of their day and ask no receipt. `receipt` is a
    stored file or an upload. Locks: Activity, budget. Raises `ActivityNotOpen`, `NotAHolder`,
    `PayeeWithoutAccount`, `ExpenseAmountInvalid`, `ExpenseInFuture`, `ExpenseTextMissing`,
    `KilometresMissing`, `NoRateInForce`, `BudgetExceeded`; then nothing is written.
    """
    activity = open_activity_for_update(activity_id)
    if not selectors.holds(person.pk, activity.pk):
        raise NotAHolder
    if not person.iban:
        raise PayeeWithoutAccount
    if incurred_on > today:
        raise ExpenseInFuture
    if not text.strip():
        raise ExpenseTextMissing
    country = current_cooperative().country
    rule = category_rule(country, category, on=incurred_on)
    rate = None
    if category == ExpenseCategory.MILEAGE:
        if kilometres is None or kilometres <= 0:
            raise KilometresMissing
        rate = kilometre_rate(country, on=incurred_on)
        amount_incl_vat, vat_amount = r(kilometres * rate), ZERO
    else:
        kilometres = None
    most = most_vat(country, amount_incl_vat)
    if amount_incl_vat <= 0 or not ZERO <= vat_amount <= most or amount_incl_vat != r(amount_incl_vat):
        raise ExpenseAmountInvalid(most=most)
    exempt = activity.entity.vat_regime != VatRegime.NORMAL
    recoverable = ZERO if exempt else r(vat_amount * rule.recoverable_share)
    threshold = policy("expense_approval_threshold", on=today).rate
    if receipt is not None and not isinstance(receipt, StoredFile):
        receipt = store_upload(receipt)
    expense = Expense.objects.create(
        activity=activity,
        person=person,
        category=ExpenseCategory(category),
        text=text.strip()[:140],
        incurred_on=incurred_on,
        amount=amount_incl_vat,
        vat_amount=vat_amount,
        recoverable_vat=recoverable,
        cost=amount_incl_vat - recoverable,
        kilometres=kilometres,
        kilometre_rate=rate,
        receipt=receipt,
        submitted_on=today,
    )
    reserve(
        budget_id=activity.budget_id,
        amount=expense.cost,
        source_type=EXPENSE,
        source_id=expense.pk,
        text=expense.text,
    )
    audit.record(actor, "expense.submitted", expense, amount=str(expense.amount), category=str(category))
    proven = receipt is not None or category == ExpenseCategory.MILEAGE
    if proven and expense.amount <= threshold:
        return _accept(expense, today, Actor.system("expense policy"), rule.account)
    publish("expense.submitted", expense)
    return expense


@transaction.atomic
def approve_expense(*, expense_id: UUID, on: date, actor: Actor) -> Expense:
    """An adviser agrees: the expense is booked, its reservation freed, its payout asked for.

    Locks: expense, budget. Raises `ExpenseNotSubmitted`, `NotYourOwn` (also for people of the Activity).
    """
    expense = _expense_to_answer(expense_id, actor)
    rule = category_rule(current_cooperative().country, expense.category, on=expense.incurred_on)
    return _accept(expense, on, actor, rule.account)


@transaction.atomic
def refuse_expense(*, expense_id: UUID, on: date, reason: str, actor: Actor) -> Expense:
    """An adviser sends the expense back and says why; the money is free again. Locks: expense, budget."""
    expense = _expense_to_answer(expense_id, actor)
    expense.state = ExpenseState.REFUSED
    expense.decided_on, expense.decided_by, expense.refusal_reason = on, actor.label, reason[:300]
    expense.save(update_fields=["state", "decided_on", "decided_by", "refusal_reason"])
    release(budget_id=expense.activity.budget_id, source_type=EXPENSE, source_id=expense.pk, on=on)
    audit.record(actor, "expense.refused", expense)
    publish("expense.refused", expense)
    return expense


def _expense_to_answer(expense_id: UUID, actor: Actor) -> Expense:
    expense = selectors.expense_for_update(expense_id)
    if expense.state != ExpenseState.SUBMITTED:
        raise ExpenseNotSubmitted
    own = actor.person_id in (None, expense.person_id) if actor.kind == "user" else False
    if own or (actor.person_id is not None and selectors.holds(actor.person_id, expense.activity_id)):
        raise NotYourOwn
    return expense


def _accept(expense: Expense, on: date, actor: Actor, account: str) -> Expense:
    activity, person = expense.activity, expense.person
    expense.state = ExpenseState.APPROVED
    expense.decided_on, expense.decided_by = on, actor.label
    expense.save(update_fields=["state", "decided_on", "decided_by"])
    post_entry(
        Entry(
            entity=activity.entity_id,
            date=on,
            journal=Journal.PURCHASES,
            source_type=EXPENSE,
            source_id=expense.pk,
            kind="approval",
            text=expense.text,
            lines=without_zeros(
                dr(account, expense.cost, budget=activity.budget_id),
                dr("411", expense.recoverable_vat),
                cr("440", expense.amount, party=person.party_id),
            ),
            releases=(Release(activity.budget_id, EXPENSE, expense.pk),),
        )
    )
    request_payout(
        entity_id=activity.entity_id,
        kind="expense",
        party_id=person.party_id,
        payee_name=str(person),
        iban=person.iban,
        amount=expense.amount,
        communication=expense.text,
        due_on=on,
        source_type=EXPENSE,
        source_id=expense.pk,
        settles_account="440",
    )
    audit.record(actor, "expense.approved", expense, amount=str(expense.amount))
    publish("expense.approved", expense)
    return expense
