"""Files that were asked for, and their content in pieces."""

from __future__ import annotations

from django.db import models
from django.utils.translation import gettext_lazy as _

from core.enums import DocumentState
from core.exports.enums import ExportForm
from core.fields import TenantForeignKey
from core.models import TenantModel


class ListExport(TenantModel):
    """A list that somebody wants as a file: which one, with which filters, in which language, with whose
    rights.

    `rows` and `size` (bytes) are known once it is made; `cut`: the list was longer than a file may be.
    `error` is the code of why it could not be made. Fenced by `attempt`, like every row that waits for work.
    """

    list = models.CharField(max_length=60)
    form = models.CharField(max_length=4, choices=ExportForm.choices)
    filters = models.JSONField(default=dict)
    language = models.CharField(max_length=2)
    user_id = models.BigIntegerField()
    asked_by = models.CharField(max_length=120)
    asked_at = models.DateTimeField(verbose_name=_("moment in the cooperative's clock"))
    state = models.CharField(max_length=10, choices=DocumentState.choices, default=DocumentState.PENDING)
    attempt = models.PositiveIntegerField(default=0)
    lease_until = models.DateTimeField(null=True)
    done_at = models.DateTimeField(null=True)
    rows = models.PositiveIntegerField(null=True)
    size = models.PositiveIntegerField(null=True)
    cut = models.BooleanField(default=False)
    error = models.CharField(max_length=60, blank=True)

    class Meta:
        ordering = ("-id",)
        indexes = (
            models.Index(
                fields=["tenant", "id"],
                condition=models.Q(state__in=("pending", "running")),
                name="exports_listexport_open",
            ),
            models.Index(fields=["tenant", "user_id", "-id"], name="exports_listexport_own"),
            models.Index(fields=["tenant", "asked_at"], name="exports_listexport_age"),
            models.Index(
                fields=["tenant", "-id"], condition=models.Q(state="failed"), name="exports_listexport_dead"
            ),
        )

    def __str__(self) -> str:
        return f"{self.list}.{self.form}"


class ExportPart(TenantModel):
    """A piece of a file. In the database, because what ends after a week must end: kept files never do."""

    export = TenantForeignKey(ListExport, models.CASCADE, related_name="parts", db_index=False)
    number = models.PositiveIntegerField()
    content = models.BinaryField()

    class Meta:
        constraints = (
            models.UniqueConstraint(fields=["tenant", "export", "number"], name="exports_exportpart_once"),
        )

    def __str__(self) -> str:
        return f"{self.export_id} {self.number}"
