"""Shapes of clients for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoicing.enums import ClientKind
from invoicing.models import Client
from members.enums import Language


class ClientOutput(serializers.ModelSerializer[Client]):
    """A client."""

    class Meta:
        model = Client
        fields = (
            "id", "kind", "name", "vat_number", "enterprise_number", "street", "postal_code", "city",
            "country", "email", "phone", "language", "payment_term_days", "reference",
        )  # fmt: skip


class ClientInput(serializers.Serializer[Any]):
    """A client to make; `activity` is one of mine that works with it."""

    activity = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=ClientKind.choices)
    name = serializers.CharField(max_length=120)
    vat_number = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    enterprise_number = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    street = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")
    postal_code = serializers.CharField(max_length=12, required=False, allow_blank=True, default="")
    city = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    country = serializers.CharField(max_length=2, required=False, default="BE")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=Language.choices, required=False, default=Language.FR)
    payment_term_days = serializers.IntegerField(
        min_value=0, max_value=120, required=False, allow_null=True, default=None
    )
    reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
