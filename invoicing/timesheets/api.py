"""REST doors of hours."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from activities.selectors import holds
from core.api import actor_behind, edits, idempotent, identity_behind, read_body, versioned
from invoicing.api.asked import MEMBERS, READ, client_of
from invoicing.errors import ActivityNotYours
from invoicing.selectors import invoice_for
from invoicing.serializers import OneInvoiceOutput
from invoicing.timesheets import selectors, services
from invoicing.timesheets.filters import HoursFilter
from invoicing.timesheets.models import TimeEntry
from invoicing.timesheets.serializers import HoursInput, HoursOutput, InvoiceHoursInput, NewHoursInput
from members.models import Person


def _holder(request: Request, activity_id: UUID) -> Person:
    """Whoever asks, one of the people of the Activity."""
    person: Person | None = identity_behind(request).person
    if person is None or not holds(person.pk, activity_id):
        raise ActivityNotYours
    return person


def _answer(request: Request, pk: UUID, status: int = 200) -> Response:
    identity = identity_behind(request)
    entry = selectors.entry_for(identity.person, pk, roles=identity.roles)
    return versioned(HoursOutput(entry).data, entry.version, status)


class Hours(generics.ListAPIView[TimeEntry]):
    """Hours that I may see; noting some of mine."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = HoursOutput
    filterset_class = HoursFilter
    queryset = TimeEntry.objects.none()

    def get_queryset(self) -> QuerySet[TimeEntry]:
        """Those of Activities that I may see."""
        identity = identity_behind(self.request)
        if identity.person is None:
            return self.queryset
        return selectors.visible_entries(identity.person, identity.roles)

    @extend_schema(request=NewHoursInput, responses={201: HoursOutput}, operation_id="hours_note")
    @idempotent
    def post(self, request: Request) -> Response:
        """Note hours of mine for a client of one of my Activities."""
        fields = read_body(NewHoursInput, request)
        activity_id, client_id = fields.pop("activity"), fields.pop("client")
        entry = services.write_hours(
            activity_id=activity_id,
            client_id=client_of(request, client_id).pk,
            person=_holder(request, activity_id),
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


class InvoiceHours(APIView):
    """Invoicing hours."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=InvoiceHoursInput, responses={201: OneInvoiceOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Make one draft of the hours of a client that no invoice took."""
        fields = read_body(InvoiceHoursInput, request)
        activity_id, client_id = fields.pop("activity"), fields.pop("client")
        person = _holder(request, activity_id)
        draft = services.invoice_hours(
            activity_id=activity_id,
            client_id=client_of(request, client_id).pk,
            actor=actor_behind(request),
            **fields,
        )
        shown = invoice_for(person, draft.pk)
        return versioned(OneInvoiceOutput(shown).data, shown.version, 201)
