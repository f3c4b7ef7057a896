"""Shapes of invoices and documents for REST: what is read apart from what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from django.utils.translation import gettext_lazy as _
from rest_framework import serializers

from core.identifiers import format_structured_communication
from invoicing.enums import InvoiceKind, Unit
from invoicing.models import Invoice, InvoiceAttachment, InvoiceLine, IssuedDocument
from invoicing.types import CreditLine, DraftTerms, LineInput


class LineOutput(serializers.ModelSerializer[InvoiceLine]):
    """A line, in euro without VAT."""

    class Meta:
        model = InvoiceLine
        fields = (
            "description", "quantity", "unit", "unit_price", "discount_percent", "discount_amount", "net",
            "vat_code", "starts_on", "ends_on", "advance",
        )  # fmt: skip


class LineData(serializers.Serializer[Any]):
    """A line to write; without `vat_code` the one that usually fits.

    A negative quantity takes back. A discount is a percentage or an amount in euro. `advance`: the advance
    invoice that the line deducts (quantity −1, its amount as price); it needs no description.
    """

    description = serializers.CharField(max_length=300, allow_blank=True)
    quantity = serializers.DecimalField(max_digits=10, decimal_places=3)
    unit = serializers.ChoiceField(choices=Unit.choices)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4, min_value=Decimal(0))
    vat_code = serializers.CharField(max_length=20, required=False, allow_blank=True, default="")
    discount_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), default=Decimal(0)
    )
    discount_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=Decimal(0), default=Decimal("0.00")
    )
    starts_on = serializers.DateField(required=False, allow_null=True, default=None)
    ends_on = serializers.DateField(required=False, allow_null=True, default=None)
    advance = serializers.UUIDField(required=False, allow_null=True, default=None)


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
            "kind", "discount_percent", "discount_amount", "early_percent", "early_days", "early_until",
            "early_amount", "early_taken", "show_employment", "version",
        )  # fmt: skip

    def get_communication(self, invoice: Invoice) -> str:
        """As it is written on a transfer: `+++260/1000/00123+++`."""
        return format_structured_communication(invoice.communication) if invoice.communication else ""


class AttachmentOutput(serializers.ModelSerializer[InvoiceAttachment]):
    """A file that goes with an invoice."""

    media_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size")

    class Meta:
        model = InvoiceAttachment
        fields = ("id", "name", "media_type", "size")


class AttachmentInput(serializers.Serializer[Any]):
    """A file to add: PDF, PNG or JPEG, sent as multipart."""

    file = serializers.FileField()


class OneInvoiceOutput(InvoiceOutput):
    """An invoice with its lines, files and documents."""

    lines = LineOutput(many=True)
    attachments = AttachmentOutput(many=True)
    documents = DocumentOutput(many=True)

    class Meta:
        model = Invoice
        fields = (*InvoiceOutput.Meta.fields, "lines", "attachments", "documents")


class TermsData(serializers.Serializer[Any]):
    """What holds for the whole draft.

    `kind`: invoice or advance; lines that deduct an advance make it a final statement. The discount is a
    percentage or an amount in euro. Who pays within `early_days` of the issue keeps `early_percent`.
    `show_employment`: the document tells what part of it becomes employment.
    """

    kind = serializers.ChoiceField(choices=InvoiceKind.choices, default=InvoiceKind.INVOICE)
    discount_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), default=Decimal(0)
    )
    discount_amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, min_value=Decimal(0), default=Decimal("0.00")
    )
    early_percent = serializers.DecimalField(
        max_digits=5, decimal_places=2, min_value=Decimal(0), max_value=Decimal(100), default=Decimal(0)
    )
    early_days = serializers.IntegerField(
        min_value=0, max_value=120, required=False, allow_null=True, default=None
    )
    show_employment = serializers.BooleanField(default=False)


class DraftInput(serializers.Serializer[Any]):
    """Everything that a draft says; on a change, terms that are left out stay as they are."""

    client = serializers.UUIDField()
    delivery_date = serializers.DateField()
    buyer_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    note = serializers.CharField(max_length=300, required=False, allow_blank=True, default="")
    lines = LineData(many=True, allow_empty=False)
    terms = TermsData(required=False)

    def to_terms(self) -> DraftTerms | None:
        """The terms as services take them, or None when nothing is said of them."""
        terms = self.validated_data.get("terms")
        return None if terms is None else DraftTerms(**terms)

    def to_lines(self) -> list[LineInput]:
        """The lines as services take them."""
        return [LineInput(**line) for line in self.validated_data["lines"]]


class NewDraftInput(DraftInput):
    """A draft of one of my Activities."""

    activity = serializers.UUIDField()


class CreditLineData(serializers.Serializer[Any]):
    """A line to give back, by its place from 1: a quantity, an amount without VAT (both with the sign of the
    line), or neither for all that is left of it."""

    position = serializers.IntegerField(min_value=1)
    quantity = serializers.DecimalField(
        max_digits=10, decimal_places=3, required=False, allow_null=True, default=None
    )
    amount = serializers.DecimalField(
        max_digits=14, decimal_places=2, required=False, allow_null=True, default=None
    )


class CreditInput(serializers.Serializer[Any]):
    """What to give back: lines, or amounts without VAT per VAT code, or everything that is left."""

    reason = serializers.CharField(max_length=300)
    amounts = serializers.DictField(
        child=serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01")),
        required=False,
        allow_null=True,
        default=None,
    )
    lines = CreditLineData(many=True, required=False, allow_null=True, default=None)

    def to_lines(self) -> list[CreditLine] | None:
        """The lines as the service takes them, or None when the credit is not by line."""
        rows = self.validated_data["lines"]
        return None if rows is None else [CreditLine(**row) for row in rows]

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """By line or by amount."""
        if attrs["lines"] is not None and attrs["amounts"] is not None:
            raise serializers.ValidationError(_("Credit by line or by amount, not both."), code="invalid")
        return attrs


class CreditableLineOutput(serializers.Serializer[Any]):
    """What can still be credited of a line, before the discount on the whole."""

    position = serializers.IntegerField()
    description = serializers.CharField()
    quantity_left = serializers.DecimalField(max_digits=10, decimal_places=3)
    left = serializers.DecimalField(max_digits=14, decimal_places=2)


class CreditableOutput(serializers.Serializer[Any]):
    """What can still be credited without VAT: per VAT code, and of each line."""

    amounts = serializers.DictField(child=serializers.DecimalField(max_digits=14, decimal_places=2))
    lines = CreditableLineOutput(many=True)


class AdvancesAsked(serializers.Serializer[Any]):
    """Whose advances: an Activity of mine and its client."""

    activity = serializers.UUIDField()
    client = serializers.UUIDField()


class AdvanceOutput(serializers.Serializer[Any]):
    """An advance invoice of which something can still be deducted, per VAT code without VAT."""

    id = serializers.UUIDField()
    number = serializers.CharField()
    issued_on = serializers.DateField()
    left = serializers.DictField(child=serializers.DecimalField(max_digits=14, decimal_places=2))
