"""REST doors of hours."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.api import actor_behind, edits, idempotent, identity_behind, read_body, versioned
from core.doors import NewDoor, SeenList
from invoicing.api.asked import MEMBERS, READ, caller, client_of, own_activity
from invoicing.models import Invoice
from invoicing.selectors import invoice_for
from invoicing.serializers import OneInvoiceOutput
from invoicing.timesheets import selectors, services
from invoicing.timesheets.filters import HoursFilter
from invoicing.timesheets.models import TimeEntry
from invoicing.timesheets.serializers import HoursInput, HoursOutput, InvoiceHoursInput, NewHoursInput


def _answer(request: Request, pk: UUID, status: int = 200) -> Response:
    identity = identity_behind(request)
    entry = selectors.entry_for(identity.person, pk, roles=identity.roles)
    return versioned(HoursOutput(entry).data, entry.version, status)


class Hours(SeenList[TimeEntry]):
    """Hours that I may see; noting some of mine."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = HoursOutput
    filterset_class = HoursFilter
    queryset = TimeEntry.objects.none()
    seen = staticmethod(selectors.visible_entries)

    @extend_schema(request=NewHoursInput, responses={201: HoursOutput}, operation_id="hours_note")
    @idempotent
    def post(self, request: Request) -> Response:
        """Note hours of mine for a client of one of my Activities."""
        fields = read_body(NewHoursInput, request)
        entry = services.write_hours(
            activity_id=own_activity(request, fields.pop("activity")),
            client_id=client_of(request, fields.pop("client")).pk,
            person=caller(request),
            order_id=fields.pop("order"),
            actor=actor_behind(request),
            **fields,
        )
        return _answer(request, entry.pk, 201)


class OneEntry(APIView):
    """Hours of a day; correcting those that no invoice took."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=HoursOutput, operation_id="hours_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """The ETag names their version."""
        return _answer(request, pk)

    @extend_schema(request=HoursInput, responses=HoursOutput, operation_id="hours_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Correct hours of an Activity of mine."""
        entry = selectors.own_entry_for(identity_behind(request).person, pk)
        given = read_body(HoursInput, request)
        services.change_hours(entry_id=entry.pk, version=version, actor=actor_behind(request), **given)
        return _answer(request, pk)

    @extend_schema(responses={204: None}, operation_id="hours_delete")
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Throw hours of an Activity of mine away."""
        entry = selectors.own_entry_for(identity_behind(request).person, pk)
        services.delete_hours(entry_id=entry.pk, version=version, actor=actor_behind(request))
        return Response(status=204)


class InvoiceHours(NewDoor):
    """Make one draft of the hours of a client that no invoice took."""

    required_roles = MEMBERS
    body = InvoiceHoursInput
    output = OneInvoiceOutput

    def make(self, activity: UUID, client: UUID, **given: Any) -> Invoice:
        return services.invoice_hours(
            activity_id=own_activity(self.request, activity),
            client_id=client_of(self.request, client).pk,
            actor=self.actor,
            **given,
        )

    def answer(self, row: Invoice) -> Response:
        """The draft, with its version."""
        shown = invoice_for(self.identity.person, row.pk)
        return versioned(OneInvoiceOutput(shown).data, shown.version, self.status)
