"""What makes writing contracts faster: models of contracts, and many contracts on one page."""

from __future__ import annotations

from django.db import models
from django.utils import timezone

from core.fields import TenantForeignKey
from core.models import TenantModel
from payroll.enums import RowState
from payroll.models.contracts import EmploymentContract


class ContractTemplate(TenantModel):
    """A contract that a member keeps by a name, to write the like of it again.

    `terms` are the fields of a draft as texts, without dates; `days` how many days it lasts."""

    owner = TenantForeignKey("members.Person", db_index=False)
    name = models.CharField(max_length=80)
    terms = models.JSONField()
    days = models.SmallIntegerField(default=1)
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        ordering = ("name", "id")
        constraints = (
            models.UniqueConstraint(fields=["tenant", "owner", "name"], name="payroll_template_name"),
        )

    def __str__(self) -> str:
        return self.name


class ContractBatch(TenantModel):
    """Contracts of several people written together: what they share, and a row per person.

    `key` is given by who asks: the same one again is the same batch."""

    activity = TenantForeignKey("activities.Activity", db_index=False)
    key = models.CharField(max_length=80)
    made_by_label = models.CharField(max_length=120)
    shared = models.JSONField()
    created_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "activity", "key"], name="payroll_batch_key"),
        )

    def __str__(self) -> str:
        return self.key


class ContractBatchRow(TenantModel):
    """One person of a batch: what is their own (`given`), and what became of it."""

    batch = TenantForeignKey(ContractBatch, related_name="rows", db_index=False)
    position = models.SmallIntegerField()
    person = TenantForeignKey("members.Person", db_index=False)
    given = models.JSONField()
    state = models.CharField(max_length=10, choices=RowState.choices, default=RowState.WAITING)
    contract = TenantForeignKey(EmploymentContract, null=True, db_index=False)
    code = models.CharField(max_length=60, blank=True)
    detail = models.CharField(max_length=300, blank=True)

    class Meta:
        ordering = ("position",)
        constraints = (
            models.UniqueConstraint(fields=["tenant", "batch", "position"], name="payroll_batchrow_position"),
        )

    def __str__(self) -> str:
        return f"{self.batch_id} {self.position}"
