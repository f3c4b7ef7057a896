"""Recurring invoices and what came of each occurrence."""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models import Activity
from core.fields import TenantForeignKey
from core.models import TenantModel
from invoicing.models import Client, Invoice
from invoicing.recurring.enums import MONTHS, OccurrenceState, Rhythm, TemplateState
from invoicing.recurring.types import Schedule
from ledger.models import LegalEntity


class RecurringInvoice(TenantModel):
    """A template that writes an invoice on each of its days, as a draft to check or issued and sent at once.

    `lines`: `invoicing.line_data`, with {month}, {year}, {period}, {first} and {last} in their texts and in
    `note`. `next_on` is the day of occurrence `next_index`, the first that was not tried; absent when it is
    over. The work of an invoice is that of the period that begins on its day; with `in_arrears` of the one
    before.
    """

    activity = TenantForeignKey(Activity)
    entity = TenantForeignKey(LegalEntity)
    client = TenantForeignKey(Client)
    state = models.CharField(max_length=8, choices=TemplateState.choices, default=TemplateState.ACTIVE)
    title = models.CharField(max_length=120)
    lines = models.JSONField(default=list)
    note = models.CharField(max_length=300, blank=True)
    buyer_reference = models.CharField(max_length=60, blank=True)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)
    every = models.PositiveSmallIntegerField(default=1)
    first_on = models.DateField()
    ends_on = models.DateField(null=True)
    most = models.PositiveSmallIntegerField(null=True)
    in_arrears = models.BooleanField(default=False)
    automatic = models.BooleanField(default=False)
    next_index = models.PositiveIntegerField(default=0)
    next_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(condition=Q(every__gte=1, every__lte=24), name="recurring_every"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "next_on", "id"], condition=Q(state="active"), name="recurring_next"
            ),
            models.Index(fields=["tenant", "activity", "-id"], name="recurring_activity"),
            models.Index(fields=["tenant", "client"], name="recurring_client"),
        )

    def __str__(self) -> str:
        return self.title

    @property
    def schedule(self) -> Schedule:
        """Its days."""
        months = MONTHS[Rhythm(self.rhythm)] * self.every
        return Schedule(self.first_on, months, self.ends_on, self.most)


class RecurringPrice(TenantModel):
    """The lines of a template from a day on: a new price, or another service. Append-only."""

    append_only = True

    template = TenantForeignKey(RecurringInvoice, db_index=False)
    valid_from = models.DateField()
    lines = models.JSONField(default=list)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "template", "valid_from"], name="recurring_price_one_start"
            ),
        )

    def __str__(self) -> str:
        return f"{self.template_id} from {self.valid_from}"


class Occurrence(TenantModel):
    """What came of one occurrence of a template: once per `index`, whatever the schedule does.

    `invoice` is absent when it failed, was left out, or its draft was thrown away. A failure says why, by the
    permanent code of the refusal and in words.
    """

    template = TenantForeignKey(RecurringInvoice, db_index=False)
    index = models.PositiveIntegerField()
    due_on = models.DateField()
    state = models.CharField(max_length=8, choices=OccurrenceState.choices)
    invoice = TenantForeignKey(Invoice, null=True)
    error_code = models.CharField(max_length=60, blank=True)
    error = models.CharField(max_length=300, blank=True)
    made_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "template", "index"], name="recurring_occurrence_once"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "-id"], condition=Q(state="failed"), name="recurring_occurrence_failed"
            ),
        )

    def __str__(self) -> str:
        return f"{self.template_id} #{self.index}"
