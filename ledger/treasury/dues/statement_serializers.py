"""Shapes of what public bodies say, for REST. Amounts are strings, in euro."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger.treasury.dues.models import BodyLine, BodyStatement, CreditorTerms
from ledger.treasury.dues.proof import proof_of
from ledger.treasury.dues.reading import MOST_LINES
from ledger.treasury.dues.serializers import money


class TermsOutput(serializers.ModelSerializer[CreditorTerms]):
    """Where an entity pays a creditor from a day on; an empty `iban` is that of the rules."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")

    class Meta:
        model = CreditorTerms
        fields = ("id", "entity", "creditor", "valid_from", "iban", "reference", "source", "created_by")
        read_only_fields = fields


class TermsInput(serializers.Serializer[None]):
    """What a notice says of where a creditor is paid."""

    entity = serializers.CharField(max_length=4, help_text="Code of the entity.")
    creditor = serializers.CharField(max_length=20)
    valid_from = serializers.DateField()
    iban = serializers.CharField(max_length=42, required=False, allow_blank=True, default="")
    reference = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")
    source = serializers.CharField(max_length=140)  # type: ignore[assignment]  # a name of the body


class BodyStatementOutput(serializers.ModelSerializer[BodyStatement]):
    """What a creditor says that an entity owes on a day."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")

    class Meta:
        model = BodyStatement
        fields = ("id", "entity", "creditor", "date", "closing", "created_by")
        read_only_fields = fields


class DifferenceOutput(serializers.Serializer[Any]):
    """A difference between the books and a statement; `settled`: somebody explained it."""

    text = serializers.CharField()
    amount = money()
    settled = serializers.BooleanField()


class ProofOutput(serializers.Serializer[Any]):
    """`books` = `body` + all `differences`."""

    books = money()
    body = money()
    holds = serializers.BooleanField()
    differences = DifferenceOutput(many=True)


class OneBodyStatementOutput(BodyStatementOutput):
    """A statement against the books."""

    proof = serializers.SerializerMethodField()

    class Meta:
        model = BodyStatement
        fields = (*BodyStatementOutput.Meta.fields, "proof")
        read_only_fields = fields

    @extend_schema_field(ProofOutput)
    def get_proof(self, row: BodyStatement) -> Any:
        """Computed now."""
        return ProofOutput(proof_of(row)).data


class BodyLineOutput(serializers.ModelSerializer[BodyLine]):
    """A line: positive what the creditor claims, negative what it received. `due`: ours that it is about;
    `raised`: the one that it made.
    """

    class Meta:
        model = BodyLine
        fields = (
            "id", "position", "date", "text", "amount", "reference", "due", "raised", "state",
            "explanation", "explained_by",
        )  # fmt: skip
        read_only_fields = fields


class BodyLineInput(serializers.Serializer[None]):
    """A movement as the creditor tells it, not zero."""

    date = serializers.DateField()
    text = serializers.CharField(max_length=140, required=False, allow_blank=True, default="")
    amount = money()
    reference = serializers.CharField(max_length=35, required=False, allow_blank=True, default="")

    def validate_amount(self, value: Decimal) -> Decimal:
        """A movement moves something."""
        if not value:
            raise serializers.ValidationError("0.00")
        return value


class BodyStatementInput(serializers.Serializer[None]):
    """What a creditor says that is owed on a day, with its movements since the last statement."""

    entity = serializers.CharField(max_length=4, help_text="Code of the entity.")
    creditor = serializers.CharField(max_length=20)
    on = serializers.DateField()
    closing = money()
    lines = serializers.ListField(child=BodyLineInput(), required=False, default=list, max_length=MOST_LINES)


class ExplainInput(serializers.Serializer[None]):
    """Why a line differs from what we know."""

    explanation = serializers.CharField(max_length=200)
