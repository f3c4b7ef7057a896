"""What was prepared for the tax office, and what each amount is made of."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import StoredFile, TenantModel
from core.money import ZERO
from invoicing.vatreturns.enums import Paper, ReturnState, Rhythm
from ledger.models import JournalEntry, LegalEntity


class VatReturn(TenantModel):
    """A return or a listing of an entity for a period. There is one per entity, paper and period.

    The version of `version_number` holds its figures; preparing again makes another one, never changes one.
    Who approves is not who prepared. `entry` nets the VAT accounts when a return is approved; reopening a
    refused one reverses it. `file` is what the tax office got, `reference` and `answer` what it said.
    """

    paper = models.CharField(max_length=8, choices=Paper.choices)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    rhythm = models.CharField(max_length=8, choices=Rhythm.choices)
    first = models.DateField()
    last = models.DateField()
    due_on = models.DateField()
    state = models.CharField(max_length=10, choices=ReturnState.choices, default=ReturnState.PREPARED)
    version_number = models.PositiveSmallIntegerField(default=0)
    approved_on = models.DateField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_by_user = models.BigIntegerField(null=True)
    approved_by_person = models.UUIDField(null=True)
    entry = TenantForeignKey(JournalEntry, null=True)
    ask_refund = models.BooleanField(default=False)
    file = TenantForeignKey(StoredFile, null=True)
    submitted_on = models.DateField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    reference = models.CharField(max_length=60, blank=True)
    answer = models.CharField(max_length=500, blank=True)
    answered_on = models.DateField(null=True)
    paid_on = models.DateField(null=True)

    class Meta:
        ordering = ("-last", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity", "paper", "first", "rhythm"], name="vatreturns_return_once"
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="vatreturns_return_days"),
            models.CheckConstraint(
                condition=Q(state="prepared")
                | Q(approved_by_user__isnull=False)
                | Q(approved_by_person__isnull=False),
                name="vatreturns_return_approved",
            ),
        )
        indexes = (
            models.Index(
                fields=["tenant", "id"], condition=Q(state="submitted"), name="vatreturns_return_waiting"
            ),
        )

    def __str__(self) -> str:
        return f"{self.get_paper_display()} {self.entity_id} {self.first}"


class VatVersion(TenantModel):
    """Figures of a return as they were when somebody prepared it.

    `grids`: amounts as text by grid, with the balance. `accounts`: VAT by account of the books, as documents
    say it (`declared`) and as the books say it (`booked`), a credit positive; `explanation` says why they
    differ, where they do. `lines`: how many figures explain it.
    """

    append_only = True

    vat_return = TenantForeignKey(VatReturn, related_name="versions")
    number = models.PositiveSmallIntegerField()
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_by_person = models.UUIDField(null=True)
    grids = models.JSONField(default=dict)
    accounts = models.JSONField(default=dict)
    months = models.JSONField(default=dict)
    explanation = models.CharField(max_length=300, blank=True)
    lines = models.PositiveIntegerField(default=0)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "vat_return", "number"], name="vatreturns_version_once"
            ),
        )

    def __str__(self) -> str:
        return f"{self.vat_return_id} v{self.number}"


class VatFigure(TenantModel):
    """What one document adds to one grid of a version; `account`: where VAT stands in the books."""

    append_only = True

    version = TenantForeignKey(VatVersion, related_name="figures", db_index=False)
    grid = models.CharField(max_length=2)
    amount = MoneyField()
    account = models.CharField(max_length=8, blank=True)
    source_type = models.CharField(max_length=40)
    source_id = models.UUIDField()
    text = models.CharField(max_length=140)
    date = models.DateField()

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "version", "grid", "date", "id"], name="vatreturns_figure_grid"),
        )

    def __str__(self) -> str:
        return f"{self.grid} {self.amount} {self.text}"


class ListedClient(TenantModel):
    """A client on a listing: turnover without VAT, and the VAT on the yearly one.

    `code`: L goods, S services, T triangular, on the intra-Community listing. `corrects_first`: first day of
    the earlier period that a credit note changes.
    """

    append_only = True

    version = TenantForeignKey(VatVersion, related_name="clients", db_index=False)
    vat_number = models.CharField(max_length=20)
    name = models.CharField(max_length=120)
    code = models.CharField(max_length=1, blank=True)
    corrects_first = models.DateField(null=True)
    amount = MoneyField()
    vat = MoneyField(default=ZERO)

    class Meta:
        indexes = (
            models.Index(fields=["tenant", "version", "vat_number", "id"], name="vatreturns_listed_version"),
        )

    def __str__(self) -> str:
        return f"{self.vat_number} {self.amount}"
