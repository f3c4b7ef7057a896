"""REST doors of lists as files: ask, look whether it is there, fetch."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from django.db.models import QuerySet
from django.http import HttpResponse, QueryDict
from django.utils.translation import get_language
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import generics, serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.access import actor_of, identity_of
from core.api import idempotent, read_body
from core.errors import ScopeMissing
from core.exports import selectors, services, views
from core.exports.enums import ExportForm
from core.exports.models import ListExport
from core.exports.sources import ListSource, list_sources
from core.models import User
from core.programs.scopes import allows


class ListOutput(serializers.Serializer[Any]):
    """A list that can be had as a file."""

    key = serializers.CharField()
    name = serializers.CharField(source="label")


class ExportOutput(serializers.ModelSerializer[ListExport]):
    """A file that was asked for; `rows` and `size` once it is made, `error` the code of why it is not."""

    ends_at = serializers.SerializerMethodField()

    class Meta:
        model = ListExport
        fields = (
            *(
                "id",
                "list",
                "form",
                "filters",
                "state",
                "asked_at",
                "done_at",
                "rows",
                "size",
                "cut",
                "error",
            ),
            "ends_at",
        )

    @extend_schema(responses=OpenApiTypes.DATETIME)
    def get_ends_at(self, export: ListExport) -> str:
        """When it goes."""
        return selectors.ends_at(export).isoformat()


class ExportInput(serializers.Serializer[Any]):
    """Which list, in which form, with which filters (those of the page's address)."""

    list = serializers.CharField(max_length=60)
    form = serializers.ChoiceField(choices=ExportForm.choices)
    filters = serializers.DictField(child=serializers.CharField(max_length=200), required=False)


def _user(request: Request) -> User:
    assert isinstance(request.user, User)  # HasRole lets only accounts in
    return request.user


def _may(request: Request, area: str) -> None:
    """A token that may not read an area may not have it as a file either. Raises `ScopeMissing`."""
    scopes = getattr(request.auth, "scopes", None)
    if scopes is not None and not allows(scopes, f"{area}:read"):
        raise ScopeMissing(scope=f"{area}:read")


class Lists(APIView):
    """Which lists there are for me."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(responses=ListOutput(many=True))
    def get(self, request: Request) -> Response:
        """By key."""
        roles = identity_of(request._request).roles
        found: list[ListSource] = [source for source in list_sources() if source.roles & roles]
        return Response(ListOutput(found, many=True).data)


class Exports(generics.ListAPIView):  # type: ignore[type-arg]
    """Files that I asked for in the last week, newest first."""

    required_roles: ClassVar[frozenset[str]] = frozenset()
    serializer_class = ExportOutput
    queryset = ListExport.objects.none()

    def get_queryset(self) -> QuerySet[ListExport]:
        """Mine alone."""
        return selectors.exports_of(_user(self.request), clock.now())

    @extend_schema(request=ExportInput, responses={202: ExportOutput})
    @idempotent
    def post(self, request: Request) -> Response:
        """Ask for a list as a file: it is made apart, with the rights that I have then."""
        asked = read_body(ExportInput, request)
        _may(request, asked["list"].partition(".")[0])
        filters = QueryDict(mutable=True)
        filters.update(asked.get("filters", {}))
        export = services.ask_export(
            key=asked["list"],
            form=asked["form"],
            filters=filters,
            user=_user(request),
            language=get_language() or "fr",
            at=clock.now(),
            actor=actor_of(request._request),
        )
        return Response(ExportOutput(export).data, status=202)


class Export(APIView):
    """One file on its way."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(responses=ExportOutput)
    def get(self, request: Request, pk: UUID) -> Response:
        """Its state."""
        return Response(ExportOutput(selectors.export_for(_user(request), pk, clock.now())).data)


class ExportFile(APIView):
    """The bytes of a file; 409 until it is made."""

    required_roles: ClassVar[frozenset[str]] = frozenset()

    @extend_schema(responses={(200, "application/octet-stream"): OpenApiTypes.BINARY})
    def get(self, request: Request, pk: UUID) -> HttpResponse:
        """CSV or XLSX, as asked."""
        found = selectors.export_for(_user(request), pk, clock.now())
        _may(request, found.list.partition(".")[0])
        return views.answer(found, identity_of(request._request).roles)
