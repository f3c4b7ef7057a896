"""Shapes of recurring invoices for REST: what is read apart from what is written."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.line_data import lines_of
from invoicing.quotes.serializers import WrittenLineOutput
from invoicing.recurring.enums import Rhythm
from invoicing.recurring.models import Occurrence, RecurringInvoice, RecurringPrice
from invoicing.recurring.selectors import prices_of
from invoicing.recurring.services.templates import LONGEST, Rule
from invoicing.serializers import LineData
from invoicing.types import LineInput

RULE = ("rhythm", "first_on", "every", "ends_on", "most", "in_arrears", "automatic")


class TemplateOutput(serializers.ModelSerializer[RecurringInvoice]):
    """A recurring invoice; `next_on` is the day of the next one, absent once it is over. `version` comes as
    ETag too.
    """

    client_name = serializers.CharField(source="client.name")
    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = RecurringInvoice
        fields = (
            "id", "activity", "entity", "client", "client_name", "state", "title", "note", "buyer_reference",
            *RULE, "next_on", "version",
        )  # fmt: skip


class PriceOutput(serializers.ModelSerializer[RecurringPrice]):
    """The lines of a template from a day on."""

    lines = serializers.SerializerMethodField()

    class Meta:
        model = RecurringPrice
        fields = ("id", "valid_from", "lines")

    @extend_schema_field(WrittenLineOutput(many=True))
    def get_lines(self, price: RecurringPrice) -> Any:
        """As they were written."""
        return WrittenLineOutput(lines_of(price.lines), many=True).data


class OneTemplateOutput(TemplateOutput):
    """A recurring invoice with its lines and the prices that follow them."""

    lines = serializers.SerializerMethodField()
    prices = serializers.SerializerMethodField()

    class Meta:
        model = RecurringInvoice
        fields = (*TemplateOutput.Meta.fields, "lines", "prices")

    @extend_schema_field(WrittenLineOutput(many=True))
    def get_lines(self, template: RecurringInvoice) -> Any:
        """As they were written, places in texts and all."""
        return WrittenLineOutput(lines_of(template.lines), many=True).data

    @extend_schema_field(PriceOutput(many=True))
    def get_prices(self, template: RecurringInvoice) -> Any:
        """In order."""
        return PriceOutput(prices_of(template), many=True).data


class OccurrenceOutput(serializers.ModelSerializer[Occurrence]):
    """What came of an occurrence; `error_code` and `error` say why one could not be made."""

    class Meta:
        model = Occurrence
        fields = ("id", "index", "due_on", "state", "invoice", "error_code", "error", "made_on")


class TemplateInput(serializers.Serializer[Any]):
    """Everything that a recurring invoice says: every so many months, quarters or years from a first day."""

    client = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    buyer_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    rhythm = serializers.ChoiceField(choices=Rhythm.choices)
    first_on = serializers.DateField()
    every = serializers.IntegerField(min_value=1, max_value=LONGEST, default=1)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    most = serializers.IntegerField(
        min_value=1, max_value=1200, required=False, allow_null=True, default=None
    )
    in_arrears = serializers.BooleanField(required=False, default=False)
    automatic = serializers.BooleanField(required=False, default=False)
    lines = LineData(many=True, allow_empty=False)

    def to_fields(self) -> dict[str, Any]:
        """What services take, but who acts and the key of the client."""
        given = self.validated_data
        return {
            **{name: given[name] for name in ("title", "note", "buyer_reference")},
            "rule": Rule(**{name: given[name] for name in RULE}),
            "lines": [LineInput(**line) for line in given["lines"]],
        }


class NewTemplateInput(TemplateInput):
    """A recurring invoice of one of my Activities."""

    activity = serializers.UUIDField()


class PriceInput(serializers.Serializer[Any]):
    """Other lines from a day on."""

    valid_from = serializers.DateField()
    lines = LineData(many=True, allow_empty=False)


class ResumeTemplateInput(serializers.Serializer[Any]):
    """Whether what fell into the pause is made now, or left out."""

    catch_up = serializers.BooleanField(required=False, default=False)
