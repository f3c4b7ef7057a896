"""REST doors of the guarantee."""

from __future__ import annotations

from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.tables import page_of
from invoicing.guarantee import selectors, services
from invoicing.guarantee.exposure import exposures
from invoicing.guarantee.filters import narrowed
from invoicing.guarantee.roles import ACT, SEE
from invoicing.guarantee.serializers import ExposureOutput, ExposureQuery, LimitInput, LimitOutput
from invoicing.models import Client
from invoicing.selectors import client_for


def _client(request: Request, pk: UUID) -> Client:
    identity = identity_behind(request)
    return client_for(identity.person, pk, roles=identity.roles)


class Exposures(APIView):
    """What is at risk per client."""

    required_roles = frozenset(SEE)

    @extend_schema(parameters=[ExposureQuery], responses=ExposureOutput(many=True))
    def get(self, request: Request) -> Response:
        """The most exposed first, 100 a page."""
        query = ExposureQuery(data=request.query_params)
        query.is_valid(raise_exception=True)
        rows = narrowed(exposures(clock.today()), query.validated_data)
        page = page_of(request, rows, 100)
        return Response(ExposureOutput(page.object_list, many=True).data)


class Limits(APIView):
    """Limits of a client."""

    required_roles = frozenset(ACT)

    @extend_schema(responses=LimitOutput(many=True))
    def get(self, request: Request, pk: UUID) -> Response:
        """What was decided or asked, newest first."""
        rows = selectors.limits_of(_client(request, pk).pk)
        return Response(LimitOutput(rows, many=True).data)

    @extend_schema(request=LimitInput, responses={201: LimitOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Set a limit; above the policy's threshold somebody else agrees first."""
        client = _client(request, pk)
        data = LimitInput(data=request.data)
        data.is_valid(raise_exception=True)
        row = services.set_limit(
            client_id=client.pk,
            on=clock.today(),
            actor=actor_behind(request),
            **data.validated_data,
        )
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
