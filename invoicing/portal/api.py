"""REST doors of a client's account, for staff."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent, identity_behind
from core.rest import CursorPages
from invoicing.models import Client
from invoicing.portal import selectors, services
from invoicing.portal.account import accounts_of
from invoicing.portal.models import GroupedInvoice
from invoicing.portal.serializers import (
    GroupedInvoiceOutput,
    GroupingInput,
    GroupingOutput,
    LinkInput,
    LinkOutput,
    PeriodInput,
    RevokedOutput,
    StatementAccountOutput,
)
from invoicing.roles import CONTROLLERS
from invoicing.selectors import client_for

CONTROL = frozenset(CONTROLLERS)


class Statement(APIView):
    """A client's statement of account."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(
        parameters=[PeriodInput],
        responses=StatementAccountOutput(many=True),
        operation_id="clients_statement",
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """The account with each entity, from the books."""
        client = _client(request, pk)
        asked = PeriodInput(data=request.query_params)
        asked.is_valid(raise_exception=True)
        today = clock.today()
        since = asked.validated_data.get("since") or today.replace(month=1, day=1)
        until = asked.validated_data.get("until") or today
        return Response(StatementAccountOutput(accounts_of(client, since, until), many=True).data)


class MonthPages(CursorPages):
    """The latest month first."""

    ordering = ("-month", "-pk")  # type: ignore[assignment]  # the base names one


class GroupedInvoices(generics.ListAPIView[GroupedInvoice]):
    """A client's grouped invoices: one per entity and month, newest first."""

    required_roles: ClassVar[frozenset[str]] = CONTROL
    serializer_class: Any = GroupedInvoiceOutput
    pagination_class = MonthPages
    queryset = GroupedInvoice.objects.none()

    def get_queryset(self) -> QuerySet[GroupedInvoice]:
        """Of a client that I may see, and of those that turned out to be it."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.groups_of([_client(self.request, self.kwargs["pk"])])


class Grouping(APIView):
    """Whether a client's invoices are gathered in one document a month."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(request=GroupingInput, responses=GroupingOutput, operation_id="clients_set_grouping")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Begin with a month, or stop."""
        client = _client(request, pk)
        asked = GroupingInput(data=request.data)
        asked.is_valid(raise_exception=True)
        grouping = services.set_grouping(
            client_id=client.pk,
            since=asked.validated_data["since"],
            on=clock.today(),
            actor=actor_behind(request),
        )
        return Response(GroupingOutput(grouping).data)


class SendLink(APIView):
    """A link of the client area."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(request=LinkInput, responses=LinkOutput, operation_id="clients_send_link")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Mail one to an address of the client; the link itself stands in the letter alone."""
        client = _client(request, pk)
        asked = LinkInput(data=request.data)
        asked.is_valid(raise_exception=True)
        access = services.send_link(
            client=client, email=asked.validated_data["email"], at=clock.now(), actor=actor_behind(request)
        )
        return Response(LinkOutput(access).data)


class RevokeLinks(APIView):
    """Worthless links."""

    required_roles: ClassVar[frozenset[str]] = CONTROL

    @extend_schema(request=None, responses=RevokedOutput, operation_id="clients_revoke_links")
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Make every link of the client worthless and end its visits."""
        client = _client(request, pk)
        ended = services.revoke_links(client=client, at=clock.now(), actor=actor_behind(request))
        return Response(RevokedOutput({"ended": ended}).data)


def _client(request: Request, pk: UUID) -> Client:
    identity = identity_behind(request)
    return client_for(identity.person, pk, roles=identity.roles)
