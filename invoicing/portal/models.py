"""Links by which clients enter, statements of account, grouped invoices."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q

from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import TenantModel
from invoicing.enums import MessageState
from invoicing.models import Client, Invoice
from ledger.models import LegalEntity
from members.enums import Language


class PortalAccess(TenantModel):
    """A link that was mailed to an address of a client, and the visit that it opened.

    It also is the letter: `body` says where the link goes, the link itself is made when the letter leaves and
    stands nowhere. Usable once, until `expires_at`; the visit lasts until `ends_at` or `revoked_at` (signed
    out, or replaced by staff). What it opens is asked anew on each request: every client at which
    `recipient` is an address.
    """

    recipient = models.CharField(max_length=254)
    language = models.CharField(max_length=2, choices=Language.choices)
    subject = models.CharField(max_length=200)
    body = models.TextField()
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    ends_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)
    state = models.CharField(max_length=10, choices=MessageState.choices, default=MessageState.PENDING)
    attempt = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    sent_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=Q(used_at__isnull=True, ends_at__isnull=True)
                | Q(used_at__isnull=False, ends_at__isnull=False, used_at__lte=F("expires_at")),
                name="portal_access_used",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "id"], condition=Q(state="pending"), name="portal_access_pending"),
            models.Index(fields=["tenant", "recipient", "-id"], name="portal_access_of"),
        )

    def __str__(self) -> str:
        return f"{self.recipient} {self.asked_at}"


class StatementOfAccount(TenantModel):
    """A statement of account as it was read from the books, to be printed. Append-only: the same figures are
    kept once (`digest`)."""

    append_only = True

    client = TenantForeignKey(Client)
    since = models.DateField()
    until = models.DateField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    made_on = models.DateField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "client", "digest"], name="portal_statement_once"),
            models.CheckConstraint(condition=Q(since__lte=F("until")), name="portal_statement_period"),
        )

    def __str__(self) -> str:
        return f"{self.client_id} {self.since} {self.until}"


class MonthlyGrouping(TenantModel):
    """That a client gets one document per month with all its invoices, from the month of `since` (its first
    day) on; nothing: not any more."""

    client = TenantOneToOneField(Client)
    since = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.client_id} {self.since}"


class GroupedInvoice(TenantModel):
    """One document for the invoices of a client in a month: numbers and amounts as they were on `issued_on`,
    frozen in `content`. No tax document: each invoice stays that. Append-only.

    `total` is the sum of the documents, `open_amount` what was still to pay that day, in euro. `due_on`: the
    latest of theirs. `communication` is its own: money that bears it is split over the invoices.
    """

    append_only = True

    client = TenantForeignKey(Client, db_index=False)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    month = models.DateField()
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=24)
    communication = models.CharField(max_length=12)
    issued_on = models.DateField()
    due_on = models.DateField()
    total = MoneyField()
    open_amount = MoneyField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "client", "entity", "month"], name="portal_grouped_one_a_month"
            ),
            models.UniqueConstraint(
                fields=["tenant", "entity", "year", "sequence"], name="portal_grouped_series"
            ),
            models.UniqueConstraint(fields=["tenant", "number"], name="portal_grouped_number"),
            models.UniqueConstraint(fields=["tenant", "communication"], name="portal_grouped_communication"),
        )

    def __str__(self) -> str:
        return self.number


class GroupedItem(TenantModel):
    """An invoice of a grouped invoice: in one only, ever. Append-only."""

    append_only = True

    grouped = TenantForeignKey(GroupedInvoice, related_name="items", db_index=False)
    invoice = TenantForeignKey(Invoice, db_index=False)
    position = models.PositiveSmallIntegerField()

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "invoice"], name="portal_groupeditem_once"),
            models.UniqueConstraint(
                fields=["tenant", "grouped", "position"], name="portal_groupeditem_place"
            ),
        )

    def __str__(self) -> str:
        return f"{self.grouped_id} {self.invoice_id}"
