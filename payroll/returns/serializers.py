"""Shapes of returns and papers for REST: what is read apart from what is written. Amounts are strings."""

from __future__ import annotations

from typing import Any

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from payroll.models import EmploymentContract
from payroll.returns.forms import PERIODIC_CHOICES
from payroll.returns.models import PublicReturn, ReturnRow, WorkerPaper
from payroll.returns.periods import ReturnPeriod


class PublicReturnOutput(serializers.ModelSerializer[PublicReturn]):
    """A return of an entity and a period, with its totals and what forbids sending it."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")
    period = serializers.SerializerMethodField()
    sha256 = serializers.CharField(source="file.sha256", default=None, allow_null=True, read_only=True)
    totals = serializers.DictField(child=serializers.CharField(), read_only=True)
    problems = serializers.ListField(child=serializers.DictField(), read_only=True)
    notes = serializers.ListField(child=serializers.DictField(), read_only=True)
    answer = serializers.DictField(read_only=True)

    class Meta:
        model = PublicReturn
        fields = (
            "id", "kind", "entity", "contract", "period", "first", "last", "due_on", "state", "version",
            "workers", "totals", "problems", "notes", "sha256", "built_by", "built_on", "checked_by",
            "checked_on", "approved_by", "approved_on", "sent_on", "ticket", "answer", "answered_on", "error",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(help_text="2026-4 (a quarter), 2026-11 or 2026."))
    def get_period(self, row: PublicReturn) -> str:
        """The code of the period."""
        return ReturnPeriod(row.first, row.last).code


class ReturnRowOutput(serializers.ModelSerializer[ReturnRow]):
    """One worker of a return: what is declared (`declaration`) and the amount against the books'."""

    name = serializers.CharField(source="person.__str__", read_only=True)
    declaration = serializers.SerializerMethodField()

    class Meta:
        model = ReturnRow
        fields = ("id", "person", "name", "declared", "booked", "problem", "declaration")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_declaration(self, row: ReturnRow) -> Any:
        """As the file has it."""
        return row.data


class BuildReturnInput(serializers.Serializer[Any]):
    """Which return of which period."""

    kind = serializers.ChoiceField(choices=PERIODIC_CHOICES)
    entity = serializers.CharField(max_length=4, help_text="Code of the entity.")
    period = serializers.CharField(max_length=10, help_text="2026-4 (a quarter), 2026-11 or 2026.")


_PAPER: tuple[str, ...] = (
    "id", "kind", "entity", "person", "contract", "first", "last", "number", "issued_on",
)  # fmt: skip


class WorkerPaperOutput(serializers.ModelSerializer[WorkerPaper]):
    """A paper of a worker."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")

    class Meta:
        model = WorkerPaper
        fields = _PAPER
        read_only_fields = fields


class OneWorkerPaperOutput(WorkerPaperOutput):
    """A paper with everything that it shows."""

    content = serializers.SerializerMethodField()

    class Meta(WorkerPaperOutput.Meta):
        fields = (*_PAPER, "content")
        read_only_fields = fields

    @extend_schema_field(OpenApiTypes.OBJECT)
    def get_content(self, paper: WorkerPaper) -> Any:
        """As issued."""
        return paper.content


class EndDueOutput(serializers.ModelSerializer[EmploymentContract]):
    """A contract that ended and whose paper is not made."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")

    class Meta:
        model = EmploymentContract
        fields = ("id", "person", "entity", "starts_on", "ends_on", "description")
        read_only_fields = fields
