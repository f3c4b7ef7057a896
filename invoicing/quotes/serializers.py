"""Shapes of quotes and orders for REST: what is read apart from what is written."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from drf_spectacular.utils import extend_schema_field
from rest_framework import serializers

from core.digits import whole_number
from invoicing.enums import Unit
from invoicing.line_data import lines_of
from invoicing.quotes.enums import PartKind
from invoicing.quotes.models import Order, OrderPart, Quote, QuoteAnswer, QuoteFile, SentQuote
from invoicing.serializers import LineData
from invoicing.types import LineInput


class WrittenLineOutput(serializers.Serializer[Any]):
    """A line as it was written, in euro without VAT."""

    description = serializers.CharField()
    quantity = serializers.DecimalField(max_digits=10, decimal_places=3)
    unit = serializers.ChoiceField(choices=Unit.choices)
    unit_price = serializers.DecimalField(max_digits=14, decimal_places=4)
    vat_code = serializers.CharField()
    net = serializers.DecimalField(max_digits=14, decimal_places=2)


class QuoteVersionOutput(serializers.ModelSerializer[SentQuote]):
    """A version as sent."""

    class Meta:
        model = SentQuote
        fields = ("id", "revision", "number", "sent_on", "valid_until", "net", "vat", "total", "digest")


class QuoteAnswerOutput(serializers.ModelSerializer[QuoteAnswer]):
    """What the client answered to a version."""

    class Meta:
        model = QuoteAnswer
        fields = (
            "id", "sent", "kind", "door", "name", "order_reference", "reason", "consent", "document_digest",
            "digest", "answered_on", "answered_at",
        )  # fmt: skip


class QuoteOutput(serializers.ModelSerializer[Quote]):
    """A quote, in euro; `version` comes as ETag too."""

    client_name = serializers.CharField(source="client.name")
    entity = serializers.CharField(source="entity.code")

    class Meta:
        model = Quote
        fields = (
            "id", "activity", "entity", "client", "client_name", "state", "revision", "number", "title",
            "terms", "buyer_reference", "valid_until", "advance_percent", "remind", "net", "vat", "total",
            "sent_on", "answered_on", "reminded_on", "version",
        )  # fmt: skip


class OneQuoteOutput(QuoteOutput):
    """A quote with its lines, versions and answers; `order` once it became one."""

    lines = serializers.SerializerMethodField()
    versions = serializers.SerializerMethodField()
    answers = serializers.SerializerMethodField()
    order = serializers.SerializerMethodField()

    class Meta:
        model = Quote
        fields = (*QuoteOutput.Meta.fields, "lines", "versions", "answers", "order")

    @extend_schema_field(WrittenLineOutput(many=True))
    def get_lines(self, quote: Quote) -> Any:
        """As they were written."""
        return WrittenLineOutput(lines_of(quote.lines), many=True).data

    @extend_schema_field(QuoteVersionOutput(many=True))
    def get_versions(self, quote: Quote) -> Any:
        """The latest first."""
        return QuoteVersionOutput(SentQuote.objects.filter(quote=quote).order_by("-revision"), many=True).data

    @extend_schema_field(QuoteAnswerOutput(many=True))
    def get_answers(self, quote: Quote) -> Any:
        """In order."""
        rows = QuoteAnswer.objects.filter(sent__quote=quote).order_by("pk")
        return QuoteAnswerOutput(rows, many=True).data

    @extend_schema_field(serializers.UUIDField(allow_null=True))
    def get_order(self, quote: Quote) -> Any:
        """Its key."""
        return Order.objects.filter(quote=quote).values_list("pk", flat=True).first()


class QuoteInput(serializers.Serializer[Any]):
    """Everything that a quote says. Without `valid_until`: by the cooperative's policy."""

    client = serializers.UUIDField()
    title = serializers.CharField(max_length=120)
    valid_until = serializers.DateField(required=False, allow_null=True, default=None)
    buyer_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    terms = serializers.CharField(max_length=4000, required=False, allow_blank=True, default="")
    advance_percent = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        required=False,
        allow_null=True,
        default=None,
    )
    remind = serializers.BooleanField(required=False, default=True)
    lines = LineData(many=True, allow_empty=False)

    def to_lines(self) -> list[LineInput]:
        """The lines as services take them."""
        return [LineInput(**line) for line in self.validated_data["lines"]]


class NewQuoteInput(QuoteInput):
    """A quote of one of my Activities."""

    activity = serializers.UUIDField()


class NotedAnswerInput(serializers.Serializer[Any]):
    """What the client said outside the link: `name` said it, `how` it came."""

    accepted = serializers.BooleanField()
    name = serializers.CharField(max_length=120)
    how = serializers.CharField(max_length=500)
    order_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")


class OrderInput(serializers.Serializer[Any]):
    """The client's own number and the planned days."""

    client_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    planned_from = serializers.DateField(required=False, allow_null=True, default=None)
    planned_to = serializers.DateField(required=False, allow_null=True, default=None)


class OrderPartOutput(serializers.ModelSerializer[OrderPart]):
    """What an invoice takes of an order, in euro without VAT."""

    class Meta:
        model = OrderPart
        fields = ("invoice", "kind", "percent", "net", "freed_on")


class OrderOutput(serializers.ModelSerializer[Order]):
    """An order, in euro without VAT; `left` can still be invoiced."""

    client_name = serializers.CharField(source="client.name")
    left = serializers.DecimalField(max_digits=14, decimal_places=2)

    class Meta:
        model = Order
        fields = (
            "id", "quote", "activity", "client", "client_name", "state", "number", "title",
            "client_reference", "planned_from", "planned_to", "ordered_on", "net", "supplement", "invoiced",
            "left", "closed_on", "version",
        )  # fmt: skip


class OneOrderOutput(OrderOutput):
    """An order with its lines and invoices."""

    lines = serializers.SerializerMethodField()
    parts = serializers.SerializerMethodField()

    class Meta:
        model = Order
        fields = (*OrderOutput.Meta.fields, "lines", "parts")

    @extend_schema_field(WrittenLineOutput(many=True))
    def get_lines(self, order: Order) -> Any:
        """As ordered; a line's place counts from 0."""
        return WrittenLineOutput(lines_of(order.lines), many=True).data

    @extend_schema_field(OrderPartOutput(many=True))
    def get_parts(self, order: Order) -> Any:
        """In order."""
        return OrderPartOutput(OrderPart.objects.filter(order=order).order_by("pk"), many=True).data


class OrderPartInput(serializers.Serializer[Any]):
    """What to invoice: `share` or `advance` with `percent`, `lines` with `quantities` by place, or `rest`.

    `extra` lines draw on the agreed supplement.
    """

    kind = serializers.ChoiceField(choices=PartKind.choices)
    delivery_date = serializers.DateField()
    percent = serializers.DecimalField(
        max_digits=5,
        decimal_places=2,
        min_value=Decimal("0.01"),
        max_value=Decimal(100),
        required=False,
        allow_null=True,
        default=None,
    )
    quantities = serializers.DictField(
        child=serializers.DecimalField(max_digits=10, decimal_places=3, min_value=Decimal(0)),
        required=False,
        default=dict,
    )
    extra = LineData(many=True, required=False, default=list)

    def validate_quantities(self, value: dict[str, Decimal]) -> dict[int, Decimal]:
        """Places are whole numbers."""
        if not all(whole_number(place, longest=3) is not None for place in value):
            raise serializers.ValidationError("0, 1, 2…")
        return {int(place): amount for place, amount in value.items()}


class SupplementInput(serializers.Serializer[Any]):
    """What the client agreed to pay beyond the order, in euro without VAT."""

    amount = serializers.DecimalField(max_digits=14, decimal_places=2, min_value=Decimal("0.01"))
    reason = serializers.CharField(max_length=300)


class ChangedOrderInput(serializers.Serializer[Any]):
    """What may be changed of an order: the client's own number and the planned days."""

    client_reference = serializers.CharField(max_length=60, required=False, allow_blank=True, default="")
    planned_from = serializers.DateField(required=False, allow_null=True, default=None)
    planned_to = serializers.DateField(required=False, allow_null=True, default=None)


class QuoteFileOutput(serializers.ModelSerializer[QuoteFile]):
    """A file that goes with a quote."""

    media_type = serializers.CharField(source="file.content_type")
    size = serializers.IntegerField(source="file.size")

    class Meta:
        model = QuoteFile
        fields = ("id", "quote", "name", "media_type", "size")
