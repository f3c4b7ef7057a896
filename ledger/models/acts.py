"""Acts of finance on the books: entries by hand, the nightly check, exports for auditors."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import StoredFile, TenantModel
from ledger.enums import ManualState
from ledger.models.books import JournalEntry, LegalEntity


class ManualEntry(TenantModel):
    """An entry that a person proposes and another person posts, or refuses with a reason.

    Either `lines` (a list of account, debit, credit, budget, fund, party: amounts and keys as text) or
    `reverses`, an entry by hand that is undone. What was proposed never changes: to mend it, withdraw it and
    propose another. Posted, `entry` is what stands in the books.
    """

    entity = TenantForeignKey(LegalEntity)
    date = models.DateField()
    text = models.CharField(max_length=140)
    reason = models.CharField(max_length=300)
    lines = models.JSONField(default=list)
    receipt = TenantForeignKey(StoredFile, null=True)
    reverses = TenantForeignKey(JournalEntry, null=True)
    state = models.CharField(max_length=10, choices=ManualState.choices, default=ManualState.PROPOSED)
    created_at = models.DateTimeField(default=timezone.now)
    created_by = models.CharField(max_length=120)
    created_by_user = models.BigIntegerField(null=True)
    created_by_person = models.UUIDField(null=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.CharField(max_length=120, blank=True)
    decided_by_user = models.BigIntegerField(null=True)
    decided_by_person = models.UUIDField(null=True)
    refusal = models.CharField(max_length=300, blank=True)
    entry = TenantForeignKey(JournalEntry, null=True)

    class Meta:
        constraints = (
            models.CheckConstraint(
                condition=~Q(state__in=("posted", "refused"))
                | (
                    (Q(decided_by_user__isnull=False) | Q(decided_by_person__isnull=False))
                    & (Q(created_by_user__isnull=True) | ~Q(created_by_user=F("decided_by_user")))
                    & (Q(created_by_person__isnull=True) | ~Q(created_by_person=F("decided_by_person")))
                ),
                name="ledger_manualentry_two_persons",
            ),
            models.CheckConstraint(
                condition=(Q(state="posted") & Q(entry__isnull=False))
                | (~Q(state="posted") & Q(entry__isnull=True)),
                name="ledger_manualentry_posted",
            ),
            models.CheckConstraint(
                condition=~Q(state="refused") | ~Q(refusal=""), name="ledger_manualentry_says_why"
            ),
            models.UniqueConstraint(
                fields=["tenant", "reverses"],
                condition=Q(state__in=("proposed", "posted")),
                name="ledger_manualentry_one_undo",
            ),
        )
        indexes = (models.Index(fields=["tenant", "state", "id"], name="ledger_manual_state"),)

    def __str__(self) -> str:
        return self.text


class BooksCheck(TenantModel):
    """What a check of the cooperative's books found, at a real moment. Kept for ever."""

    append_only = True

    at = models.DateTimeField(default=timezone.now)
    milliseconds = models.PositiveIntegerField()
    entries = models.PositiveIntegerField()
    unsealed = models.PositiveIntegerField()
    breaks = models.JSONField(default=list, verbose_name="code, subject and detail of what does not hold")
    ok = models.BooleanField()

    class Meta:
        ordering = ("-id",)

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"


class AuditExport(TenantModel):
    """What an auditor asked for: the journals, balances and seals of an entity over some days, as one file.

    The file is made apart from the request and found by this row's key among the documents.
    """

    append_only = True

    entity = TenantForeignKey(LegalEntity)
    since = models.DateField()
    until = models.DateField()
    asked_at = models.DateTimeField(default=timezone.now)
    asked_by = models.CharField(max_length=120)

    class Meta:
        ordering = ("-id",)
        constraints = (
            models.CheckConstraint(condition=Q(until__gte=F("since")), name="ledger_auditexport_days"),
        )

    def __str__(self) -> str:
        return f"{self.since} – {self.until}"
