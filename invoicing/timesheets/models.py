"""Hours worked, which invoice took them, and what clients said of them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models import Activity
from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import r
from invoicing.models import Client, Invoice
from invoicing.quotes.models import Order
from invoicing.timesheets.enums import SheetAnswerKind
from members.models import Person


class TimeEntry(TenantModel):
    """Hours of a person on a day for a client, in decimals (1.25 is an hour and a quarter); `rate` in euro
    without VAT an hour. Of an order, or of the Activity and client alone.
    """

    activity = TenantForeignKey(Activity)
    client = TenantForeignKey(Client)
    order = TenantForeignKey(Order, null=True)
    person = TenantForeignKey(Person)
    day = models.DateField()
    hours = models.DecimalField(max_digits=4, decimal_places=2)
    rate = models.DecimalField(max_digits=10, decimal_places=4)
    task = models.CharField(max_length=80, blank=True)
    text = models.CharField(max_length=200, blank=True)
    version = models.PositiveIntegerField(default=1)
    written_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(hours__gt=0, hours__lte=24, rate__gt=0), name="timesheets_entry_hours"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "activity", "-day", "-id"], name="timesheets_entry_activity"),
            models.Index(fields=["tenant", "client", "day"], name="timesheets_entry_client"),
        )

    def __str__(self) -> str:
        return f"{self.day} {self.hours} h"

    @property
    def amount(self) -> Decimal:
        """What the hours come to alone, in euro without VAT."""
        return r(self.hours * self.rate)


class InvoicedHours(TenantModel):
    """That hours stand on an invoice: each once, which the database holds to. Gone with the draft, or when
    the invoice was credited in full.
    """

    entry = TenantOneToOneField(TimeEntry)
    invoice = TenantForeignKey(Invoice)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.invoice_id}"


class TimeSheet(TenantModel):
    """Hours as a client was asked to approve them; the row never changes. `content` holds all that the page
    shows, `digest` is the SHA-256 of its canonical JSON: the answer names it. `net` in euro without VAT.
    """

    append_only = True

    activity = TenantForeignKey(Activity, db_index=False)
    client = TenantForeignKey(Client, db_index=False)
    first_day = models.DateField()
    last_day = models.DateField()
    hours = models.DecimalField(max_digits=8, decimal_places=2)
    net = MoneyField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    sent_on = models.DateField()
    link_until = models.DateField()
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "activity", "-id"], name="timesheets_sheet_activity"),
            models.Index(fields=["tenant", "client", "-id"], name="timesheets_sheet_client"),
        )

    def __str__(self) -> str:
        return f"{self.first_day} – {self.last_day}"


class SheetHours(TenantModel):
    """That hours stand on a sheet that waits or was approved: they are locked. Gone when the sheet was
    refused or taken back.
    """

    entry = TenantOneToOneField(TimeEntry)
    sheet = TenantForeignKey(TimeSheet)

    def __str__(self) -> str:
        return f"{self.entry_id} {self.sheet_id}"


class SheetAnswer(TenantModel):
    """What became of a sheet: once, ever. The evidence of an approval.

    `document_digest` is the digest of the sheet; `digest` the SHA-256 of the answer's canonical JSON with it.
    `consent` is the sentence that was agreed to, word for word. `withdrawn`: the member took it back.
    """

    append_only = True

    sheet = TenantOneToOneField(TimeSheet)
    kind = models.CharField(max_length=10, choices=SheetAnswerKind.choices)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    reason = models.CharField(max_length=500, blank=True)
    consent = models.CharField(max_length=500, blank=True)
    address = models.CharField(max_length=45, blank=True)
    user_agent = models.CharField(max_length=300, blank=True)
    document_digest = models.CharField(max_length=64)
    digest = models.CharField(max_length=64)
    answered_on = models.DateField()
    answered_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.kind} {self.name}"
