"""What the bank says of payments to suppliers."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.db import transaction

from core import audit
from core.types import Actor
from invoicing.purchases import selectors
from invoicing.purchases.enums import PurchaseState
from invoicing.purchases.models import Purchase


@transaction.atomic
def payment_left(*, purchase_id: UUID, on: date, actor: Actor) -> Purchase:
    """The bank paid the supplier: the purchase is paid. Locks the purchase; a repeat changes nothing."""
    purchase = selectors.purchase_for_update(purchase_id)
    if purchase.state == PurchaseState.TO_PAY:
        purchase.state, purchase.paid_on = PurchaseState.PAID, on
        purchase.save(update_fields=["state", "paid_on"])
        audit.record(actor, "purchase.paid", purchase, on=on.isoformat())
    return purchase


@transaction.atomic
def payment_returned(*, purchase_id: UUID, actor: Actor) -> Purchase:
    """The bank sent the payment back: it is to pay again, once its account is mended. Locks the purchase; a
    repeat changes nothing.
    """
    purchase = selectors.purchase_for_update(purchase_id)
    if purchase.state == PurchaseState.PAID:
        purchase.state, purchase.paid_on = PurchaseState.TO_PAY, None
        purchase.save(update_fields=["state", "paid_on"])
        audit.record(actor, "purchase.payment_returned", purchase)
    return purchase
