"""Seizures and advances. What they took stands in `payroll.PayDeduction`."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import StoredFile, TenantModel
from core.money import ZERO
from ledger.models import LegalEntity, Party
from members.models import Person
from payroll.deductions.enums import AdvanceState, SeizureKind, SeizureState


class Seizure(TenantModel):
    """An order to pay a part of a worker's net to a creditor, in each entity or in one.

    `rank` orders those of one kind; the day of notification comes next. `total` (euro) ends it, `per_month`
    bounds what a month gives. `children`: dependants declared by the worker's form; `allowances`: the worker
    has social allowances beside the pay, which is another table. Before a second person (`agreed_*`) checked
    it nothing is taken and the pay waits. `returned`: the bank's reason when a payment to the creditor came
    back.
    """

    person = TenantForeignKey(Person, db_index=False)
    entity = TenantForeignKey(LegalEntity, null=True, db_index=False)
    kind = models.CharField(max_length=10, choices=SeizureKind.choices)
    state = models.CharField(max_length=10, choices=SeizureState.choices, default=SeizureState.ENTERED)
    creditor = TenantForeignKey(Party, db_index=False)
    creditor_name = models.CharField(max_length=120)
    creditor_iban = models.CharField(max_length=34)
    reference = models.CharField(max_length=140)
    total = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    per_month = models.DecimalField(max_digits=14, decimal_places=2, null=True)
    rank = models.PositiveSmallIntegerField(default=1)
    notified_on = models.DateField()
    children = models.PositiveSmallIntegerField(default=0)
    allowances = models.BooleanField(default=False)
    file = TenantForeignKey(StoredFile, null=True, db_index=False)
    entered_by = TenantForeignKey(Person, null=True, db_index=False)
    entered_by_label = models.CharField(max_length=120)
    entered_on = models.DateField()
    agreed_by = TenantForeignKey(Person, null=True, db_index=False)
    agreed_by_label = models.CharField(max_length=120, blank=True)
    agreed_on = models.DateField(null=True)
    ended_on = models.DateField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    returned = models.CharField(max_length=8, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(total__isnull=False) | Q(per_month__isnull=False),
                name="deductions_seizure_amount",
            ),
            models.CheckConstraint(
                condition=(Q(total__isnull=True) | Q(total__gt=0))
                & (Q(per_month__isnull=True) | Q(per_month__gt=0)),
                name="deductions_seizure_positive",
            ),
            models.CheckConstraint(
                condition=Q(agreed_by__isnull=True)
                | (~Q(agreed_by=F("person")) & (Q(entered_by__isnull=True) | ~Q(agreed_by=F("entered_by")))),
                name="deductions_seizure_two_persons",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("active", "paid_off")) | Q(agreed_on__isnull=False),
                name="deductions_seizure_agreed",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "person"],
                condition=Q(state__in=("entered", "active")),
                name="deductions_seizure_running",
            ),
            models.Index(fields=["tenant", "person", "-id"], name="deductions_seizure_person"),
            models.Index(fields=["tenant", "creditor_iban"], name="deductions_seizure_account"),
        )

    def __str__(self) -> str:
        return f"{self.creditor_name} {self.reference}"


class Advance(TenantModel):
    """Wages paid ahead for work performed: `Dr 4164 / Cr 580` when it leaves, `Dr 455 / Cr 4164` when given
    back.

    `expected` and `most` are what stood when it was asked; `until` is the last month of that work, whose pay
    gives it back in full (later pay: within the legal share). What was given up is `written_off`.
    """

    person = TenantForeignKey(Person, db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    state = models.CharField(max_length=12, choices=AdvanceState.choices, default=AdvanceState.ASKED)
    amount = MoneyField()
    expected = MoneyField()
    most = MoneyField()
    until = models.DateField()
    reason = models.CharField(max_length=200, blank=True)
    asked_by = TenantForeignKey(Person, null=True, db_index=False)
    asked_by_label = models.CharField(max_length=120)
    asked_on = models.DateField()
    decided_by = TenantForeignKey(Person, null=True, db_index=False)
    decided_by_label = models.CharField(max_length=120, blank=True)
    decided_on = models.DateField(null=True)
    answer = models.CharField(max_length=200, blank=True)
    written_off = MoneyField(default=ZERO)
    written_off_on = models.DateField(null=True)
    written_off_by_label = models.CharField(max_length=120, blank=True)
    written_off_because = models.CharField(max_length=200, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(
                condition=Q(amount__gt=0) & Q(written_off__gte=0) & Q(written_off__lte=F("amount")),
                name="deductions_advance_amount",
            ),
            models.CheckConstraint(
                condition=Q(decided_by__isnull=True)
                | (~Q(decided_by=F("person")) & (Q(asked_by__isnull=True) | ~Q(decided_by=F("asked_by")))),
                name="deductions_advance_two_persons",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "person", "entity"],
                condition=Q(state="agreed"),
                name="deductions_advance_open",
            ),
            models.Index(fields=["tenant", "person", "-id"], name="deductions_advance_person"),
            models.Index(
                fields=["tenant", "id"], condition=Q(state="asked"), name="deductions_advance_queue"
            ),
        )

    def __str__(self) -> str:
        return f"{self.asked_on} {self.amount}"
