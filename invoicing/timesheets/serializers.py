"""Shapes of hours for REST: what is read apart from what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.timesheets.enums import Grouping
from invoicing.timesheets.models import SheetAnswer, TimeEntry, TimeSheet
from invoicing.timesheets.selectors import answer_to

WAITING = "waiting"


class HoursOutput(serializers.ModelSerializer[TimeEntry]):
    """Hours of a person on a day, in decimals; rate and amount in euro without VAT. `invoice`: the one that
    took them. `version` comes as ETag too.
    """

    client_name = serializers.CharField(source="client.name")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    invoice = serializers.UUIDField(source="on_invoice", allow_null=True)

    class Meta:
        model = TimeEntry
        fields = (
            "id", "activity", "client", "client_name", "order", "person", "day", "hours", "rate", "amount",
            "task", "text", "invoice", "version",
        )  # fmt: skip


class HoursInput(serializers.Serializer[Any]):
    """What may be corrected in hours that no invoice took."""

    day = serializers.DateField()
    hours = serializers.DecimalField(
        max_digits=4, decimal_places=2, min_value=Decimal("0.01"), max_value=Decimal(24)
    )
    rate = serializers.DecimalField(max_digits=10, decimal_places=4, min_value=Decimal("0.0001"))
    task = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    text = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")


class NewHoursInput(HoursInput):
    """Hours of mine for a client of one of my Activities, on one of its orders or on none."""

    activity = serializers.UUIDField()
    client = serializers.UUIDField()
    order = serializers.UUIDField(required=False, allow_null=True, default=None)


class InvoiceHoursInput(serializers.Serializer[Any]):
    """Which hours of a client become a draft, and what a line of it gathers."""

    activity = serializers.UUIDField()
    client = serializers.UUIDField()
    first = serializers.DateField(required=False, allow_null=True, default=None)
    last = serializers.DateField()
    grouping = serializers.ChoiceField(choices=Grouping.choices, default=Grouping.TASK)


class SheetOutput(serializers.ModelSerializer[TimeSheet]):
    """Hours as a client was asked to approve them; `net` in euro without VAT; what became of it."""

    client_name = serializers.CharField(source="client.name")
    state = serializers.SerializerMethodField()

    class Meta:
        model = TimeSheet
        fields = (
            "id", "activity", "client", "client_name", "first_day", "last_day", "hours", "net", "state",
            "sent_on", "link_until",
        )  # fmt: skip

    @extend_schema_field(serializers.CharField(help_text="waiting, approved, refused or withdrawn"))
    def get_state(self, sheet: TimeSheet) -> str:
        """Waiting until it is answered or taken back."""
        return str(getattr(sheet, "answered", None) or WAITING)


class SheetLineOutput(serializers.Serializer[Any]):
    """Hours on a sheet."""

    day = serializers.DateField()
    person = serializers.CharField()
    task = serializers.CharField()
    text = serializers.CharField()
    hours = serializers.CharField()
    rate = serializers.CharField()
    amount = serializers.CharField()


class SheetAnswerOutput(serializers.ModelSerializer[SheetAnswer]):
    """The evidence of an answer: `document_digest` is that of the sheet, `digest` that of the answer."""

    class Meta:
        model = SheetAnswer
        fields = ("kind", "name", "reason", "consent", "document_digest", "digest", "answered_at")


class OneSheetOutput(SheetOutput):
    """A sheet with its hours and its answer."""

    lines = serializers.SerializerMethodField()
    answer = serializers.SerializerMethodField()

    class Meta:
        model = TimeSheet
        fields = (*SheetOutput.Meta.fields, "digest", "lines", "answer")

    @extend_schema_field(SheetLineOutput(many=True))
    def get_lines(self, sheet: TimeSheet) -> Any:
        """In the order of their days."""
        return sheet.content["hours"]

    @extend_schema_field(SheetAnswerOutput(allow_null=True))
    def get_answer(self, sheet: TimeSheet) -> Any:
        """None while it waits."""
        found = answer_to(sheet)
        return SheetAnswerOutput(found).data if found else None


class SendSheetInput(serializers.Serializer[Any]):
    """Which hours of a client it is asked to approve."""

    activity = serializers.UUIDField()
    client = serializers.UUIDField()
    first = serializers.DateField(required=False, allow_null=True, default=None)
    last = serializers.DateField()
