"""Shapes of what surrounds declarations of work."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.models import DeclarationBatch, DeclarationDifference


class DealtWithInput(serializers.Serializer[Any]):
    """What was done about it."""

    note = serializers.CharField(max_length=300)


class OfficeAnswersInput(serializers.Serializer[Any]):
    """A file of the office."""

    file = serializers.FileField()


class OfficeAnswersOutput(serializers.Serializer[Any]):
    """How many answers changed something, how many did not, how many declarations wait for a person."""

    taken = serializers.IntegerField()
    unknown = serializers.IntegerField()
    refused = serializers.IntegerField()


class DeclarationBatchOutput(serializers.ModelSerializer[DeclarationBatch]):
    """A file of declarations."""

    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = DeclarationBatch
        fields = ("id", "entity", "name", "state", "declarations", "made_at", "received_at")


class DeclarationDifferenceOutput(serializers.ModelSerializer[DeclarationDifference]):
    """A difference between what is expected and what the office holds."""

    entity = serializers.CharField(source="entity.code")
    contract = serializers.UUIDField(source="contract_id", allow_null=True)
    person = serializers.UUIDField(source="person_id", allow_null=True)

    class Meta:
        model = DeclarationDifference
        fields = (
            *("id", "entity", "contract", "person", "kind", "period_id", "expected_from", "expected_until"),
            *("expected_hours", "held_from", "held_until", "held_hours", "found_at", "seen_at"),
        )
