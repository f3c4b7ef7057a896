"""Reads of governance."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db.models import Q, QuerySet, Sum
from django.db.models.functions import ExtractYear

from core.money import ZERO
from governance.enums import MovementKind, SubscriptionState
from governance.models import ShareMovement, ShareSubscription
from members.models import Person

SHARE_ENTITY = "SC"
"""Code of the entity that issues the shares (DOMAIN §2)."""


@dataclass(frozen=True, slots=True)
class Shareholding:
    """What a person holds: number of shares, what was paid for them, and the last day of use they cover."""

    shares: int
    amount: Decimal
    covered_until: date | None

    def covers(self, on: date) -> bool:
        """Whether use on that day is covered."""
        return self.covered_until is not None and on <= self.covered_until


def subscriptions_of(person: Person) -> QuerySet[ShareSubscription]:
    """A person's subscriptions, newest first."""
    return ShareSubscription.objects.filter(person=person).order_by("-pk")


def subscription_for_update(pk: UUID) -> ShareSubscription:
    """The subscription, locked."""
    return ShareSubscription.objects.select_for_update(of=("self",)).get(pk=pk)


def pending_by_communication(communication: str) -> ShareSubscription | None:
    """The unpaid subscription that a bank transfer names."""
    return ShareSubscription.objects.filter(
        communication=communication, state=SubscriptionState.PENDING
    ).first()


def register() -> QuerySet[ShareMovement]:
    """The register of members, newest line first."""
    return ShareMovement.objects.select_related("person").order_by("-number")


def shareholding(person: Person) -> Shareholding:
    """Shares, amount and years covered.

    N shares bought in the year Y cover use until the end of Y + N − 1.
    """
    held = ShareMovement.objects.filter(person=person).aggregate(shares=Sum("shares"), amount=Sum("amount"))
    years = (
        ShareMovement.objects.filter(person=person, kind=MovementKind.SUBSCRIPTION)
        .annotate(year=ExtractYear("on"))
        .values("year")
        .annotate(bought=Sum("shares"))
    )
    last = max((row["year"] + row["bought"] - 1 for row in years), default=None)
    shares = held["shares"] or 0
    return Shareholding(
        shares, held["amount"] or ZERO, date(last, 12, 31) if last is not None and shares > 0 else None
    )


def register_totals() -> dict[str, Decimal | int]:
    """Shares, capital and number of shareholders."""
    totals = ShareMovement.objects.aggregate(shares=Sum("shares"), amount=Sum("amount"))
    holders = (
        ShareMovement.objects.values("person").annotate(held=Sum("shares")).filter(Q(held__gt=0)).count()
    )
    return {"shares": totals["shares"] or 0, "amount": totals["amount"] or ZERO, "holders": holders}
