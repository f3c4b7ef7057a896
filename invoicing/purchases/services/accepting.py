"""Whose a purchase is, who agrees to it, who sends it back."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import IntegrityError, transaction

from activities.enums import ExpenseCategory
from activities.errors import NotAHolder, NotYourOwn
from activities.selectors import activity_for_update, holds
from activities.services import open_activity_for_update
from core import audit
from core.identifiers import InvalidIdentifier, normalise_iban
from core.outbox import publish
from core.rates import policy
from core.types import Actor
from invoicing.purchases import selectors
from invoicing.purchases.enums import AccountTrust, PurchaseState
from invoicing.purchases.errors import (
    AccountNotToConfirm,
    ConfirmationMissing,
    EntityMismatch,
    PurchaseCategoryUnfit,
    PurchaseForeignCurrency,
    PurchaseNotAssigned,
    PurchaseNotWaiting,
    PurchaseNumberTaken,
    ReasonMissing,
    SupplierAccountMissing,
)
from invoicing.purchases.models import Purchase, PurchaseHold, SupplierAccount
from invoicing.purchases.services.answering import write_answer
from invoicing.purchases.services.booking import (
    HOLD,
    book,
    budgets_of,
    check_account,
    is_debited,
    releases_of,
)
from invoicing.purchases.services.checking import check_rules
from invoicing.purchases.services.receiving import note_account
from invoicing.purchases.services.splitting import (
    agree_to_parts,
    costs_by_budget,
    lock_activities,
    reverse_parts,
    work_out,
)
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
    """Give a purchase that waits to an Activity, all of it; its people are asked to accept it.

    A document addressed to nobody of ours becomes one of the Activity's company: whoever assigns it says so.
    Locks: supplier, Activity, purchase. Raises `ActivityNotOpen`, `PurchaseNotWaiting`, `EntityMismatch`,
    `PurchaseNumberTaken`. A repeat changes nothing.
    """
    selectors.lock_supplier_of(purchase_id)
    activity = open_activity_for_update(activity_id)
    purchase = selectors.purchase_for_update(purchase_id)
    _must_wait(purchase, WAITING)
    if purchase.activity_id == activity.pk and not purchase.parts.exists():
        return purchase
    if purchase.entity is not None and purchase.entity_id != activity.entity_id:
        raise EntityMismatch(addressee=purchase.entity.name, entity=activity.entity.name)
    purchase.parts.all().delete()
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
    if not any(holds(actor.person_id, activity) for activity in _activities(purchase)):
        raise NotAHolder
    purchase.parts.all().delete()
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
def accept_purchase(
    *, purchase_id: UUID, on: date, actor: Actor, category: str = "", case: str = ""
) -> Purchase:
    """A member of the Activity agrees to bear a purchase: it is booked, and paid on its due date.

    `category`: what was bought; the parts of a split purchase say it themselves: the person agrees to those
    of their Activities, and the last to agree books it. A credit note on a split invoice gives back to the
    same parts. `case`: the VAT treatment, for a supplier abroad; empty: what the document speaks for. Above
    the policy `expense_approval_threshold` of the day the cost is set aside and an adviser agrees first; a
    credit note never waits. Locks: supplier, Activities, purchase, budgets. Raises `PurchaseNotWaiting`,
    `PurchaseNotAssigned`, `NotAHolder`, `ActivityNotOpen`, `PurchaseForeignCurrency`,
    `PurchaseCategoryUnfit`, `PurchaseCaseUnclear`, `SupplierAccountMissing`, `SupplierAccountChanged`,
    `BudgetExceeded`, `NoRateInForce`, `PurchaseBeingChecked`, `PurchaseBreaksRules`; then nothing is written.
    """
    selectors.lock_supplier_of(purchase_id)
    lock_activities(selectors.purchase_for(purchase_id))
    purchase = selectors.purchase_for_update(purchase_id)
    _must_wait(purchase, WAITING)
    if purchase.activity is None or purchase.entity is None:
        raise PurchaseNotAssigned
    if not any(holds(actor.person_id, activity) for activity in _activities(purchase)):
        raise NotAHolder
    check_rules(purchase)
    if purchase.document.currency != "EUR":
        raise PurchaseForeignCurrency(currency=purchase.document.currency)
    parts = list(purchase.parts.order_by("position")) or reverse_parts(purchase, on=on, actor=actor)
    if not parts and (category not in ExpenseCategory.values or category == ExpenseCategory.MILEAGE):
        raise PurchaseCategoryUnfit(category=category)
    if not agree_to_parts(purchase, parts, on=on, actor=actor):
        return purchase
    shares = work_out(purchase, category=category, case=case)
    purchase.accepted_on, purchase.accepted_by = on, actor.label[:120]
    purchase.accepted_by_person = actor.person_id
    purchase.save(
        update_fields=[
            *("category", "case", "nature", "due_vat", "recoverable_vat", "cost"),
            *("accepted_on", "accepted_by", "accepted_by_person"),
        ]
    )
    audit.record(actor, "purchase.accepted", purchase, category=purchase.category, case=str(purchase.case))
    threshold = policy("expense_approval_threshold", on=on).rate
    if purchase.is_credit_note or purchase.total <= threshold:
        return book(purchase, shares, on=on, actor=actor, reserved=False)
    if purchase.left and not is_debited(purchase):
        check_account(purchase)
    for budget_id, cost in sorted(budgets_of(costs_by_budget(purchase, shares)).items()):
        hold = PurchaseHold.objects.create(purchase=purchase, budget_id=budget_id)
        reserve(budget_id=budget_id, amount=cost, source_type=HOLD, source_id=hold.pk, text=purchase.text)
    purchase.state = PurchaseState.APPROVAL
    purchase.save(update_fields=["state"])
    publish("purchase.accepted", purchase)
    return purchase


@transaction.atomic
def approve_purchase(*, purchase_id: UUID, on: date, actor: Actor) -> Purchase:
    """An adviser agrees to a purchase above the threshold: its reservation becomes its entry.

    Locks: supplier, Activities, purchase, budgets. Raises `PurchaseNotWaiting`, `NotYourOwn` (also for people
    of an Activity), and what `accept_purchase` raises of accounts and periods.
    """
    selectors.lock_supplier_of(purchase_id)
    for activity_id in sorted(_activities(selectors.purchase_for(purchase_id))):
        activity_for_update(activity_id)
    purchase = selectors.purchase_for_update(purchase_id)
    _must_wait(purchase, (PurchaseState.APPROVAL,))
    _not_own(purchase, actor)
    shares = work_out(purchase, category=purchase.category, case=purchase.case)
    audit.record(actor, "purchase.approved", purchase)
    return book(purchase, shares, on=on, actor=actor, reserved=True)


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
    """What was set aside is free again. The adviser's answer being no, everybody agrees again."""
    purchase.parts.update(accepted_on=None, accepted_by="", accepted_by_person=None)
    for held in sorted(releases_of(purchase), key=lambda held: held.budget):
        release(budget_id=held.budget, source_type=held.source_type, source_id=held.source_id)


def _activities(purchase: Purchase) -> set[UUID]:
    """The Activities that bear it. Raises `PurchaseNotAssigned`."""
    if purchase.activity_id is None:
        raise PurchaseNotAssigned
    return set(purchase.parts.values_list("activity_id", flat=True)) or {purchase.activity_id}


def _not_own(purchase: Purchase, actor: Actor) -> None:
    """The second pair of eyes is neither who accepted nor anybody of the Activities."""
    accepted = set(purchase.parts.values_list("accepted_by_person", flat=True))
    own = actor.person_id in (None, purchase.accepted_by_person) or actor.person_id in accepted
    if own or any(holds(actor.person_id, activity) for activity in _activities(purchase)):
        raise NotYourOwn
