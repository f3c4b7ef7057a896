"""REST doors of webhooks: programs manage what they hear."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import identity_of
from core.api import actor_behind, edits, idempotent, read_body, versioned
from core.webhooks import selectors, services
from core.webhooks.events import EVENTS
from core.webhooks.models import WebhookDelivery, WebhookEndpoint
from core.webhooks.roles import ACT, SEE


class EndpointOutput(serializers.ModelSerializer[WebhookEndpoint]):
    """An address that hears of events."""

    events = serializers.ListField(child=serializers.CharField())

    class Meta:
        model = WebhookEndpoint
        fields: tuple[str, ...] = (
            *("id", "url", "description", "events", "state", "failures", "version", "created_at"),
        )


class NewEndpointOutput(EndpointOutput):
    """With its secret, this once."""

    secret = serializers.CharField()

    class Meta(EndpointOutput.Meta):
        fields = (*EndpointOutput.Meta.fields, "secret")


class EndpointInput(serializers.Serializer[Any]):
    """Where to, and which events (`*`: all)."""

    url = serializers.CharField(max_length=500)
    events = serializers.ListField(child=serializers.CharField(max_length=40), min_length=1, max_length=60)
    description = serializers.CharField(max_length=120, required=False, allow_blank=True, default="")


class EndpointChange(serializers.Serializer[Any]):
    """What is to change."""

    url = serializers.CharField(max_length=500, required=False)
    events = serializers.ListField(
        child=serializers.CharField(max_length=40), min_length=1, max_length=60, required=False
    )
    description = serializers.CharField(max_length=120, required=False, allow_blank=True)


class DeliveryOutput(serializers.ModelSerializer[WebhookDelivery]):
    """One event for one endpoint, and what the receiver said."""

    class Meta:
        model = WebhookDelivery
        fields = (
            *("id", "event", "subject_id", "state", "attempt", "available_at", "response_status"),
            *("response_start", "error", "created_at", "delivered_at"),
        )


class ReplayInput(serializers.Serializer[Any]):
    """One delivery, or all since a moment."""

    delivery = serializers.UUIDField(required=False)
    since = serializers.DateTimeField(required=False)

    def validate(self, attrs: dict[str, Any]) -> dict[str, Any]:
        """Exactly one of the two."""
        if len(attrs) != 1:
            raise serializers.ValidationError("Give either delivery or since.")
        return attrs


class ReplayOutput(serializers.Serializer[Any]):
    """How many deliveries are sent again."""

    count = serializers.IntegerField()


class EventOutput(serializers.Serializer[Any]):
    """A kind of event."""

    type = serializers.CharField()
    text = serializers.CharField()


class Events(APIView):
    """The events that there are."""

    required_roles: ClassVar[frozenset[str]] = SEE

    @extend_schema(operation_id="webhook_events", responses=EventOutput(many=True))
    def get(self, request: Request) -> Response:
        """Every kind of event with its meaning."""
        return Response(EventOutput(EVENTS, many=True).data)


class Endpoints(generics.ListAPIView[WebhookEndpoint]):
    """Endpoints of the cooperative."""

    serializer_class = EndpointOutput
    queryset = WebhookEndpoint.objects.none()

    required_roles: ClassVar[frozenset[str]] = SEE

    def get_queryset(self) -> QuerySet[WebhookEndpoint]:
        """All of them."""
        return selectors.endpoints()

    @extend_schema(
        request=EndpointInput, responses={201: NewEndpointOutput}, operation_id="webhooks_register"
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Register an address; the secret is in this answer and in no other."""
        _may_act(request)
        given = read_body(EndpointInput, request)
        made, secret = services.register_endpoint(actor=actor_behind(request), **given)
        return Response(EndpointOutput(made).data | {"secret": secret}, status=201)


class OneEndpoint(APIView):
    """One endpoint."""

    required_roles: ClassVar[frozenset[str]] = SEE

    @extend_schema(operation_id="webhooks_one", responses=EndpointOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """What it hears."""
        return _shown(selectors.endpoint_for(pk))

    @extend_schema(operation_id="webhooks_change", request=EndpointChange, responses=EndpointOutput)
    @edits
    def patch(self, request: Request, pk: UUID, version: int) -> Response:
        """Change it."""
        _may_act(request)
        found = selectors.endpoint_for(pk)
        given = read_body(EndpointChange, request)
        changed = services.change_endpoint(
            endpoint_id=found.pk, version=version, actor=actor_behind(request), **given
        )
        return _shown(changed)

    @extend_schema(operation_id="webhooks_remove", responses={204: None})
    @edits
    def delete(self, request: Request, pk: UUID, version: int) -> Response:
        """Forget it, with its deliveries."""
        _may_act(request)
        services.remove_endpoint(endpoint_id=pk, version=version, actor=actor_behind(request))
        return Response(status=204)


class Deliveries(generics.ListAPIView[WebhookDelivery]):
    """What was told to an endpoint."""

    required_roles: ClassVar[frozenset[str]] = SEE
    serializer_class = DeliveryOutput
    queryset = WebhookDelivery.objects.none()

    def get_queryset(self) -> QuerySet[WebhookDelivery]:
        """Newest first."""
        if getattr(self, "swagger_fake_view", False):
            return self.queryset
        return selectors.deliveries(selectors.endpoint_for(self.kwargs["pk"]))


class _Act(APIView):
    """An act on an endpoint."""

    required_roles: ClassVar[frozenset[str]] = ACT


class Pause(_Act):
    """Stop sending."""

    @extend_schema(operation_id="webhooks_pause", request=None, responses=EndpointOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Nothing is sent until it is resumed; what happens meanwhile waits."""
        return Response(
            EndpointOutput(services.pause_endpoint(endpoint_id=pk, actor=actor_behind(request))).data
        )


class Resume(_Act):
    """Send again."""

    @extend_schema(operation_id="webhooks_resume", request=None, responses=EndpointOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Sending goes on with what waited."""
        return Response(
            EndpointOutput(services.resume_endpoint(endpoint_id=pk, actor=actor_behind(request))).data
        )


class Test(_Act):
    """Try it."""

    @extend_schema(operation_id="webhooks_test", request=None, responses={202: DeliveryOutput})
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """An event of no consequence is sent."""
        delivery = services.send_test(endpoint_id=pk, actor=actor_behind(request))
        return Response(DeliveryOutput(delivery).data, status=202)


class Rotate(_Act):
    """Another secret."""

    @extend_schema(operation_id="webhooks_rotate", request=None, responses=NewEndpointOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """A new secret, in this answer only; the one before signs too for a day."""
        changed, secret = services.rotate_secret(endpoint_id=pk, actor=actor_behind(request))
        return Response(EndpointOutput(changed).data | {"secret": secret})


class Replay(_Act):
    """Send again what was delivered or given up."""

    @extend_schema(operation_id="webhooks_replay", request=ReplayInput, responses=ReplayOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """One delivery, or all since a moment; they keep their ids."""
        endpoint = selectors.endpoint_for(pk)
        asked = read_body(ReplayInput, request)
        count = services.replay(
            endpoint_id=endpoint.pk,
            actor=actor_behind(request),
            delivery_id=asked.get("delivery"),
            since=asked.get("since"),
        )
        return Response({"count": count})


def _shown(endpoint: WebhookEndpoint) -> Response:
    return versioned(EndpointOutput(endpoint).data, endpoint.version)


def _may_act(request: Request) -> None:
    """Raise when the reader may only look."""
    if not identity_of(request._request).roles & ACT:
        raise PermissionDenied
