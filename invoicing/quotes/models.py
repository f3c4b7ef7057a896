"""Quotes, their versions as sent, what clients answered, and orders."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.models import Activity
from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import StoredFile, TenantModel
from core.money import ZERO
from invoicing.models import Client, Invoice
from invoicing.quotes.enums import AnswerDoor, AnswerKind, OrderState, PartKind, QuoteState
from ledger.models import LegalEntity


class Quote(TenantModel):
    """What an Activity offers a client. What was sent of it stands in `SentQuote`, a row per `revision`.

    `lines`: `invoicing.line_data`. Amounts in euro at the VAT rates of the day of writing or sending.
    `version` counts changes of the draft. Raising `generation` revokes every link given out. `remind`:
    whether an unanswered quote is recalled once, by policy. `advance_percent`: invoiced once it is ordered.
    """

    activity = TenantForeignKey(Activity)
    entity = TenantForeignKey(LegalEntity)
    client = TenantForeignKey(Client)
    state = models.CharField(max_length=10, choices=QuoteState.choices, default=QuoteState.DRAFT)
    revision = models.PositiveSmallIntegerField(default=1)
    number = models.CharField(max_length=24, blank=True)
    title = models.CharField(max_length=120)
    terms = models.TextField(blank=True)
    buyer_reference = models.CharField(max_length=60, blank=True)
    lines = models.JSONField(default=list)
    valid_until = models.DateField()
    advance_percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    remind = models.BooleanField(default=True)
    net = MoneyField(default=ZERO)
    vat = MoneyField(default=ZERO)
    total = MoneyField(default=ZERO)
    total_cents = models.BigIntegerField(default=0)
    sent_on = models.DateField(null=True)
    answered_on = models.DateField(null=True)
    reminded_on = models.DateField(null=True)
    generation = models.PositiveSmallIntegerField(default=1)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~Q(number=""), name="quotes_quote_number"
            ),
            models.CheckConstraint(condition=Q(total=F("net") + F("vat")), name="quotes_quote_total"),
            models.CheckConstraint(
                condition=Q(state="draft") | (~Q(number="") & Q(sent_on__isnull=False)),
                name="quotes_quote_sent",
            ),
            models.CheckConstraint(
                condition=Q(advance_percent__isnull=True)
                | Q(advance_percent__gt=0, advance_percent__lte=100),
                name="quotes_quote_advance",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "activity", "-id"], name="quotes_quote_activity"),
            models.Index(fields=["tenant", "client", "-id"], name="quotes_quote_client"),
            models.Index(
                fields=["tenant", "valid_until", "id"], condition=Q(state="sent"), name="quotes_quote_waiting"
            ),
            models.Index(fields=["tenant", "number"], name="quotes_quote_by_number"),
            models.Index(fields=["tenant", "sent_on"], name="quotes_quote_by_sending"),
            models.Index(fields=["tenant", "valid_until"], name="quotes_quote_by_validity"),
            models.Index(fields=["tenant", "total_cents"], name="quotes_quote_amount"),
        )

    def __str__(self) -> str:
        return self.number or self.title

    def is_over(self, on: date) -> bool:
        """Whether it waits although its last day lies behind: nobody may accept it any more."""
        return self.state == QuoteState.SENT and self.valid_until < on


class QuoteFile(TenantModel):
    """A file that goes with a quote: a plan, a model, general terms. Kept when the quote is revised."""

    quote = TenantForeignKey(Quote)
    file = TenantForeignKey(StoredFile)
    name = models.CharField(max_length=120)

    def __str__(self) -> str:
        return self.name


class SentQuote(TenantModel):
    """A version of a quote exactly as sent: it never changes and never disappears.

    `content` holds all that the PDF shows; `digest` is the SHA-256 of its canonical JSON: an acceptance names
    it. `number` has no gap per (entity, year): its `sequence` is that of the first version.
    """

    append_only = True

    quote = TenantForeignKey(Quote, db_index=False)
    revision = models.PositiveSmallIntegerField()
    entity = TenantForeignKey(LegalEntity, db_index=False)
    client = TenantForeignKey(Client, db_index=False)
    year = models.PositiveSmallIntegerField()
    sequence = models.PositiveIntegerField()
    number = models.CharField(max_length=24)
    sent_on = models.DateField()
    valid_until = models.DateField()
    link_until = models.DateField()
    net = MoneyField()
    vat = MoneyField()
    total = MoneyField()
    content = models.JSONField()
    digest = models.CharField(max_length=64)
    sent_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "quote", "revision"], name="quotes_sent_once"),
            models.UniqueConstraint(
                fields=["tenant", "entity", "year", "sequence", "revision"], name="quotes_sent_series"
            ),
        )

    def __str__(self) -> str:
        return self.number


class QuoteAnswer(TenantModel):
    """What the client answered to a version: once, ever. The evidence of an acceptance.

    `document_digest` is the digest of the version; `digest` the SHA-256 of the answer's canonical JSON with
    it, so that neither can be exchanged. `consent` is the sentence that was ticked, word for word. For an
    answer that the member notes, `name` is who said it and `reason` how.
    """

    append_only = True

    sent = TenantOneToOneField(SentQuote)
    kind = models.CharField(max_length=10, choices=AnswerKind.choices)
    door = models.CharField(max_length=10, choices=AnswerDoor.choices)
    name = models.CharField(max_length=120)
    email = models.CharField(max_length=254, blank=True)
    order_reference = models.CharField(max_length=60, blank=True)
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


class Order(TenantModel):
    """An accepted quote that is carried out, invoiced at once or in parts.

    `lines` are those of the accepted version; the amounts in euro without VAT. `invoiced` (what its parts
    took, drafts too) never passes `net` + `supplement`, which the database holds to as well.
    """

    quote = TenantOneToOneField(Quote)
    activity = TenantForeignKey(Activity)
    entity = TenantForeignKey(LegalEntity)
    client = TenantForeignKey(Client)
    number = models.CharField(max_length=24)
    state = models.CharField(max_length=10, choices=OrderState.choices, default=OrderState.OPEN)
    title = models.CharField(max_length=120)
    client_reference = models.CharField(max_length=60, blank=True)
    planned_from = models.DateField(null=True)
    planned_to = models.DateField(null=True)
    lines = models.JSONField(default=list)
    net = MoneyField()
    supplement = MoneyField(default=ZERO)
    supplement_reason = models.CharField(max_length=300, blank=True)
    invoiced = MoneyField(default=ZERO)
    ordered_on = models.DateField()
    closed_on = models.DateField(null=True)
    version = models.PositiveIntegerField(default=1)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "number"], name="quotes_order_number"),
            models.CheckConstraint(
                condition=Q(invoiced__gte=0, supplement__gte=0, invoiced__lte=F("net") + F("supplement")),
                name="quotes_order_within",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "activity", "-id"], name="quotes_order_activity"),
            models.Index(fields=["tenant", "client", "-id"], name="quotes_order_client"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def left(self) -> Decimal:
        """What is still to invoice, in euro without VAT; nothing once it is closed."""
        if self.state == OrderState.CLOSED:
            return ZERO
        return self.net + self.supplement - self.invoiced


class OrderPart(TenantModel):
    """What an invoice takes of an order: `amounts` maps a line's place (from 0) to euro without VAT, and `""`
    to what lies in the supplement; `fractions` to the part of the line (`"1/3"`). Gone with the draft;
    `freed_on`: the invoice was credited in full.
    """

    order = TenantForeignKey(Order)
    invoice = TenantOneToOneField(Invoice)
    kind = models.CharField(max_length=8, choices=PartKind.choices)
    percent = models.DecimalField(max_digits=5, decimal_places=2, null=True)
    amounts = models.JSONField(default=dict)
    fractions = models.JSONField(default=dict)
    net = MoneyField()
    freed_on = models.DateField(null=True)

    def __str__(self) -> str:
        return f"{self.order_id} {self.net}"
