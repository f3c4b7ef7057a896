"""REST doors of recurring invoices."""

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
from core.api import actor_behind, checked_body, edits, idempotent, identity_behind, versioned
from core.doors import ActDoor, SeenList, ThingDoor
from invoicing.api.asked import MEMBERS, READ, client_of, own_activity
from invoicing.recurring import selectors, services
from invoicing.recurring.filters import OccurrenceFilter, TemplateFilter
from invoicing.recurring.models import Occurrence, RecurringInvoice
from invoicing.recurring.serializers import (
    NewTemplateInput,
    OccurrenceOutput,
    OneTemplateOutput,
    PriceInput,
    ResumeTemplateInput,
    TemplateInput,
    TemplateOutput,
)
from invoicing.types import LineInput


def _mine(request: Request, pk: UUID) -> RecurringInvoice:
    return selectors.own_template_for(identity_behind(request).person, pk)


def _answer(request: Request, pk: UUID, status: int = 200) -> Response:
    identity = identity_behind(request)
    template = selectors.template_for(identity.person, pk, roles=identity.roles)
    return versioned(OneTemplateOutput(template).data, template.version, status)


def _fields(request: Request, data: TemplateInput) -> dict[str, Any]:
    """What services want of a template's input."""
    client = client_of(request, data.validated_data["client"])
    return data.to_fields() | {"client_id": client.pk, "actor": actor_behind(request)}


class Templates(SeenList[RecurringInvoice]):
    """Recurring invoices that I may see; making one."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = TemplateOutput
    filterset_class = TemplateFilter
    queryset = RecurringInvoice.objects.none()
    seen = staticmethod(selectors.visible_templates)

    @extend_schema(
        request=NewTemplateInput, responses={201: OneTemplateOutput}, operation_id="recurring_make"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Make a recurring invoice for one of my Activities."""
        data = checked_body(NewTemplateInput, request)
        activity_id = own_activity(request, data.validated_data["activity"])
        template = services.create_template(activity_id=activity_id, **_fields(request, data))
        return _answer(request, template.pk, 201)


class OneTemplate(APIView):
    """One recurring invoice; changing what comes of it."""

    required_roles: ClassVar[frozenset[str]] = READ

    @extend_schema(responses=OneTemplateOutput, operation_id="recurring_retrieve")
    def get(self, request: Request, pk: UUID) -> Response:
        """With its lines and prices; the ETag names its version."""
        return _answer(request, pk)

    @extend_schema(request=TemplateInput, responses=OneTemplateOutput, operation_id="recurring_change")
    @edits
    def put(self, request: Request, pk: UUID, version: int) -> Response:
        """Replace everything in a recurring invoice of mine; what it made stays."""
        template = _mine(request, pk)
        data = checked_body(TemplateInput, request)
        services.change_template(template_id=template.pk, version=version, **_fields(request, data))
        return _answer(request, pk)


class TemplateDoor(ThingDoor):
    """A recurring invoice of mine."""

    required_roles = MEMBERS
    output = OneTemplateOutput

    def found(self, pk: UUID) -> RecurringInvoice:
        """Of an Activity of mine."""
        return _mine(self.request, pk)

    def answer(self, row: RecurringInvoice) -> Response:
        """As it stands now, with its version."""
        return _answer(self.request, row.pk, self.status)


class NewPrice(TemplateDoor, ActDoor):
    """Give a recurring invoice of mine other lines from a day on."""

    body = PriceInput

    def act(self, template: RecurringInvoice, lines: list[dict[str, Any]], **given: Any) -> RecurringInvoice:
        written = [LineInput(**line) for line in lines]
        services.new_price(template_id=template.pk, lines=written, actor=self.actor, **given)
        return template


class PauseTemplate(TemplateDoor, ActDoor):
    """Make nothing of a recurring invoice of mine until it is resumed."""

    def act(self, template: RecurringInvoice) -> RecurringInvoice:
        return services.pause_template(template_id=template.pk, actor=self.actor)


class ResumeTemplate(TemplateDoor, ActDoor):
    """Go on with a recurring invoice of mine; `catch_up` makes what fell into the pause."""

    body = ResumeTemplateInput

    def act(self, template: RecurringInvoice, **given: Any) -> RecurringInvoice:
        return services.resume_template(template_id=template.pk, on=clock.today(), actor=self.actor, **given)


class EndTemplate(TemplateDoor, ActDoor):
    """End a recurring invoice of mine for good."""

    def act(self, template: RecurringInvoice) -> RecurringInvoice:
        return services.end_template(template_id=template.pk, actor=self.actor)


class Occurrences(generics.ListAPIView[Occurrence]):
    """What came of a recurring invoice."""

    required_roles: ClassVar[frozenset[str]] = READ
    serializer_class = OccurrenceOutput
    filterset_class = OccurrenceFilter
    queryset = Occurrence.objects.none()

    def get_queryset(self) -> QuerySet[Occurrence]:
        """Those of a template that I may see."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        identity = identity_behind(self.request)
        template = selectors.template_for(identity.person, self.kwargs["pk"], roles=identity.roles)
        return selectors.occurrences_of(template)


class RetryOccurrence(APIView):
    """Another try."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OccurrenceOutput)
    @idempotent
    def post(self, request: Request, pk: UUID, index: int) -> Response:
        """Try again what could not be made of mine; the answer says whether it could now."""
        row = services.retry_occurrence(
            template_id=_mine(request, pk).pk, index=index, on=clock.today(), actor=actor_behind(request)
        )
        return Response(OccurrenceOutput(row).data)


class LeaveOutOccurrence(APIView):
    """Giving one up."""

    required_roles: ClassVar[frozenset[str]] = MEMBERS

    @extend_schema(request=None, responses=OccurrenceOutput)
    @idempotent
    def post(self, request: Request, pk: UUID, index: int) -> Response:
        """Give up what could not be made of mine: it is not to be invoiced."""
        row = services.leave_out_occurrence(
            template_id=_mine(request, pk).pk, index=index, actor=actor_behind(request)
        )
        return Response(OccurrenceOutput(row).data)
