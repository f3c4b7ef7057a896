"""Shapes of deductions for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.deductions.enums import SeizureKind
from payroll.deductions.models import Advance, Seizure


class SeizureOutput(serializers.ModelSerializer[Seizure]):
    """An order to pay a part of a worker's net to a creditor."""

    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code", allow_null=True, default=None)
    taken = serializers.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        model = Seizure
        fields = (
            "id",
            "person",
            "entity",
            "kind",
            "state",
            "creditor_name",
            "creditor_iban",
            "reference",
            "total",
            "per_month",
            "taken",
            "rank",
            "notified_on",
            "children",
            "allowances",
            "entered_on",
            "agreed_on",
            "ended_on",
            "answer",
            "returned",
        )


class SeizureInput(serializers.Serializer[Any]):
    """A notification for a worker; `total`, `per_month` or both."""

    person = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=SeizureKind.choices)
    creditor_name = serializers.CharField(max_length=120)
    creditor_iban = serializers.CharField(max_length=42)
    reference = serializers.CharField(max_length=140)
    notified_on = serializers.DateField()
    total = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, default=None)
    per_month = serializers.DecimalField(max_digits=12, decimal_places=2, required=False, default=None)
    rank = serializers.IntegerField(min_value=1, max_value=99, required=False, default=1)
    entity_id = serializers.UUIDField(required=False, default=None)
    children = serializers.IntegerField(min_value=0, max_value=20, required=False, default=0)
    allowances = serializers.BooleanField(required=False, default=False)
    upload = serializers.FileField(required=False, default=None)


class SeizureCreditorInput(serializers.Serializer[Any]):
    """Another account of the creditor."""

    creditor_name = serializers.CharField(max_length=120)
    creditor_iban = serializers.CharField(max_length=42)


class DeductionAnswerInput(serializers.Serializer[Any]):
    """Why."""

    answer = serializers.CharField(max_length=200)


class WageAdvanceOutput(serializers.ModelSerializer[Advance]):
    """Wages paid ahead: given, given back, still open."""

    person = serializers.UUIDField(source="person_id")
    entity = serializers.CharField(source="entity.code")
    back = serializers.DecimalField(max_digits=14, decimal_places=2)
    open = serializers.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        model = Advance
        fields = (
            "id",
            "person",
            "entity",
            "state",
            "amount",
            "expected",
            "most",
            "until",
            "back",
            "open",
            "reason",
            "asked_on",
            "decided_on",
            "answer",
            "written_off",
            "written_off_on",
            "written_off_because",
        )


class WageAdvanceInput(serializers.Serializer[Any]):
    """A part of pay before its day; payroll names the worker."""

    amount = serializers.DecimalField(max_digits=12, decimal_places=2)
    entity_id = serializers.UUIDField(required=False, default=None)
    reason = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)
    person = serializers.UUIDField(required=False, default=None)
