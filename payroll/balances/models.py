"""Rows of balances that stay."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from members.models import Person
from payroll.balances.enums import BalanceActKind, BalanceKind, BalanceState


class Balance(TenantModel):
    """What a worker owes an entity because pay that was settled was taken back: a net below zero that no pay
    has taken yet, or exit holiday above what account 4560 holds.

    `amount` (euro, above zero until it is over) is what the rows of pay said when they were last read;
    `since` the day from which it stands, `last_end` the end of the last contract in that entity, if any
    ended. `asked`: what was last asked back; of holiday the net part alone, for contributions and tax never
    reached the worker. `communication`: given when it is first asked.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey(Person, db_index=False)
    kind = models.CharField(max_length=8, choices=BalanceKind.choices)
    state = models.CharField(max_length=10, choices=BalanceState.choices, default=BalanceState.OPEN)
    amount = MoneyField()
    since = models.DateField()
    last_end = models.DateField(null=True)
    works = models.BooleanField(default=False)
    asked = MoneyField(default=ZERO)
    asked_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    communication = models.CharField(max_length=12, blank=True)
    wait_until = models.DateField(null=True)
    because = models.CharField(max_length=200, blank=True)
    proposed_by = TenantForeignKey(Person, null=True, db_index=False)
    seen_on = models.DateField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-since", "-id")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "person", "entity", "kind"], name="balances_once"),
            models.UniqueConstraint(
                fields=["tenant", "communication"],
                condition=~Q(communication=""),
                name="balances_communication",
            ),
            models.CheckConstraint(
                condition=Q(state="over", amount=0) | (~Q(state="over") & Q(amount__gt=0)),
                name="balances_amount",
            ),
            models.CheckConstraint(
                condition=Q(proposed_by__isnull=True) | ~Q(proposed_by=F("person")),
                name="balances_not_ones_own",
            ),
        )
        indexes = (models.Index(fields=["tenant", "state", "-since", "-id"], name="balances_list"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.amount}"


class BalanceAct(TenantModel):
    """What was done about a balance: when, by whom, why. A payment or a write-off has its `amount` and entry;
    `simple`, `double`, `supplement` and `employer_onss` are what it gives account 4560 back (below zero).
    """

    append_only = True

    balance = TenantForeignKey(Balance, related_name="acts", db_index=False)
    kind = models.CharField(max_length=12, choices=BalanceActKind.choices)
    amount = MoneyField()
    on = models.DateField()
    until = models.DateField(null=True)
    note = models.CharField(max_length=200, blank=True)
    made_by_label = models.CharField(max_length=120)
    entry = TenantForeignKey("ledger.JournalEntry", null=True, db_index=False)
    simple = MoneyField(default=ZERO)
    double = MoneyField(default=ZERO)
    supplement = MoneyField(default=ZERO)
    employer_onss = MoneyField(default=ZERO)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("id",)
        indexes = (models.Index(fields=["tenant", "balance", "id"], name="balances_act"),)

    def __str__(self) -> str:
        return f"{self.kind} {self.on:%Y-%m-%d}"
