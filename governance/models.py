"""Shares of the cooperative: what was asked for, and the register of who holds what."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from governance.enums import MovementKind, ShareCategory, SubscriptionState
from ledger.models import LegalEntity
from members.models import Person


class ShareSubscription(TenantModel):
    """A person asks for shares and pays them by bank transfer; never from an Activity's budget (DOMAIN §9).

    `amount` = `shares` × `price`, the price in force on `subscribed_on`. Paid when the bank statement shows
    the whole amount with the structured communication.
    """

    entity = TenantForeignKey(LegalEntity)
    person = TenantForeignKey(Person)
    category = models.CharField(max_length=1, choices=ShareCategory.choices, default=ShareCategory.A)
    shares = models.PositiveSmallIntegerField()
    price = MoneyField()
    amount = MoneyField()
    subscribed_on = models.DateField()
    communication = models.CharField(max_length=12)
    state = models.CharField(
        max_length=10, choices=SubscriptionState.choices, default=SubscriptionState.PENDING
    )
    paid_on = models.DateField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "communication"], name="governance_share_communication"
            ),
            models.UniqueConstraint(
                fields=["tenant", "person"], condition=Q(state="pending"), name="governance_share_one_pending"
            ),
            models.CheckConstraint(condition=Q(shares__gte=1), name="governance_share_number"),
        )

    def __str__(self) -> str:
        return f"{self.shares} × {self.price}"


class ShareMovement(TenantModel):
    """A line of the register of members: shares gained (positive) or given up (negative) by a person on
    a day.

    Append-only, numbered without gaps; the sum of `amount` equals account 110 of the share-issuing entity.
    """

    append_only = True

    number = models.PositiveIntegerField()
    person = TenantForeignKey(Person)
    category = models.CharField(max_length=1, choices=ShareCategory.choices)
    kind = models.CharField(max_length=12, choices=MovementKind.choices)
    shares = models.SmallIntegerField()
    amount = MoneyField()
    on = models.DateField()
    subscription = TenantOneToOneField(ShareSubscription, null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "number"], name="governance_register_number"),
        )

    def __str__(self) -> str:
        return f"{self.number}: {self.shares}"
