"""Shapes of purchases over REST."""

from __future__ import annotations

from typing import Any

from rest_framework import serializers

from activities.enums import ExpenseCategory
from invoicing.purchases.models import Purchase, PurchasePart, Supplier, SupplierAccount
from invoicing.vat_sources import PurchaseCase


class PurchaseOutput(serializers.ModelSerializer[Purchase]):
    """A purchase: who sent it, whose it is, where it stands. Amounts as written, cost and VAT in euro."""

    supplier = serializers.CharField(source="supplier.name")
    supplier_id = serializers.UUIDField()
    vat_number = serializers.CharField(source="supplier.vat_number")
    currency = serializers.CharField(source="document.currency")
    net = serializers.DecimalField(source="document.net", max_digits=14, decimal_places=2)
    vat = serializers.DecimalField(source="document.vat", max_digits=14, decimal_places=2)

    class Meta:
        model = Purchase
        fields: tuple[str, ...] = (
            "id", "kind", "number", "supplier", "supplier_id", "vat_number", "state", "issued_on", "due_on",
            "entity", "activity", "currency", "net", "vat", "total", "payable", "category", "case", "cost",
            "recoverable_vat", "due_vat", "set_off", "iban", "reference", "booked_on", "paid_on",
            "refusal_reason", "rule_check",
        )  # fmt: skip


class BrokenRuleOutput(serializers.Serializer[Any]):
    """A public rule that the document breaks: its name, what it asks, where, whether it must hold."""

    rule = serializers.CharField()
    text = serializers.CharField()
    place = serializers.CharField()
    fatal = serializers.BooleanField()


class PurchasePartOutput(serializers.ModelSerializer[PurchasePart]):
    """What an Activity bears of a split purchase: `base` without VAT of a row of the document."""

    class Meta:
        model = PurchasePart
        fields = ("activity", "category", "vat_row", "base", "accepted_on", "accepted_by")


class PurchasePartInput(serializers.Serializer[Any]):
    """A part as it is wanted: `base` in euro without VAT, of the VAT row of the document at this place."""

    activity = serializers.UUIDField()
    category = serializers.ChoiceField(choices=ExpenseCategory.choices)
    base = serializers.DecimalField(max_digits=14, decimal_places=2)
    vat_row = serializers.IntegerField(min_value=0, default=0)


class PurchaseSplitInput(serializers.Serializer[Any]):
    """All parts; none makes the purchase whole again."""

    parts = PurchasePartInput(many=True)
    case = serializers.ChoiceField(choices=PurchaseCase.choices, required=False, default="")


class OnePurchaseOutput(PurchaseOutput):
    """A purchase with everything that its document says."""

    broken_rules = BrokenRuleOutput(many=True, read_only=True)
    parts = PurchasePartOutput(many=True, read_only=True)
    content = serializers.SerializerMethodField()
    findings = serializers.SerializerMethodField()

    class Meta(PurchaseOutput.Meta):
        fields = (
            *PurchaseOutput.Meta.fields,
            "content",
            "findings",
            "broken_rules",
            "override_reason",
            "parts",
        )

    def get_content(self, purchase: Purchase) -> dict[str, Any]:
        """The document as it was read."""
        content: dict[str, Any] = purchase.document.content
        return content

    def get_findings(self, purchase: Purchase) -> list[dict[str, Any]]:
        """What does not hold in it: rule, text, line of the file."""
        findings: list[dict[str, Any]] = purchase.document.findings
        return findings


class DocumentInput(serializers.Serializer[Any]):
    """A supplier's UBL document."""

    file = serializers.FileField()


class AcceptInput(serializers.Serializer[Any]):
    """What was bought (of a split purchase the parts say it); abroad also the VAT treatment."""

    category = serializers.ChoiceField(choices=ExpenseCategory.choices, required=False, default="")
    case = serializers.ChoiceField(choices=PurchaseCase.choices, required=False, default="")


class AssignInput(serializers.Serializer[Any]):
    """Whose it is."""

    activity = serializers.UUIDField()


class WhyInput(serializers.Serializer[Any]):
    """The reason that the supplier reads."""

    reason = serializers.CharField(max_length=300)


class OverrideInput(serializers.Serializer[Any]):
    """Why a document is taken although it breaks rules."""

    reason = serializers.CharField(max_length=300)


class AccountOutput(serializers.ModelSerializer[SupplierAccount]):
    """An account that a supplier named."""

    class Meta:
        model = SupplierAccount
        fields = ("id", "iban", "trust", "first_seen_on", "confirmed_on", "confirmed_by")


class SupplierOutput(serializers.ModelSerializer[Supplier]):
    """A supplier with its accounts."""

    accounts = AccountOutput(many=True)

    class Meta:
        model = Supplier
        fields = ("id", "name", "vat_number", "legal_id", "endpoint", "country", "email", "accounts")


class ConfirmInput(serializers.Serializer[Any]):
    """How finance knows."""

    confirmation = serializers.CharField(max_length=300)
