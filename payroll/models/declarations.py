"""What surrounds declarations of work: files of the batch channel, answers read back, an employer for whom
nothing is sent, differences from what the social security office holds.
"""

from __future__ import annotations

from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from core.fields import TenantForeignKey
from core.models import TenantModel
from ledger.models import LegalEntity
from payroll.enums import AnswerKind, BatchState, DifferenceKind


class DeclarationBatch(TenantModel):
    """One file of declarations for the batch channel: those of one employer made on one day.

    `remarks` are the codes with which the office refused the file as a whole. A declaration that stands in a
    file is sent by no other way; when the file is refused its declarations are free again.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    name = models.CharField(max_length=80)
    file = TenantForeignKey("core.StoredFile", db_index=False)
    state = models.CharField(max_length=10, choices=BatchState.choices, default=BatchState.MADE)
    declarations = models.PositiveIntegerField()
    made_at = models.DateTimeField(default=timezone.now)
    made_by = models.CharField(max_length=120)
    received_at = models.DateTimeField(null=True)
    remarks = models.JSONField(default=list)

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "name"], name="payroll_batch_name"),)

    def __str__(self) -> str:
        return self.name


class DeclarationAnswer(TenantModel):
    """One file that came back from the office: a receipt or the answers to many declarations.

    `taken`: answers that closed or changed a declaration of ours; `unknown`: those that are not ours or say
    nothing new.
    """

    append_only = True

    batch = TenantForeignKey(DeclarationBatch, null=True, related_name="answers", db_index=False)
    kind = models.CharField(max_length=12, choices=AnswerKind.choices)
    file = TenantForeignKey("core.StoredFile", db_index=False)
    sha256 = models.CharField(max_length=64)
    taken = models.PositiveIntegerField()
    unknown = models.PositiveIntegerField()
    imported_at = models.DateTimeField()
    imported_by = models.CharField(max_length=120)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "sha256"], name="payroll_declarationanswer_once"),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.imported_at:%Y-%m-%d}"


class DeclarationStop(TenantModel):
    """Nothing is sent for an employer: the office refuses all of it (no mandate, employer inactive).

    One row while it lasts, so that one cause is one thing to do however many declarations wait. `code` is the
    anomaly that stopped it.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    code = models.CharField(max_length=20)
    since = models.DateTimeField()
    lifted_at = models.DateTimeField(null=True)
    lifted_by = models.CharField(max_length=120, blank=True, default="")

    class Meta:
        constraints = (
            models.UniqueConstraint(
                fields=["tenant", "entity"],
                condition=Q(lifted_at=None),
                name="payroll_declarationstop_one",
            ),
        )

    def __str__(self) -> str:
        return f"{self.code} {self.since:%Y-%m-%d}"


class DeclarationDifference(TenantModel):
    """What is expected of one period of work and what the office holds do not agree.

    Found by the nightly comparison; `key` says which difference it is, so that finding it again makes no
    other row. It closes by itself when both agree again, or with a person's note; a person's word stands.
    Dates are None on the side that knows nothing of the period.
    """

    entity = TenantForeignKey(LegalEntity, db_index=False)
    person = TenantForeignKey("members.Person", null=True, db_index=False)
    contract = TenantForeignKey("payroll.EmploymentContract", null=True, db_index=False)
    kind = models.CharField(max_length=12, choices=DifferenceKind.choices)
    key = models.CharField(max_length=120)
    period_id = models.CharField(max_length=12, blank=True, default="")
    expected_from = models.DateField(null=True)
    expected_until = models.DateField(null=True)
    expected_hours = models.PositiveSmallIntegerField(null=True)
    held_from = models.DateField(null=True)
    held_until = models.DateField(null=True)
    held_hours = models.PositiveSmallIntegerField(null=True)
    found_at = models.DateTimeField()
    seen_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True)
    closed_by = models.CharField(max_length=120, blank=True, default="")
    note = models.CharField(max_length=300, blank=True, default="", verbose_name=_("what was done about it"))

    class Meta:
        constraints = (models.UniqueConstraint(fields=["tenant", "key"], name="payroll_difference_key"),)
        indexes = (
            models.Index(
                fields=["tenant", "id"], condition=Q(closed_at=None), name="payroll_difference_open"
            ),
        )

    def __str__(self) -> str:
        return f"{self.kind} {self.key}"
