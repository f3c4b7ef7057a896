"""Shapes of balances for REST. Amounts are strings, in euro."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from payroll.balances.models import Balance, BalanceAct


class PayBalanceActOutput(serializers.ModelSerializer[BalanceAct]):
    """What was done about a balance."""

    class Meta:
        model = BalanceAct
        fields = ("id", "kind", "amount", "on", "until", "note", "made_by_label")


class PayBalanceOutput(serializers.ModelSerializer[Balance]):
    """What somebody owes because pay was taken back; `works`: there is work to be paid, which takes it."""

    person = serializers.UUIDField(source="person_id")
    person_name = serializers.CharField(source="person.__str__")
    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = Balance
        fields = (
            *(
                "id",
                "person",
                "person_name",
                "entity",
                "kind",
                "state",
                "amount",
                "since",
                "last_end",
                "works",
            ),
            *("asked", "asked_on", "due_on", "communication", "wait_until", "because"),
        )


class PayBalanceDetail(PayBalanceOutput):
    """The same with everything that was done."""

    acts = PayBalanceActOutput(many=True)

    class Meta(PayBalanceOutput.Meta):
        fields = (*PayBalanceOutput.Meta.fields, "acts")  # type: ignore[assignment]  # a longer tuple


class PayBalanceWaitInput(serializers.Serializer[Any]):
    """Until when it is left."""

    until = serializers.DateField()
    note = serializers.CharField(max_length=200, required=False, default="", allow_blank=True)


class PayBalanceWhyInput(serializers.Serializer[Any]):
    """Why it is given up, or not."""

    because = serializers.CharField(max_length=200)
