"""How the doors describe themselves: what every one of them has in common is said once, here."""

from __future__ import annotations

from typing import Any

from drf_spectacular.extensions import OpenApiSerializerFieldExtension
from drf_spectacular.openapi import AutoSchema
from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers

PROBLEM = "application/problem+json"
REFUSALS = "4XX"
STALE = {"412": "Somebody changed it since it was read", "428": "If-Match is missing"}
HOUR_OF_DAY = r"^([01]\d|2[0-3]):[0-5]\d(:[0-5]\d(\.\d{1,6})?)?$"

IDEMPOTENCY_KEY = OpenApiParameter(
    "Idempotency-Key",
    str,
    OpenApiParameter.HEADER,
    description="The same key and body get the first answer again, and nothing happens twice",
)


IF_MATCH = OpenApiParameter(
    "If-Match",
    str,
    OpenApiParameter.HEADER,
    required=True,
    description="ETag of the reading that is being changed",
)


class FieldProblem(serializers.Serializer[Any]):
    """A field that is wrong."""

    field = serializers.CharField()
    code = serializers.CharField()
    detail = serializers.CharField()


class Problem(serializers.Serializer[Any]):
    """A refusal (RFC 9457): `code` is permanent, `detail` says what to do, `params` fills its places."""

    type = serializers.CharField()
    title = serializers.CharField()
    status = serializers.IntegerField()
    detail = serializers.CharField()
    code = serializers.CharField()
    params = serializers.DictField(child=serializers.CharField(allow_blank=True))
    errors = FieldProblem(many=True)  # type: ignore[assignment]  # the name is the standard's


class DoorSchema(AutoSchema):
    """A door with its refusals and with the headers that it takes: for harmless repeats, for edits."""

    def get_override_parameters(self) -> list[Any]:
        """What the handler takes beside its own."""
        handler = getattr(self.view, self.method.lower(), None)
        taken = {"takes_key": IDEMPOTENCY_KEY, "demands_version": IF_MATCH}
        return [parameter for mark, parameter in taken.items() if getattr(handler, mark, False)]

    def _get_paginator(self) -> Any:
        """Lists are read in pages; what an act answers is whole."""
        return super()._get_paginator() if self.method == "GET" else None  # type: ignore[no-untyped-call]

    def _get_response_bodies(self, direction: Any = "response") -> dict[str, Any]:
        bodies: dict[str, Any] = super()._get_response_bodies(direction)
        if direction == "response":
            describe: Any = self._get_response_for_code
            refused: dict[str, Any] = describe(Problem, REFUSALS, [PROBLEM], direction)
            handler = getattr(self.view, self.method.lower(), None)
            if getattr(handler, "demands_version", False):
                bodies |= {status: refused | {"description": text} for status, text in STALE.items()}
            bodies.setdefault(REFUSALS, refused | {"description": "Refused; nothing was written"})
        return bodies


class HourOfDay(OpenApiSerializerFieldExtension):  # type: ignore[no-untyped-call]
    """An hour of the day is told without a time zone, which the format `time` would ask for."""

    target_class = "rest_framework.fields.TimeField"

    def map_serializer_field(self, auto_schema: Any, direction: Any) -> dict[str, Any]:
        return {"type": "string", "pattern": HOUR_OF_DAY}
