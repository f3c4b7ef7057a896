"""Contracts hear from the bank: paid, or sent back."""

from __future__ import annotations

from collections.abc import Collection
from uuid import UUID

from django.db import transaction
from django.db.models import F, Sum
from django.db.models.functions import Coalesce

from core import audit
from core.locks import for_update
from core.money import ZERO
from core.types import Actor
from ledger.treasury.enums import PayoutKind, PayoutState
from ledger.treasury.models import Payout
from payroll.enums import ContractState
from payroll.models import EmploymentContract, PayItem


@transaction.atomic
def mark_paid(*, item_id: UUID, actor: Actor) -> EmploymentContract:
    """The bank paid a pay item: its contract is paid once every item of it is, what others took of it left
    aside. Repeats change nothing.
    """
    contract_id = PayItem.objects.values_list("contract_id", flat=True).get(pk=item_id)
    end_paid([contract_id], actor=actor)
    return EmploymentContract.objects.get(pk=contract_id)


@transaction.atomic
def end_paid(contract_ids: Collection[UUID], *, actor: Actor) -> None:
    """Settled contracts of these of which the worker is owed nothing more are paid: by the bank, or because
    others took the whole pay, or because a balance from before did.

    As many statements for one as for many; repeats change nothing. Locks: contracts.
    """
    rows = EmploymentContract.objects.filter(pk__in=contract_ids, state=ContractState.SETTLED)
    settled = {row.pk: row for row in for_update(rows)}
    if not settled:
        return
    items = PayItem.objects.filter(contract__in=settled).order_by()
    taken = items.annotate(taken=Coalesce(Sum("deductions__amount"), ZERO))
    owed = dict(taken.filter(payable__gt=F("taken")).values_list("pk", "contract_id"))
    payouts = Payout.objects.filter(source_id__in=owed, kind=PayoutKind.WAGE, state=PayoutState.PAID)
    arrived = set(payouts.values_list("source_id", flat=True))
    waiting = {contract for item, contract in owed.items() if item not in arrived}
    over = [row for key, row in settled.items() if key not in waiting]
    if not over:
        return
    EmploymentContract.objects.filter(pk__in=[row.pk for row in over]).update(state=ContractState.PAID)
    audit.record_all(actor, [("payroll.contract_paid", row, {}) for row in over])


@transaction.atomic
def mark_returned(*, item_id: UUID, actor: Actor) -> EmploymentContract:
    """The bank sent the pay of an item back: its contract waits for payment again. Repeats change nothing."""
    contract_id = PayItem.objects.values_list("contract_id", flat=True).get(pk=item_id)
    contract = for_update(EmploymentContract.objects.filter(pk=contract_id)).get()
    paid = Payout.objects.filter(source_id=item_id, kind=PayoutKind.WAGE, state=PayoutState.PAID)
    if contract.state == ContractState.PAID and not paid.exists():
        contract.state = ContractState.SETTLED
        contract.save(update_fields=["state"])
        audit.record(actor, "payroll.contract_pay_returned", contract)
    return contract
