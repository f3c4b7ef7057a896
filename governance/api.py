"""REST doors of governance."""

from __future__ import annotations

from typing import Any

from django.db.models import QuerySet
from drf_spectacular.utils import extend_schema
from rest_framework import generics
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.access import actor_of, identity_of
from core.api import idempotent, read_body, request_of
from governance import selectors, services
from governance.models import ShareMovement, ShareSubscription
from governance.serializers import MovementOutput, ShareholdingOutput, SubscriptionInput, SubscriptionOutput
from members.enums import Role


class MyShares(APIView):
    """What I hold and until when it covers my use."""

    required_roles = frozenset({Role.MEMBER})

    @extend_schema(responses=ShareholdingOutput, operation_id="my_shares")
    def get(self, request: Request) -> Response:
        """Shares, amount paid, last day covered."""
        return Response(
            ShareholdingOutput(selectors.shareholding(identity_of(request_of(request)).person)).data
        )


class Subscriptions(generics.ListAPIView):  # type: ignore[type-arg]
    """My subscriptions."""

    required_roles = frozenset({Role.MEMBER})
    serializer_class = SubscriptionOutput
    queryset = ShareSubscription.objects.none()

    def get_queryset(self) -> QuerySet[ShareSubscription]:
        """Mine alone."""
        person = identity_of(request_of(self.request)).person
        return selectors.subscriptions_of(person).select_related("entity")

    @extend_schema(request=SubscriptionInput, responses={201: SubscriptionOutput})
    @idempotent
    def post(self, request: Request, *args: Any, **kwargs: Any) -> Response:
        """Subscribe; the answer says how to pay."""
        given = read_body(SubscriptionInput, request)
        http = request_of(request)
        subscription = services.subscribe_shares(
            person=identity_of(http).person,
            shares=given["shares"],
            subscribed_on=clock.today(),
            actor=actor_of(http),
        )
        return Response(SubscriptionOutput(subscription).data, status=201)


class Register(generics.ListAPIView):  # type: ignore[type-arg]
    """The register of members."""

    required_roles = frozenset({Role.COOP_ADMIN, Role.BOARD, Role.AUDITOR, Role.FINANCE})
    serializer_class = MovementOutput
    queryset = ShareMovement.objects.none()

    def get_queryset(self) -> QuerySet[ShareMovement]:
        """Every line."""
        return selectors.register()
