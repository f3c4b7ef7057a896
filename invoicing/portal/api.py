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
from core.api import read_query
from core.rest import CursorPages
from invoicing.api.asked import CONTROL, OfClient, client_of
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
        client = client_of(request, pk)
        asked = read_query(PeriodInput, request)
        today = clock.today()
        since = asked.get("since") or today.replace(month=1, day=1)
        until = asked.get("until") or today
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
        return selectors.groups_of([client_of(self.request, self.kwargs["pk"])])


class Grouping(OfClient):
    """Begin with a month, or stop."""

    body = GroupingInput
    output = GroupingOutput
    operation_id = "clients_set_grouping"

    def act(self, client: Client, **given: Any) -> Any:
        return services.set_grouping(client_id=client.pk, on=clock.today(), actor=self.actor, **given)


class SendLink(OfClient):
    """Mail one to an address of the client; the link itself stands in the letter alone."""

    body = LinkInput
    output = LinkOutput
    operation_id = "clients_send_link"

    def act(self, client: Client, **given: Any) -> Any:
        return services.send_link(client=client, at=clock.now(), actor=self.actor, **given)


class RevokeLinks(OfClient):
    """Make every link of the client worthless and end its visits."""

    output = RevokedOutput
    operation_id = "clients_revoke_links"

    def act(self, client: Client) -> dict[str, int]:
        return {"ended": services.revoke_links(client=client, at=clock.now(), actor=self.actor)}
