"""REST doors of the registers."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor_behind, idempotent
from invoicing.api.asked import READ, client_of
from invoicing.models import Client
from invoicing.registers import selectors, services
from invoicing.registers.roles import ASK
from invoicing.registers.serializers import RegisterStandingOutput


class Lookups(APIView):
    """What public registers say of a client's numbers."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=RegisterStandingOutput(many=True), operation_id="clients_lookups")
    def get(self, request: Request, pk: UUID) -> Response:
        """Where each number of the client stands."""
        return _standings(client_of(request, pk))


class Ask(APIView):
    """Asking again."""

    required_roles: ClassVar[frozenset[str]] = ASK

    @extend_schema(
        request=None, responses={202: RegisterStandingOutput(many=True)}, operation_id="clients_ask_registers"
    )
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Have the registers asked now; the answer comes in the background."""
        client = client_of(request, pk)
        services.ask_again(client=client, actor=actor_behind(request))
        return _standings(client, 202)


def _standings(client: Client, status: int = 200) -> Response:
    found = selectors.standings(selectors.numbers_of(client)).values()
    rows = [
        {
            "register": row.register, "number": row.number, "outcome": row.outcome or None,
            "asking": row.asking, "last": row.last, "decided": row.decided,
        }
        for row in found
    ]  # fmt: skip
    return Response(RegisterStandingOutput(rows, many=True).data, status=status)
