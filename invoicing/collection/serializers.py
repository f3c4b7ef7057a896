"""Shapes of the REST doors of collection."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from invoicing.collection.enums import AgentKind, ContactKind, DisputeReason, DisputeState
from invoicing.collection.models import Charge, Contact, HandOver, Pause, Plan, WriteDown
from invoicing.collection.selectors import Part

EURO: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class BehaviourOutput(serializers.Serializer[Any]):
    """How a client pays."""

    expected_days = serializers.IntegerField()
    late_share = serializers.DecimalField(max_digits=3, decimal_places=2)
    trend = serializers.IntegerField(allow_null=True)
    count = serializers.IntegerField()


class LateClientOutput(serializers.Serializer[Any]):
    """A client with late invoices, amounts in euro."""

    client = serializers.UUIDField(source="client.pk")
    name = serializers.CharField(source="client.name")
    at_stake = serializers.DecimalField(**EURO)
    disputed = serializers.DecimalField(**EURO)
    charges = serializers.DecimalField(**EURO)
    count = serializers.IntegerField()
    days_late = serializers.IntegerField()
    step = serializers.IntegerField()
    next_step = serializers.IntegerField(allow_null=True)
    next_on = serializers.DateField(allow_null=True)
    behaviour = BehaviourOutput(allow_null=True)
    promised_on = serializers.DateField(source="promise.promised_on", default=None, allow_null=True)


class LateClientsOutput(serializers.Serializer[Any]):
    """A page of late clients; `next` is the number of the next page, if there is one."""

    next = serializers.IntegerField(allow_null=True)
    results = LateClientOutput(many=True)


class LetterOutput(serializers.Serializer[Any]):
    """A letter as it would go."""

    subject = serializers.CharField()
    body = serializers.CharField()
    total = serializers.DecimalField(**EURO)


class ReminderOutput(serializers.Serializer[Any]):
    """A step that was taken for an invoice."""

    invoice = serializers.UUIDField(source="invoice_id")
    step = serializers.IntegerField()
    sent_on = serializers.DateField()
    law = serializers.CharField()


class ChargeOutput(serializers.ModelSerializer[Charge]):
    """A charge with the lines that explain it."""

    open_amount = serializers.DecimalField(**EURO, read_only=True)

    class Meta:
        model = Charge
        fields = (
            *("id", "invoice", "client", "kind", "amount", "claimed_on", "until", "basis", "law"),
            *("paid", "waived", "given_back", "open_amount"),
        )
        read_only_fields = fields


class CostsInput(serializers.Serializer[Any]):
    """Recovery costs in euro."""

    amount = serializers.DecimalField(**EURO, min_value=Decimal("0.01"))
    text = serializers.CharField(max_length=140)


class GivenReasonInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class InvoicesInput(serializers.Serializer[Any]):
    """Some open invoices of a client."""

    invoices = serializers.ListField(child=serializers.UUIDField(), min_length=1, max_length=200)


class PauseInput(InvoicesInput):
    """No reminder until a day."""

    until = serializers.DateField()
    reason = serializers.CharField(max_length=300)


class PauseOutput(serializers.ModelSerializer[Pause]):
    """A pause."""

    class Meta:
        model = Pause
        fields = ("id", "invoice", "from_day", "until", "reason", "ended_on")
        read_only_fields = fields


class DisputeInput(serializers.Serializer[Any]):
    """What the client contests."""

    reason = serializers.CharField(max_length=300)
    kind = serializers.ChoiceField(choices=DisputeReason.choices, default=DisputeReason.OTHER)
    follow_up_on = serializers.DateField(required=False, allow_null=True, default=None)


class PassDisputeInput(serializers.Serializer[Any]):
    """Who goes on with a dispute."""

    to = serializers.ChoiceField(choices=DisputeState.choices)
    text = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    follow_up_on = serializers.DateField(required=False, allow_null=True, default=None)


class ResumeInput(serializers.Serializer[Any]):
    """How a dispute ends."""

    answer = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    conceded = serializers.BooleanField(required=False, default=False)


class InstalmentInput(serializers.Serializer[Any]):
    """A part of a plan, in euro, and its day."""

    due_on = serializers.DateField()
    amount = serializers.DecimalField(**EURO, min_value=Decimal("0.01"))


class PlanInput(InvoicesInput):
    """Payment by instalments, which add up to what is owed with the charges claimed."""

    instalments = InstalmentInput(many=True)
    interest_free = serializers.BooleanField(required=False, default=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class PartOutput(serializers.Serializer[Part]):
    """An instalment with what of it is paid."""

    position = serializers.IntegerField()
    due_on = serializers.DateField()
    amount = serializers.DecimalField(**EURO)
    paid = serializers.DecimalField(**EURO)


class OnePlanOutput(serializers.ModelSerializer[Plan]):
    """A plan with its instalments; `progress` in the context says where it stands."""

    instalments = serializers.SerializerMethodField()

    class Meta:
        model = Plan
        fields = (
            *("id", "client", "state", "agreed_on", "total", "interest_free", "note", "ended_on"),
            "instalments",
        )
        read_only_fields = fields

    @extend_schema_field(PartOutput(many=True))
    def get_instalments(self, plan: Plan) -> Any:
        """In order."""
        return PartOutput(self.context["progress"].parts, many=True).data


class HandOverInput(InvoicesInput):
    """To whom, and whether the charges are claimed first."""

    kind = serializers.ChoiceField(choices=AgentKind.choices)
    agent = serializers.CharField(max_length=120)
    claim = serializers.BooleanField(required=False, default=True)
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")


class HandOverOutput(serializers.ModelSerializer[HandOver]):
    """A file given away."""

    class Meta:
        model = HandOver
        fields = ("id", "client", "kind", "agent", "reference", "state", "handed_on", "ended_on", "note")
        read_only_fields = fields


class FeeInput(serializers.Serializer[Any]):
    """What the agent asks, in euro."""

    amount = serializers.DecimalField(**EURO, min_value=Decimal("0.01"))
    text = serializers.CharField(max_length=140, required=False, allow_blank=True, default="")


class WriteDownOutput(serializers.ModelSerializer[WriteDown]):
    """What the books think of an invoice; `wanted` differs from `state` while somebody must agree."""

    class Meta:
        model = WriteDown
        fields = (
            *("id", "invoice", "state", "wanted", "gross", "standing", "reason", "asked_on"),
            *("doubtful_on", "lost_on", "ended_on"),
        )
        read_only_fields = fields


class ClientCallInput(serializers.Serializer[Any]):
    """What was said, and what was promised."""

    kind = serializers.ChoiceField(choices=ContactKind.choices)
    text = serializers.CharField(max_length=500)
    promised_on = serializers.DateField(required=False, allow_null=True, default=None)
    promised = serializers.DecimalField(**EURO, required=False, default=Decimal("0.00"))
    pause = serializers.BooleanField(required=False, default=False)


class ClientCallOutput(serializers.ModelSerializer[Contact]):
    """A note."""

    class Meta:
        model = Contact
        fields = ("id", "client", "on", "kind", "text", "promised_on", "promised", "author")
        read_only_fields = fields
