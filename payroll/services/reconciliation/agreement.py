"""Where the office plainly knows what it should: nothing is to be worked out there."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db.models import Exists, OuterRef, Q

from payroll.enums import (
    ACCEPTED_STATES,
    COUNTED_STATES,
    PENDING_STATES,
    ContractState,
    ContractType,
    DeclarationKind,
)
from payroll.models import Declaration, EmploymentContract


def in_doubt(ids: Collection[UUID]) -> set[UUID]:
    """Those of the contracts that a reconciliation must look at, in one query.

    The others it leaves alone: one declaration was made, an IN of just their days that the office took or has
    before it, and no other work of the worker for that employer touches those days. Students' hours and
    contracts that are not marked as declared yet are always looked at.
    """
    said = Declaration.objects.filter(contract=OuterRef("pk")).order_by()
    same_days = Q(starts_on=OuterRef("starts_on"), ends_on=OuterRef("ends_on"))
    agreed = Q(kind=DeclarationKind.IN, state__in=(*ACCEPTED_STATES, *PENDING_STATES)) & same_days
    beside = EmploymentContract.objects.filter(
        person=OuterRef("person"),
        entity=OuterRef("entity"),
        state__in=COUNTED_STATES,
        starts_on__lte=OuterRef("ends_on"),
        ends_on__gte=OuterRef("starts_on"),
    ).exclude(pk=OuterRef("pk"))
    plain = (
        Q(state__in=COUNTED_STATES, declared_by=None)
        & ~Q(state=ContractState.SUBMITTED)
        & ~Q(contract_type=ContractType.STUDENT)
        & Q(Exists(said.filter(agreed)), ~Exists(said.exclude(agreed)), ~Exists(beside.order_by()))
    )
    return set(EmploymentContract.objects.filter(~plain, pk__in=ids).values_list("pk", flat=True))
