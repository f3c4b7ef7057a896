"""Contracts hear from the bank: paid, or sent back."""

from __future__ import annotations

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
    contract = for_update(EmploymentContract.objects.filter(pk=contract_id)).get()
    if contract.state != ContractState.SETTLED:
        return contract
    items = PayItem.objects.filter(contract=contract).annotate(
        taken=Coalesce(Sum("deductions__amount"), ZERO)
    )
    owed = list(items.filter(payable__gt=F("taken")).values_list("pk", flat=True))
    paid = Payout.objects.filter(source_id__in=owed, kind=PayoutKind.WAGE, state=PayoutState.PAID)
    if paid.values("source_id").distinct().count() == len(owed):
        contract.state = ContractState.PAID
        contract.save(update_fields=["state"])
        audit.record(actor, "payroll.contract_paid", contract)
    return contract


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
