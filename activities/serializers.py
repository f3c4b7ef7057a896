"""Shapes of Activities and expenses for REST: what is read apart from what is written."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from activities.enums import ExpenseCategory, Tool
from activities.models import Activity, Expense, Function


class FunctionOutput(serializers.ModelSerializer[Function]):
    """An occupation."""

    class Meta:
        model = Function
        fields = ("code", "name", "isco", "artistic")


class ActivityOutput(serializers.ModelSerializer[Activity]):
    """An Activity with what its budget holds, in euro."""

    entity = serializers.CharField(source="entity.code")
    function = serializers.CharField(source="function.code")
    balance = serializers.DecimalField(source="budget.balance", max_digits=14, decimal_places=2)
    reserved = serializers.DecimalField(source="budget.reserved", max_digits=14, decimal_places=2)
    available = serializers.DecimalField(source="budget.available", max_digits=14, decimal_places=2)

    class Meta:
        model = Activity
        fields = (
            "id", "name", "entity", "tool", "variant", "function", "description", "state", "review_reason",
            "refusal_reason", "requested_on", "opened_on", "closed_on", "balance", "reserved", "available",
        )  # fmt: skip


class ActivityInput(serializers.Serializer[Any]):
    """A request for an Activity."""

    name = serializers.CharField(max_length=120)
    function_code = serializers.CharField(max_length=40)
    entity_code = serializers.CharField(max_length=4, default="PA")
    tool = serializers.ChoiceField(choices=Tool.choices)
    description = serializers.CharField(required=False, allow_blank=True, default="")


class ReasonInput(serializers.Serializer[Any]):
    """Why something is refused."""

    reason = serializers.CharField(max_length=300)


class BudgetMovementOutput(serializers.Serializer[Any]):
    """A line that moved the budget, in euro."""

    on = serializers.DateField()
    text = serializers.CharField()
    account = serializers.CharField()
    label = serializers.CharField()  # type: ignore[assignment]  # a field of that name, not the field's label
    amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    balance = serializers.DecimalField(max_digits=14, decimal_places=2)


class ExpenseOutput(serializers.ModelSerializer[Expense]):
    """An expense, in euro."""

    person_name = serializers.CharField(source="person.__str__")
    has_receipt = serializers.SerializerMethodField()

    class Meta:
        model = Expense
        fields = (
            "id", "activity", "person", "person_name", "category", "text", "incurred_on", "amount",
            "vat_amount", "recoverable_vat", "cost", "kilometres", "has_receipt", "state", "submitted_on",
            "decided_on", "refusal_reason",
        )  # fmt: skip

    def get_has_receipt(self, expense: Expense) -> bool:
        """Whether a receipt came along."""
        return expense.receipt_id is not None


class ExpenseInput(serializers.Serializer[Any]):
    """An expense to hand in; send as multipart when a receipt comes along."""

    activity = serializers.UUIDField()
    category = serializers.ChoiceField(choices=ExpenseCategory.choices)
    text = serializers.CharField(max_length=140)
    incurred_on = serializers.DateField()
    amount = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, default=None)
    vat_amount = serializers.DecimalField(max_digits=14, decimal_places=2, required=False, default=None)
    kilometres = serializers.DecimalField(max_digits=7, decimal_places=1, required=False, default=None)
    receipt = serializers.FileField(required=False, default=None)
