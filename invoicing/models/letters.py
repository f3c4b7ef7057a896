"""What clients were written."""

from __future__ import annotations

from django.db import models
from django.db.models import Q

from core.fields import MoneyField, TenantForeignKey
from core.models import TenantModel
from core.money import ZERO
from invoicing.enums import (
    MessageKind,
    MessageState,
)
from invoicing.models.clients import Client
from invoicing.models.invoices import Invoice
from members.enums import Language


class ClientMessage(TenantModel):
    """An e-mail to a client, as written; sent apart, at least once, fenced by `attempt`."""

    client = TenantForeignKey(Client)
    kind = models.CharField(max_length=10, choices=MessageKind.choices)
    language = models.CharField(max_length=2, choices=Language.choices)
    recipient = models.CharField(max_length=254, blank=True)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    document_ids = models.JSONField(default=list)
    written_on = models.DateField()
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        indexes = (
            models.Index(
                fields=["tenant", "id"], condition=Q(state="pending"), name="invoicing_message_pending"
            ),
            models.Index(fields=["tenant", "-id"], condition=Q(state="failed"), name="invoicing_letter_dead"),
            models.Index(fields=["tenant", "client", "-id"], name="invoicing_message_client"),
        )

    def __str__(self) -> str:
        return self.subject


class Reminder(TenantModel):
    """That a step of the ladder was taken for an invoice: once, ever. Append-only.

    `interest` and `flat` are what the law lets the creditor claim that day, in euro, named to the client and
    not booked; `law` says which text and rate were applied. Several invoices of one client share a message.
    """

    append_only = True

    invoice = TenantForeignKey(Invoice, db_index=False)
    step = models.PositiveSmallIntegerField()
    sent_on = models.DateField()
    open_amount = MoneyField()
    days_late = models.PositiveSmallIntegerField()
    interest = MoneyField(default=ZERO)
    flat = MoneyField(default=ZERO)
    law = models.CharField(max_length=200, blank=True)
    message = TenantForeignKey(ClientMessage)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "invoice", "step"], name="invoicing_reminder_once"),
        )

    def __str__(self) -> str:
        return f"{self.invoice_id} step {self.step}"
