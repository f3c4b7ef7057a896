"""Rows of temporary unemployment."""

from __future__ import annotations

from datetime import date

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from payroll.enums import UnemploymentReason


class UnemploymentSpell(TenantModel):
    """Days of one contract in one month that were entered together, and the top-up that they brought.

    `days` and `hours`: what the contract lost; `whole`: nothing was left of it, so that it was withdrawn.
    `top_up_days`: the days that no other contract of the worker had brought a top-up for. `top_up` is gross,
    `net = top_up − withholding_tax`, in euro, paid on `paid_on`; without a top-up there is no entry. `rate_*`
    say which policy gave the amount of a day. `work_code`: as the quarterly declaration counts the days.
    `absence`: the absence of an open-ended contract that the days are of; its salary loses them there.
    """

    append_only = True

    contract = TenantForeignKey("payroll.EmploymentContract", db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    month = models.DateField()
    reason = models.CharField(max_length=16, choices=UnemploymentReason.choices)
    work_code = models.PositiveSmallIntegerField()
    note = models.CharField(max_length=200, blank=True)
    days = models.PositiveSmallIntegerField()
    hours = models.DecimalField(max_digits=6, decimal_places=2)
    whole = models.BooleanField(default=False)
    top_up_days = models.PositiveSmallIntegerField()
    rate = MoneyField()
    rate_from = models.DateField()
    rate_source = models.CharField(max_length=300)
    rate_status = models.CharField(max_length=12)
    top_up = MoneyField()
    tax_rate = models.DecimalField(max_digits=14, decimal_places=6)
    tax_source = models.CharField(max_length=300)
    tax_from = models.DateField()
    tax_status = models.CharField(max_length=12)
    withholding_tax = MoneyField(default=ZERO)
    net = MoneyField()
    paid_on = models.DateField()
    entry = TenantForeignKey("ledger.JournalEntry", null=True, db_index=False)
    absence = models.UUIDField(null=True)
    made_by_label = models.CharField(max_length=120)
    made_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(net=F("top_up") - F("withholding_tax")), name="unemployment_spell_net"
            ),
            models.CheckConstraint(condition=Q(days__gt=0), name="unemployment_spell_days"),
        )
        indexes = (
            models.Index(fields=["tenant", "contract"], name="unemployment_contract"),
            models.Index(fields=["tenant", "person", "month"], name="unemployment_person"),
            models.Index(fields=["tenant", "month", "entity"], name="unemployment_month"),
        )

    def __str__(self) -> str:
        return f"{self.month:%Y-%m} {self.days}"

    @property
    def withdrawn(self) -> bool:
        """Whether it turned out that these days count otherwise."""
        return hasattr(self, "withdrawal")

    @property
    def days_named(self) -> list[date]:
        """Its days, also those that were taken back."""
        if self.withdrawn:
            return [date.fromisoformat(day) for day in self.withdrawal.days]
        return [row.day for row in self.dates.all()]


class SpellWithdrawal(TenantModel):
    """Days that turned out to be worked, or away for another reason: the top-up of their spell is taken back.

    `days`: the dates, which are free again. `entry` reverses that of the spell; what was paid already stands
    against the worker's next pay (`carried`, euro), the rest had not left.
    """

    append_only = True

    spell = TenantOneToOneField(UnemploymentSpell, related_name="withdrawal")
    days = models.JSONField(default=list)
    carried = MoneyField(default=ZERO)
    entry = TenantForeignKey("ledger.JournalEntry", null=True, db_index=False)
    made_by_label = models.CharField(max_length=120)
    made_at = models.DateTimeField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return str(self.spell)


class UnemployedDay(TenantModel):
    """One day of a spell that stands. A day is lost once per contract, and topped up once per worker."""

    spell = TenantForeignKey(UnemploymentSpell, related_name="dates", db_index=False)
    contract = TenantForeignKey("payroll.EmploymentContract", db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    day = models.DateField()
    topped_up = models.BooleanField()

    class Meta:
        ordering = ("day",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "contract", "day"], name="unemployment_day_once"),
            models.UniqueConstraint(
                fields=["tenant", "person", "day"],
                condition=Q(topped_up=True),
                name="unemployment_top_up_once",
            ),
        )
        indexes = (models.Index(fields=["tenant", "spell", "day"], name="unemployment_day_spell"),)

    def __str__(self) -> str:
        return self.day.isoformat()
