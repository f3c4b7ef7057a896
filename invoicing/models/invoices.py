"""What is asked of a client, and what came in for it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.models import Activity
from core.fields import MoneyField, TenantForeignKey
from core.models import StoredFile, TenantModel
from core.money import ZERO
from invoicing.enums import (
    InvoiceKind,
    InvoiceState,
    Unit,
)
from invoicing.models.clients import Client
from ledger.models import LegalEntity


class Invoice(TenantModel):
    """What is asked of a client for an Activity's work. Once issued only payments, credits and disputes move
    it.

    Amounts in euro: `net` + `vat` = `total`; `levy` = r(net × `levy_rate`) of the day of issue; `paid` and
    `credited` (both including VAT) lower what is open, `paid` past that is the client's credit. `version`
    counts changes of the draft. `delivery_date` is the last day of the work.

    `discount_percent` or `discount_amount` (euro) is off the whole. `early_percent` may be kept by a client
    who pays within `early_days` of the issue, that is until `early_until`: `early_amount` in euro; what it
    kept is `early_taken`, and counts in `credited`. `show_employment`: the document tells what becomes
    employment.
    """

    activity = TenantForeignKey(Activity)
    entity = TenantForeignKey(LegalEntity)
    client = TenantForeignKey(Client)
    state = models.CharField(max_length=12, choices=InvoiceState.choices, default=InvoiceState.DRAFT)
    kind = models.CharField(
        max_length=8, choices=InvoiceKind.choices, default=InvoiceKind.INVOICE, db_default=InvoiceKind.INVOICE
    )
    delivery_date = models.DateField()
    buyer_reference = models.CharField(max_length=60, blank=True)
    note = models.CharField(max_length=300, blank=True)
    net = MoneyField(default=ZERO)
    vat = MoneyField(default=ZERO)
    total = MoneyField(default=ZERO)
    total_cents = models.BigIntegerField(default=0)
    number = models.CharField(max_length=20, blank=True)
    communication = models.CharField(max_length=12, blank=True)
    issued_on = models.DateField(null=True)
    due_on = models.DateField(null=True)
    levy_rate = models.DecimalField(max_digits=6, decimal_places=5, null=True)
    levy = MoneyField(default=ZERO)
    paid = MoneyField(default=ZERO)
    credited = MoneyField(default=ZERO)
    paid_on = models.DateField(null=True)
    sent_on = models.DateField(null=True)
    disputed_on = models.DateField(null=True)
    dispute_reason = models.CharField(max_length=300, blank=True)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=ZERO, db_default=ZERO)
    discount_amount = MoneyField(default=ZERO, db_default=ZERO)
    early_percent = models.DecimalField(max_digits=5, decimal_places=2, default=ZERO, db_default=ZERO)
    early_days = models.SmallIntegerField(null=True)
    early_until = models.DateField(null=True)
    early_amount = MoneyField(default=ZERO, db_default=ZERO)
    early_taken = MoneyField(default=ZERO, db_default=ZERO)
    show_employment = models.BooleanField(default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "number"], condition=~Q(number=""), name="invoicing_invoice_number"
            ),
            models.UniqueConstraint(
                fields=["tenant", "communication"],
                condition=~Q(communication=""),
                name="invoicing_invoice_communication",
            ),
            models.CheckConstraint(condition=Q(total=F("net") + F("vat")), name="invoicing_invoice_total"),
            models.CheckConstraint(
                condition=Q(paid__gte=0, credited__gte=0, credited__lte=F("total")),
                name="invoicing_invoice_settled",
            ),
            models.CheckConstraint(
                condition=Q(
                    discount_percent__gte=0,
                    discount_percent__lte=100,
                    discount_amount__gte=0,
                    early_percent__gte=0,
                    early_percent__lt=100,
                    early_taken__gte=0,
                    early_taken__lte=F("early_amount"),
                ),
                name="invoicing_invoice_discounts",
            ),
            models.CheckConstraint(
                condition=Q(early_days__isnull=True) | Q(early_days__gte=0),
                name="invoicing_invoice_early_days",
            ),
            models.CheckConstraint(
                condition=Q(state="draft", number="", issued_on__isnull=True, paid=0, credited=0)
                | (~Q(state="draft") & ~Q(number="") & Q(issued_on__isnull=False, due_on__isnull=False)),
                name="invoicing_invoice_issued",
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "activity", "-id"], name="invoicing_invoice_activity"),
            models.Index(fields=["tenant", "client", "-id"], name="invoicing_invoice_client"),
            models.Index(
                fields=["tenant", "due_on", "id"],
                condition=Q(state__in=("issued", "partly_paid")),
                name="invoicing_invoice_open",
            ),
            models.Index(fields=["tenant", "total_cents"], name="invoicing_invoice_amount"),
            models.Index(
                fields=["tenant", "client", "due_on"],
                condition=Q(state__in=("issued", "partly_paid")),
                name="invoicing_invoice_client_open",
            ),
            models.Index(
                fields=["tenant", "entity", "total_cents", "due_on"],
                condition=Q(state__in=("issued", "partly_paid")),
                name="invoicing_invoice_open_amount",
            ),
            models.Index(
                fields=["tenant", "client"],
                condition=Q(paid__gt=F("total") - F("credited")),
                name="invoicing_invoice_credit",
            ),
            models.Index(fields=["tenant", "number"], name="invoicing_invoice_by_number"),
            models.Index(fields=["tenant", "issued_on"], name="invoicing_invoice_by_issue"),
            models.Index(fields=["tenant", "due_on"], name="invoicing_invoice_by_due"),
        )

    def __str__(self) -> str:
        return self.number or f"draft {self.pk}"

    @property
    def open_amount(self) -> Decimal:
        """What the client still owes on it, in euro; negative: what the client has paid too much."""
        if self.state == InvoiceState.DRAFT:
            return ZERO
        return self.total - self.credited - self.paid

    def days_late(self, on: date) -> int:
        """Days past the due date; negative before it, zero for a draft."""
        return (on - self.due_on).days if self.due_on else 0

    @property
    def budget_share(self) -> Decimal:
        """What it brings to the Activity's budget, in euro: net less levy."""
        return self.net - self.levy


class InvoiceLine(TenantModel):
    """A line of an invoice; `net` = r(quantity × unit_price) less its discount, in euro without VAT.

    A negative quantity takes back. The discount is a percentage or an amount in euro. `advance`: the advance
    invoice that the line deducts.
    """

    invoice = TenantForeignKey(Invoice, related_name="lines")
    position = models.PositiveSmallIntegerField()
    description = models.CharField(max_length=300)
    quantity = models.DecimalField(max_digits=10, decimal_places=3)
    unit = models.CharField(max_length=5, choices=Unit.choices)
    unit_price = models.DecimalField(max_digits=14, decimal_places=4)
    net = MoneyField()
    vat_code = models.CharField(max_length=20)
    discount_percent = models.DecimalField(max_digits=5, decimal_places=2, default=ZERO, db_default=ZERO)
    discount_amount = MoneyField(default=ZERO, db_default=ZERO)
    starts_on = models.DateField(null=True)
    ends_on = models.DateField(null=True)
    advance = TenantForeignKey(Invoice, null=True, db_index=False)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "invoice", "position"], name="invoicing_line_place"),
            models.CheckConstraint(condition=Q(unit_price__gte=0), name="invoicing_line_price"),
            models.CheckConstraint(
                condition=Q(discount_percent__gte=0, discount_percent__lte=100, discount_amount__gte=0),
                name="invoicing_line_discount",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(starts_on__lte=F("ends_on")),
                name="invoicing_line_period",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "advance"],
                condition=Q(advance__isnull=False),
                name="invoicing_line_advance",
            ),
        )

    @property
    def counted(self) -> str:
        """How much of it, in words: "3 days"."""
        return Unit(self.unit).of(self.quantity)

    def __str__(self) -> str:
        return self.description


class InvoiceAttachment(TenantModel):
    """A file that goes with an invoice: inside the UBL and beside the PDF. It changes with the draft and
    stands still from the issue on."""

    invoice = TenantForeignKey(Invoice, related_name="attachments")
    file = TenantForeignKey(StoredFile)
    position = models.PositiveSmallIntegerField()
    name = models.CharField(max_length=100)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "invoice", "position"], name="invoicing_attachment_place"
            ),
        )

    def __str__(self) -> str:
        return self.name


class Payment(TenantModel):
    """Money that came in for an invoice, or went back (negative). Append-only.

    One row per source and invoice: a statement line may pay several invoices. `turn` counts how often the
    source was identified and undone: what was undone stands as a row of its own.
    """

    append_only = True

    invoice = TenantForeignKey(Invoice, db_index=False)
    amount = MoneyField()
    received_on = models.DateField()
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    turn = models.SmallIntegerField(default=0, db_default=0)
    text = models.CharField(max_length=140, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "source_id", "source_type", "invoice", "turn"],
                name="invoicing_payment_per_invoice",
            ),
            models.CheckConstraint(condition=~Q(amount=0), name="invoicing_payment_moves"),
        )
        indexes = (models.Index(fields=["tenant", "invoice"], name="invoicing_payment_invoice"),)

    def __str__(self) -> str:
        return f"{self.received_on} {self.amount}"
