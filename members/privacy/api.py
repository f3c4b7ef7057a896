"""REST doors about one's own data."""

from __future__ import annotations

from typing import Any, ClassVar

from django.http import Http404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import actor_of, identity_of
from core.api import idempotent, read_body
from members.models import Person
from members.privacy import services
from members.privacy.enums import RequestKind
from members.privacy.models import PrivacyRequest


class DutyOutput(serializers.Serializer[Any]):
    """Why something must stay, by which rule, until which day."""

    text = serializers.CharField()
    rule = serializers.CharField(source="source")
    until = serializers.CharField()


class PrivacyRequestOutput(serializers.ModelSerializer[PrivacyRequest]):
    """A request and its answer."""

    answer = DutyOutput(many=True)

    class Meta:
        model = PrivacyRequest
        fields = ("id", "kind", "state", "asked_at", "answered_at", "answer")


class PrivacyRequestInput(serializers.Serializer[Any]):
    """A copy, or erasure."""

    kind = serializers.ChoiceField(choices=RequestKind.choices)


class Requests(APIView):
    """My requests."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(operation_id="privacy_requests", responses=PrivacyRequestOutput(many=True))
    def get(self, request: Request) -> Response:
        """The last twenty, newest first."""
        rows = PrivacyRequest.objects.filter(person=_person(request))[:20]
        return Response(PrivacyRequestOutput(rows, many=True).data)

    @extend_schema(
        operation_id="privacy_ask", request=PrivacyRequestInput, responses={201: PrivacyRequestOutput}
    )
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for a copy of my data, or for its erasure."""
        kind = read_body(PrivacyRequestInput, request)["kind"]
        act = services.ask_for_copy
        if kind == RequestKind.ERASURE:
            act = services.ask_for_erasure
        made = act(person=_person(request), actor=actor_of(request._request))
        return Response(PrivacyRequestOutput(made).data, status=201)


def _person(request: Request) -> Person:
    person = identity_of(request._request).person
    if not isinstance(person, Person):
        raise Http404
    return person
