"""Shapes of the guarantee."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoicing.guarantee.models import ClientLimit

EURO: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class ExposureQuery(serializers.Serializer[None]):
    """Clients by the beginning of their name, by kind, above their limit (`yes`) or near it too (`near`)."""

    q = serializers.CharField(required=False)
    kind = serializers.CharField(required=False)
    above = serializers.ChoiceField(choices=("yes", "near"), required=False)


class ExposureOutput(serializers.Serializer[Any]):
    """What is at risk with a client, in euro. `limit` null: without limit."""

    client_id = serializers.UUIDField()
    name = serializers.CharField()
    invoices = serializers.IntegerField(source="count")
    advanced = serializers.DecimalField(**EURO)
    promised = serializers.DecimalField(**EURO)
    at_risk = serializers.DecimalField(**EURO)
    limit = serializers.DecimalField(**EURO, allow_null=True)
    own_limit = serializers.BooleanField()
    headroom = serializers.DecimalField(**EURO, allow_null=True)


class LimitInput(serializers.Serializer[None]):
    """What a client may owe from a day on, VAT in, and why."""

    amount = serializers.DecimalField(**EURO)
    valid_from = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class LimitOutput(serializers.ModelSerializer[ClientLimit]):
    """A limit as it stands."""

    class Meta:
        model = ClientLimit
        fields = ("id", "client", "amount", "valid_from", "reason", "state", "asked_on", "decided_on")
