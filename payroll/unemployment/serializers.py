"""Shapes of temporary unemployment for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.enums import UnemploymentReason
from payroll.unemployment.models import UnemploymentSpell


class SpellOutput(serializers.ModelSerializer[UnemploymentSpell]):
    """Days of a contract without work, and the top-up that they brought."""

    contract = serializers.UUIDField(source="contract_id")
    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code")
    dates = serializers.ListField(child=serializers.DateField(), source="days_named", read_only=True)
    withdrawn = serializers.BooleanField(
        read_only=True, help_text="the days turned out to count otherwise: nothing of them stands"
    )
    absence = serializers.UUIDField(
        read_only=True, allow_null=True, help_text="the absence of an open-ended contract that they are of"
    )

    class Meta:
        model = UnemploymentSpell
        fields = (
            "id",
            "contract",
            "person",
            "entity",
            "month",
            "dates",
            "days",
            "hours",
            "whole",
            "reason",
            "work_code",
            "note",
            "top_up_days",
            "rate",
            "top_up",
            "withholding_tax",
            "net",
            "paid_on",
            "absence",
            "withdrawn",
        )


class SpellInput(serializers.Serializer[Any]):
    """Days of one month of a contract, and why there was no work."""

    days = serializers.ListField(child=serializers.DateField(), allow_empty=False, max_length=31)
    reason = serializers.ChoiceField(choices=UnemploymentReason.choices)
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
