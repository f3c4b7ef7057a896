"""Budgets and what is set aside on them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from uuid import UUID

from django.db import IntegrityError, transaction

from core.locks import for_update
from core.money import ZERO
from ledger.errors import AlreadyReserved, BudgetExceeded
from ledger.models import Budget, LegalEntity, Reservation
from ledger.services.lending import give_back


@transaction.atomic
def open_budget(*, entity: LegalEntity, name: str) -> Budget:
    """A budget at zero."""
    return Budget.objects.create(entity=entity, name=name[:120])


@transaction.atomic
def reserve(*, budget_id: UUID, amount: Decimal, source_type: str, source_id: UUID, text: str) -> Reservation:
    """Set money of a budget aside for a commitment. Locks the budget.

    Raises `BudgetExceeded`, and `AlreadyReserved` on a second call; then nothing is written.
    """
    budget = for_update(Budget.objects.filter(pk=budget_id)).get()
    if budget.available < amount:
        raise BudgetExceeded(available=budget.available, needed=amount)
    try:
        with transaction.atomic():
            reservation = Reservation.objects.create(
                budget=budget, source_type=source_type, source_id=source_id, amount=amount, text=text[:140]
            )
    except IntegrityError as error:
        raise AlreadyReserved from error
    budget.reserved += amount
    budget.save(update_fields=["reserved"])
    return reservation


@transaction.atomic
def release(
    *,
    budget_id: UUID,
    source_type: str,
    source_id: UUID,
    amount: Decimal | None = None,
    on: date | None = None,
) -> None:
    """Free a reservation, all of it or `amount` at most. With a day (`on`) what the pot lent for it goes back
    on that day, else with the budget's next entry. Locks the budget. What is over frees nothing.
    """
    budget = for_update(Budget.objects.filter(pk=budget_id)).get()
    held = Reservation.objects.filter(
        budget=budget, source_type=source_type, source_id=source_id, amount__gt=0
    ).first()
    if held is None:
        return
    freed = held.amount if amount is None else min(held.amount, amount)
    held.amount -= freed
    held.save(update_fields=["amount"])
    budget.reserved -= freed
    budget.save(update_fields=["reserved"])
    if on is not None:
        give_back(budget, on=on, source_type=source_type, source_id=source_id, text=held.text)


@transaction.atomic
def reserve_more(
    *, budget_id: UUID, amount: Decimal, source_type: str, source_id: UUID, text: str, lent: Decimal = ZERO
) -> Reservation:
    """Add to what a commitment holds (it may hold nothing yet): the next month of a salary that goes on.

    `lent` is what the pot lent for it in this transaction. Locks the budget. Raises `BudgetExceeded`; then
    nothing is written. Each call adds: the caller knows what it has set aside before.
    """
    budget = for_update(Budget.objects.filter(pk=budget_id)).get()
    if budget.available + lent < amount:
        raise BudgetExceeded(available=budget.available, needed=amount)
    held, _ = Reservation.objects.get_or_create(
        source_type=source_type,
        source_id=source_id,
        defaults={"budget": budget, "amount": 0, "text": text[:140]},
    )
    held.amount += amount
    held.save(update_fields=["amount"])
    budget.reserved += amount
    budget.save(update_fields=["reserved"])
    return held
