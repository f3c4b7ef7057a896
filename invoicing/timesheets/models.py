"""Hours worked, and which invoice took them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import Q
from django.utils import timezone

from activities.models import Activity
from core.fields import TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from core.money import r
from invoicing.models import Client, Invoice
from invoicing.quotes.models import Order
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
