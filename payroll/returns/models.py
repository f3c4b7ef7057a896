"""Returns to public bodies, their rows by worker, and the papers of workers."""

from __future__ import annotations

from django.db import models
from django.db.models import F, Q
from django.utils import timezone

from core.fields import MoneyField, TenantForeignKey
from core.models import StoredFile, TenantModel
from core.money import ZERO
from ledger.models import LegalEntity
from payroll.models import EmploymentContract
from payroll.returns.enums import PaperKind, PublicReturnKind, PublicReturnState


class PublicReturn(TenantModel):
    """What an entity declares for a period; for the end of a contract, what it declares of that contract.

    One per entity, kind, period (and contract). `version` counts how often it was built; a build reads
    workers in the order of their keys up to `cursor`, so that it goes on where a killed one stopped.
    `totals`, `problems` (what forbids sending) and `notes` (what explains a difference to the books) are
    those of the last build. Who approves is neither who built nor who checked. `file` is what the body gets,
    `answer` what it said.
    """

    kind = models.CharField(max_length=20, choices=PublicReturnKind.choices)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    contract = TenantForeignKey(EmploymentContract, null=True, db_index=False)
    first = models.DateField()
    last = models.DateField()
    due_on = models.DateField()
    state = models.CharField(
        max_length=10, choices=PublicReturnState.choices, default=PublicReturnState.BUILDING
    )
    version = models.PositiveSmallIntegerField(default=1)
    cursor = models.UUIDField(null=True)
    workers = models.PositiveIntegerField(default=0)
    totals = models.JSONField(default=dict)
    problems = models.JSONField(default=list)
    notes = models.JSONField(default=list)
    file = TenantForeignKey(StoredFile, null=True)
    created_at = models.DateTimeField(default=timezone.now)
    built_on = models.DateField()
    built_by = models.CharField(max_length=120)
    built_by_user = models.BigIntegerField(null=True)
    built_by_person = models.UUIDField(null=True)
    checked_on = models.DateField(null=True)
    checked_by = models.CharField(max_length=120, blank=True)
    checked_by_user = models.BigIntegerField(null=True)
    checked_by_person = models.UUIDField(null=True)
    approved_on = models.DateField(null=True)
    approved_by = models.CharField(max_length=120, blank=True)
    approved_by_user = models.BigIntegerField(null=True)
    approved_by_person = models.UUIDField(null=True)
    sent_on = models.DateField(null=True)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    ticket = models.CharField(max_length=60, blank=True)
    answer = models.JSONField(default=dict)
    answered_on = models.DateField(null=True)
    error = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("-last", "-id")
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity", "kind", "first", "contract"],
                name="returns_return_once",
                nulls_distinct=False,
            ),
            models.CheckConstraint(condition=Q(last__gte=F("first")), name="returns_return_days"),
        )
        indexes = (
            models.Index(
                fields=["tenant", "id"],
                condition=Q(state__in=("building", "sent")),
                name="returns_return_waiting",
            ),
            models.Index(
                fields=["tenant", "id"],
                condition=Q(state__in=("refused", "failed")),
                name="returns_return_queue",
            ),
            models.Index(fields=["tenant", "contract"], name="returns_return_contract"),
            models.Index(fields=["tenant", "-last", "-id"], name="returns_return_newest"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.first}"


class ReturnRow(TenantModel):
    """One worker in a return: what is declared of them (`data`) and the amount against the books'.

    `declared` and `booked` in euro: contributions of the quarter for a DmfA, tax for the others. `problem`:
    a code that forbids sending, empty when all is well. The national number stands in the file alone.
    """

    public_return = TenantForeignKey(PublicReturn, related_name="rows", db_index=False)
    version = models.PositiveSmallIntegerField()
    person = TenantForeignKey("members.Person", db_index=False)
    data = models.JSONField()
    declared = MoneyField(default=ZERO)
    booked = MoneyField(default=ZERO)
    problem = models.CharField(max_length=40, blank=True)

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "public_return", "person"], name="returns_returnrow_once"
            ),
        )
        indexes = (models.Index(fields=["tenant", "person"], name="returns_returnrow_person"),)

    def __str__(self) -> str:
        return f"{self.declared}"

    @property
    def difference(self) -> object:
        """What the books have more than the declaration."""
        return self.booked - self.declared


class WorkerPaper(TenantModel):
    """A paper that a worker keeps: tax slip, individual account, end of contract. Never changed.

    `content` is everything that it shows; the PDF is rendered from it alone. A newer paper of the same kind
    and period replaces the older one, which stays: `number` says the order.
    """

    append_only = True

    kind = models.CharField(max_length=20, choices=PaperKind.choices)
    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", db_index=False)
    contract = TenantForeignKey(EmploymentContract, null=True, db_index=False)
    public_return = TenantForeignKey(PublicReturn, db_index=False)
    first = models.DateField()
    last = models.DateField()
    number = models.PositiveSmallIntegerField(default=1)
    issued_on = models.DateField()
    content = models.JSONField()

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "person", "entity", "kind", "first", "contract", "number"],
                name="returns_workerpaper_once",
                nulls_distinct=False,
            ),
        )
        indexes = (
            models.Index(fields=["tenant", "person", "-first"], name="returns_paper_person"),
            models.Index(fields=["tenant", "public_return"], name="returns_paper_return"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.first}"
