"""Suppliers, their documents as received, and what became of them."""

from __future__ import annotations

from decimal import Decimal

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from activities.enums import ExpenseCategory
from activities.models import Activity
from core.fields import MoneyField, TenantForeignKey, TenantOneToOneField
from core.models import StoredFile, TenantModel
from core.money import ZERO
from invoicing.purchases.enums import (
    AccountTrust,
    AnswerState,
    Origin,
    PurchaseKind,
    PurchaseState,
    RuleCheck,
)
from invoicing.vat_sources import PurchaseCase, PurchaseNature
from ledger.models import Budget, LegalEntity, Party

OWED = (PurchaseState.TO_PAY, PurchaseState.PAID, PurchaseState.BOOKED)
"""States of what stands in the books."""


class Supplier(TenantModel):
    """Who sells to us. One row per VAT number, else per register number, electronic address or name: `key`.

    Names and addresses are those of the first document; later ones stay in their documents.
    """

    party = TenantOneToOneField(Party)
    key = models.CharField(max_length=260)
    name = models.CharField(max_length=200)
    search_key = models.CharField(max_length=200, db_collation="C")
    vat_number = models.CharField(max_length=40, blank=True)
    legal_id = models.CharField(max_length=80, blank=True)
    endpoint = models.CharField(max_length=290, blank=True)
    country = models.CharField(max_length=2, blank=True)
    email = models.CharField(max_length=254, blank=True)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("search_key", "id")
        constraints = (models.UniqueConstraint(fields=["tenant", "key"], name="purchases_supplier_key"),)
        indexes = (models.Index(fields=["tenant", "search_key"], name="purchases_supplier_name"),)

    def __str__(self) -> str:
        return self.name


class SupplierAccount(TenantModel):
    """A bank account that documents of a supplier named, since when, and whether it may be paid."""

    supplier = TenantForeignKey(Supplier, related_name="accounts", db_index=False)
    iban = models.CharField(max_length=34)
    trust = models.CharField(max_length=10, choices=AccountTrust.choices)
    first_seen_on = models.DateField()
    confirmed_on = models.DateField(null=True)
    confirmed_by = models.CharField(max_length=120, blank=True)
    confirmation = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("first_seen_on", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "supplier", "iban"], name="purchases_supplieraccount_once"
            ),
        )

    def __str__(self) -> str:
        return self.iban


class SupplierDocument(TenantModel):
    """An invoice or credit note exactly as it came. Never changed, never lost.

    `file` is what came, to the byte (XML, or the receipt of what was typed). `content` holds everything that
    was read, `findings` what does not hold in it; `digest` is the SHA-256 of the content, so that the same
    document by another way is the same row. Amounts carry the sign they were written with, in `currency`.
    """

    append_only = True

    origin = models.CharField(max_length=10, choices=Origin.choices)
    kind = models.CharField(max_length=12, choices=PurchaseKind.choices)
    supplier = TenantForeignKey(Supplier, db_index=False)
    number = models.CharField(max_length=100)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    currency = models.CharField(max_length=3)
    net = MoneyField()
    vat = MoneyField()
    gross = MoneyField()
    payable = MoneyField()
    content = models.JSONField()
    findings = models.JSONField(default=list)
    digest = models.CharField(max_length=64)
    file = TenantForeignKey(StoredFile, db_index=False)
    received_on = models.DateField()
    received_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "supplier", "digest"], name="purchases_supplierdocument_once"
            ),
        )

    def __str__(self) -> str:
        return self.number


class SupplierAttachment(TenantModel):
    """A file that travelled inside a document, looked at and made harmless; the original stays in the XML."""

    append_only = True

    document = TenantForeignKey(SupplierDocument, related_name="attachments")
    file = TenantForeignKey(StoredFile, db_index=False)
    description = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return str(self.file)


class Purchase(TenantModel):
    """What became of a supplier's document: whose it is, who agreed, how it was booked, whether it is paid.

    `entity` is ours, absent while nobody knows whether it is for us. In euro once booked: `total` is owed
    (with VAT and rounding; `payable` of it was not paid before), `cost` is what the Activity bears,
    `recoverable_vat` is debited to 411, `due_vat` is VAT that we owe ourselves (reverse charge, 451).
    `set_off`: how much of it credit notes took (of a credit note: how much of it was used).
    `rule_check`: what the public rules say of the document, `broken_rules` which ones it breaks (rule, text,
    place, fatal). While it waits, and when a fatal one is broken, nobody accepts it before a person takes it
    all the same, with a reason (`overridden_*`).
    """

    document = TenantOneToOneField(SupplierDocument)
    supplier = TenantForeignKey(Supplier, db_index=False)
    kind = models.CharField(max_length=12, choices=PurchaseKind.choices)
    number = models.CharField(max_length=100)
    issued_on = models.DateField()
    due_on = models.DateField(null=True)
    entity = TenantForeignKey(LegalEntity, null=True, db_index=False)
    activity = TenantForeignKey(Activity, null=True, db_index=False)
    state = models.CharField(max_length=12, choices=PurchaseState.choices, default=PurchaseState.UNASSIGNED)
    suggested = TenantForeignKey(Activity, null=True, db_index=False)
    corrects = TenantForeignKey("purchases.Purchase", null=True)
    category = models.CharField(max_length=12, choices=ExpenseCategory.choices, blank=True)
    case = models.CharField(max_length=20, choices=PurchaseCase.choices, blank=True)
    nature = models.CharField(max_length=12, choices=PurchaseNature.choices, blank=True)
    total = MoneyField()
    payable = MoneyField()
    recoverable_vat = MoneyField(default=ZERO)
    due_vat = MoneyField(default=ZERO)
    cost = MoneyField(default=ZERO)
    set_off = MoneyField(default=ZERO)
    iban = models.CharField(max_length=34, blank=True)
    reference = models.CharField(max_length=140, blank=True)
    text = models.CharField(max_length=140, blank=True)
    accepted_on = models.DateField(null=True)
    accepted_by = models.CharField(max_length=120, blank=True)
    accepted_by_person = models.UUIDField(null=True)
    booked_on = models.DateField(null=True)
    booked_by = models.CharField(max_length=120, blank=True)
    paid_on = models.DateField(null=True)
    refused_on = models.DateField(null=True)
    refused_by = models.CharField(max_length=120, blank=True)
    refusal_reason = models.CharField(max_length=300, blank=True)
    rule_check = models.CharField(
        max_length=10, choices=RuleCheck.choices, default=RuleCheck.NONE, db_default="", blank=True
    )
    broken_rules = models.JSONField(default=list, db_default=[])
    overridden_on = models.DateField(null=True)
    overridden_by = models.CharField(max_length=120, blank=True, default="", db_default="")
    override_reason = models.CharField(max_length=300, blank=True, default="", db_default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "supplier", "number", "kind"],
                condition=Q(entity__isnull=False) & ~Q(state="refused"),
                name="purchases_purchase_number",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("unassigned", "refused"))
                | Q(entity__isnull=False, activity__isnull=False),
                name="purchases_purchase_assigned",
            ),
            models.CheckConstraint(
                condition=~Q(state__in=("to_pay", "paid", "booked"))
                | Q(booked_on__isnull=False, cost=F("total") + F("due_vat") - F("recoverable_vat")),
                name="purchases_purchase_booked",
            ),
            models.CheckConstraint(
                condition=Q(set_off__gte=0, total__gte=0), name="purchases_purchase_positive"
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "activity", "-id"], name="purchases_purchase_activity"),
            models.Index(fields=["tenant", "supplier", "-id"], name="purchases_purchase_supplier"),
            models.Index(
                fields=["tenant", "state", "id"],
                condition=Q(state__in=("unassigned", "assigned", "approval")),
                name="purchases_purchase_waiting",
            ),
            models.Index(fields=["tenant", "entity", "booked_on"], name="purchases_purchase_booked"),
        )

    def __str__(self) -> str:
        return self.number

    @property
    def is_credit_note(self) -> bool:
        """Whether it gives money back."""
        return self.kind == PurchaseKind.CREDIT_NOTE

    @property
    def left(self) -> Decimal:
        """What is still to pay of an invoice, or to use of a credit note, in euro."""
        return max(self.payable - self.set_off, ZERO)


class PurchasePart(TenantModel):
    """What one Activity bears of a split purchase, for one kind of cost and one VAT row of the document.

    `vat_row` is the place of that row in the document, `base` the part of it without VAT, in euro, positive
    as the purchase counts. `reverses`: the part of the corrected invoice that a credit note gives back.
    People of the Activity agree to their parts (`accepted_*`). A purchase without parts is borne by one
    Activity.
    """

    purchase = TenantForeignKey(Purchase, related_name="parts", db_index=False)
    position = models.PositiveSmallIntegerField()
    activity = TenantForeignKey(Activity, db_index=False)
    category = models.CharField(max_length=12, choices=ExpenseCategory.choices)
    vat_row = models.PositiveSmallIntegerField(default=0)
    base = MoneyField()
    reverses = TenantForeignKey("purchases.PurchasePart", null=True)
    accepted_on = models.DateField(null=True)
    accepted_by = models.CharField(max_length=120, blank=True)
    accepted_by_person = models.UUIDField(null=True)

    class Meta:
        ordering = ("position", "id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "purchase", "position"], name="purchases_purchasepart_place"
            ),
            models.CheckConstraint(condition=~Q(base=0), name="purchases_purchasepart_something"),
        )
        indexes = (models.Index(fields=["tenant", "activity", "purchase"], name="purchases_part_activity"),)

    def __str__(self) -> str:
        return f"{self.category} {self.base}"


class PurchaseHold(TenantModel):
    """Money of a budget set aside while an adviser looks at a purchase: the source of a reservation. One row
    per budget each time that the people agree; append-only, the reservation says what is still held.
    """

    append_only = True

    purchase = TenantForeignKey(Purchase, related_name="holds")
    budget = TenantForeignKey(Budget, db_index=False)

    def __str__(self) -> str:
        return str(self.pk)


class PurchaseVat(TenantModel):
    """The VAT of a booked purchase, one row per category and rate of the document, and per part of a split
    one. Append-only, in euro.

    `base` without VAT; `tax` on the supplier's document; `due` what we owe ourselves; `deductible` what goes
    to 411. All positive: the purchase says whether it gives back.
    """

    append_only = True

    purchase = TenantForeignKey(Purchase, related_name="vat_rows")
    part = TenantForeignKey(PurchasePart, null=True, db_index=False)
    case = models.CharField(max_length=20, choices=PurchaseCase.choices)
    category = models.CharField(max_length=10)
    rate = models.DecimalField(max_digits=7, decimal_places=4)
    base = MoneyField()
    tax = MoneyField()
    due = MoneyField()
    deductible = MoneyField()

    class Meta:
        ordering = ("id",)

    def __str__(self) -> str:
        return f"{self.case} {self.base}"


class SetOff(TenantModel):
    """That part of a credit note was taken from an invoice of the same supplier. Append-only, in euro."""

    append_only = True

    credit_note = TenantForeignKey(Purchase)
    invoice = TenantForeignKey(Purchase)
    amount = MoneyField()
    on = models.DateField()

    class Meta:
        constraints = (models.CheckConstraint(condition=Q(amount__gt=0), name="purchases_setoff_positive"),)

    def __str__(self) -> str:
        return f"{self.amount}"


class SupplierAnswer(TenantModel):
    """What we tell the network about a document that came by it (Invoice Response, Peppol T111): a row that
    is carried, leased and fenced by `attempt`. `failures` counts times when the way was closed;
    `next_attempt_at` is null when nothing is left to carry. `code`: UNCL 4343, `RE` is rejected.
    """

    purchase = TenantForeignKey(Purchase, db_index=False)
    code = models.CharField(max_length=2)
    reason = models.CharField(max_length=300)
    state = models.CharField(max_length=8, choices=AnswerState.choices, default=AnswerState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    failures = models.PositiveSmallIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    next_attempt_at = models.DateTimeField(null=True)
    error = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField(default=timezone.now)
    sent_at = models.DateTimeField(null=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "purchase", "code"], name="purchases_answer_once"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "next_attempt_at", "id"],
                condition=Q(next_attempt_at__isnull=False),
                name="purchases_answer_due",
            ),
            models.Index(fields=["tenant", "id"], condition=Q(state="failed"), name="purchases_answer_dead"),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.state}"
