"""Shapes of dues for REST: what is read apart from what is written. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from ledger.treasury.dues import selectors
from ledger.treasury.dues.enums import TransferKind
from ledger.treasury.dues.models import Due, EntityTransfer


def money(**options: Any) -> serializers.DecimalField:
    """An amount in euro."""
    return serializers.DecimalField(max_digits=14, decimal_places=2, **options)


class DueOutput(serializers.ModelSerializer[Due]):
    """What an entity owes a creditor for a period."""

    entity = serializers.CharField(source="entity.code", help_text="Code of the entity.")
    standing = serializers.SerializerMethodField()

    class Meta:
        model = Due
        fields = (
            "id", "entity", "creditor", "kind", "account", "first", "last", "due_on", "booked", "amount",
            "reference", "reason", "standing", "raised_on", "created_by", "decided_by", "decided_on",
        )  # fmt: skip
        read_only_fields = fields

    @extend_schema_field(
        serializers.CharField(help_text="to_check, agreed, withdrawn, or the state of its payment.")
    )
    def get_standing(self, row: Due) -> str:
        """Where it stands."""
        return str(selectors.standing(row)[0])


class CorrectInput(serializers.Serializer[None]):
    """What the notice says."""

    amount = money()
    reason = serializers.CharField(max_length=200, required=False, allow_blank=True, default="")
    reference = serializers.CharField(max_length=40, required=False, allow_blank=True, default="")


class DueBatchInput(serializers.Serializer[None]):
    """What to put in a batch."""

    entity = serializers.CharField(max_length=4, help_text="Code of the entity.")
    kind = serializers.ChoiceField(choices=["contribution", "supplier"])
    until = serializers.DateField()


class DueBatchOutput(serializers.Serializer[Any]):
    """The batch that waits for its release."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    total = money()
    payments = serializers.IntegerField()


class TransferOutput(serializers.ModelSerializer[EntityTransfer]):
    """A cost or money between two entities."""

    giver = serializers.CharField(source="giver.code", help_text="Code of the entity that is owed.")
    taker = serializers.CharField(source="taker.code", help_text="Code of the entity that owes.")

    class Meta:
        model = EntityTransfer
        fields = (
            "id", "kind", "giver", "taker", "amount", "account", "on", "reason", "state", "created_by",
            "decided_by",
        )  # fmt: skip
        read_only_fields = fields


class TransferInput(serializers.Serializer[None]):
    """A transfer to write down."""

    kind = serializers.ChoiceField(choices=TransferKind.choices)
    giver = serializers.CharField(max_length=4)
    taker = serializers.CharField(max_length=4)
    amount = money()
    account = serializers.CharField(max_length=8, required=False, allow_blank=True, default="")
    on = serializers.DateField()
    reason = serializers.CharField(max_length=140)
