"""REST doors of clients."""

from __future__ import annotations

from functools import partial
from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor_behind, idempotent, identity_behind
from core.bulk import ATOMIC, bulk, results_of
from invoicing import selectors, services
from invoicing.api.asked import MEMBERS, READ, own_activity
from invoicing.filters import ClientFilter
from invoicing.models import Client
from invoicing.serializers import ClientInput, ClientOutput


class Clients(generics.ListAPIView[Client]):
    """Clients that I may see; making one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = ClientOutput
    filterset_class = ClientFilter
    queryset = Client.objects.none()

    def get_queryset(self) -> QuerySet[Client]:
        """Those of Activities that I may see."""
        identity = identity_behind(self.request)
        return (
            selectors.visible_clients(identity.person, identity.roles) if identity.person else self.queryset
        )

    @extend_schema(request=ClientInput, responses={201: ClientOutput}, operation_id="clients_create")
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a client known to one of my Activities."""
        return Response(_new_client(request, request.data), status=201)


def _new_client(request: Request, row: Any) -> dict[str, Any]:
    data = ClientInput(data=row)
    data.is_valid(raise_exception=True)
    fields: dict[str, Any] = dict(data.validated_data)
    activity_id = own_activity(request, fields.pop("activity"))
    client = services.create_client(activity_id=activity_id, actor=actor_behind(request), **fields)
    shown: dict[str, Any] = ClientOutput(client).data
    return shown


class ManyClients(APIView):
    """Clients by the hundred."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(
        parameters=[ATOMIC],
        request=ClientInput(many=True),
        responses={207: results_of(ClientOutput)},
        operation_id="clients_create_many",
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make clients known to Activities of mine: a result per row."""
        return bulk(request, partial(_new_client, request))


class OneClient(APIView):
    """One client."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=ClientOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """What is known of it."""
        identity = identity_behind(request)
        return Response(ClientOutput(selectors.client_for(identity.person, pk, roles=identity.roles)).data)
