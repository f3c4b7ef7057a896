"""Shapes of VAT returns for REST: what is read apart from what is written. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.vatreturns.enums import Paper
from invoicing.vatreturns.models import ListedClient, VatFigure, VatReturn
from invoicing.vatreturns.periods import period_of


def money(**options: Any) -> serializers.DecimalField:
    """An amount in euro."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


_FIELDS: tuple[str, ...] = (
    "id", "paper", "entity", "period", "first", "last", "due_on", "state", "version_number",
    "approved_by", "approved_on", "submitted_on", "reference", "answer", "answered_on", "paid_on",
)  # fmt: skip


class VatReturnOutput(serializers.ModelSerializer[VatReturn]):
    """A return or a listing of a period."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")
    period = serializers.SerializerMethodField()

    class Meta:
        model = VatReturn
        fields = _FIELDS
        read_only_fields = fields

    @extend_schema_field(serializers.CharField(help_text="2026-10, 2026-Q4 or 2026."))
    def get_period(self, row: VatReturn) -> str:
        """The code of the period."""
        return period_of(row.first, row.rhythm).code


class AccountSides(serializers.Serializer[Any]):
    """VAT on an account, as documents and as the books say it; a credit is positive."""

    declared = money()
    booked = money()


class OneVatReturnOutput(VatReturnOutput):
    """A return with the figures that it holds."""

    grids = serializers.SerializerMethodField()
    accounts = serializers.SerializerMethodField()
    explanation = serializers.SerializerMethodField()

    class Meta(VatReturnOutput.Meta):
        fields = (*_FIELDS, "grids", "accounts", "explanation")
        read_only_fields = fields

    @extend_schema_field(serializers.DictField(child=money()))
    def get_grids(self, row: VatReturn) -> dict[str, str]:
        """Amounts by grid; of a listing, the sums."""
        grids: dict[str, str] = self.context["version"].grids
        return grids

    @extend_schema_field(serializers.DictField(child=AccountSides()))
    def get_accounts(self, row: VatReturn) -> dict[str, dict[str, str]]:
        """VAT by account."""
        accounts: dict[str, dict[str, str]] = self.context["version"].accounts
        return accounts

    @extend_schema_field(serializers.CharField())
    def get_explanation(self, row: VatReturn) -> str:
        """Why documents and books differ, where they do."""
        return str(self.context["version"].explanation)


class VatFigureOutput(serializers.ModelSerializer[VatFigure]):
    """What one document adds to one grid."""

    class Meta:
        model = VatFigure
        fields = ("id", "grid", "amount", "account", "source_type", "source_id", "text", "date")
        read_only_fields = fields


class ListedClientOutput(serializers.ModelSerializer[ListedClient]):
    """A client on a listing."""

    class Meta:
        model = ListedClient
        fields = ("id", "vat_number", "name", "code", "corrects_first", "amount", "vat")
        read_only_fields = fields


class PrepareInput(serializers.Serializer[None]):
    """Which paper to prepare."""

    entity = serializers.CharField(max_length=4, help_text="Code of the entity.")
    paper = serializers.ChoiceField(choices=Paper.choices)
    period = serializers.CharField(max_length=7, help_text="2026-10, 2026-Q4 or 2026.")
    explanation = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class SubmitInput(serializers.Serializer[None]):
    """How to send."""

    ask_refund = serializers.BooleanField(default=False)


class AnswerInput(serializers.Serializer[None]):
    """What the tax office said, where a person carried the file."""

    accepted = serializers.BooleanField()
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    reason = serializers.CharField(max_length=500, required=False, allow_blank=True, default="")
