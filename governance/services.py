"""The only writer of subscriptions and of the register of members."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from core import audit, outbox
from core.identifiers import format_structured_communication, make_structured_communication
from core.rates import policy
from core.types import Actor
from governance import selectors
from governance.enums import MovementKind, ShareCategory, SubscriptionState
from governance.errors import SubscriptionNotPending, SubscriptionPending, TooManyShares
from governance.models import ShareMovement, ShareSubscription
from ledger.selectors import entity_by_code
from ledger.services import take_number
from members.models import Person

MOST_SHARES = 30
COMMUNICATION_PREFIX = 95
"""First two of the ten digits of a share's structured communication, so that it is never an invoice's."""


@transaction.atomic
def subscribe_shares(
    *, person: Person, shares: int, subscribed_on: date, actor: Actor, category: str = ShareCategory.A
) -> ShareSubscription:
    """A person asks for shares, to be paid by bank transfer with the structured communication.

    The price is the policy in force on `subscribed_on`. Nothing is posted and no budget is touched: only the
    bank statement moves account 110. Raises `TooManyShares`, `NoRateInForce`, `UnknownLegalEntity` and, when
    an unpaid subscription stands, `SubscriptionPending` (so a repeated call asks for nothing twice).
    """
    if not 1 <= shares <= MOST_SHARES:
        raise TooManyShares(most=MOST_SHARES)
    price = Decimal(policy("share", on=subscribed_on).value["price"])
    entity = entity_by_code(selectors.SHARE_ENTITY)
    number = take_number(entity_id=entity.pk, journal="SHARECOM", year=subscribed_on.year)
    communication = make_structured_communication(
        COMMUNICATION_PREFIX * 10**8 + subscribed_on.year % 100 * 10**6 + number
    )
    try:
        with transaction.atomic():
            subscription = ShareSubscription.objects.create(
                entity=entity,
                person=person,
                category=ShareCategory(category),
                shares=shares,
                price=price,
                amount=shares * price,
                subscribed_on=subscribed_on,
                communication=communication,
            )
    except IntegrityError as error:
        waiting = ShareSubscription.objects.get(person=person, state=SubscriptionState.PENDING)
        raise SubscriptionPending(
            communication=format_structured_communication(waiting.communication)
        ) from error
    audit.record(
        actor, "governance.shares_subscribed", subscription, shares=shares, amount=str(price * shares)
    )
    return subscription


@transaction.atomic
def cancel_subscription(*, subscription_id: UUID, actor: Actor) -> ShareSubscription:
    """Withdraw an unpaid subscription. Locks it. Raises `SubscriptionNotPending`."""
    subscription = selectors.subscription_for_update(subscription_id)
    if subscription.state != SubscriptionState.PENDING:
        raise SubscriptionNotPending
    subscription.state = SubscriptionState.CANCELLED
    subscription.save(update_fields=["state"])
    audit.record(actor, "governance.subscription_cancelled", subscription)
    return subscription


@transaction.atomic
def enter_in_register(*, subscription_id: UUID, paid_on: date, actor: Actor) -> ShareMovement:
    """The bank statement shows the payment: the shares are issued and entered in the register of members.

    Called in the transaction that posts `Dr 550 / Cr 110`. Locks the subscription, then the register's number
    series. A second call gives the line that stands; a cancelled subscription raises
    `SubscriptionNotPending`.
    """
    subscription = selectors.subscription_for_update(subscription_id)
    if subscription.state == SubscriptionState.PAID:
        return ShareMovement.objects.get(subscription=subscription)
    if subscription.state != SubscriptionState.PENDING:
        raise SubscriptionNotPending
    subscription.state = SubscriptionState.PAID
    subscription.paid_on = paid_on
    subscription.save(update_fields=["state", "paid_on"])
    audit.record(actor, "governance.shares_issued", subscription, shares=subscription.shares)
    movement = ShareMovement.objects.create(
        number=take_number(entity_id=subscription.entity_id, journal="REGISTER", year=0),
        person_id=subscription.person_id,
        category=subscription.category,
        kind=MovementKind.SUBSCRIPTION,
        shares=subscription.shares,
        amount=subscription.amount,
        on=paid_on,
        subscription=subscription,
    )
    outbox.publish("governance.shares_issued", movement, person_id=str(subscription.person_id))
    return movement
