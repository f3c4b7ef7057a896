"""REST doors of what leaves the house about late clients: files with agents, letters by post; and of the end
of a pause.
"""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404, HttpResponse
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.api import actor_behind, idempotent
from core.documents import finished_file
from core.doors import ShowDoor
from core.files import file_response
from invoicing.api.asked import client_of
from invoicing.collection import selectors, services
from invoicing.collection.api import InvoiceAct, OfFile
from invoicing.collection.models import HandOver
from invoicing.collection.serializers import HandOverOutput
from invoicing.collection.services.hand_overs import DOSSIER
from invoicing.models import Invoice
from invoicing.roles import CONTROLLERS


class _Control(APIView):
    """A door of those who follow late clients."""

    required_roles: ClassVar[frozenset[str]] = frozenset(CONTROLLERS)


class OneHandOverOutput(HandOverOutput):
    """A file given away, with what is owed of it, in euro."""

    owed = serializers.SerializerMethodField()

    class Meta:
        model = HandOver
        fields = (*HandOverOutput.Meta.fields, "owed")
        read_only_fields = fields

    def get_owed(self, row: Any) -> str:
        """Invoices and charges."""
        return str(selectors.owed_of_file(row))


class PostedOutput(serializers.Serializer[Any]):
    """A letter that left by post."""

    message = serializers.UUIDField(source="message_id")
    posted_on = serializers.DateField()


class OneFile(OfFile, ShowDoor):
    """Where it stands."""

    output = OneHandOverOutput
    operation_id = "file_retrieve"


class Dossier(_Control):
    """The dossier of a file; 404 until it is made."""

    @extend_schema(responses={(200, "application/pdf"): OpenApiTypes.BINARY}, operation_id="file_dossier")
    def get(self, request: Request, pk: UUID) -> HttpResponse:  # noqa: ARG002 - a view
        """As the agent gets it."""
        file = finished_file(DOSSIER, selectors.hand_over(pk).pk)
        if file is None:
            raise Http404
        return file_response(file)


class Posted(_Control):
    """A reminder on paper."""

    @extend_schema(request=None, responses=PostedOutput, operation_id="reminder_posted")
    @idempotent
    def post(self, request: Request, pk: UUID, letter: UUID) -> Response:
        """It left by post today: a consumer's free days count from it."""
        client = client_of(request, pk)
        row = services.post_letter(
            message_id=letter, client_id=client.pk, on=clock.today(), actor=actor_behind(request)
        )
        return Response(PostedOutput(row).data)


class EndPause(InvoiceAct):
    """Reminders go on before the day."""

    operation_id = "invoices_end_pause"

    def act(self, invoice: Invoice) -> Invoice:
        services.end_pause(invoice_id=invoice.pk, on=clock.today(), actor=self.actor)
        return invoice
