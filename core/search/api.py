"""The search by REST: what the pages find, for programs."""

from __future__ import annotations

from typing import Any, ClassVar

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core.access import identity_of
from core.api import read_query
from core.search.selectors import find
from core.search.views import LONGEST_QUESTION


class HitOutput(serializers.Serializer[Any]):
    """A thing that was found; `link` is its page."""

    id = serializers.UUIDField(source="object_id")
    title = serializers.CharField()
    text = serializers.CharField()
    link = serializers.CharField()


class GroupOutput(serializers.Serializer[Any]):
    """What was found of one kind, best first."""

    kind = serializers.CharField()
    title = serializers.CharField(source="label")
    hits = HitOutput(many=True)


class Question(serializers.Serializer[Any]):
    """What is searched, and how many of each kind are wanted."""

    q = serializers.CharField(max_length=LONGEST_QUESTION)
    limit = serializers.IntegerField(min_value=1, max_value=50, default=10)


class Search(APIView):
    """Search over everything that I may see."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(
        operation_id="search",
        parameters=[
            OpenApiParameter("q", OpenApiTypes.STR, required=True, description="Words, a number, an amount"),
            OpenApiParameter("limit", OpenApiTypes.INT, description="Most hits of each kind, 1 to 50"),
        ],
        responses=GroupOutput(many=True),
    )
    def get(self, request: Request) -> Response:
        """People, Activities, clients, invoices, contracts and bank lines by words, numbers or amounts."""
        asked, identity = read_query(Question, request), identity_of(request._request)
        groups = (
            find(asked["q"], person=identity.person, roles=identity.roles, most=asked["limit"])
            if identity.person
            else []
        )
        return Response(GroupOutput(groups, many=True).data)
