"""REST doors of the guarantee."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, read_body, read_query
from core.money import in_cents
from core.rest import CursorPages, SortedPages
from invoicing.api.asked import client_of
from invoicing.guarantee import selectors, services
from invoicing.guarantee.exposure import Exposure, exposures
from invoicing.guarantee.filters import narrowed
from invoicing.guarantee.models import ClientLimit
from invoicing.guarantee.roles import ACT, SEE
from invoicing.guarantee.serializers import ExposureOutput, ExposureQuery, LimitInput, LimitOutput


class ExposurePages(SortedPages):
    """The most exposed first."""

    @staticmethod
    def key_of(row: Exposure) -> tuple[str | int, ...]:
        """As the page sorts them."""
        amounts = (-in_cents(row.advanced), -in_cents(row.promised), -in_cents(row.at_risk))
        return *amounts, row.search_key, str(row.client_id)


@extend_schema(parameters=[ExposureQuery], filters=False)
class Exposures(generics.ListAPIView):  # type: ignore[type-arg]  # its rows are computed
    """What is at risk per client, the most exposed first."""

    required_roles = frozenset(SEE)
    serializer_class = ExposureOutput
    pagination_class = ExposurePages
    question = ExposureQuery

    def get_queryset(self) -> Any:
        """Clients that owe something, narrowed as on the page."""
        return narrowed(exposures(clock.today()), read_query(ExposureQuery, self.request))


class LimitPages(CursorPages):
    """The latest day first."""

    ordering = ("-valid_from", "-pk")  # type: ignore[assignment]  # the base names one


class Limits(generics.ListAPIView[ClientLimit]):
    """Limits of a client: what was decided or asked, newest first."""

    required_roles = frozenset(ACT)
    serializer_class = LimitOutput
    pagination_class = LimitPages
    queryset = ClientLimit.objects.none()

    def get_queryset(self) -> QuerySet[ClientLimit]:
        """Of a client that I may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.limits_of(client_of(self.request, self.kwargs["pk"]).pk)

    @extend_schema(request=LimitInput, responses={201: LimitOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Set a limit; above the policy's threshold somebody else agrees first."""
        client = client_of(request, pk)
        given = read_body(LimitInput, request)
        row = services.set_limit(client_id=client.pk, on=clock.today(), actor=actor_behind(request), **given)
        return Response(LimitOutput(row).data, status=201)


class Agree(APIView):
    """A second person agrees."""

    required_roles = frozenset(ACT)

    @extend_schema(request=None, responses=LimitOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The limit is in force."""
        row = services.agree_limit(limit_id=pk, on=clock.today(), actor=actor_behind(request))
        return Response(LimitOutput(row).data)


class Refuse(APIView):
    """A proposal is dropped."""

    required_roles = frozenset(ACT)

    @extend_schema(request=None, responses=LimitOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """The limit before it stays."""
        row = services.refuse_limit(limit_id=pk, on=clock.today(), actor=actor_behind(request))
        return Response(LimitOutput(row).data)
