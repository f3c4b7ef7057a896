"""Shapes of clients for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoicing.enums import ClientKind
from invoicing.models import Client, ClientContact
from invoicing.vat.suggestion import Supply
from members.enums import Language


class ContactOutput(serializers.ModelSerializer[ClientContact]):
    """Somebody at a client, and what they are written about."""

    class Meta:
        model = ClientContact
        fields = (
            "id", "name", "function", "email", "phone", "language", "for_invoices", "for_reminders",
            "for_quotes",
        )  # fmt: skip


class ClientOutput(serializers.ModelSerializer[Client]):
    """A client. `person`: the member who is this client."""

    class Meta:
        model = Client
        fields = (
            "id", "kind", "name", "vat_number", "enterprise_number", "street", "postal_code", "city",
            "country", "email", "phone", "language", "payment_term_days", "reference", "peppol_id",
            "order_reference_required", "person",
        )  # fmt: skip


class ChangedClientInput(serializers.Serializer[Any]):
    """Everything that is known of a client."""

    kind = serializers.ChoiceField(choices=ClientKind.choices)
    name = serializers.CharField(max_length=120)
    vat_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    enterprise_number = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
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
    peppol_id = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    order_reference_required = serializers.BooleanField(required=False, default=False)


class ClientInput(ChangedClientInput):
    """A client to make; `activity` is one of mine that works with it."""

    activity = serializers.UUIDField()


class ContactInput(serializers.Serializer[Any]):
    """Somebody at a client."""

    name = serializers.CharField(max_length=120)
    function = serializers.CharField(max_length=80, required=False, allow_blank=True, default="")
    email = serializers.EmailField(required=False, allow_blank=True, default="")
    phone = serializers.CharField(max_length=30, required=False, allow_blank=True, default="")
    language = serializers.ChoiceField(choices=Language.choices, required=False, allow_blank=True, default="")
    for_invoices = serializers.BooleanField(required=False, default=False)
    for_reminders = serializers.BooleanField(required=False, default=False)
    for_quotes = serializers.BooleanField(required=False, default=False)


class MergeInput(serializers.Serializer[Any]):
    """The client that stays."""

    into = serializers.UUIDField()


class MemberInput(serializers.Serializer[Any]):
    """The e-mail address of a member; empty: the client is no member."""

    email = serializers.EmailField(allow_blank=True)


class PairOutput(serializers.Serializer[Any]):
    """Two clients that may be one."""

    older = serializers.UUIDField()
    newer = serializers.UUIDField()
    sign = serializers.CharField()


class AdviceQuery(serializers.Serializer[Any]):
    """Who sells what."""

    entity = serializers.CharField(max_length=4)
    supply = serializers.ChoiceField(
        choices=[str(supply) for supply in Supply], required=False, default=str(Supply.SERVICES)
    )


class AdviceOutput(serializers.Serializer[Any]):
    """The VAT code that usually fits, and why."""

    code = serializers.CharField()
    reason = serializers.CharField()
