"""The forecast by REST."""

from __future__ import annotations

from typing import Any

from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import read_query
from core.money import in_cents
from core.rest import SortedPages
from ledger.selectors import entity_by_code
from ledger.treasury.forecast.days import DAYS, WEEKS, Span, flows_on, forecast
from ledger.treasury.forecast.flows import Flow, FlowKind
from ledger.treasury.roles import SEE

EURO: dict[str, Any] = {"max_digits": 14, "decimal_places": 2}


class ForecastQuery(serializers.Serializer[None]):
    """Of which entity (its code; absent: all), for how many days, and by how many days clients pay later."""

    entity = serializers.CharField(max_length=4, required=False)
    days = serializers.IntegerField(min_value=1, max_value=WEEKS * 7, default=DAYS)
    delay = serializers.IntegerField(min_value=0, max_value=365, default=0)


class DayQuery(serializers.Serializer[None]):
    """Which day (absent: today), of which entity, with clients that pay later."""

    day = serializers.DateField(required=False)
    entity = serializers.CharField(max_length=4, required=False)
    delay = serializers.IntegerField(min_value=0, max_value=365, default=0)


class ForecastDayOutput(serializers.Serializer[Any]):
    """A day: what stands before, what moves by kind (what leaves is negative), what stands after, in euro.

    `possible` is in no balance.
    """

    day = serializers.DateField(source="first")
    opening = serializers.DecimalField(**EURO)
    receipts = serializers.SerializerMethodField()
    wages = serializers.SerializerMethodField()
    charges = serializers.SerializerMethodField()
    taxes = serializers.SerializerMethodField()
    suppliers = serializers.SerializerMethodField()
    other = serializers.SerializerMethodField()
    possible = serializers.DecimalField(**EURO)
    closing = serializers.DecimalField(**EURO)
    lowest = serializers.BooleanField()
    flows = serializers.IntegerField(source="count")

    def get_receipts(self, span: Span) -> str:
        """What clients pay."""
        return str(span.moves[FlowKind.RECEIPTS])

    def get_wages(self, span: Span) -> str:
        """Net wages."""
        return str(span.moves[FlowKind.WAGES])

    def get_charges(self, span: Span) -> str:
        """Social security, holiday fund, insurer."""
        return str(span.moves[FlowKind.CHARGES])

    def get_taxes(self, span: Span) -> str:
        """VAT and withholding tax."""
        return str(span.moves[FlowKind.TAXES])

    def get_suppliers(self, span: Span) -> str:
        """Suppliers, and expenses paid back."""
        return str(span.moves[FlowKind.SUPPLIERS])

    def get_other(self, span: Span) -> str:
        """Refunds and shares."""
        return str(span.moves[FlowKind.OTHER])


class ForecastFlowOutput(serializers.Serializer[Any]):
    """Money that is to move; negative leaves. `page`: where it comes from."""

    day = serializers.DateField()
    kind = serializers.CharField()
    amount = serializers.DecimalField(**EURO)
    label = serializers.CharField()  # type: ignore[assignment]  # a name of the answer
    page = serializers.CharField(source="link")
    possible = serializers.BooleanField()


class ForecastDays(APIView):
    """What the bank will hold, day by day."""

    required_roles = SEE

    @extend_schema(parameters=[ForecastQuery], responses=ForecastDayOutput(many=True))
    def get(self, request: Request, **kwargs: Any) -> Response:  # noqa: ARG002 - a view
        """From the last statements on; clients pay as they use to, or `delay` days later."""
        asked = read_query(ForecastQuery, request)
        entity = entity_by_code(asked["entity"]) if "entity" in asked else None
        found = forecast(
            clock.today(), asked["days"], entity_id=entity.pk if entity else None, delay=asked["delay"]
        )
        return Response(ForecastDayOutput(found.days, many=True).data)


class FlowPages(SortedPages):
    """Sure flows first, the largest first."""

    @staticmethod
    def key_of(row: Flow) -> tuple[str | int, ...]:
        """As the page sorts them."""
        return int(row.possible), -abs(in_cents(row.amount)), row.label, row.link, row.kind


@extend_schema(parameters=[DayQuery], filters=False)
class ForecastFlows(generics.ListAPIView):  # type: ignore[type-arg]  # its rows are computed
    """What moves on a day, today unless said otherwise: sure flows first, the largest first; nothing before
    today.
    """

    required_roles = SEE
    serializer_class = ForecastFlowOutput
    pagination_class = FlowPages
    question = DayQuery

    def get_queryset(self) -> Any:
        """What is to come."""
        asked, on = read_query(DayQuery, self.request), clock.today()
        entity = entity_by_code(asked["entity"]) if "entity" in asked else None
        day = asked.get("day", on)
        if day < on:
            return []
        return flows_on(day, on, entity_id=entity.pk if entity else None, delay=asked["delay"])
