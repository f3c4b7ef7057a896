"""Shapes of hours for REST: what is read apart from what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from invoicing.timesheets.enums import Grouping
from invoicing.timesheets.models import TimeEntry


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
