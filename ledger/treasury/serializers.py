"""Shapes of the treasury for REST: what is read apart from what is written. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from ledger.treasury.enums import PayoutKind
from ledger.treasury.models import BankStatement, BankTransaction, Payout, PayoutBatch, TransactionPart


class StatementOutput(serializers.ModelSerializer[BankStatement]):
    """A statement of an own account."""

    iban = serializers.CharField(source="account.iban")

    class Meta:
        model = BankStatement
        fields = (
            "id", "iban", "year", "number", "number_of_bank", "format", "date", "opening", "closing",
            "tolerated",
        )  # fmt: skip


class StatementInput(serializers.Serializer[None]):
    """A CODA or CAMT.053 file. `keep_early`: keep what came before a missing statement until that one comes.
    `tolerate`: why a file is taken that strict reading refuses.
    """

    file = serializers.FileField()
    keep_early = serializers.BooleanField(required=False, default=False)
    tolerate = serializers.CharField(max_length=300, required=False)


class StatementLineOutput(serializers.ModelSerializer[BankTransaction]):
    """A line of a statement and what it turned out to be."""

    class Meta:
        model = BankTransaction
        fields = (
            "id", "statement", "sequence", "detail", "amount", "entry_date", "value_date", "communication",
            "structured_reference", "end_to_end_id", "counterparty_name", "counterparty_iban",
            "return_reason", "state", "account_code", "party", "source_type", "source_id", "matched_text",
            "matched_by", "confidence",
        )  # fmt: skip


class LinePartOutput(serializers.ModelSerializer[TransactionPart]):
    """One of several places that a line went to."""

    class Meta:
        model = TransactionPart
        fields = ("amount", "account_code", "party", "source_type", "source_id", "text")


class WholeLineOutput(StatementLineOutput):
    """A line with its parts, where it went to several places."""

    parts = LinePartOutput(many=True)

    class Meta:
        model = BankTransaction
        fields = (*StatementLineOutput.Meta.fields, "parts")


class PartInput(serializers.Serializer[None]):
    """What a part of a line pays: a reference of ours, or an account; the amount is signed as the line's."""

    reference = serializers.CharField(max_length=60, required=False)
    account = serializers.CharField(max_length=8, required=False)
    text = serializers.CharField(max_length=140, required=False, default="")
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the two."""
        if bool(attrs.get("reference")) == bool(attrs.get("account")):
            raise serializers.ValidationError("reference or account")
        return attrs


class ReferenceInput(serializers.Serializer[None]):
    """How a person names what a line pays: a reference of ours, or an account; or `parts` that make it."""

    reference = serializers.CharField(max_length=60, required=False)
    account = serializers.CharField(max_length=8, required=False)
    text = serializers.CharField(max_length=140, required=False, default="")
    parts = PartInput(many=True, required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """One of the three."""
        if sum(bool(attrs.get(name)) for name in ("reference", "account", "parts")) != 1:
            raise serializers.ValidationError("reference, account or parts")
        return attrs


class PayoutOutput(serializers.ModelSerializer[Payout]):
    """A payment."""

    class Meta:
        model = Payout
        fields = (
            "id", "kind", "payee_name", "iban", "amount", "communication", "due_on", "state", "batch",
            "paid_on", "return_reason", "attempt", "source_type", "source_id",
        )  # fmt: skip


class BatchOutput(serializers.ModelSerializer[PayoutBatch]):
    """A payment batch."""

    class Meta:
        model = PayoutBatch
        fields = (
            "id", "number", "entity", "kind", "state", "total", "payments", "created_on", "created_by",
            "released_on", "released_by", "executed_on",
        )  # fmt: skip


class BatchInput(serializers.Serializer[None]):
    """What to put in a batch: all that is due of an entity and kind by a day (today if none is named)."""

    entity = serializers.UUIDField()
    kind = serializers.ChoiceField(choices=PayoutKind.choices)
    due_until = serializers.DateField(required=False)


class MendInput(serializers.Serializer[None]):
    """The right account of somebody whose payment came back."""

    iban = serializers.CharField(max_length=42)
    payee_name = serializers.CharField(max_length=120)
