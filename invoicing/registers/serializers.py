"""Shapes of what registers say, for REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from invoicing.registers.enums import Outcome, Register
from invoicing.registers.models import RegisterAnswer


class RegisterAnswerOutput(serializers.ModelSerializer[RegisterAnswer]):
    """What a register answered on a day: evidence, kept for ever."""

    class Meta:
        model = RegisterAnswer
        fields = (
            "id", "register", "number", "on", "at", "outcome", "name", "address", "consultation",
            "receives_invoices", "receives_credit_notes", "reason", "source",
        )  # fmt: skip


class RegisterStandingOutput(serializers.Serializer[Any]):
    """Where a number of a client stands: `outcome` is the last word that decides anything, null while nobody
    knows; `asking` says that an answer is on its way.
    """

    register = serializers.ChoiceField(choices=Register.choices)
    number = serializers.CharField()
    outcome = serializers.ChoiceField(choices=Outcome.choices, allow_null=True)
    asking = serializers.BooleanField()
    last = RegisterAnswerOutput(allow_null=True)
    decided = RegisterAnswerOutput(allow_null=True)
