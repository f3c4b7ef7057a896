"""Whose a purchase is, who agrees to it, who sends it back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from activities.enums import ExpenseCategory
from activities.errors import NotAHolder, NotYourOwn
from activities.models import Activity
from activities.reference import category_rule
from activities.selectors import activity_for_update, holds
from activities.services import open_activity_for_update
from core import audit
from core.identifiers import InvalidIdentifier, normalise_iban
from core.outbox import publish
from core.rates import policy
from core.tenancy import current_cooperative
from core.types import Actor
from invoicing.purchases import selectors
from invoicing.purchases.cases import cases_open_to, likely_case, nature_of, sums_of, vat_rows
from invoicing.purchases.enums import AccountTrust, PurchaseState
from invoicing.purchases.errors import (
    AccountNotToConfirm,
    ConfirmationMissing,
    EntityMismatch,
    PurchaseCaseUnclear,
    PurchaseCategoryUnfit,
    PurchaseForeignCurrency,
    PurchaseNotAssigned,
    PurchaseNotWaiting,
    PurchaseNumberTaken,
    ReasonMissing,
    SupplierAccountMissing,
)
from invoicing.purchases.models import Purchase, SupplierAccount
from invoicing.purchases.services.answering import write_answer
from invoicing.purchases.services.booking import PURCHASE, book, check_account, is_debited
from invoicing.purchases.services.checking import check_rules
from invoicing.purchases.services.receiving import note_account
from ledger.services import release, reserve

WAITING = (PurchaseState.UNASSIGNED, PurchaseState.ASSIGNED)


def _locked(purchase_id: UUID) -> Purchase:
    """The purchase with its supplier locked before it. Raises `PurchaseNotFound`."""
    selectors.lock_supplier_of(purchase_id)
    return selectors.purchase_for_update(purchase_id)


def _must_wait(purchase: Purchase, states: tuple[str, ...]) -> None:
    if purchase.state not in states:
        raise PurchaseNotWaiting(state=PurchaseState(purchase.state).label)


@transaction.atomic
def assign_purchase(*, purchase_id: UUID, activity_id: UUID, on: date, actor: Actor) -> Purchase:
    """Give a purchase that waits to an Activity; its people are asked to accept it.

    A document addressed to nobody of ours becomes one of the Activity's company: whoever assigns it says so.
    Locks: supplier, Activity, purchase. Raises `ActivityNotOpen`, `PurchaseNotWaiting`, `EntityMismatch`,
    `PurchaseNumberTaken`. A repeat changes nothing.
    """
    selectors.lock_supplier_of(purchase_id)
    activity = open_activity_for_update(activity_id)
    purchase = selectors.purchase_for_update(purchase_id)
    _must_wait(purchase, WAITING)
    if purchase.activity_id == activity.pk:
        return purchase
    if purchase.entity is not None and purchase.entity_id != activity.entity_id:
        raise EntityMismatch(addressee=purchase.entity.name, entity=activity.entity.name)
    purchase.entity = activity.entity
    purchase.activity = activity
    purchase.state = PurchaseState.ASSIGNED
    purchase.refusal_reason = ""
    try:
        with transaction.atomic():
            purchase.save(update_fields=["entity", "activity", "state", "refusal_reason"])
    except IntegrityError:
        raise PurchaseNumberTaken(supplier=purchase.supplier.name, number=purchase.number) from None
    if purchase.iban:
        note_account(purchase.supplier, purchase.iban, on=on)
    audit.record(actor, "purchase.assigned", purchase, activity=str(activity.pk))
    publish("purchase.assigned", purchase)
    return purchase


@transaction.atomic
def give_back_purchase(*, purchase_id: UUID, reason: str, actor: Actor) -> Purchase:
    """The people of an Activity say that it is not theirs: it waits for finance again, with their words.

    Locks: supplier, purchase. Raises `PurchaseNotWaiting`, `NotAHolder`, `ReasonMissing`.
    """
    purchase = _locked(purchase_id)
    _must_wait(purchase, (PurchaseState.ASSIGNED,))
    if not reason.strip():
        raise ReasonMissing
    if not holds(actor.person_id, _activity_id(purchase)):
        raise NotAHolder
    purchase.activity, purchase.state = None, PurchaseState.UNASSIGNED
    purchase.refusal_reason = reason.strip()[:300]
    purchase.save(update_fields=["activity", "state", "refusal_reason"])
    audit.record(actor, "purchase.given_back", purchase)
    return purchase


@transaction.atomic
def name_account(*, purchase_id: UUID, iban: str, on: date, actor: Actor) -> Purchase:
    """Say which account of the supplier is paid. Another one than before must be confirmed by finance first.

    Locks: supplier, purchase. Raises `PurchaseNotWaiting`, `SupplierAccountMissing` for what is no IBAN.
    """
    purchase = _locked(purchase_id)
    _must_wait(purchase, WAITING)
    try:
        purchase.iban = normalise_iban(iban)
    except InvalidIdentifier:
        raise SupplierAccountMissing from None
    purchase.save(update_fields=["iban"])
    if purchase.entity_id is not None:
        note_account(purchase.supplier, purchase.iban, on=on)
    audit.record(actor, "purchase.account_named", purchase)
    return purchase


@transaction.atomic
def confirm_account(*, account_id: UUID, confirmation: str, on: date, actor: Actor) -> SupplierAccount:
    """Finance asked the supplier, and this account is theirs: it may be paid. Locks: supplier, account.

    Raises `SupplierNotFound`, `AccountNotToConfirm`, `ConfirmationMissing`.
    """
    account = selectors.account_for_update(account_id)
    if account.trust != AccountTrust.CHANGED:
        raise AccountNotToConfirm
    if not confirmation.strip():
        raise ConfirmationMissing
    account.trust = AccountTrust.CONFIRMED
    account.confirmed_on, account.confirmed_by = on, actor.label[:120]
    account.confirmation = confirmation.strip()[:300]
    account.save(update_fields=["trust", "confirmed_on", "confirmed_by", "confirmation"])
    audit.record(actor, "supplier.account_confirmed", account)
    return account


@transaction.atomic
def accept_purchase(*, purchase_id: UUID, category: str, on: date, actor: Actor, case: str = "") -> Purchase:
    """A member of the Activity agrees to bear a purchase: it is booked, and paid on its due date.

    `case`: the VAT treatment, for a supplier abroad; empty: what the document speaks for. Above the policy
    `expense_approval_threshold` of the day the cost is set aside and an adviser agrees first; a credit note
    never waits. Locks: supplier, Activity, purchase, budget. Raises `PurchaseNotWaiting`,
    `PurchaseNotAssigned`, `NotAHolder`, `ActivityNotOpen`, `PurchaseForeignCurrency`,
    `PurchaseCategoryUnfit`, `PurchaseCaseUnclear`, `SupplierAccountMissing`, `SupplierAccountChanged`,
    `BudgetExceeded`, `NoRateInForce`,
    `PurchaseBeingChecked`, `PurchaseBreaksRules`; then nothing is written.
    """
    selectors.lock_supplier_of(purchase_id)
    purchase = selectors.purchase_for(purchase_id)
    if purchase.activity_id is not None:
        open_activity_for_update(purchase.activity_id)
    purchase = selectors.purchase_for_update(purchase_id)
    _must_wait(purchase, WAITING)
    if purchase.activity is None or purchase.entity is None:
        raise PurchaseNotAssigned
    if not holds(actor.person_id, purchase.activity.pk):
        raise NotAHolder
    check_rules(purchase)
    if purchase.document.currency != "EUR":
        raise PurchaseForeignCurrency(currency=purchase.document.currency)
    if category not in ExpenseCategory.values or category == ExpenseCategory.MILEAGE:
        raise PurchaseCategoryUnfit(category=category)
    house = purchase.entity.country
    chosen = case or likely_case(purchase, house)
    if chosen not in cases_open_to(purchase.supplier, house):
        raise PurchaseCaseUnclear(country=purchase.supplier.country or house)
    rule = category_rule(current_cooperative().country, category, on=purchase.issued_on)
    rows = vat_rows(purchase, case=chosen, entity=purchase.entity, rule=rule, on=purchase.issued_on)
    for field, value in sums_of(rows).items():
        setattr(purchase, field, value)
    purchase.cost = purchase.total + purchase.due_vat - purchase.recoverable_vat
    purchase.category, purchase.case, purchase.nature = category, chosen, nature_of(category)
    purchase.accepted_on, purchase.accepted_by = on, actor.label[:120]
    purchase.accepted_by_person = actor.person_id
    purchase.save(
        update_fields=[
            *("category", "case", "nature", "due_vat", "recoverable_vat", "cost"),
            *("accepted_on", "accepted_by", "accepted_by_person"),
        ]
    )
    audit.record(actor, "purchase.accepted", purchase, category=category, case=str(chosen))
    threshold = policy("expense_approval_threshold", on=on).rate
    if purchase.is_credit_note or purchase.total <= threshold:
        return book(purchase, rows, on=on, actor=actor, reserved=False)
    if purchase.left and not is_debited(purchase):
        check_account(purchase)
    reserve(
        budget_id=purchase.activity.budget_id,
        amount=purchase.cost,
        source_type=PURCHASE,
        source_id=purchase.pk,
        text=purchase.text,
    )
    purchase.state = PurchaseState.APPROVAL
    purchase.save(update_fields=["state"])
    publish("purchase.accepted", purchase)
    return purchase


@transaction.atomic
def approve_purchase(*, purchase_id: UUID, on: date, actor: Actor) -> Purchase:
    """An adviser agrees to a purchase above the threshold: its reservation becomes its entry.

    Locks: supplier, Activity, purchase, budget. Raises `PurchaseNotWaiting`, `NotYourOwn` (also for people
    of the Activity), and what `accept_purchase` raises of accounts and periods.
    """
    selectors.lock_supplier_of(purchase_id)
    activity = _activity_locked(purchase_id)
    purchase = selectors.purchase_for_update(purchase_id)
    _must_wait(purchase, (PurchaseState.APPROVAL,))
    _not_own(purchase, actor)
    assert purchase.entity is not None and activity is not None
    rule = category_rule(current_cooperative().country, purchase.category, on=purchase.issued_on)
    rows = vat_rows(purchase, case=purchase.case, entity=purchase.entity, rule=rule, on=purchase.issued_on)
    audit.record(actor, "purchase.approved", purchase)
    return book(purchase, rows, on=on, actor=actor, reserved=True)


@transaction.atomic
def send_back_purchase(*, purchase_id: UUID, reason: str, actor: Actor) -> Purchase:
    """An adviser does not agree: the money is free again and the member reads why.

    Locks: supplier, purchase, budget. Raises `PurchaseNotWaiting`, `NotYourOwn`, `ReasonMissing`.
    """
    purchase = _locked(purchase_id)
    _must_wait(purchase, (PurchaseState.APPROVAL,))
    _not_own(purchase, actor)
    if not reason.strip():
        raise ReasonMissing
    _free(purchase)
    purchase.state, purchase.refusal_reason = PurchaseState.ASSIGNED, reason.strip()[:300]
    purchase.save(update_fields=["state", "refusal_reason"])
    audit.record(actor, "purchase.sent_back", purchase)
    publish("purchase.sent_back", purchase)
    return purchase


@transaction.atomic
def refuse_purchase(*, purchase_id: UUID, reason: str, on: date, actor: Actor) -> Purchase:
    """Tell the supplier no, and why: nothing is booked or paid. What came by the network is answered there
    with a rejection (RE), carried apart.

    Locks: supplier, purchase, budget. Raises `PurchaseNotWaiting`, `ReasonMissing`.
    """
    purchase = _locked(purchase_id)
    _must_wait(purchase, (*WAITING, PurchaseState.APPROVAL))
    if not reason.strip():
        raise ReasonMissing
    if purchase.state == PurchaseState.APPROVAL:
        _free(purchase)
    purchase.state = PurchaseState.REFUSED
    purchase.refused_on, purchase.refused_by = on, actor.label[:120]
    purchase.refusal_reason = reason.strip()[:300]
    purchase.save(update_fields=["state", "refused_on", "refused_by", "refusal_reason"])
    write_answer(purchase, code="RE", reason=purchase.refusal_reason)
    audit.record(actor, "purchase.refused", purchase)
    publish("purchase.refused", purchase, reason=purchase.refusal_reason, response="RE")
    return purchase


def _free(purchase: Purchase) -> None:
    assert purchase.activity is not None
    release(budget_id=purchase.activity.budget_id, source_type=PURCHASE, source_id=purchase.pk)


def _activity_locked(purchase_id: UUID) -> Activity | None:
    purchase = selectors.purchase_for(purchase_id)
    return None if purchase.activity_id is None else activity_for_update(purchase.activity_id)


def _activity_id(purchase: Purchase) -> UUID:
    if purchase.activity_id is None:
        raise PurchaseNotAssigned
    return purchase.activity_id


def _not_own(purchase: Purchase, actor: Actor) -> None:
    """The second pair of eyes is neither who accepted nor anybody of the Activity."""
    own = actor.person_id in (None, purchase.accepted_by_person)
    if own or holds(actor.person_id, _activity_id(purchase)):
        raise NotYourOwn
