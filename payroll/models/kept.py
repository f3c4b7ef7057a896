"""What stands between a net and what is paid: balances carried to the next pay, and what others may keep."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from ledger.models import LegalEntity
from payroll.models.pay import HolidayBlock, PayItem


class PayCarry(TenantModel):
    """An amount, of either sign, that a worker's next pay item in the entity takes along: a contribution that
    was settled anew, a correction made outside of an item.

    Whoever makes it posts what makes it owed (account 455, with the worker as party). Changed once: `item`
    is the one that took it. What an item itself leaves below zero is its `carried_out`, and no row here.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    kind = models.CharField(max_length=40)
    label = models.CharField(max_length=120)
    amount = MoneyField()
    made_on = models.DateField()
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    item = TenantForeignKey(PayItem, null=True, related_name="carries", db_index=False)

    class Meta:
        ordering = ("made_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "source_id", "kind", "source_type"], name="payroll_carry_once"
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="payroll_carry_amount"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "person", "entity"],
                condition=Q(item__isnull=True),
                name="payroll_carry_waiting",
            ),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"


class PayDeduction(TenantModel):
    """What somebody else takes of a net before the worker is paid: a seizure, an advance given back.

    `source_id` is the row of whoever asked (a seizure, an advance). `account` is the debt or claim that it
    settles: 455 with another party when that party is paid instead of the worker.
    """

    append_only = True

    item = TenantForeignKey(PayItem, null=True, related_name="deductions", db_index=False)
    holiday = TenantForeignKey(HolidayBlock, null=True, related_name="deductions", db_index=False)
    kind = models.CharField(max_length=20)
    label = models.CharField(max_length=120)
    amount = MoneyField()
    account = models.CharField(max_length=8)
    party = TenantForeignKey("ledger.Party", null=True, db_index=False)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    entry = TenantForeignKey("ledger.JournalEntry", db_index=False)

    class Meta:
        ordering = ("id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(item__isnull=True) ^ Q(holiday__isnull=True),
                name="payroll_deduction_one_owner",
            ),
            models.CheckConstraint(condition=Q(amount__gt=0), name="payroll_deduction_positive"),
        )
        indexes = (
            models.Index(fields=["tenant", "item"], name="payroll_deduction_item"),
            models.Index(fields=["tenant", "holiday"], name="payroll_deduction_holiday"),
            models.Index(fields=["tenant", "source_id"], name="payroll_deduction_source"),
        )

    def __str__(self) -> str:
        return f"{self.label} {self.amount}"
