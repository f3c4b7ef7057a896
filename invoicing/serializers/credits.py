"""Shapes of the credits of clients."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.identifiers import InvalidIdentifier, normalise_iban
from invoicing.models import Invoice
from ledger.treasury.models import Payout

EURO: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class CreditsQuery(serializers.Serializer[None]):
    """Clients by the beginning of their name."""

    q = serializers.CharField(required=False)


class ClientCreditOutput(serializers.ModelSerializer[Invoice]):
    """What a client has to its credit on an invoice, in euro."""

    invoice = serializers.UUIDField(source="pk")
    client_name = serializers.CharField(source="client.name")
    entity = serializers.CharField(source="entity.code")
    credit = serializers.SerializerMethodField()

    class Meta:
        model = Invoice
        fields = ("invoice", "number", "client", "client_name", "entity", "issued_on", "credit")

    def get_credit(self, invoice: Invoice) -> str:
        """In euro, two decimals."""
        return str(-invoice.open_amount)


class RefundInput(serializers.Serializer[None]):
    """How much goes back to which account."""

    amount = serializers.DecimalField(**EURO, min_value=Decimal("0.01"))
    iban = serializers.CharField(max_length=42)

    def validate_iban(self, value: str) -> str:
        """A number that holds."""
        try:
            return normalise_iban(value)
        except InvalidIdentifier as error:
            raise serializers.ValidationError("invalid") from error


class SetOffInput(serializers.Serializer[None]):
    """How much pays which open invoice of the same client and entity."""

    invoice = serializers.UUIDField()
    amount = serializers.DecimalField(**EURO, min_value=Decimal("0.01"))


class RefundOutput(serializers.ModelSerializer[Payout]):
    """A refund that was asked for, in euro."""

    state = serializers.CharField()

    class Meta:
        model = Payout
        fields = ("id", "payee_name", "iban", "amount", "communication", "due_on", "state")
