"""Shapes of invoices and documents for REST: what is read apart from what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from rest_framework import serializers

from core.identifiers import format_structured_communication
from invoicing.enums import Unit
from invoicing.models import Invoice, InvoiceLine, IssuedDocument
from invoicing.types import LineInput


class LineOutput(serializers.ModelSerializer[InvoiceLine]):
    """A line, in euro without VAT."""

    class Meta:
        model = InvoiceLine
        fields = ("description", "quantity", "unit", "unit_price", "net", "vat_code")


class LineData(serializers.Serializer[Any]):
    """A line to write; without `vat_code` the one that usually fits."""

    description = serializers.CharField(max_length=300)
    quantity = serializers.DecimalField(max_digits=10, decimal_places=3)
    unit = serializers.ChoiceField(choices=Unit.choices)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=Decimal(0))
    vat_code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")


class DocumentOutput(serializers.ModelSerializer[IssuedDocument]):
    """A document as issued; its PDF and UBL are downloaded under their own addresses."""

    class Meta:
        model = IssuedDocument
        fields = ("id", "kind", "number", "issued_on", "net", "vat", "total", "levy", "reason", "digest")


class InvoiceOutput(serializers.ModelSerializer[Invoice]):
    """An invoice, in euro; `version` comes as ETag too."""

    client_name = serializers.CharField(source="client.name")
    entity = serializers.CharField(source="entity.code")
    open_amount = serializers.DecimalField(max_digits=14, decimal_places=2)
    communication = serializers.SerializerMethodField()

    class Meta:
        model = Invoice
        fields = (
            "id", "activity", "entity", "client", "client_name", "state", "number", "communication",
            "delivery_date", "buyer_reference", "note", "issued_on", "due_on", "net", "vat", "total",
            "levy_rate", "levy", "paid", "credited", "open_amount", "paid_on", "sent_on", "disputed_on",
            "version",
        )  # fmt: skip

    def get_communication(self, invoice: Invoice) -> str:
        """As it is written on a transfer: `+++260/1000/00123+++`."""
        return format_structured_communication(invoice.communication) if invoice.communication else ""


class OneInvoiceOutput(InvoiceOutput):
    """An invoice with its lines and documents."""

    lines = LineOutput(many=True)
    documents = DocumentOutput(many=True)

    class Meta:
        model = Invoice
        fields = (*InvoiceOutput.Meta.fields, "lines", "documents")


class DraftInput(serializers.Serializer[Any]):
    """Everything that a draft says."""

    client = serializers.UUIDField()
    delivery_date = serializers.DateField()
    buyer_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    lines = LineData(many=True, allow_empty=False)

    def to_lines(self) -> list[LineInput]:
        """The lines as services take them."""
        return [LineInput(**line) for line in self.validated_data["lines"]]


class NewDraftInput(DraftInput):
    """A draft of one of my Activities."""

    activity = serializers.UUIDField()


class CreditInput(serializers.Serializer[Any]):
    """What to give back: amounts without VAT per VAT code, or everything that is left."""

    reason = serializers.CharField(max_length=300)
    amounts = serializers.DictField(
        child=serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01")),
        required=False,
        allow_null=True,
        default=None,
    )
