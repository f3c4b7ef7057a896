"""REST doors of operations: figures for whoever watches, acts for administrators."""

from __future__ import annotations

from typing import Any, ClassVar
from uuid import UUID

from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from core import clock
from core.access import actor_of, identity_of
from core.api import idempotent, read_body
from core.operations import selectors, services
from core.operations.roles import ACT, SEE
from core.tenancy import current_cooperative


class FigureOutput(serializers.Serializer[Any]):
    """Gauge (seconds, counts, never money). `value` null: unknown. `state`: `alarm`, `fine` or `unknown`."""

    key = serializers.CharField()
    name = serializers.CharField(source="label")
    value = serializers.FloatField(allow_null=True)
    shown = serializers.CharField()
    limit = serializers.CharField()
    state = serializers.CharField()
    broken = serializers.BooleanField()
    advice = serializers.CharField()
    link = serializers.CharField()


class OverviewOutput(serializers.Serializer[Any]):
    """Every figure, alarms first, and how many alarm."""

    alarms = serializers.IntegerField()
    figures = FigureOutput(many=True)


class DeadRowOutput(serializers.Serializer[Any]):
    """Given-up work. `error` in words, `code` for programs."""

    id = serializers.UUIDField(source="row.id")
    kind = serializers.CharField(source="rows.kind")
    kind_name = serializers.CharField(source="rows.label")
    subject = serializers.CharField(source="row.subject")
    attempts = serializers.IntegerField(source="row.attempts")
    since = serializers.DateTimeField(source="row.since")
    error = serializers.CharField(source="row.error")
    code = serializers.CharField(source="row.code")
    link = serializers.CharField()
    droppable = serializers.BooleanField()


class KindCountOutput(serializers.Serializer[Any]):
    """A kind of work and how many rows of it are given up."""

    kind = serializers.CharField()
    kind_name = serializers.CharField()
    count = serializers.IntegerField()


class DeadRowsOutput(serializers.Serializer[Any]):
    """The newest of each kind (100 at most), and how many there are in all."""

    counts = KindCountOutput(many=True)
    results = DeadRowOutput(many=True)


class ActOutput(serializers.Serializer[Any]):
    """What was done to which kind of work: `retried` or `dropped`."""

    id = serializers.UUIDField()
    kind = serializers.CharField()
    done = serializers.CharField()


class DropInput(serializers.Serializer[Any]):
    """Why."""

    reason = serializers.CharField(max_length=300)


class Overview(APIView):
    """How the house is."""

    required_roles: ClassVar[frozenset[str]] = SEE

    @extend_schema(operation_id="operations_overview", responses=OverviewOutput)
    def get(self, request: Request) -> Response:
        """Every figure of the cooperative, alarms first."""
        figures = selectors.figures(current_cooperative(), identity_of(request._request).roles)
        alarms = sum(figure.state == "alarm" for figure in figures)
        return Response(OverviewOutput({"alarms": alarms, "figures": figures}).data)


class GivenUpWork(APIView):
    """What was given up."""

    required_roles: ClassVar[frozenset[str]] = ACT

    @extend_schema(
        operation_id="operations_dead_rows",
        parameters=[OpenApiParameter("kind", OpenApiTypes.STR, description="only this kind of work")],
        responses=DeadRowsOutput,
    )
    def get(self, request: Request) -> Response:
        """Work of every kind, or of one, the latest first."""
        found = selectors.given_up(identity_of(request._request).roles, request.query_params.get("kind", ""))
        counts = [
            {"kind": rows.kind, "kind_name": rows.label, "count": count} for rows, count in selectors.counts()
        ]
        return Response(DeadRowsOutput({"counts": counts, "results": found}).data)


class Retry(APIView):
    """Try given-up work again."""

    required_roles: ClassVar[frozenset[str]] = ACT

    @extend_schema(operation_id="operations_retry", request=None, responses=ActOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """Once its cause is repaired; it gets as many attempts as the first time."""
        rows = services.retry_dead(row_id=pk, at=clock.now(), actor=actor_of(request._request))
        return Response(ActOutput({"id": pk, "kind": rows.kind, "done": "retried"}).data)


class Drop(APIView):
    """Let given-up work go."""

    required_roles: ClassVar[frozenset[str]] = ACT

    @extend_schema(operation_id="operations_drop", request=DropInput, responses=ActOutput)
    @idempotent
    def post(self, request: Request, pk: UUID) -> Response:
        """For ever; the reason is kept with the name of who dropped it."""
        services.kind_of(pk)
        why = read_body(DropInput, request)["reason"]
        rows = services.drop_dead(row_id=pk, reason=why, actor=actor_of(request._request))
        return Response(ActOutput({"id": pk, "kind": rows.kind, "done": "dropped"}).data)
